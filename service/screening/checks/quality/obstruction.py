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
    on_print = [
        Finding(OBSTRUCTED, side, name, region_of(evidence, side, quad))
        for side, name, quad in hidden_print(evidence, lambda surface: surface.covered_lines)
    ][:1]
    found = mrz_of(evidence)
    if on_print or found is None or found[1].state is ReadingState.READ:
        return NotRun(NotRunWhy.NOT_APPLICABLE) if found is None and not on_print else on_print
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
