"""How front and back were sent: swapped, the same twice, or with nothing on the back."""

from collections.abc import Mapping
from typing import Final

from rapidfuzz import fuzz, process

from service.mrz.formats import Format
from service.screening.claim import Side
from service.screening.classify.by_title import HELD_BY_PERSONS
from service.screening.evidence import Absent, MrzReading, SideEvidence, found
from service.screening.locate.layout import SURE_LAYOUT
from service.screening.match.numbers import compact
from service.screening.match.pictures import is_same_picture
from service.screening.read.numbered import shows_table

_LEAST_LINE: Final = 5
"""Characters, not figures alone, from which a line tells the sides apart: both have dates and categories."""
_LEAST_LINES: Final = 4
_SAME_LINE: Final = 85.0
_SAME_SHARE: Final = 0.6
_SHARED: Final = 0.4
"""Of the front's lines, in a second picture of it, which may be worse: a back repeats some labels."""
_LEAST_PRINT: Final = 3
"""Lines of print that the back of any licence or permit has."""


def put_right(
    sides: Mapping[Side, SideEvidence],
) -> tuple[Mapping[Side, SideEvidence], bool]:
    """Front and back, swapped where the back has a title, and the front none and shows what backs do.

    Or where the back alone looks like a front.
    """
    if Side.BACK not in sides:
        return sides, False
    front, back = sides[Side.FRONT], sides[Side.BACK]
    is_turned = _shows_back(front) or (_looks_like_front(back) and not _looks_like_front(front))
    if is_turned and not _shows_back(back) and _has_title(back) and not _has_title(front):
        return {Side.FRONT: back, Side.BACK: front}, True
    return sides, False


def is_same_twice(sides: Mapping[Side, SideEvidence]) -> bool:
    """Whether both pictures show one side: the same zone, mostly the same print, or two fronts.

    Where there is too little of both to tell, the pictures themselves are compared.
    """
    if Side.BACK not in sides:
        return False
    front, back = sides[Side.FRONT], sides[Side.BACK]
    zones = [side.mrz.zone for side in (front, back) if isinstance(side.mrz, MrzReading)]
    if len(zones) == 2 and zones[0] is not None and zones[1] is not None:
        return zones[0].lines == zones[1].lines
    if _is_front(front) and _is_front(back):
        return True
    first, second = _lines(front), _lines(back)
    if min(len(first), len(second)) >= _LEAST_LINES:
        same = [process.extractOne(one, first, scorer=fuzz.ratio)[1] for one in second]
        count = sum(score >= _SAME_LINE for score in same)
        return count >= _SAME_SHARE * len(second) and count >= _SHARED * len(first)
    return (
        not first
        and not second
        and is_same_picture(front.frame.fingerprint, back.frame.fingerprint)
    )


def is_empty(side: SideEvidence) -> bool:
    """Whether a side was looked at, and has no zone, no barcode and next to no print, even illegible."""
    return (
        isinstance(side.text, tuple | Absent)
        and isinstance(side.mrz, Absent)
        and not found(side.barcodes)
        and len(found(side.text)) + side.unread_lines < _LEAST_PRINT
    )


def has_table(side: SideEvidence) -> bool:
    """Whether the table on a licence's back is there."""
    return shows_table(line.text for line in found(side.text))


def _lines(side: SideEvidence) -> list[str]:
    plain = dict.fromkeys(compact(line.text) for line in found(side.text))
    return [text for text in plain if len(text) >= _LEAST_LINE and not text.isdecimal()]


def _shows_back(side: SideEvidence) -> bool:
    has_card_zone = (
        isinstance(side.mrz, MrzReading)
        and side.mrz.zone is not None
        and side.mrz.zone.format == Format.TD1
    )
    return (
        has_card_zone
        or any(b.symbology == "PDF417" for b in found(side.barcodes))
        or has_table(side)
    )


def _is_front(side: SideEvidence) -> bool:
    return _looks_like_front(side) and _has_title(side) and not _shows_back(side)


def _looks_like_front(side: SideEvidence) -> bool:
    looks = next(iter(found(side.layouts)), None)
    return looks is not None and looks.layout == "card_front" and looks.confidence >= SURE_LAYOUT


def _has_title(side: SideEvidence) -> bool:
    return any(match.decisive and match.kind in HELD_BY_PERSONS for match in found(side.titles))
