"""North American barcodes: what the card is, whose, and the dates' order."""

import random
from datetime import date

from sample_docs.layouts.licence import aamva_payload
from sample_docs.people import make_person
from service.aamva.elements import parse_licence
from service.aamva.header import Subfile, parse_header
from service.aamva.south_africa import is_identity_card, is_licence

PERSON = make_person("USA", random.Random(3))


def payload(*, is_licence: bool = True) -> bytes:
    return aamva_payload(
        "FL", PERSON, "A12345678", date(2031, 5, 14), is_licence=is_licence
    ).encode()


def test_a_licence_says_who_and_until_when() -> None:
    licence = parse_licence(payload())
    assert licence is not None
    assert (licence.card, licence.country, licence.jurisdiction) == (Subfile.LICENCE, "US", "FL")
    assert (licence.number, licence.surname) == ("A12345678", PERSON.surname)
    assert (licence.date_of_birth, licence.date_of_expiry) == (
        PERSON.date_of_birth,
        date(2031, 5, 14),
    )
    assert licence.has_class


def test_its_twin_is_an_identification_card_by_the_subfile_alone() -> None:
    licence = parse_licence(payload(is_licence=False))
    assert licence is not None
    assert licence.card is Subfile.IDENTIFICATION_CARD


def test_a_card_that_claims_both_is_an_identification_card() -> None:
    both = b"@\n\x1e\rANSI 636010090002ID00410100DL01410100"
    header = parse_header(both)
    assert header is not None
    assert header.card is Subfile.IDENTIFICATION_CARD


def test_jurisdiction_subfiles_say_nothing() -> None:
    header = parse_header(b"@\n\x1e\rANSI 636010090001ZF00410100")
    assert header is not None
    assert header.card is None


def test_wrong_offsets_and_trailing_rubbish_do_not_matter() -> None:
    broken = payload().replace(b"DL0031", b"DL9931") + b"\x00\xffrubbish"
    licence = parse_licence(broken)
    assert licence is not None
    assert licence.number == "A12345678"


def test_canadian_dates_begin_with_the_year() -> None:
    text = payload().decode().replace("DCGUSA", "DCGCAN").replace("DBA05142031", "DBA20310514")
    licence = parse_licence(text.encode())
    assert licence is not None
    assert (licence.country, licence.date_of_expiry) == ("CA", date(2031, 5, 14))


def test_without_a_country_the_province_decides() -> None:
    text = payload().decode().replace("DCGUSA\n", "").replace("DAJFL", "DAJON")
    licence = parse_licence(text.encode())
    assert licence is not None
    assert licence.country == "CA"


def test_other_barcodes_are_no_licences() -> None:
    for other in (b"", b"https://example.com", b"ANSI 6360", b"\x00" * 400):
        assert parse_licence(other) is None


def test_south_african_cards_by_their_form() -> None:
    assert is_licence(b"\x01\x9b\x09\x45" + b"\x00" * 716)
    assert not is_licence(b"\x01\x9b\x09\x45" + b"\x00" * 700)
    assert is_identity_card(b"SURNAME|NAMES|M|RSA|9001011234567|01 JAN 1990|RSA|CITIZEN|x")
    assert not is_identity_card(b"one|two")
