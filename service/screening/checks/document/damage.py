"""Is the document whole? A punched passport has been cancelled."""

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
    """By the holes of a punch on a passport's page; a person tells them from a printed disc."""
    examined = [(s, one.holes) for s, one in surfaces(evidence).items()]
    looked = [(side, holes) for side, holes in examined if isinstance(holes, tuple)]
    if not looked:
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    return [
        Finding(DAMAGED, side, region=region_of(evidence, side, holes[0]))
        for side, holes in looked
        if holes
    ]
