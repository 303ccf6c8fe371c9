"""The search finds the valid reading, and says when it must not choose."""

import random
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from sample_docs import mrz_lines
from service.issuers.states import codes
from service.mrz.check_digits import ALPHABET, is_blind_to
from service.mrz.confusions import LOOKALIKES
from service.mrz.lattice import Cell, cells_of, decode, looks_like_line
from service.mrz.parse import Zone, parse

TODAY = date(2026, 11, 24)
LINES = mrz_lines.td3(
    "P",
    "GBR",
    "PEMBERLEY",
    "THEO JAMES",
    "AB1230567",
    "GBR",
    date(1980, 5, 6),
    "M",
    date(2031, 1, 2),
)


def decoded(lines: list[str]):
    return decode([cells_of(line) for line in lines], TODAY, codes())


def test_a_clean_reading_is_returned_as_it_is() -> None:
    found = decoded(LINES)
    assert found is not None
    assert (found.lines, found.is_valid) == (tuple(LINES), True)
    assert found.confidence > 0.95


def test_letters_for_figures_are_put_right_where_figures_must_stand() -> None:
    broken = LINES[1].replace("800506", "8OO5O6").replace("310102", "3I0l02")
    found = decoded([LINES[0], broken])
    assert found is not None
    assert found.lines == tuple(LINES)
    assert found.read[1] != LINES[1]


def test_figures_for_letters_are_put_right_in_names_and_states() -> None:
    found = decoded([LINES[0].replace("GBR", "6BR").replace("PEMBERLEY", "PEM8ERLEY"), LINES[1]])
    assert found is not None
    assert found.lines == tuple(LINES)


def test_fillers_lost_or_added_in_a_run_are_counted_again() -> None:
    for change in (-3, -1, 2):
        run = LINES[0].rstrip("<") + "<" * (LINES[0].count("<", 20) + change)
        found = decoded([run, LINES[1]])
        assert found is not None
        assert found.lines == tuple(LINES)


def test_letters_in_the_trailing_run_are_fillers() -> None:
    broken = LINES[0][:30] + "K<<C<<<<K<<S<<"
    found = decoded([broken, LINES[1]])
    assert found is not None
    assert found.lines[0] == LINES[0]


def test_two_valid_readings_that_are_as_likely_are_not_chosen_between() -> None:
    rows = [cells_of(line) for line in LINES]
    number_start = 3
    rows[1][number_start] = Cell({"0": 0.5, "U": 0.49}, number_start)  # equal modulo 10
    found = decode(rows, TODAY, codes())
    assert found is not None
    assert found.confidence < 0.7


def test_a_reading_that_would_need_much_repair_is_left_as_it_is() -> None:
    broken = "XX9930567" + LINES[1][9:]
    found = decoded([LINES[0], broken])
    assert found is not None
    assert not (found.is_valid and found.confidence > 0.9)


def test_a_passport_is_not_read_as_a_smaller_card() -> None:
    found = decoded([LINES[0][:40], LINES[1][:28] + "<" * 14 + LINES[1][42:]])
    assert found is not None
    assert found.format == "TD3"


@given(st.integers(0, 10_000))
@settings(max_examples=120, deadline=None)
def test_a_confused_reading_never_becomes_another_identity_with_certainty(seed: int) -> None:
    rng = random.Random(seed)
    number = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(9))
    lines = mrz_lines.td3(
        "P", "NGA", "OKONJALA", "RUTH", number, "NGA", date(1975, 3, 9), "F", date(2030, 8, 1)
    )
    second = list(lines[1])
    changed: list[tuple[str, str]] = []
    for _ in range(rng.choice([1, 2])):
        place = rng.choice([*range(9), *range(13, 19), *range(21, 27)])  # what digits cover
        alike = sorted(LOOKALIKES[second[place]])
        if alike:
            was, second[place] = second[place], rng.choice(alike)
            changed.append((was, second[place]))
    found = decoded([lines[0], "".join(second)])
    if any(is_blind_to(a, b) for a, b in changed):
        return  # no check digit can tell these; only the glyph can
    # Two confusions may make up for each other in the sums: then what was read is what is printed.
    if found is not None and found.is_valid and found.lines[1] not in {lines[1], "".join(second)}:
        assert found.confidence < (0.95 if len(changed) < 2 else 0.99)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_no_text_makes_the_search_raise(texts: list[str]) -> None:
    decoded(texts)


@given(st.integers(0, 10**9))
@settings(max_examples=80, deadline=None)
def test_no_likelihoods_make_the_search_raise_and_what_it_calls_valid_is(seed: int) -> None:
    rng = random.Random(seed)
    rows = []
    for _ in range(rng.randint(0, 4)):
        row = []
        for n in range(rng.choice((0, 3, 29, 30, 31, 36, 43, 44, 60))):
            some = rng.sample(ALPHABET, rng.randint(0, 5))
            row.append(Cell({c: rng.random() / len(some) for c in some}, float(n)))
        rows.append(row)
    found = decode(rows, TODAY, codes())
    if found is None:
        return
    assert 0 <= found.confidence <= 1
    zone = parse(found.lines, TODAY)
    if found.is_valid and isinstance(zone, Zone):
        assert zone.valid


def test_prose_does_not_look_like_a_line() -> None:
    assert looks_like_line(LINES[0])
    assert looks_like_line(LINES[1])
    for prose in (
        "Dear neighbour, the party starts at four",
        "TOTAL 13.50",
        "PASSPORT / PASSEPORT",
        "Date of issue / Date de délivrance",
    ):
        assert not looks_like_line(prose)
