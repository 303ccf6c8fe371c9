"""Header of the barcode on North American licences and identification cards (AAMVA card design)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Version 1 (2000) has no jurisdiction version: two figures fewer before the designators.
_HEADER: Final = re.compile(
    rb"(?:ANSI |AAMVA)(?P<iin>[0-9]{6})(?P<version>[0-9]{2})"
    rb"(?:[0-9]{2}){1,2}?(?P<designators>(?:[A-Z]{2}[0-9]{8})*)(?=[^0-9]|$)"
)
_DESIGNATOR: Final = re.compile(rb"([A-Z]{2})([0-9]{4})([0-9]{4})")
_OPENING: Final = re.compile(rb"(?:^|[\n\r\x1e])(DL|ID|EN)(?=D[A-F][A-Z])")
_SEARCHED_BYTES: Final = 400


class Subfile(StrEnum):
    """Types of subfile that tell what the card is; Z* are a jurisdiction's own."""

    LICENCE = "DL"
    IDENTIFICATION_CARD = "ID"
    ENHANCED = "EN"


_IDENTITY_FIRST: Final = (Subfile.IDENTIFICATION_CARD, Subfile.LICENCE, Subfile.ENHANCED)


@dataclass(frozen=True, slots=True)
class Header:
    """Issuer and subfiles.

    Attributes:
        iin: issuer identification number, six digits.
        version: of the AAMVA standard; 1 is that of 2000.
        subfiles: type, offset and length as printed; the numbers are often wrong, and not used.
        opened: types by the two letters with which subfiles begin.
        elements_at: where the elements begin, in bytes of the payload.

    """

    iin: str
    version: int
    subfiles: tuple[tuple[str, int, int], ...]
    opened: tuple[Subfile, ...]
    elements_at: int

    @property
    def card(self) -> Subfile | None:
        """What the card is; None where no subfile tells. An identification card wins.

        By the designators and by how the subfiles begin: either may be cut off or untrue.
        """
        types = {kind for kind, _, _ in self.subfiles} | set(self.opened)
        return next((kind for kind in _IDENTITY_FIRST if kind in types), None)


def parse_header(payload: bytes) -> Header | None:
    """Header of an AAMVA payload; None where the bytes are something else."""
    match = _HEADER.search(payload[:_SEARCHED_BYTES])
    if match is None:
        return None
    designators = _DESIGNATOR.findall(match["designators"])
    opened = {Subfile(kind.decode()) for kind in _OPENING.findall(payload[match.end() :])}
    return Header(
        match["iin"].decode(),
        int(match["version"]),
        tuple((kind.decode(), int(offset), int(length)) for kind, offset, length in designators),
        tuple(kind for kind in _IDENTITY_FIRST if kind in opened),
        match.end(),
    )
