"""Fields of the visual zone by label and number, and dates as they are printed."""

import time
from datetime import date

import pytest

from service.screening.evidence import TextLine
from service.screening.read.fields import births_in, read_fields
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
        ("29 8月/AUG 2003", False, date(2003, 8, 29)),
        ("02 /DEC 61", False, date(1961, 12, 2)),
        ("13 0CT 2017", False, date(2017, 10, 13)),
        ("10OCT2031", False, date(2031, 10, 10)),
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


def values(*rows: tuple[float, float, str], month_first: bool = False) -> dict[str, str]:
    found = read_fields(placed(*rows), month_first=month_first, today=TODAY)
    return {name: one.value for name, one in found.items()}


def test_two_numbered_fields_may_share_a_line() -> None:
    assert values(
        (0, 0, "1. MORGANE"),
        (0, 30, "2. SARAH"),
        (0, 60, "3. 11.03.76 UNITED KINGDOM"),
        (0, 90, "4a. 19.01.2023 4c. DVLA"),
        (0, 120, "4b.18.01.2033"),
        (0, 150, "5. MORGA753116SM9IJ 35"),
    ) == {
        "surname": "MORGANE",
        "given_names": "SARAH",
        "date_of_birth": "1976-03-11",
        "date_of_issue": "2023-01-19",
        "date_of_expiry": "2033-01-18",
        "number": "MORGA753116SM9IJ",
    }


def test_new_zealand_numbers_the_licence_5a_and_the_card_5b() -> None:
    assert values((0, 0, "4b. 18.01.2033"), (0, 30, "5a. EK482917 5b. 241"))["number"] == "EK482917"
    assert "number" not in values((0, 0, "4b. 18.01.2033"), (0, 30, "8. 5A HIGH STREET W1A 2BC"))


EUROPEAN = {
    "surname": "Steinwendner",
    "given_names": "Max",
    "date_of_birth": "1958-08-25",
    "date_of_issue": "2024-04-10",
    "date_of_expiry": "2034-04-10",
    "number": "79091778",
}


def test_numbers_of_fields_may_have_no_mark() -> None:
    rows = ("1 Steinwendner", "2 Max", "3 25.08.1958 Ort", "4a 10.04.2024", "4b 10.04.2034")
    placed_rows = [(0, 30 * n, text) for n, text in enumerate((*rows, "5 79091778"))]
    assert values(*placed_rows) == EUROPEAN


def test_numbers_of_fields_may_have_marks_of_any_width() -> None:
    rows = ("（4a）10.04.2024", "4b：10.04.2034", "5） 79091778")
    placed_rows = [(0, 30 * n, text) for n, text in enumerate(rows)]
    names = ("date_of_issue", "date_of_expiry", "number")
    assert values(*placed_rows) == {name: EUROPEAN[name] for name in names}


def test_numbers_of_fields_may_stand_in_a_column_of_their_own() -> None:
    shown = ("Steinwendner", "Max", "25.08.1958 Ort", "10.04.2024", "10.04.2034", "79091778")
    numbers = ("1", "2", "3", "4a", "4b", "5")
    rows = [(0, 30 * n, text) for n, text in enumerate(numbers)]
    rows += [(100, 30 * n, text) for n, text in enumerate(shown)]
    assert values(*rows) == EUROPEAN
    off_column = [row if row[2] != "79091778" else (130, row[1], row[2]) for row in rows]
    assert "number" not in values(*off_column)


@pytest.mark.parametrize("birth", ["3. 25.08.1958 Ort", "3 25.08.1958", "3"])
def test_a_place_names_the_day_of_birth_however_its_field_is_numbered(birth: str) -> None:
    rows = placed((0, 0, "4a 10.04.2024"), (0, 30, birth), (100, 30, "25.08.1958"))
    assert [days for days, _ in births_in(rows, today=TODAY)] == [{date(1958, 8, 25)}]
    twice = placed((0, 0, "4a 10.04.2024"), (0, 30, "3"), (40, 30, "3. 25.08.1958"))
    assert [days for days, _ in births_in(twice, today=TODAY)] == [{date(1958, 8, 25)}]
    legend = placed((0, 0, "4a 10.04.2024"), (0, 30, "3"), (40, 30, "Date of birth"))
    assert births_in(legend, today=TODAY) == []


