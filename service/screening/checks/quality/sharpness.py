"""Are the letters sharp enough to read?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import is_legible, qualities, region_of
from service.screening.evidence import Evidence
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

BLURRED: Final = Reason(
    "image_blurred",
    Outcome.RETAKE,
    "The text is blurry.",
    "Hold the phone still, tap the document to focus, and try again.",
    retryable=True,
)
REASONS: Final = (BLURRED,)
EDGE_WIDTH: Final = Limit(
    "edge_width", 1.15, "edge width in strokes", "the readers' own failures on generated ladders"
)
LIMITS: Final = (EDGE_WIDTH,)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """Blur counts only where something stayed unread: a reader's success outranks a number."""
    if is_legible(evidence):
        return ()
    limit = policy.limit("quality.sharpness", EDGE_WIDTH.name)
    measured = [(side, q) for side in evidence.sides for q in qualities(evidence, side)[:2]]
    if not measured:
        return NotRun(NotRunWhy.NO_DOCUMENT)
    return [
        Finding(
            BLURRED,
            side,
            quality.field if quality.field != "page" else None,
            region_of(evidence, side, quality.quad),
            round(quality.edge_width_strokes, 2),
            limit,
            EDGE_WIDTH.unit,
        )
        for side, quality in measured
        if quality.edge_width_strokes > limit
    ][:1]
