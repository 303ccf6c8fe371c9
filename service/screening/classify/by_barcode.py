"""What barcodes say of the kind."""

from collections.abc import Iterable
from typing import Final

from service.aamva.elements import Licence, parse_licence
from service.aamva.header import Subfile
from service.aamva.identity_codes import identity_card_of
from service.aamva.south_africa import is_identity_card, is_licence
from service.screening.claim import Kind
from service.screening.evidence import BarcodeReading, Vote

_SUPPORTS: Final = 0.5
"""Below what decides: a sign that needs a title beside it."""


def votes_of_barcodes(barcodes: Iterable[BarcodeReading]) -> tuple[tuple[Vote, str], ...]:
    """Votes with their subkinds, empty here."""
    votes = (_vote(barcode.payload) for barcode in barcodes)
    return tuple((vote, "") for vote in votes if vote is not None)


def _vote(payload: bytes) -> Vote | None:
    licence = parse_licence(payload)
    if licence is not None:
        return _vote_of_licence(licence)
    if is_licence(payload):
        return Vote(Kind.DRIVERS_LICENSE, 1.0, "barcode", "South African licence")
    if is_identity_card(payload):
        return Vote(Kind.NATIONAL_ID, 1.0, "barcode", "South African smart ID")
    card = identity_card_of(payload)
    return Vote(Kind.NATIONAL_ID, _SUPPORTS, "barcode", card) if card else None


def _vote_of_licence(licence: Licence) -> Vote:
    """By the subfile; where it does not tell, identification cards are those without a class."""
    if licence.card is Subfile.IDENTIFICATION_CARD:
        return Vote(Kind.NATIONAL_ID, 1.0, "barcode", "subfile ID")
    if licence.card is not None:
        return Vote(Kind.DRIVERS_LICENSE, 1.0, "barcode", f"subfile {licence.card}")
    if licence.has_class:
        return Vote(Kind.DRIVERS_LICENSE, _SUPPORTS, "barcode", "a class and no subfile")
    return Vote(Kind.NATIONAL_ID, _SUPPORTS, "barcode", "neither class nor subfile")