@pytest.mark.parametrize(
    ("x", "text"),
    [
        pytest.param(0, "5 11 1980", id="a date"),
        pytest.param(0, "5 DD 0012345", id="a label"),
        pytest.param(90, "5 12345678", id="beside the column of numbers"),
    ],
)
def test_a_figure_without_a_mark_is_not_always_the_number_of_a_field(x: int, text: str) -> None:
    assert "number" not in values((0, 0, "4a 10.04.2024"), (0, 30, "4b 10.04.2034"), (x, 60, text))
    assert "number" not in values((0, 0, "4b EXP 10/04/2034"), (0, 30, "5 12345678"))
    assert "number" not in values((0, 30, "5 12345678"))


@pytest.mark.parametrize(
    ("number", "is_read"), [("06519/93/9124", True), ("123456/12/2031", False)]
)
def test_a_number_in_three_parts_is_no_date_that_joined_it(number: str, is_read: bool) -> None:
    assert ("number" in values((0, 0, "4b. 10.04.2034"), (0, 30, f"5. {number}"))) is is_read


def test_labels_beside_the_numbers_of_american_cards() -> None:
    found = values(
        (0, 0, "4d DLN A123456789"),
        (0, 30, "4a ISS 01/11/2020"),
        (0, 60, "4b EXP 01/12/2030"),
        (0, 90, "3 DOB 02/03/1966"),
        (0, 120, "1 SAMPLER"),
        (0, 150, "2 CARON"),
        month_first=True,
    )
    assert (found["number"], found["date_of_birth"]) == ("A123456789", "1966-02-03")
    assert (found["date_of_expiry"], found["surname"]) == ("2030-01-12", "SAMPLER")


@pytest.mark.parametrize(
    ("field", "label", "text", "value"),
    [
        ("surname", "Surname / Nom", "STONE", "STONE"),
        ("surname", "Nachname", "STEINGRÄBER", "STEINGRÄBER"),
        ("given_names", "Prénom(s)", "CAMILLE", "CAMILLE"),
        ("given_names", "Imię", "TOMASZ", "TOMASZ"),
        ("date_of_birth", "Fødselsdato", "03.02.1990", "1990-02-03"),
        ("date_of_birth", "Doğum tarihi", "03.02.1990", "1990-02-03"),
        ("date_of_expiry", "Gültig bis / Valid until", "03.02.2030", "2030-02-03"),
        ("date_of_expiry", "Platnost do", "03.02.2030", "2030-02-03"),
        ("date_of_expiry", "有効期限", "2030年2月3日", "2030-02-03"),
        ("number", "Driver Licence No.", "AB1234567", "AB1234567"),
        ("number", "N° du titre", "9912345678", "9912345678"),
        ("number", "Rijbewijsnummer", "5123456789", "5123456789"),
    ],
)
def test_labels_in_many_languages_beside_and_above_their_values(
    field: str, label: str, text: str, value: str
) -> None:
    assert values((0, 0, f"{label}: {text}"), (0, 90, "X"))[field] == value
    assert values((0, 0, label), (0, 20, text))[field] == value


def test_a_label_that_stands_alone_may_be_misread() -> None:
    assert values((0, 0, "Date of blrth"), (0, 20, "3 FEB 1990"))["date_of_birth"] == "1990-02-03"
    assert values((0, 0, "Dale of birlh"), (0, 20, "3 FEB 1990")) == {}


def test_the_licences_own_number_comes_before_any_other() -> None:
    found = values(
        (0, 0, "National ID No. 12345678"),
        (0, 40, "No. 55501"),
        (0, 80, "Licence No. KX99887"),
        (0, 120, "ID No. 4433221"),
    )
    assert found["number"] == "KX99887"
    assert "number" not in values((0, 0, "ID No. 4433221"))


def test_a_date_or_the_next_field_is_no_number() -> None:
    assert "number" not in values(
        (0, 0, "4a. 01.01.2020"), (0, 30, "5."), (0, 50, "4b. 01.01.2030")
    )
    assert "number" not in values((0, 0, "Licence No."), (0, 20, "01.01.2030"))
    assert (
        values((0, 0, "Licence No."), (0, 20, "DL-0420110149646"))["number"] == "DL-0420110149646"
    )


def test_years_of_two_figures_lie_behind_a_birth_and_may_lie_ahead_of_an_expiry() -> None:
    found = values((0, 0, "DOB 12.01.45"), (0, 40, "EXP 12.01.45"))
    assert (found["date_of_birth"], found["date_of_expiry"]) == ("1945-01-12", "2045-01-12")


