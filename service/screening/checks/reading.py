"""What had to be read and what was: shared by the checks that ask why something was not."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from service.screening.claim import Kind, Side
from service.screening.evidence import (
    Absent,
    Evidence,
    MrzReading,
    Quad,
    ReadingState,
    SideEvidence,
    Surface,
    TextQuality,
    Unexamined,
    centre_of,
    found,
)
from service.screening.findings import Region
from service.screening.match.numbers import compact
from service.screening.read.fields import names_in
from service.screening.read.printed_dates import dates_in

NEEDED_FIELDS = {
    Kind.PASSPORT: ("number", "date_of_expiry"),
    Kind.DRIVERS_LICENSE: ("number", "date_of_expiry"),
    Kind.RESIDENT_PERMIT: ("number", "date_of_expiry"),
    Kind.CERTIFICATE_OF_INCORPORATION: ("registration_number",),
}
"""What a document of a kind must show legibly, beside its kind and country."""
_PRINTED: Final = frozenset({Kind.DRIVERS_LICENSE, Kind.RESIDENT_PERMIT})


def mrz_of(evidence: Evidence) -> tuple[Side, MrzReading] | None:
    """The best zone of any side; None where no side has one."""
    order = (ReadingState.READ, ReadingState.GUESSED, ReadingState.UNREADABLE)
    found = [(side, s.mrz) for side, s in evidence.sides.items() if isinstance(s.mrz, MrzReading)]
    return min(found, key=lambda pair: order.index(pair[1].state)) if found else None


def is_mrz_read(evidence: Evidence) -> bool:
    """Whether a zone was read to the last character, whatever its check digits say."""
    found = mrz_of(evidence)
    return found is not None and found[1].state is ReadingState.READ


def is_legible(evidence: Evidence) -> bool:
    """Whether all that this kind must show was read: then no quality number matters."""
    kind = evidence.kind.kind
    if kind in {Kind.NATIONAL_ID, Kind.VISA, Kind.PASSPORT_CARD, Kind.OTHER}:
        # Turned away for what it is; how well it was photographed changes nothing.
        return evidence.kind.is_certain
    if kind is Kind.NONE or not evidence.kind.is_certain:
        return False
    if kind is Kind.PASSPORT:
        return is_mrz_read(evidence)
    needed = NEEDED_FIELDS.get(kind, ())
    return all(name in evidence.printed.values for name in needed)


def looks_like_document(evidence: Evidence) -> bool:
    """Whether there is at least something to take a better picture of."""
    return any(_has_something(side) for side in evidence.sides.values())


def _has_something(side: SideEvidence) -> bool:
    has_page = not isinstance(side.outline, Absent) and getattr(side.outline, "is_page", False)
    return bool(has_page) or isinstance(side.mrz, MrzReading) or isinstance(side.text, tuple)


def qualities(evidence: Evidence, side: Side) -> tuple[TextQuality, ...]:
    """Measurements of a side, of the text that matters most first: MRZ, visual zone, page."""
    measured = evidence.sides[side].text_quality
    if not isinstance(measured, tuple):
        return ()
    order = {"mrz": 0, "text": 1, "page": 2}
    return tuple(sorted(measured, key=lambda quality: order.get(quality.field, 1)))


def surfaces(evidence: Evidence) -> Mapping[Side, Surface]:
    """What was measured of each side's surface, where it was."""
    return {
        side: one.surface
        for side, one in evidence.sides.items()
        if isinstance(one.surface, Surface)
    }


def place_by_zone(reading: MrzReading, quad: Quad) -> tuple[float, float]:
    """Centre of a quad right of the zone's left end and below its middle, in widths of the zone."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = reading.quad
    along_x, along_y = (bx - ax + cx - dx) / 2, (by - ay + cy - dy) / 2
    square = max(along_x**2 + along_y**2, 1.0)
    centre_x, centre_y = centre_of(quad)
    x, y = centre_x - (ax + dx) / 2, centre_y - (ay + dy) / 2
    return (x * along_x + y * along_y) / square, (y * along_x - x * along_y) / square


def lines_beside_zone(side: SideEvidence) -> int | None:
    """Lines of the visual zone outside the machine readable one; None where nobody looked."""
    if not isinstance(side.mrz, MrzReading) or not isinstance(side.text, tuple | Absent):
        return None
    return len(side.print_beside_zone())


def region_of(evidence: Evidence, side: Side, quad: tuple[tuple[float, float], ...]) -> Region:
    """A quad of the sent frame as fractions of the upright picture."""
    frame = evidence.sides[side].frame
    return tuple(
        (
            round(min(max(x / frame.width_px, 0.0), 1.0), 4),
            round(min(max(y / frame.height_px, 0.0), 1.0), 4),
        )
        for x, y in quad
    )


def hidden_print(
    evidence: Evidence, hidden: Callable[[Surface], Sequence[Quad] | Unexamined]
) -> tuple[Side, str, Region] | None:
    """The first field that a card must show and only print says, whose line or name is hidden.

    Args:
        evidence: of all sides.
        hidden: which lines of a surface are hidden in part.

    Returns:
        Side, name of the field, and where it is; None where nothing is hidden.

    """
    kind = evidence.kind
    if kind.kind not in _PRINTED or not kind.is_certain:
        return None
    values = evidence.printed.values
    asked = [
        name
        for name in NEEDED_FIELDS[kind.kind]
        if name not in values or values[name].source == "text"
    ]
    for side, surface in surfaces(evidence).items():
        quads = hidden(surface)
        titles = {title.quad for title in found(evidence.sides[side].titles)}
        for line in found(evidence.sides[side].text):
            if isinstance(quads, Unexamined) or line.quad not in quads:
                continue
            for name in asked:
                # DRIVER LICENSE is a title, and the label of a number on other cards.
                if name not in values and line.quad in titles:
                    continue
                if _states(line.text, evidence, name):
                    return side, name, region_of(evidence, side, line.quad)
    return None


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
