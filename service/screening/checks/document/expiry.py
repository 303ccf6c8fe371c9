"""Is the document still valid?"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.claim import Kind
from service.screening.evidence import Evidence
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

EXPIRED: Final = Reason(
    "document_expired",
    Outcome.REJECT,
    "This document has expired.",
    "Use a document that is still valid.",
)
SOON: Final = Reason("document_expires_soon", Outcome.INFO, "This document expires soon.")
REASONS: Final = (EXPIRED, SOON)
DAYS_AHEAD: Final = Limit("soon", 30.0, "days", "the policy")
LIMITS: Final = (DAYS_AHEAD,)
_LAST_ZONE: Final = timedelta(days=1)
"""Somewhere it is still yesterday: a document is valid through its last day there."""
_WITHOUT_EXPIRY: Final = frozenset({Kind.CERTIFICATE_OF_INCORPORATION, Kind.NONE})


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """By the best source of the expiry date."""
    if evidence.kind.kind in _WITHOUT_EXPIRY:
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    printed = evidence.printed.values.get("date_of_expiry")
    if printed is None:
        return NotRun(NotRunWhy.TEXT_UNREADABLE)
    ends = date.fromisoformat(printed.value)
    days = policy.limit("document.expiry", DAYS_AHEAD.name)
    if ends < evidence.today - _LAST_ZONE:
        return [Finding(EXPIRED, field="date_of_expiry")]
    left = (ends - evidence.today).days
    if left <= days:
        return [
            Finding(
                SOON, field="date_of_expiry", measured=float(left), limit=days, unit=DAYS_AHEAD.unit
            )
        ]
    return ()
