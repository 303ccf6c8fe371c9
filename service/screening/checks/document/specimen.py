"""Is it a sample document?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.evidence import Absent, Evidence
from service.screening.findings import Finding, NotRun, NotRunWhy, Reason

SPECIMEN: Final = Reason(
    "document_specimen", Outcome.REJECT, "This is a sample document.", "Use your own document."
)
REASONS: Final = (SPECIMEN,)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """By the codes that Doc 9303 keeps for specimens, UTO and YTO."""
    if isinstance(evidence.country, Absent):
        return NotRun(NotRunWhy.NO_DOCUMENT)
    return [Finding(SPECIMEN)] if evidence.country.status == "specimen" else ()
