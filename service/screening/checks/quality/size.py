"""Does the document fill enough of the picture?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import is_legible, region_of
from service.screening.claim import Kind
from service.screening.evidence import Evidence, Outline
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

TOO_SMALL: Final = Reason(
    "image_document_too_small",
    Outcome.RETAKE,
    "The document is too far away.",
    "Fill most of the frame with the document.",
    retryable=True,
)
REASONS: Final = (TOO_SMALL,)
COVERAGE: Final = Limit("coverage_min", 0.08, "of the picture", "unread pages by their share")
LIMITS: Final = (COVERAGE,)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """Only where something stayed unread: a small document in a large picture may be fine."""
    if is_legible(evidence):
        return ()
    if evidence.kind.kind is Kind.NONE:
        return NotRun(NotRunWhy.NO_DOCUMENT)
    limit = policy.limit("quality.size", COVERAGE.name)
    outlines = [(s, e.outline) for s, e in evidence.sides.items() if isinstance(e.outline, Outline)]
    if not outlines:
        return NotRun(NotRunWhy.NO_DOCUMENT)
    return [
        Finding(
            TOO_SMALL,
            side,
            None,
            region_of(evidence, side, outline.quad),
            round(outline.coverage_fraction, 3),
            limit,
            COVERAGE.unit,
        )
        for side, outline in outlines
        if outline.coverage_fraction < limit
    ]
