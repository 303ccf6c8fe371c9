"""Is the date of birth the customer's?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.evidence import Evidence
from service.screening.findings import Finding, NotRun, NotRunWhy, Reason

MISMATCH: Final = Reason(
    "customer_birth_date_mismatch",
    Outcome.REVIEW,
    "The date of birth differs.",
    "Check the date of birth that you gave.",
)
REASONS: Final = (MISMATCH,)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Exact: a digit off is another person or a typing error, both for a look."""
    claimed = evidence.claim.date_of_birth
    if claimed is None:
        return NotRun(NotRunWhy.NOTHING_CLAIMED)
    printed = evidence.printed.values.get("date_of_birth")
    if printed is None:
        return NotRun(NotRunWhy.TEXT_UNREADABLE)
    is_same = printed.value == claimed.isoformat()
    return () if is_same else [Finding(MISMATCH, field="date_of_birth")]
