"""Does something lie on the lines that have to be read?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import NEEDED_FIELDS, mrz_of, region_of, surfaces
from service.screening.claim import Kind
from service.screening.evidence import Evidence, ReadingState
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason
from service.screening.match.numbers import compact
from service.screening.read.fields import names_in
from service.screening.read.printed_dates import dates_in

OBSTRUCTED: Final = Reason(
    "image_obstructed",
    Outcome.RETAKE,
    "Something covers the document.",
    "Keep fingers and objects off it.",
    retryable=True,
)
REASONS: Final = (OBSTRUCTED,)
COVERED: Final = Limit(
    "covered_max", 0.06, "of a line's length", "drawn fingers from 0.07, unread real zones to 0.05"
)
LIMITS: Final = (COVERED,)


_PRINTED: Final = frozenset({Kind.DRIVERS_LICENSE, Kind.RESIDENT_PERMIT})


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """A zone that stayed unread asks for the cause; print is judged where no zone or code speaks.

    Half a number under a finger reads as another number, and nothing else tells.
    """
    on_print = _on_print(evidence)
    found = mrz_of(evidence)
    if on_print or found is None or found[1].state is ReadingState.READ:
        return NotRun(NotRunWhy.NOT_APPLICABLE) if found is None and not on_print else on_print
    side, reading = found
    surface = surfaces(evidence).get(side)
    if surface is None or not isinstance(surface.covered_fraction, float):
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    limit = policy.limit("quality.obstruction", COVERED.name)
    covered = round(surface.covered_fraction, 3)
    if covered <= limit:
        return ()
    region = region_of(evidence, side, reading.quad)
    return [Finding(OBSTRUCTED, side, "mrz", region, covered, limit, COVERED.unit)]


def _on_print(evidence: Evidence) -> list[Finding]:
    """Covers on what a card must show and only print says, or on the line that names it."""
    kind = evidence.kind
    if kind.kind not in _PRINTED or not kind.is_certain:
        return []
    values = evidence.printed.values
    needed = NEEDED_FIELDS[kind.kind]
    asked = [name for name in needed if name not in values or values[name].source == "text"]
    found: list[Finding] = []
    for side, surface in surfaces(evidence).items():
        text = evidence.sides[side].text
        for line in text if isinstance(text, tuple) else ():
            if (
                not isinstance(surface.covered_lines, tuple)
                or line.quad not in surface.covered_lines
            ):
                continue
            hidden = [name for name in asked if _states(line.text, evidence, name)]
            region = region_of(evidence, side, line.quad)
            found += [Finding(OBSTRUCTED, side, name, region) for name in hidden]
    return found[:1]


def _states(text: str, evidence: Evidence, name: str) -> bool:
    """Whether a line holds the printed value of a field, or the name of one that nobody read."""
    if name not in evidence.printed.values:
        return name in names_in(text)
    value = evidence.printed.values[name].value
    if name == "number":
        return compact(value) in compact(text)
    days = {
        day.isoformat()
        for month_first in (True, False)
        for day in dates_in(text, month_first=month_first, today=evidence.today)
    }
    return value in days
