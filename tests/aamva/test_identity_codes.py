"""South African barcodes and those of other identity cards, by their form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.aamva.identity_codes import identity_card_of
from service.aamva.south_africa import is_identity_card, is_licence

SMART_ID = "VAN DER MERWE|ADA MARY|F|RSA|8005060000088|06 MAY 1980|RSA|CITIZEN|01 JAN 2020|1|2|3"


def test_a_south_african_licence_is_told_by_its_header_and_length() -> None:
    assert is_licence(b"\x01\x9b\x09\x45" + b"\x00" * 716)
    assert is_licence(b"\x01\xe1\x02\x45" + b"\xff" * 716)
    assert not is_licence(b"\x01\x9b\x09\x45" + b"\x00" * 700)
    assert not is_licence(b"\x01\x9b\x09\x46" + b"\x00" * 716)


@pytest.mark.parametrize(
    "text",
    [
        SMART_ID,
        "O'NEIL-KOROMA" + SMART_ID[13:],
        "SURNAME|NAMES|SEX|NATIONALITY|NUMBER|BIRTH",
        SMART_ID[:52],  # torn
    ],
)
def test_fields_joined_by_bars_are_a_south_african_identity_card(text: str) -> None:
    assert is_identity_card(text.encode())


@pytest.mark.parametrize("text", ["", "one|two", "|||||||||", "1|2|3|4|5|6|7|8", "A|B|C|D|E|F"])
def test_other_bars_are_not(text: str) -> None:
    assert not is_identity_card(text.encode())


@pytest.mark.parametrize(
    ("payload", "card"),
    [
        (b'<PrintLetterBarcodeData uid="999900001111" name="Ada"/>', "Aadhaar"),
        (b"27" * 900, "Aadhaar"),
        (b"GHA-000000000-0", "Ghana Card"),
        (b"00000000001@STONE@ADA@F@10000000@A@06/05/1980@01/02/2015", "Argentine DNI"),
        (b"012345678901|123456789|NGUYEN VAN A|01021990|Nam|X|01012021", "Vietnamese CCCD"),
        (b"https://example.com/GHA-12", None),
        (b"1234567890", None),
        (b"", None),
    ],
)
def test_codes_of_other_identity_cards_are_named(payload: bytes, card: str | None) -> None:
    assert identity_card_of(payload) == card


@given(st.binary(max_size=900))
def test_no_bytes_break_them(payload: bytes) -> None:
    assert is_licence(payload) == (
        len(payload) == 720 and payload[:1] == b"\x01" and is_licence(payload)
    )
    assert isinstance(is_identity_card(payload), bool)
    assert identity_card_of(payload) is None or identity_card_of(payload)
