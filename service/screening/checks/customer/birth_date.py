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
TRANSPOSED: Final = Reason(
    "customer_birth_date_transposed",
    Outcome.REVIEW,
    "The date of birth differs.",
    "Day and month may be the wrong way round: check the date of birth that you gave.",
)
REASONS: Final = (MISMATCH, TRANSPOSED)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Exact: a digit off is another person or a typing error, both for a look."""
    claimed = evidence.claim.date_of_birth
    if claimed is None:
        return NotRun(NotRunWhy.NOTHING_CLAIMED)
    printed = evidence.printed.values.get("date_of_birth")
    if printed is None:
        return NotRun(NotRunWhy.TEXT_UNREADABLE)
    if printed.value == claimed.isoformat():
        return ()
    is_transposed = printed.value == f"{claimed.year:04}-{claimed.day:02}-{claimed.month:02}"
    return [Finding(TRANSPOSED if is_transposed else MISMATCH, field="date_of_birth")]
