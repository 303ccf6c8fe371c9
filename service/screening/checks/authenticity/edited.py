"""Does the file tell of a picture editor?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.evidence import Evidence
from service.screening.findings import Finding, NotRun, Reason

EDITED: Final = Reason(
    "authenticity_edited", Outcome.REVIEW, "The file's metadata name an image editor: {software}."
)
REASONS: Final = (EDITED,)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Cropping with such a program is innocent and common: a person looks."""
    return [
        Finding(EDITED, side, words=(("software", s.frame.software),))
        for side, s in evidence.sides.items()
        if s.frame.software
    ]
