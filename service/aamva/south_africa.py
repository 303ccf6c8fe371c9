"""South African barcodes: the encrypted licence by its header, the identity card by its text."""

from typing import Final

# First bytes of versions 1 and 2, and the length, as published by several decoders.
_HEADERS: Final = (b"\x01\xe1\x02\x45", b"\x01\x9b\x09\x45")
_LENGTH: Final = 720
_MIN_IDENTITY_FIELDS: Final = 8


def is_licence(payload: bytes) -> bool:
    """Whether raw bytes are a South African licence. Nothing in it is decrypted."""
    return len(payload) == _LENGTH and payload[:4] in _HEADERS


def is_identity_card(payload: bytes) -> bool:
    """Whether raw bytes are the text of a South African smart identity card: fields joined by |."""
    fields = payload.split(b"|")
    if len(fields) < _MIN_IDENTITY_FIELDS:
        return False
    return fields[0].strip().isalpha() or fields[0].strip() == b"SURNAME"
