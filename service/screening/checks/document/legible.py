"""Was everything read that a document of this kind must show?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Policy
from service.screening.checks.reading import NEEDED_FIELDS
from service.screening.evidence import Evidence
from service.screening.findings import Finding, NotRun, NotRunWhy

REASONS: Final = ()
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Raises nothing of its own: a field that nobody read holds up acceptance."""
    needed = NEEDED_FIELDS.get(evidence.kind.kind)
    if needed is None:
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    if any(name not in evidence.printed.values for name in needed):
        return NotRun(NotRunWhy.TEXT_UNREADABLE)
    return ()
