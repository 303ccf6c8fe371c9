"""North American barcodes: what the card is, whose, and the dates' order."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample_docs.layouts.licence import aamva_payload
from sample_docs.people import make_person
from service.aamva.elements import parse_licence
from service.aamva.header import Subfile, parse_header

PERSON = make_person("USA", random.Random(3))


def payload(*, is_licence: bool = True) -> bytes:
    return aamva_payload(
        "FL", PERSON, "A12345678", date(2031, 5, 14), is_licence=is_licence
    ).encode()


def card(header: str, *elements: str) -> bytes:
    return (f"@\n\x1e\r{header}" + "\n".join(elements) + "\r").encode("latin-1")


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


def test_an_enhanced_licence_is_a_licence_of_its_own_type() -> None:
    licence = parse_licence(card("ANSI 636045090001EN00310020EN", "DAQWDL123456", "DCAC"))
    assert licence is not None
    assert licence.card is Subfile.ENHANCED


def test_a_card_that_claims_both_is_an_identification_card() -> None:
    both = b"@\n\x1e\rANSI 636010090002ID00410100DL01410100"
    header = parse_header(both)
    assert header is not None
    assert header.card is Subfile.IDENTIFICATION_CARD


def test_a_designator_that_lies_about_its_subfile_does_not_make_a_licence() -> None:
    licence = parse_licence(card("ANSI 636010090001DL00310020ID", "DAQ123456789"))
    assert licence is not None
    assert licence.card is Subfile.IDENTIFICATION_CARD


def test_jurisdiction_subfiles_say_nothing() -> None:
    header = parse_header(b"@\n\x1e\rANSI 636010090001ZF00410100ZFZFA1\nDAQ99")
    assert header is not None
    assert header.card is None


def test_a_header_that_was_cut_off_is_told_by_how_the_subfile_begins() -> None:
    for head in ("ANSI 636010090002", "ANSI 636010090002DL0041", "AAMVA6360100901"):
        licence = parse_licence(card(head, "", "IDDAQ123456789", "DCSSTONE"))
        assert licence is not None, head
        assert (licence.card, licence.number) == (Subfile.IDENTIFICATION_CARD, "123456789"), head


@pytest.mark.parametrize("version", range(1, 15))
def test_every_version_is_read(version: int) -> None:
    jurisdiction = "" if version == 1 else "00"
    born, ends = ("19800506", "20310514") if version == 1 else ("05061980", "05142031")
    names = {1: ("DABSTONE", "DACADA", "DADMARY"), 2: ("DCSSTONE", "DCTADA,MARY")}
    own = names.get(version, names[2] if version == 3 else ("DCSSTONE", "DACADA", "DADMARY"))
    licence = parse_licence(
        card(
            f"ANSI 636010{version:02d}{jurisdiction}02DL00410249ZF02900058DL",
            *("DAQA1234567", "DARD" if version == 1 else "DCAD"),
            *(*own, f"DBB{born}", f"DBA{ends}"),
        )
    )
    assert licence is not None
    assert (licence.card, licence.has_class, licence.country) == (Subfile.LICENCE, True, "US")
    assert (licence.surname, licence.given_names) == ("STONE", "ADA MARY")
    assert (licence.date_of_birth, licence.date_of_expiry) == (date(1980, 5, 6), date(2031, 5, 14))


def test_a_whole_name_in_one_element_is_parted() -> None:
    licence = parse_licence(card("ANSI 6360100102DL00310020DL", "DAASTONE,ADA,MARY", "DAQ1"))
    assert licence is not None
    assert (licence.surname, licence.given_names) == ("STONE", "ADA MARY")


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


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("05142031", date(2031, 5, 14)),
        ("20310514", date(2031, 5, 14)),  # the other country's order, and plausible
        ("14052031", None),  # a first pair above 12 is no month, and 1405 no year
        ("00000000", None),
        ("99999999", None),
        ("NONE", None),
        ("05/14/2031", date(2031, 5, 14)),
        ("0514203", None),
    ],
)
def test_a_date_that_cannot_be_is_unread_rather_than_guessed(printed, read) -> None:
    licence = parse_licence(
        card("ANSI 636010090001DL00310020DL", f"DBA{printed}", "DCGUSA", "DAQ1")
    )
    assert licence is not None
    assert licence.date_of_expiry == read


@given(day=st.dates(date(1900, 1, 1), date(2100, 12, 31)), order=st.sampled_from(["US", "CA"]))
def test_a_date_reads_back_in_the_order_of_either_country(day: date, order: str) -> None:
    figures = f"{day:%m%d%Y}" if order == "US" else f"{day:%Y%m%d}"
    for country in ("USA", "CAN"):
        licence = parse_licence(
            card("ANSI 636010090001DL00310020DL", f"DBB{figures}", f"DCG{country}")
        )
        assert licence is not None
        assert licence.date_of_birth == day


@pytest.mark.parametrize(
    ("iin", "elements", "country", "is_disputed"),
    [
        ("636010", ("DCGUSA", "DAJFL"), "US", False),
        ("999999", ("DCGCAN",), "CA", False),
        ("636012", ("DAJON",), "CA", False),  # no country: the issuer's number
        ("604432", (), "CA", False),
        ("636056", (), "MX", False),
        ("999999", ("DAJON",), "CA", False),  # neither: the jurisdiction
        ("999999", ("DAJNL",), "CA", False),
        ("999999", ("DAJFL",), "US", False),
        ("999999", (), "", False),
        ("636012", ("DCGUSA",), "US", True),
        ("636010", ("DAJON",), "US", True),
    ],
)
def test_the_country_stands_in_dcg_then_the_issuers_number_then_daj(
    iin, elements, country, is_disputed
) -> None:
    licence = parse_licence(card(f"ANSI {iin}090001DL00310020DL", "DAQ1", *elements))
    assert licence is not None
    assert (licence.country, licence.is_country_disputed) == (country, is_disputed)


def test_a_class_of_none_is_no_class() -> None:
    for printed, has_class in (("NONE", False), ("none", False), ("", False), ("D", True)):
        licence = parse_licence(card("ANSI 636010090001ZF00310020", "", f"DCA{printed}"))
        assert licence is not None
        assert licence.has_class is has_class


def test_names_with_accents_read_in_both_encodings() -> None:
    for encoding in ("utf-8", "latin-1"):
        text = "@\n\x1e\rANSI 604428090001DL00310020DLDCSBÉLANGER\nDACZOÉ\nDADNONE\n"
        licence = parse_licence(text.encode(encoding))
        assert licence is not None
        assert (licence.surname, licence.given_names) == ("BÉLANGER", "ZOÉ"), encoding


def test_other_barcodes_are_no_licences() -> None:
    for other in (b"", b"https://example.com", b"ANSI 6360", b"\x00" * 400):
        assert parse_licence(other) is None


_HEAD = st.sampled_from(
    [b"@\n\x1e\rANSI 636010090002DL00410249ZF02900058", b"AAMVA6360100102ID00310200", b"ANSI "]
)


@given(
    head=st.sampled_from([b""]) | _HEAD,
    body=st.lists(
        st.binary(max_size=40)
        | st.sampled_from([b"DL", b"ID", b"DAQ", b"DBB", b"DCGCAN\n", b"DAA,,", b"\r\x1e", b"\n"]),
        max_size=40,
    ),
)
def test_no_bytes_break_the_parser(head: bytes, body: list[bytes]) -> None:
    whole = head + b"".join(body)
    licence = parse_licence(whole)
    assert licence is not None or not head.startswith((b"@", b"AAMVA"))


@given(cut=st.integers(0, 400))
def test_a_payload_cut_anywhere_never_turns_an_identity_card_into_a_licence(cut: int) -> None:
    licence = parse_licence(payload(is_licence=False)[:cut])
    assert licence is None or licence.card in {None, Subfile.IDENTIFICATION_CARD}


def test_a_payload_of_megabytes_is_answered_at_once() -> None:
    licence = parse_licence(payload() + b"DL" * 4_000_000)
    assert licence is not None
    assert licence.number == "A12345678"
