"""Is the person old enough?"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.claim import Kind
from service.screening.evidence import Evidence
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

UNDERAGE: Final = Reason(
    "customer_underage", Outcome.REJECT, "You need to be older to open this account."
)
REASONS: Final = (UNDERAGE,)
AGE: Final = Limit("age_min", 18.0, "years", "the partner's terms")
LIMITS: Final = (AGE,)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """On the day of the screening."""
    if evidence.kind.kind is Kind.CERTIFICATE_OF_INCORPORATION:
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    printed = evidence.printed.values.get("date_of_birth")
    if printed is None:
        return NotRun(NotRunWhy.TEXT_UNREADABLE)
    born, today = date.fromisoformat(printed.value), evidence.today
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    limit = policy.limit("customer.age", AGE.name)
    if age < limit:
        return [Finding(UNDERAGE, field="date_of_birth", limit=limit, unit=AGE.unit)]
    return ()
