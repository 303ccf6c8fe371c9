"""Was the picture taken from the front?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import is_legible, region_of
from service.screening.claim import Kind
from service.screening.evidence import Evidence, Outline
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

TILTED: Final = Reason(
    "image_tilted",
    Outcome.RETAKE,
    "The photo was taken at an angle.",
    "Hold the phone flat above the document.",
    retryable=True,
)
REASONS: Final = (TILTED,)
LEAN: Final = Limit("lean_max", 50.0, "degrees", "unread pages by their lean")
LIMITS: Final = (LEAN,)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """Only where something stayed unread: what was read was rectified well enough."""
    if is_legible(evidence):
        return ()
    if evidence.kind.kind is Kind.NONE:
        return NotRun(NotRunWhy.NO_DOCUMENT)
    limit = policy.limit("quality.tilt", LEAN.name)
    outlines = [(s, e.outline) for s, e in evidence.sides.items() if isinstance(e.outline, Outline)]
    if not outlines:
        return NotRun(NotRunWhy.NO_DOCUMENT)
    return [
        Finding(
            TILTED,
            side,
            None,
            region_of(evidence, side, outline.quad),
            round(outline.tilt_deg, 1),
            limit,
            LEAN.unit,
        )
        for side, outline in outlines
        if outline.tilt_deg > limit
    ]
