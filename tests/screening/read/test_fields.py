"""Fields of the visual zone by label and number, and dates as they are printed."""

from datetime import date

import pytest

from service.screening.evidence import TextLine
from service.screening.read.fields import read_fields
from service.screening.read.printed_dates import dates_in

TODAY = date(2026, 11, 24)


def placed(*rows: tuple[float, float, str]) -> tuple[TextLine, ...]:
    return tuple(
        TextLine(
            text, 0.98, ((x, y), (x + 9 * len(text), y), (x + 9 * len(text), y + 16), (x, y + 16))
        )
        for x, y, text in rows
    )


@pytest.mark.parametrize(
    ("text", "month_first", "day"),
    [
        ("31.12.2030", False, date(2030, 12, 31)),
        ("12/31/2030", True, date(2030, 12, 31)),
        ("31/12/2030", True, date(2030, 12, 31)),
        ("2030-12-31", False, date(2030, 12, 31)),
        ("12 FÉV/FEB 2031", False, date(2031, 2, 12)),
        ("05 OCT /OCT 08", False, date(2008, 10, 5)),
        ("March 4, 2019", True, date(2019, 3, 4)),
        ("2021年3月4日", False, date(2021, 3, 4)),
    ],
)
def test_dates_are_read_as_each_issuer_prints_them(text: str, month_first: bool, day: date) -> None:
    assert dates_in(text, month_first=month_first, today=TODAY) == (day,)


def test_impossible_dates_are_not_dates() -> None:
    assert dates_in("31.02.2030 99.99.2030 2030-13-01", month_first=False, today=TODAY) == ()


def test_numbered_fields_of_a_licence() -> None:
    found = read_fields(
        placed(
            (0, 0, "1. STONE"),
            (0, 30, "2. ADA MARY"),
            (0, 60, "3. 06.05.1980"),
            (0, 90, "4a. 01.01.2021"),
            (0, 120, "4b. 01.01.2031"),
            (0, 150, "5. STONE805060"),
        ),
        month_first=False,
        today=TODAY,
    )
    assert {name: one.value for name, one in found.items()} == {
        "surname": "STONE",
        "given_names": "ADA MARY",
        "date_of_birth": "1980-05-06",
        "date_of_issue": "2021-01-01",
        "date_of_expiry": "2031-01-01",
        "number": "STONE805060",
    }


def test_values_stand_beside_or_below_their_labels() -> None:
    found = read_fields(
        placed(
            (0, 0, "EXP"),
            (60, 0, "12/31/2030"),
            (0, 40, "Date of birth"),
            (0, 60, "05/06/1980"),
            (0, 100, "DL"),
            (40, 100, "B98955452"),
        ),
        month_first=True,
        today=TODAY,
    )
    assert found["date_of_expiry"].value == "2030-12-31"
    assert found["date_of_birth"].value == "1980-05-06"
    assert found["number"].value == "B98955452"
