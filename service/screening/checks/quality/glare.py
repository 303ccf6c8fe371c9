"""Does a reflection hide text?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import hidden_print, is_legible, qualities, region_of
from service.screening.evidence import Evidence
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

GLARE: Final = Reason(
    "image_glare",
    Outcome.RETAKE,
    "A reflection hides some text.",
    "Tilt the document or turn off the flash, and try again.",
    retryable=True,
)
REASONS: Final = (GLARE,)
HIDDEN: Final = Limit("hidden_max", 0.04, "of a line's length", "generated glare on and off text")
LIMITS: Final = (HIDDEN,)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """A spot beside the text sends nobody back: what stayed unread asks for the cause.

    Half a number in a reflection reads as another number: on a card, it is looked for as well.
    """
    on_print = hidden_print(evidence, lambda surface: surface.blinded_lines)
    if on_print is not None:
        return [Finding(GLARE, *on_print)]
    if is_legible(evidence):
        return ()
    measured = [(side, q) for side in evidence.sides for q in qualities(evidence, side)]
    if not measured:
        return NotRun(NotRunWhy.NO_DOCUMENT)
    limit = policy.limit("quality.glare", HIDDEN.name)
    for side, quality in measured:
        if quality.clipped_fraction > limit:
            return [
                Finding(
                    GLARE,
                    side,
                    quality.field if quality.field != "page" else None,
                    region_of(evidence, side, quality.quad),
                    round(quality.clipped_fraction, 3),
                    limit,
                    HIDDEN.unit,
                )
            ]
    return ()
