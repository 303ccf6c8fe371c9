"""What barcodes say of the kind."""

from collections.abc import Iterable

from service.aamva.elements import parse_licence
from service.aamva.header import Subfile
from service.aamva.south_africa import is_identity_card, is_licence
from service.screening.claim import Kind
from service.screening.evidence import BarcodeReading, Vote


def votes_of_barcodes(barcodes: Iterable[BarcodeReading]) -> tuple[tuple[Vote, str], ...]:
    """Votes with their subkinds, empty here."""
    found: list[tuple[Vote, str]] = []
    for barcode in barcodes:
        licence = parse_licence(barcode.payload)
        if licence is not None and licence.card is not None:
            is_id = licence.card is Subfile.IDENTIFICATION_CARD
            kind = Kind.NATIONAL_ID if is_id else Kind.DRIVERS_LICENSE
            found.append((Vote(kind, 1.0, "barcode", f"subfile {licence.card}"), ""))
        elif is_licence(barcode.payload):
            found.append((Vote(Kind.DRIVERS_LICENSE, 1.0, "barcode", "South African licence"), ""))
        elif is_identity_card(barcode.payload):
            found.append((Vote(Kind.NATIONAL_ID, 1.0, "barcode", "South African smart ID"), ""))
    return tuple(found)
