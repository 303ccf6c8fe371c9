"""Do the check digits agree with what was read?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import mrz_of, region_of
from service.screening.evidence import Evidence, ReadingState
from service.screening.findings import Finding, NotRun, NotRunWhy, Reason

FAILED: Final = Reason(
    "mrz_check_digit_failed",
    Outcome.RETAKE,
    "We couldn't confirm the document.",
    "Take one more photo.",
    retryable=True,
)
REPEATED: Final = Reason(
    "mrz_check_digit_failed_again",
    Outcome.REVIEW,
    "We're checking your document.",
    "You don't need to do anything now.",
)
REASONS: Final = (FAILED, REPEATED)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Only of a zone that was clearly read; a second time it is for a person, not a camera."""
    found = mrz_of(evidence)
    if found is None:
        return NotRun(NotRunWhy.MRZ_ABSENT)
    side, reading = found
    if reading.state is not ReadingState.READ or reading.zone is None:
        return NotRun(NotRunWhy.MRZ_UNREADABLE)
    wrong = [one for one in reading.zone.checks if not one.valid]
    # Green cards print their case number over two digits that never agree (Doc 9303 deviation).
    if reading.zone.document_code in {"C1", "C2"} and reading.zone.issuing_state == "USA":
        wrong = [one for one in wrong if one.name not in {"document_number", "composite"}]
    if not wrong:
        return ()
    reason = REPEATED if evidence.history.check_digits_failed_before else FAILED
    return [Finding(reason, side, wrong[0].name, region_of(evidence, side, reading.quad))]
