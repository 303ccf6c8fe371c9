"""Can the machine readable zone be read, where there must be one?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import mrz_of, region_of
from service.screening.claim import Kind
from service.screening.evidence import Evidence, ReadingState
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

NOT_FOUND: Final = Reason(
    "mrz_not_found",
    Outcome.RETAKE,
    "We can't find the two lines at the bottom.",
    "Show the whole page with your photo, with a margin around it.",
    retryable=True,
)
CUT_OFF: Final = Reason(
    "mrz_cut_off",
    Outcome.RETAKE,
    "The lines at the bottom are cut off.",
    "Leave a margin around the page.",
    retryable=True,
)
UNREADABLE: Final = Reason(
    "mrz_unreadable",
    Outcome.RETAKE,
    "The lines at the bottom aren't clear.",
    "Wipe the page, use even light, and try again.",
    retryable=True,
)
REPAIRED: Final = Reason(
    "mrz_repaired", Outcome.INFO, "Some characters were put right by the rules of the zone."
)
REASONS: Final = (NOT_FOUND, CUT_OFF, UNREADABLE, REPAIRED)
CONFIDENCE: Final = Limit("confidence_min", 0.95, "probability", "wrong readings by confidence")
LIMITS: Final = (CONFIDENCE,)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """A passport must show its zone; of other kinds a zone that is there must be readable."""
    found = mrz_of(evidence)
    kind = evidence.kind
    if found is None:
        if kind.kind is Kind.PASSPORT and kind.is_certain:
            return [Finding(NOT_FOUND, next(iter(evidence.sides)), "mrz")]
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    side, reading = found
    if reading.zone is not None and not reading.zone.checks:
        return NotRun(NotRunWhy.NOT_APPLICABLE)  # a Swiss licence: no digit can prove its lines
    region = region_of(evidence, side, reading.quad)
    limit = policy.limit("mrz.readable", CONFIDENCE.name)
    # Clear print of what cannot be (a date that does not exist) is for the checks of what it says.
    is_valid = reading.zone is not None and reading.zone.valid and not reading.zone.problems
    if reading.state is not ReadingState.READ or (is_valid and reading.confidence < limit):
        reason = CUT_OFF if reading.is_cut_off else UNREADABLE
        return [
            Finding(
                reason, side, "mrz", region, round(reading.confidence, 3), limit, CONFIDENCE.unit
            )
        ]
    if reading.repairs:
        return [Finding(REPAIRED, side, "mrz", region)]
    return ()
