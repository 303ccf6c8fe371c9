"""Public specimen lines of Doc 9303 and of issuers, and laws over generated zones."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sample_docs import mrz_lines
from service.mrz.check_digits import ALPHABET, check_digit, is_blind_to
from service.mrz.dates import PartialDate, parse_birth, parse_expiry
from service.mrz.formats import Format
from service.mrz.parse import Unparsed, Zone, parse

TODAY = date(2026, 11, 24)

EXAMPLES = [
    (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<|L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        "TD3",
        "L898902C3",
        "ERIKSSON",
    ),
    (
        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<|D231458907UTO7408122F1204159<<<<<<<6",
        "TD2",
        "D23145890",
        "ERIKSSON",
    ),
    (
        "I<UTOD231458907<<<<<<<<<<<<<<<|7408122F1204159UTO<<<<<<<<<<<6|ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        "TD1",
        "D23145890",
        "ERIKSSON",
    ),
    (
        "I<UTOD23145890<1233<<<<<<<<<<<|7408122F1204159UTO<<<<<<<<<<<2|ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        "TD1",
        "D23145890123",
        "ERIKSSON",
    ),
    (
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<|L8988901C4XXX7408122F96121096ZE184226B<<<<<<",
        "MRVA",
        "L8988901C",
        "ERIKSSON",
    ),
    (
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<|L8988901C4XXX7408122F9612109<<<<<<<<",
        "MRVB",
        "L8988901C",
        "ERIKSSON",
    ),
    (
        "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<|9409923102854CORINNE<<<<<<<6512068F4",
        "FRA_ID",
        "940992310285",
        "BERTHIER",
    ),
    (
        "IDD<<T220001293<<<<<<<<<<<<<<<|6408125<2010315D<<<<<<<<<<<<<4|MUSTERMANN<<ERIKA<PAULA<ANNA<<",
        "TD1",
        "T22000129",
        "MUSTERMANN",
    ),
    (
        "IRFRAK682T8YLO0<1105040043<<<<|7906123F1401073SEN<<<<<<<<<<<6|MARTIN<<CHRISTELLE<HELENE<LAUR",
        "TD1",
        "K682T8YLO",
        "MARTIN",
    ),
    (
        "I<PRT007777779<ZZ92<<<<<<<<<<<|8303143M3405282PRT<<<<<<<<<<<2|CACADOR<DE<ARAUJO<<ANDRE<ESTEV",
        "TD1",
        "007777779ZZ9",
        "CACADOR DE ARAUJO",
    ),
    ("D1FRA13AA000026181231MARTIN<<9", "DL_D1", "13AA00002", "MARTIN"),
]


@pytest.mark.parametrize(("text", "layout", "number", "surname"), EXAMPLES)
def test_published_specimens_parse_with_all_digits_right(
    text: str, layout: str, number: str, surname: str
) -> None:
    zone = parse(text.split("|"), TODAY)
    assert isinstance(zone, Zone)
    assert (zone.format, zone.number, zone.surname, zone.valid) == (layout, number, surname, True)


def test_older_belgian_cards_keep_the_filler_in_the_sum() -> None:
    lines = [
        "IDBEL000590240<6013<<<<<<<<<<<",
        "8512017F0901015BEL<<<<<<<<<<<0",
        "A<<B".ljust(30, "<"),
    ]
    zone = parse(lines, TODAY)
    assert isinstance(zone, Zone)
    assert next(c for c in zone.checks if c.name == "document_number").valid


def test_a_visa_is_not_failed_for_its_last_character() -> None:
    zone = parse(EXAMPLES[4][0].split("|"), TODAY)
    assert isinstance(zone, Zone)
    assert "composite" not in {check.name for check in zone.checks}


def test_impossible_dates_are_problems_with_their_place() -> None:
    first, second = EXAMPLES[0][0].split("|")
    zone = parse([first, second[:13] + "991399" + second[19:]], TODAY)
    assert isinstance(zone, Zone)
    assert [(p.field, p.at.start) for p in zone.problems] == [("date_of_birth", 14)]


def test_unknown_parts_of_a_birth_date_are_not_tampering() -> None:
    assert parse_birth("74<<12", TODAY) == PartialDate(1974, None, 12)
    assert parse_birth("<<<<<<", TODAY) == PartialDate(None, None, None)
    assert parse_expiry("31<<14", TODAY) is None


def test_centuries_keep_births_in_the_past_and_expiries_near() -> None:
    assert parse_birth("261125", TODAY) == date(1926, 11, 25)
    assert parse_birth("261124", TODAY) == date(2026, 11, 24)
    assert parse_expiry("360101", TODAY) == date(2036, 1, 1)
    assert parse_expiry("980101", TODAY) == date(1998, 1, 1)


names = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=12)
numbers = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=9)
births = st.dates(date(1930, 1, 1), date(2020, 1, 1))
expiries = st.dates(date(2027, 1, 1), date(2040, 1, 1))


@given(names, names, numbers, births, expiries)
@settings(max_examples=150)
def test_what_a_passport_writer_wrote_is_what_the_parser_reads(
    surname: str, given_name: str, number: str, born: date, expires: date
) -> None:
    lines = mrz_lines.td3("P", "GBR", surname, given_name, number, "GBR", born, "F", expires)
    zone = parse(lines, TODAY)
    assert isinstance(zone, Zone)
    assert zone.valid
    assert (zone.surname, zone.given_names, zone.number) == (surname, given_name, number)
    assert (zone.date_of_birth, zone.date_of_expiry) == (born, expires)


@given(st.data())
@settings(max_examples=150)
def test_one_wrong_character_outside_its_blind_group_is_noticed(data: st.DataObject) -> None:
    lines = mrz_lines.td3(
        "P",
        "GBR",
        "STONE",
        "ADA",
        "AB1234567",
        "GBR",
        date(1980, 5, 6),
        "F",
        date(2031, 1, 2),
        "ZE184226B",
    )
    place = data.draw(st.sampled_from([*range(9), *range(13, 19), *range(21, 27), *range(28, 42)]))
    wrong = data.draw(st.sampled_from(ALPHABET))
    right = lines[1][place]
    changed = lines[1][:place] + wrong + lines[1][place + 1 :]
    zone = parse([lines[0], changed], TODAY)
    assert isinstance(zone, Zone)
    assert zone.valid == (wrong == right or is_blind_to(wrong, right))


@given(st.lists(st.text(max_size=50), max_size=4))
def test_no_text_makes_the_parser_raise(lines: list[str]) -> None:
    assert isinstance(parse(lines, TODAY), Zone | Unparsed)


def test_check_digits_of_the_standards_own_examples() -> None:
    assert check_digit("520727") == "3"
    assert check_digit("AB2134<<<") == "5"


def test_each_format_is_told_by_its_first_letters() -> None:
    french = EXAMPLES[6][0].split("|")
    zone = parse(french, TODAY)
    assert isinstance(zone, Zone)
    assert zone.format is Format.FRA_ID
