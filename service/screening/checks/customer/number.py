"""Is the document's number the one the customer gave?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.evidence import Evidence
from service.screening.findings import Finding, NotRun, NotRunWhy, Reason
from service.screening.match.numbers import is_same_number

MISMATCH: Final = Reason(
    "customer_number_mismatch",
    Outcome.REVIEW,
    "The document number differs.",
    "Check the number that you gave.",
)
REASONS: Final = (MISMATCH,)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Without spaces and marks, which the zone leaves out."""
    claimed = evidence.claim.id_number
    if not claimed:
        return NotRun(NotRunWhy.NOTHING_CLAIMED)
    printed = evidence.printed.values.get("number")
    if printed is None:
        return NotRun(NotRunWhy.TEXT_UNREADABLE)
    return () if is_same_number(claimed, printed.value) else [Finding(MISMATCH, field="number")]
