"""Is the holder's photograph where a passport must show it?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.claim import Kind
from service.screening.evidence import Absent, Evidence, Failed
from service.screening.findings import Finding, NotRun, NotRunWhy, Reason

MISSING: Final = Reason(
    "document_portrait_missing",
    Outcome.RETAKE,
    "We can't see the photo on the document.",
    "Show the whole page, with nothing on it.",
    retryable=True,
)
REASONS: Final = (MISSING,)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Asked of passports alone, whose zone says where the photograph is (Doc 9303 part 4)."""
    if evidence.kind.kind is not Kind.PASSPORT or not evidence.kind.is_certain:
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    portraits = {side: one.portrait for side, one in evidence.sides.items()}
    if any(isinstance(one, Failed) for one in portraits.values()):
        return NotRun(NotRunWhy.STAGE_FAILED)
    if any(isinstance(one, tuple) for one in portraits.values()):
        return ()
    missing = [side for side, one in portraits.items() if isinstance(one, Absent)]
    if not missing:
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    return [Finding(MISSING, missing[0], "portrait")]
