"""Has the person tried often enough, or sent the same picture again?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.evidence import Evidence
from service.screening.findings import Finding, NotRun, Reason

LIMIT_REACHED: Final = Reason(
    "customer_retake_limit_reached",
    Outcome.REVIEW,
    "Thanks. A colleague will look at your photos.",
    "You don't need to do anything now.",
)
SENT_BEFORE: Final = Reason(
    "file_rejected_before",
    Outcome.RETAKE,
    "You've sent this photo before.",
    "Take a new one.",
    retryable=True,
)
REASONS: Final = (LIMIT_REACHED, SENT_BEFORE)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """The pipeline turns what would be another retake into a review once the limit is reached."""
    found: list[Finding] = []
    if evidence.history.attempt > policy.attempts_max:
        found.append(
            Finding(
                LIMIT_REACHED,
                measured=float(evidence.history.attempt),
                limit=float(policy.attempts_max),
                unit="attempts",
            )
        )
    if evidence.history.turned_away_before:
        found.append(Finding(SENT_BEFORE))
    return found
