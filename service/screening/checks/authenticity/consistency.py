"""Do MRZ, barcode and print say the same?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.evidence import Evidence
from service.screening.findings import Finding, NotRun, Reason

INCONSISTENT: Final = Reason(
    "authenticity_inconsistent", Outcome.REVIEW, "{field} differs between {first} and {second}."
)
REASONS: Final = (INCONSISTENT,)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Each clearly read, and different."""
    return [
        Finding(
            INCONSISTENT,
            field=name,
            words=(("field", name), ("first", first), ("second", second)),
        )
        for name, first, second in evidence.printed.disagreements
    ]
