"""South African barcodes: the encrypted licence by its header, the identity card by its text."""

import re
from typing import Final

# First bytes of versions 1 and 2, and the length, as published by several decoders.
_HEADERS: Final = (b"\x01\xe1\x02\x45", b"\x01\x9b\x09\x45")
_LENGTH: Final = 720

# Surname, names, sex, nationality, number, birth, country of birth, status, issue ...: twelve
# fields, of which a torn barcode may have fewer.
_LEAST_FIELDS: Final = 5
_SEX_FIELD: Final = 2
_SEXES: Final = frozenset({b"M", b"F", b"X", b"MALE", b"FEMALE", b"U"})
_LABELS: Final = frozenset({b"SEX", b"GENDER"})
_NUMBER: Final = re.compile(rb"[0-9]{13}")


def is_licence(payload: bytes) -> bool:
    """Whether raw bytes are a South African licence. Nothing in it is decrypted."""
    return len(payload) == _LENGTH and payload[:4] in _HEADERS


def is_identity_card(payload: bytes) -> bool:
    """Whether raw bytes are the text of a South African smart identity card: fields joined by |."""
    fields = [field.strip().upper() for field in payload.split(b"|")]
    if len(fields) < _LEAST_FIELDS or not fields[0] or any(c in b"0123456789" for c in fields[0]):
        return False
    has_number = any(_NUMBER.fullmatch(field) for field in fields)
    return has_number or fields[_SEX_FIELD] in _SEXES | _LABELS
