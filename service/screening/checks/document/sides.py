"""Are both sides there, and of one document?"""

from collections.abc import Sequence
from typing import Final

from service.mrz.formats import Format
from service.policy.policy import Outcome, Policy
from service.screening.claim import Kind, Side
from service.screening.evidence import Evidence, MrzReading
from service.screening.findings import Finding, NotRun, NotRunWhy, Reason

BACK_MISSING: Final = Reason(
    "document_back_missing",
    Outcome.RETAKE,
    "The back is missing.",
    "Send the back of the document as well.",
    retryable=True,
)
REPEATED: Final = Reason(
    "document_side_repeated",
    Outcome.RETAKE,
    "Both photos show the same side.",
    "Turn the document over and photograph its other side.",
    retryable=True,
)
DIFFER: Final = Reason(
    "document_sides_differ",
    Outcome.RETAKE,
    "The two photos show different documents.",
    "Send the front and the back of the same document.",
    retryable=True,
)
SWAPPED: Final = Reason(
    "document_sides_swapped", Outcome.INFO, "Front and back were swapped; we put them right."
)
REASONS: Final = (BACK_MISSING, REPEATED, DIFFER, SWAPPED)
LIMITS: Final = ()
TWO_SIDED: Final = frozenset({Kind.DRIVERS_LICENSE, Kind.RESIDENT_PERMIT})


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Licences and permits need both sides."""
    if evidence.kind.kind is Kind.NONE:
        return NotRun(NotRunWhy.NO_DOCUMENT)
    found: list[Finding] = []
    if evidence.kind.kind in TWO_SIDED and evidence.kind.is_certain:
        has_back = Side.BACK in evidence.sides and not evidence.is_back_empty
        if shows_both(evidence):
            pass
        elif not has_back:
            found.append(Finding(BACK_MISSING, Side.BACK))
        elif evidence.is_same_side_twice:
            found.append(Finding(REPEATED, Side.BACK))
    if evidence.side_disagreements:
        found.append(Finding(DIFFER, Side.BACK))
    if evidence.was_swapped:
        found.append(Finding(SWAPPED))
    return found


def shows_both(evidence: Evidence) -> bool:
    """Whether one picture holds front and back: a card's title, and the zone of its back."""
    front = evidence.sides[Side.FRONT]
    has_title = isinstance(front.titles, tuple) and any(
        title.decisive and title.kind is evidence.kind.kind for title in front.titles
    )
    zone = front.mrz.zone if isinstance(front.mrz, MrzReading) else None
    return has_title and zone is not None and zone.format is Format.TD1
