"""Does something lie on the lines that have to be read?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import hidden_print, mrz_of, region_of, surfaces
from service.screening.evidence import Evidence, ReadingState
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

OBSTRUCTED: Final = Reason(
    "image_obstructed",
    Outcome.RETAKE,
    "Something covers the document.",
    "Keep fingers and objects off it.",
    retryable=True,
)
REASONS: Final = (OBSTRUCTED,)
COVERED: Final = Limit(
    "covered_max", 0.06, "of a line's length", "drawn fingers from 0.07, unread real zones to 0.05"
)
LIMITS: Final = (COVERED,)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """A zone that stayed unread asks for the cause; print is judged where no zone or code speaks.

    Half a number under a finger reads as another number, and nothing else tells.
    """
    on_print = hidden_print(evidence, lambda surface: surface.covered_lines)
    if on_print is not None:
        return [Finding(OBSTRUCTED, *on_print)]
    found = mrz_of(evidence)
    if found is None:
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    if found[1].state is ReadingState.READ:
        return ()
    side, reading = found
    surface = surfaces(evidence).get(side)
    if surface is None or not isinstance(surface.covered_fraction, float):
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    limit = policy.limit("quality.obstruction", COVERED.name)
    covered = round(surface.covered_fraction, 3)
    if covered <= limit:
        return ()
    region = region_of(evidence, side, reading.quad)
    return [Finding(OBSTRUCTED, side, "mrz", region, covered, limit, COVERED.unit)]
