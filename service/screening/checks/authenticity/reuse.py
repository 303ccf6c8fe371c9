"""Was the same picture or document sent for another customer?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.evidence import Evidence
from service.screening.findings import Finding, NotRun, Reason

REUSED: Final = Reason(
    "authenticity_reused",
    Outcome.REVIEW,
    "The same document or picture came with another customer: {screenings}.",
)
REASONS: Final = (REUSED,)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """By perceptual hash and by document number."""
    others = evidence.history.reused_by
    if not others:
        return ()
    return [Finding(REUSED, words=(("screenings", ", ".join(others[:5])),))]
