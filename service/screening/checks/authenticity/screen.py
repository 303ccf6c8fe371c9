"""Does the picture show a screen instead of the document?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import surfaces
from service.screening.evidence import Evidence, Grid
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

SCREEN: Final = Reason(
    "authenticity_screen",
    Outcome.REVIEW,
    "A grid as of a screen's pixels lies over the whole picture, {period} pixels apart.",
)
REASONS: Final = (SCREEN,)
EXCESS: Final = Limit(
    "grid_max", 2.0, "logarithm of power", "fine photos, drawn and real, reach 1.7"
)
LEAN: Final = Limit(
    "lean_max", 7.0, "degrees", "pages stand upright on a screen, halftones are turned"
)
LIMITS: Final = (EXCESS, LEAN)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """Only what the camera could tell apart: a fine screen from afar leaves no grid."""
    measured = surfaces(evidence)
    grids = [(side, one.grid) for side, one in measured.items() if isinstance(one.grid, Grid)]
    if not grids:
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    most = policy.limit("authenticity.screen", EXCESS.name)
    lean = policy.limit("authenticity.screen", LEAN.name)
    return [
        Finding(
            SCREEN,
            side,
            measured=grid.excess,
            limit=most,
            unit=EXCESS.unit,
            words=(("period", f"{grid.period_px:g}"),),
        )
        for side, grid in grids
        if grid.excess > most and grid.lean_deg <= lean
    ]
