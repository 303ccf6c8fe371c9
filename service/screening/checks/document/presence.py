"""Is there a document at all?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import looks_like_document
from service.screening.claim import Kind
from service.screening.evidence import Evidence, Failed
from service.screening.findings import Finding, NotRun, NotRunWhy, Reason

NOT_FOUND: Final = Reason(
    "document_not_found",
    Outcome.RETAKE,
    "We can't see a document.",
    "Photograph the page or card with your photo on it.",
    retryable=True,
)
REASONS: Final = (NOT_FOUND,)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Nothing that any kind of document shows: no zone, barcode, title or labelled field."""
    if any(isinstance(side.text, Failed) for side in evidence.sides.values()):
        return NotRun(NotRunWhy.STAGE_FAILED)  # our fault, not the person's
    if evidence.kind.kind is Kind.NONE or not looks_like_document(evidence):
        return [Finding(NOT_FOUND, next(iter(evidence.sides)))]
    return ()
