"""Are the dates of the zone possible?"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import mrz_of
from service.screening.evidence import Evidence, ReadingState
from service.screening.findings import Finding, NotRun, NotRunWhy, Reason

INVALID: Final = Reason(
    "mrz_dates_invalid",
    Outcome.REVIEW,
    "We're checking your document.",
    "You don't need to do anything now.",
)
REASONS: Final = (INVALID,)
LIMITS: Final = ()
_DATES: Final = frozenset({"date_of_birth", "date_of_expiry"})


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """A thirteenth month that was clearly read is the print's fault: a person looks."""
    found = mrz_of(evidence)
    if found is None:
        return NotRun(NotRunWhy.MRZ_ABSENT)
    side, reading = found
    if reading.state is not ReadingState.READ or reading.zone is None:
        return NotRun(NotRunWhy.MRZ_UNREADABLE)
    zone = reading.zone
    wrong = [problem.field for problem in zone.problems if problem.field in _DATES]
    born, ends = zone.date_of_birth, zone.date_of_expiry
    if not wrong and isinstance(born, date) and ends is not None and ends < born:
        wrong = ["date_of_expiry"]
    return [Finding(INVALID, side, wrong[0])] if wrong else ()
