"""Barcodes of other identity cards, by their form alone: a sign of such a card, never a proof."""

import re
from typing import Final

# Forms as their readers describe them; a card of another kind may quote the same number.
_FORMS: Final = (
    ("Aadhaar", re.compile(rb"PrintLetterBarcodeData|<QP[DS]B?\b|<QDA\b|OfflinePaperlessKyc")),
    ("Aadhaar", re.compile(rb"\A[0-9]{600,}\Z")),  # the signed code: one number of many digits
    ("Ghana Card", re.compile(rb"\bGHA-[0-9]{9}-[0-9]\b")),
    ("Argentine DNI", re.compile(rb"\A@?[0-9]{8,15} *@[^@]+@[^@]+@[MFX]@ *[MF]?[0-9]{7,8} *@")),
    ("Vietnamese CCCD", re.compile(rb"\A[0-9]{12}\|[0-9]{0,9}\|[^|]+\|[0-9]{8}\|")),
    ("Chilean identity card", re.compile(rb"registrocivil\.cl/.*[?&]type=CEDULA", re.IGNORECASE)),
)
_MOST_BYTES: Final = 8192


def identity_card_of(payload: bytes) -> str | None:
    """Which identity card writes such a barcode; None where none is known to."""
    searched = payload[:_MOST_BYTES]
    return next((name for name, form in _FORMS if form.search(searched)), None)
