"""Does the picture show a copy on paper instead of the document?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.authenticity import screen
from service.screening.checks.quality import exposure
from service.screening.checks.reading import surfaces
from service.screening.claim import Kind
from service.screening.evidence import Evidence, Grid, MrzReading
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason

COPY: Final = Reason(
    "authenticity_copy", Outcome.REVIEW, "The document looks like a copy on paper: {trace}."
)
REASONS: Final = (COPY,)
COLOURS: Final = Limit(
    "colour_spread_min",
    5.0,
    "steps of CIE Lab",
    "real pages have 11 and more, pale drawn ones 5.7, grey copies up to 4",
)
LIMITS: Final = (COLOURS,)
_IN_COLOUR: Final = frozenset({Kind.PASSPORT, Kind.DRIVERS_LICENSE, Kind.RESIDENT_PERMIT})
"""A certificate of incorporation is paper, often printed in black."""


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """Halftone dots, or a grey page in a picture with colours; all grey is `image_greyscale`."""
    measured = surfaces(evidence)
    if not measured or evidence.kind.kind not in _IN_COLOUR:
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    most = policy.limit("authenticity.screen", screen.EXCESS.name)
    lean = policy.limit("authenticity.screen", screen.LEAN.name)
    found = [
        Finding(
            COPY,
            side,
            measured=one.grid.excess,
            limit=most,
            unit=screen.EXCESS.unit,
            words=(
                ("trace", "dots as of a print, or of a phone's screen, lie over the whole page"),
            ),
        )
        for side, one in measured.items()
        if isinstance(one.grid, Grid) and one.grid.excess > most and one.grid.lean_deg > lean
    ]
    least = policy.limit("authenticity.printout", COLOURS.name)
    coloured = policy.limit("quality.exposure", exposure.CHROMA.name)
    for side, one in list(measured.items())[:1]:  # backs are often plain black on white
        spread = one.colour_spread
        is_all_grey = evidence.sides[side].frame.chroma < coloured
        # A cover is of one colour; a passport's page is where its zone is.
        is_page = isinstance(evidence.sides[side].mrz, MrzReading)
        is_judged = is_page or evidence.kind.kind is not Kind.PASSPORT
        if is_judged and isinstance(spread, float) and spread < least and not is_all_grey:
            words = (("trace", "the page has no colours, its surroundings do"),)
            found.append(
                Finding(COPY, side, measured=spread, limit=least, unit=COLOURS.unit, words=words)
            )
    return found
