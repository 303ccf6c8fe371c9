"""Was everything read that a document of this kind must show?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Policy
from service.screening.checks.reading import NEEDED_FIELDS
from service.screening.evidence import Evidence, ZoneInPrint
from service.screening.findings import Finding, NotRun, NotRunWhy

REASONS: Final = ()
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Raises nothing of its own: a field that nobody read holds up acceptance.

    A passport's print must be its zone's holder's: see `ZoneInPrint.is_holders`.
    """
    needed = NEEDED_FIELDS.get(evidence.kind.kind)
    if needed is None:
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    pages = [side.zone_in_print for side in evidence.sides.values()]
    if any(isinstance(page, ZoneInPrint) and not page.is_holders for page in pages):
        return NotRun(NotRunWhy.TEXT_UNREADABLE)
    if any(name not in evidence.printed.values for name in needed):
        return NotRun(NotRunWhy.TEXT_UNREADABLE)
    return ()