@pytest.mark.parametrize(
    "text",
    ["12/01/2533", "2533-01-12", "12 JAN 2533", "1445/05/12", "12/05/1445", "平成2年1月12日"],
)
def test_years_of_other_calendars_are_left_to_a_person(text: str) -> None:
    assert dates_in(text, month_first=False, today=TODAY) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 JAN 1990", date(1990, 1, 12)),
        ("12.01.90", date(1990, 1, 12)),
        ("1990/01/12", date(1990, 1, 12)),
        ("12 MEI/JUN 1990", None),
        ("04 BEA/MAY 1988", date(1988, 5, 4)),
        ("12 MEI 1990", date(1990, 5, 12)),
    ],
)
def test_months_in_words_and_in_two_languages(text: str, day: date | None) -> None:
    assert dates_in(text, month_first=False, today=TODAY) == ((day,) if day else ())


def test_a_label_set_close_to_its_number_is_not_part_of_it() -> None:
    assert values((0, 0, "Licence No."), (0, 20, "DLI1234568"))["number"] == "I1234568"
    assert values((0, 0, "DLI1234568"))["number"] == "I1234568"
    for unsure in ("DLN1234568", "ADLNS123-456-78-123-0"):
        assert "number" not in values((0, 0, "Licence No."), (0, 20, unsure))


def test_a_number_that_the_next_field_has_joined_is_not_read() -> None:
    """The figure 3 of field 3 would be one more of the number's."""
    assert "number" not in values((0, 0, "4d DLN 9999999993 DOB 03/05/1960"))


def test_the_second_language_of_a_label_is_no_name() -> None:
    assert "surname" not in values((0, 0, "Nom / Sumame"))
    assert values((0, 0, "Nom / Sumame"), (0, 20, "STONE"))["surname"] == "STONE"


def test_a_value_ends_where_the_next_field_of_its_line_begins() -> None:
    found = read_fields(
        placed(
            (0, 0, "L/NO AKW48291AA17 CLASS B"),
            (0, 30, "4a."),
            (40, 30, "05.09.2021 4c. DVLA"),
            (0, 60, "4b."),
            (40, 60, "04.09.2031"),
        ),
        month_first=False,
        today=TODAY,
    )
    values = {name: one.value for name, one in found.items()}
    assert values == {
        "number": "AKW48291AA17",
        "date_of_issue": "2021-09-05",
        "date_of_expiry": "2031-09-04",
    }


def test_a_legend_and_a_table_of_categories_are_no_values() -> None:
    back = placed(
        (0, 0, "1. Surmame 2. Other names"),
        (400, 0, "AM"),
        (0, 30, "5. Licence number"),
        (0, 60, "11. To 12. Codes"),
        (0, 200, "1. Name"),
        (100, 200, "BE"),
    )
    assert read_fields(back, month_first=False, today=TODAY) == {}


def test_a_value_beside_its_number_is_found_though_the_print_leans() -> None:
    lines = placed((0, 0, "4b."), (13, 0, "14.05.2033"))
    assert (
        read_fields(lines, month_first=False, today=TODAY)["date_of_expiry"].value == "2033-05-14"
    )


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("3 DOB 1988/06/11", "date_of_birth", "1988-06-11"),
        ("First issue 11/02/2013", "date_of_issue", "2013-02-11"),
        ("2 e 1 NOME E SOBRENOME ADA STONE", "surname", "ADA STONE"),
        ("3 Date of birth 11.06.1988", "date_of_birth", "1988-06-11"),
        ("Date Of Bith 23-09-1989", "date_of_birth", "1989-09-23"),
        ("D of B 14-02-1991", "date_of_birth", "1991-02-14"),
        ("LICENCE EXPIRY 18-01-2031", "date_of_expiry", "2031-01-18"),
        ("Valid 05/09/2024 - 04/09/2029", "date_of_expiry", "2029-09-04"),
    ],
)
def test_labels_are_told_with_their_value_on_one_line(text: str, field: str, value: str) -> None:
    found = read_fields(placed((0, 0, text)), month_first=False, today=TODAY)
    assert {name: one.value for name, one in found.items()} == {field: value}


@pytest.mark.parametrize("text", ["VALID FROM 05.09.2024", "Valid since 05/09/2024"])
def test_the_day_from_which_a_card_is_valid_is_not_its_expiry(text: str) -> None:
    assert read_fields(placed((0, 0, text)), month_first=False, today=TODAY) == {}


def test_the_title_of_a_licence_is_no_label_of_its_number() -> None:
    lines = placed((0, 0, "DRIVER'S LICENCE"), (0, 20, "F12 345 678"))
    assert "number" not in read_fields(lines, month_first=False, today=TODAY)


def test_figures_that_were_made_to_take_long_do_not() -> None:
    started = time.process_time()
    lines = placed((0, 0, "Licence No. " + "-1" * 8000))
    assert "number" not in read_fields(lines, month_first=False, today=TODAY)
    assert time.process_time() - started < 0.5
