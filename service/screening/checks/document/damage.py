"""Is the document whole? A passport with a hole or without a corner has been cancelled."""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import region_of, surfaces
from service.screening.evidence import Evidence
from service.screening.findings import Finding, NotRun, NotRunWhy, Reason

DAMAGED: Final = Reason(
    "document_damaged",
    Outcome.REVIEW,
    "The document looks damaged.",
    "You don't need to do anything now.",
)
REASONS: Final = (DAMAGED,)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """By holes and cut corners of a passport's page; a person tells a hole from a printed disc."""
    examined = {side: (one.holes, one.cut_corners) for side, one in surfaces(evidence).items()}
    looked = [
        (side, [*holes, *corners])
        for side, (holes, corners) in examined.items()
        if isinstance(holes, tuple) and isinstance(corners, tuple)
    ]
    if not looked:
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    return [
        Finding(DAMAGED, side, region=region_of(evidence, side, places[0]))
        for side, places in looked
        if places
    ]
