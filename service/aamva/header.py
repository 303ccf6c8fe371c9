"""Header of the barcode on North American licences and identification cards (AAMVA card design)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_HEADER: Final = re.compile(
    rb"(?:ANSI |AAMVA)(?P<iin>\d{6})(?P<version>\d{2})(?P<rest>\d{2,4}(?:[A-Z]{2}\d{8})+)"
)
_DESIGNATOR: Final = re.compile(rb"([A-Z]{2})(\d{4})(\d{4})")


class Subfile(StrEnum):
    """Types of subfile that tell what the card is; Z* are a jurisdiction's own."""

    LICENCE = "DL"
    IDENTIFICATION_CARD = "ID"
    ENHANCED = "EN"


@dataclass(frozen=True, slots=True)
class Header:
    """Issuer and subfiles.

    Attributes:
        iin: issuer identification number, six digits.
        version: of the AAMVA standard.
        subfiles: type, offset and length as printed; both are often wrong.

    """

    iin: str
    version: int
    subfiles: tuple[tuple[str, int, int], ...]

    @property
    def card(self) -> Subfile | None:
        """What the card is; None where no subfile tells. An identification card wins."""
        types = {kind for kind, _, _ in self.subfiles}
        order = (Subfile.IDENTIFICATION_CARD, Subfile.LICENCE, Subfile.ENHANCED)
        return next((kind for kind in order if kind in types), None)


def parse_header(payload: bytes) -> Header | None:
    """Header of an AAMVA payload; None where the bytes are something else."""
    match = _HEADER.search(payload[:400])
    if match is None:
        return None
    designators = _DESIGNATOR.findall(match["rest"])
    if not designators:
        return None
    return Header(
        match["iin"].decode(),
        int(match["version"]),
        tuple((kind.decode(), int(offset), int(length)) for kind, offset, length in designators),
    )
