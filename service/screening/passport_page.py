"""The print of a passport's page above its zone: its title, and the fields that the zone states too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from service.mrz.parse import Zone
from service.screening.classify.by_title import find_titles
from service.screening.evidence import TextLine, TitleMatch, ZoneInPrint
from service.screening.locate.boxes import find_boxes
from service.screening.locate.upright import along_axis, quarter_turns_deg
from service.screening.locate.zone_page import heading_of_zone, print_of_zone
from service.screening.match.in_print import (
    CLEARLY,
    DATES,
    NAMES,
    days_in,
    fields_of,
    stated_in_print,
)
from service.screening.read.rapid import RapidText
from service.screening.text_view import TextView
from service.vision.capture import Capture
from service.vision.geometry import Points, axes_of, contains, quad_angle_deg, quad_size

_SEARCH_SIDE_PX: Final = 640.0
"""Of the page at its search: capitals of 2 mm on a page of 125 are 10 pixels high then."""
_TALLEST: Final = 12
_DATES_OF_PAGE: Final = 3
"""Birth, issue and expiry."""
_SIZE_OF_VALUES: Final = 0.8
"""Height of a line that may hold a value, by the smallest date."""
_AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class PassportPage:
    """Print above a zone as far as it was read.

    Attributes:
        part: where it was searched, (4, 2) float32 in the sent frame.
        view: its lines, those that were read with their text.
        titles: of the first lines in the heading that hold any.
        zone_in_print: what of the zone stands there.

    """

    part: Points
    view: TextView
    titles: tuple[TitleMatch, ...]
    zone_in_print: ZoneInPrint

    @property
    def text(self) -> tuple[TextLine, ...]:
        """Its lines, as far as they were read."""
        return self.view.text_of(self.view.lines)


def read_page(
    capture: Capture, quad: Points, zone: Zone, rapid: RapidText, today: date
) -> PassportPage:
    """The page of a TD3 zone in `quad` (4, 2), sent frame: title first, then the tallest lines.

    Reading ends where the print has stated all that the zone says, which a dozen lines mostly do:
    values are set larger than their labels. Raises NetworkFailed.
    """
    part = print_of_zone(quad)
    axis = quad_angle_deg(quad)
    lines = along_axis(find_boxes(capture, part, _SEARCH_SIDE_PX, rapid), axis)
    view = TextView(capture, lines, axis, quarter_turns_deg(axis))
    heading = heading_of_zone(quad)
    down = axes_of(axis)[1]
    tallest = sorted(lines, key=lambda line: -quad_size(line)[1])
    first = [line for line in tallest if contains(heading, *line.mean(axis=0))][:_TALLEST]
    titles: tuple[TitleMatch, ...] = ()
    for batch in _batches(sorted(first, key=lambda line: float((line @ down).mean()))):
        view = view.with_read(batch, rapid)
        titles = find_titles(view.text_of(batch))
        if titles:
            break
    wanted = fields_of(zone)
    stated = stated_in_print(zone, view.text_of(tallest), today)
    for batch in _batches([line for line in tallest if line.tobytes() not in view.read]):
        if stated >= wanted:
            break
        view = view.with_read(batch, rapid)
        stated |= stated_in_print(zone, view.text_of(batch), today)
    missing = wanted - stated
    if missing:
        missing &= _told_by(view, today)
    return PassportPage(part, view, titles, ZoneInPrint(stated, missing))


def _told_by(view: TextView, today: date) -> frozenset[str]:
    """Fields that would have been found, were they printed, on a page all of whose lines were read.

    A page has three dates. A name in a line with another script, or a number in perforation, may be
    what no engine reads: they are told where every line of their size is clear.
    """
    text = view.text_of(view.lines)
    clear = [line for line in text if line.likelihood >= CLEARLY]
    dated = [line for line in clear if days_in([line], today)]
    if len(dated) < _DATES_OF_PAGE:
        return frozenset()
    least = _SIZE_OF_VALUES * min(quad_size(np.array(line.quad))[1] for line in dated)
    values = [quad for quad in view.lines if quad_size(quad)[1] >= least]
    is_clear = all(view.read[quad.tobytes()].likelihood >= CLEARLY for quad in values)
    return frozenset((*DATES, *NAMES, "number") if is_clear else DATES)


def _batches(quads: Sequence[Points]) -> list[Sequence[Points]]:
    return [quads[n : n + _AT_ONCE] for n in range(0, len(quads), _AT_ONCE)]
