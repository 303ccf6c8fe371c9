"""What a zone states, looked for in print as people and engines write it."""

from datetime import date

import pytest

from sample_docs.mrz_lines import td3
from service.mrz.parse import Zone, parse
from service.screening.evidence import TextLine
from service.screening.match.in_print import fields_of, stated_in_print

TODAY = date(2026, 11, 25)
QUAD = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))


def zone(surname: str = "AAKERSTROEM", given: str = "LI", born: date = date(1932, 8, 12)) -> Zone:
    lines = td3("P", "SWE", surname, given, "AB9732915", "SWE", born, "F", date(2031, 5, 14))
    parsed = parse(tuple(lines), TODAY)
    assert isinstance(parsed, Zone)
    return parsed


def stated(*texts: str, likelihood: float = 0.99, **of_zone) -> frozenset[str]:
    lines = [TextLine(one, likelihood, QUAD) for one in texts]
    return stated_in_print(zone(**of_zone), lines, TODAY)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("ÅKERSTRÖM", {"surname"}),
        ("AKERSTROM", {"surname"}),
        ("Namn: Åkerström Li", {"surname", "given_names"}),
        ("SURNAME / NOM", set()),
        ("AB 9732915", {"number"}),
        ("AB97329I5", {"number"}),
        ("No. AB97832915 P", {"number"}),
        ("AB1732418", set()),
        ("AB9763915", set()),
        ("12 AUG/AOÛT 32", {"date_of_birth"}),
        ("14.05.2031", {"date_of_expiry"}),
        ("14.05.2034", set()),
        ("14 KVĚ 2031", {"date_of_expiry"}),
        ("14 KVĚ 2034", set()),
    ],
)
def test_values_are_found_as_they_are_printed(text: str, fields: set[str]) -> None:
    assert stated(text) == fields


def test_only_a_doubtful_line_may_have_two_misread_characters() -> None:
    assert stated("AB9763915", likelihood=0.8) == {"number"}
    assert "surname" in stated("NGUYIN", surname="NGUYEN", likelihood=0.95)


@pytest.mark.parametrize(
    ("name", "texts", "is_stated"),
    [
        ("GRETA SOFIE", ("GRETA", "SOFIE"), True),
        ("GRETA SOFIE", ("GRETASOFIE",), True),
        ("GRETA SOFIE", ("GRETA VIOLET",), False),
        ("AL MANSOURANI", ("NATIONALITY", "MANSOURANI"), False),
        ("AL MANSOURANI", ("AL RASHIDI",), False),
        ("AL MANSOURANI", ("AL-MANSOURANI",), True),
        ("UECGUELER", ("UCGULER",), True),
        ("CHAYAPALINEE DEJ", ("CHAYAPALINEE DEJTHAM",), True),
        ("VIOLET", ("IOLE",), False),
        ("OKONKWO", ("OKONJALA",), False),
    ],
)
def test_every_word_of_a_name_is_asked_for(name: str, texts: tuple[str], is_stated: bool) -> None:
    assert ("surname" in stated(*texts, surname=name)) is is_stated


def test_a_short_name_is_found_as_it_is_written_or_not_at_all() -> None:
    assert "given_names" in stated("THEO JAMES", given="THEO")
    assert "given_names" not in stated("Date of birth", given="THEO")


def test_a_zone_without_given_names_asks_for_none() -> None:
    assert "given_names" not in fields_of(zone(given=""))
