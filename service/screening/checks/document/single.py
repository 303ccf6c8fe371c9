"""Is there one document in a picture, not several?"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from service.mrz.formats import Format
from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import place_by_zone, region_of
from service.screening.claim import Kind
from service.screening.evidence import (
    Evidence,
    MrzReading,
    Quad,
    ReadingState,
    SideEvidence,
    found,
)
from service.screening.findings import Finding, NotRun, Reason
from service.screening.match.numbers import is_same_number
from service.screening.read.fields import births_in

MULTIPLE: Final = Reason(
    "document_multiple",
    Outcome.RETAKE,
    "There is more than one document in the photo.",
    "Show one document only.",
    retryable=True,
)
REASONS: Final = (MULTIPLE,)
LIMITS: Final = ()
_STICKERS: Final = frozenset({Format.MRVA, Format.MRVB})
"""Visas stand in passports: the two are one object."""
_CARDS: Final = frozenset({Kind.DRIVERS_LICENSE, Kind.RESIDENT_PERMIT, Kind.NATIONAL_ID})
_TITLED: Final = _CARDS | {Kind.PASSPORT}
# An open book is two pages of 88 mm over a zone of 112 mm: what lies outside is another thing.
_ASIDE: Final = 0.2
_ABOVE: Final = 1.5
_BELOW: Final = 0.2
_PAGE_BELOW: Final = 1.2
"""Where the data page is the upper one, the title may stand on the page under it as well."""


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Zones of two documents, a title away from a passport's page, two days of birth in print, or a front twice.

    A card's front and back in one picture are one document, as are the two pages of an open book.
    """
    return [
        Finding(MULTIPLE, side, region=region_of(evidence, side, other))
        for side, one in evidence.sides.items()
        if (other := _second_document(one) or _second_front(one, evidence.today)) is not None
    ]


def _second_document(side: SideEvidence) -> Quad | None:
    if not isinstance(side.mrz, MrzReading) or not _is_proven(side.mrz):
        return None
    first = side.mrz.zone
    for reading in side.more_zones:
        second = reading.zone
        if first is None or second is None or not _is_proven(reading):
            continue
        if _STICKERS & {first.format, second.format}:
            continue
        # A book has one zone; a card's number may stand on both of its sides.
        is_book = first.format == second.format == Format.TD3
        is_repeated = is_book and _is_apart(side.mrz, reading.quad)
        if is_repeated or not is_same_number(first.number, second.number):
            return reading.quad
    if first is None or first.format != Format.TD3 or not isinstance(side.titles, tuple):
        return None
    for title in side.titles:
        below = _BELOW if title.kind in _CARDS else _PAGE_BELOW
        is_titled = title.decisive and title.kind in _TITLED
        if is_titled and _is_elsewhere(side.mrz, title.quad, below):
            return title.quad
    return None


def _second_front(side: SideEvidence, today: date) -> Quad | None:
    """Where another day of birth is named, for nobody has two; or the same one under the same title again.

    One front may repeat its title or the day, and a back names one of them at most.
    """
    births = births_in(found(side.text), today=today)
    other = next((quad for days, quad in births if not days & births[0][0]), None)
    if other is None and len(births) > 1 and _is_titled_twice(side):
        return births[1][1]
    return other


def _is_titled_twice(side: SideEvidence) -> bool:
    """Whether the same title of a card stands on two lines."""
    lines: dict[str, set[Quad]] = {}
    for title in found(side.titles):
        if title.decisive and title.kind in _CARDS:
            lines.setdefault(title.title, set()).add(title.quad)
    return any(len(quads) > 1 for quads in lines.values())


def _is_proven(reading: MrzReading) -> bool:
    return reading.state is ReadingState.READ and reading.zone is not None and reading.zone.valid


def _is_apart(reading: MrzReading, quad: Quad) -> bool:
    """Whether a zone is another than this, and not this found twice."""
    right, down = place_by_zone(reading, quad)
    return abs(down) > _ASIDE or abs(right - 0.5) > 0.5


def _is_elsewhere(reading: MrzReading, quad: Quad, below: float) -> bool:
    right, down = place_by_zone(reading, quad)
    return not (-_ASIDE < right < 1 + _ASIDE and -_ABOVE < down < below)
