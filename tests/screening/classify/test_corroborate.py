"""A zone and the print of a card that state different things, and what is no difference."""

from datetime import date

import pytest

from sample_docs.mrz_lines import td1
from service.mrz.parse import parse
from service.screening.classify.corroborate import disagreements_with_zone
from service.screening.evidence import (
    Field,
    Frame,
    MrzReading,
    ReadingState,
    SideEvidence,
    TextLine,
)

TODAY = date(2026, 11, 25)
QUAD = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
LINES = td1(
    "IR", "FRA", "DUBOIS", "CLAIRE", "AB1234567", "SEN", date(1990, 2, 11), "F", date(2031, 5, 14)
)


def zone(state: ReadingState = ReadingState.READ) -> MrzReading:
    return MrzReading(state, QUAD, False, parse(tuple(LINES), TODAY), 0.99, ("mrz_recogniser",))


def apart(
    *printed: str, state: ReadingState = ReadingState.READ, sure: float = 0.99, **fields: str
):
    frame = Frame("jpeg", 1000, 700, 20.0, None, "0" * 16)
    lines = tuple(TextLine(text, sure, QUAD) for text in printed)
    stated = {name: Field(value, "text", sure) for name, value in fields.items()}
    found = disagreements_with_zone(
        [zone(state)], [SideEvidence(frame, text=lines)], [stated], TODAY
    )
    return {name for name, _, _ in found}


def test_the_same_in_both_is_no_difference() -> None:
    printed = ("AB 1234567", "11.02.1990", "14.05.2031")
    stated = {"number": "AB1234567", "date_of_birth": "1990-02-11", "date_of_expiry": "2031-05-14"}
    assert apart(*printed, **stated) == set()


@pytest.mark.parametrize(
    ("printed", "field", "value"),
    [
        ("ZX9876543", "number", "ZX9876543"),
        ("12.02.1990", "date_of_birth", "1990-02-12"),
        ("14.05.2034", "date_of_expiry", "2034-05-14"),
    ],
)
def test_a_field_that_the_print_clearly_states_otherwise(
    printed: str, field: str, value: str
) -> None:
    assert apart(printed, **{field: value}) == {field}
    assert apart(printed, "5", "A", **{field: value}) == {field}
    assert apart(printed, state=ReadingState.GUESSED, **{field: value}) == set()
    assert apart(printed, sure=0.7, **{field: value}) == set()


def test_a_value_behind_another_label_or_nearly_read_is_the_same() -> None:
    assert apart("11.02.1990", "01.01.2020", date_of_birth="2020-01-01") == set()
    assert apart("AB1Z34567", number="AB1Z34567") == set()
    assert apart("personal no 778899", "AB1234567", number="778899") == set()


def test_print_that_says_nothing_contradicts_nothing() -> None:
    assert apart("RESIDENCE PERMIT") == set()
