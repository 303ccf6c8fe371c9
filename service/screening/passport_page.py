"""The print of a passport's page above its zone: its title, and the fields that the zone states too."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from service.mrz.parse import Zone
from service.screening.classify.by_title import find_titles
from service.screening.evidence import TextLine, TitleMatch, ZoneInPrint, as_quad
from service.screening.locate.boxes import find_boxes
from service.screening.locate.upright import along_axis, quarter_turns_deg
from service.screening.locate.zone_page import heading_of_zone, print_of_zone
from service.screening.match.in_print import (
    CLEARLY,
    DATES,
    FAINTLY,
    NAMES,
    days_in,
    fields_of,
    stated_in_print,
)
from service.screening.match.numbers import compact
from service.screening.read.rapid import RapidText
from service.screening.text_view import TextView
from service.vision.capture import Capture
from service.vision.geometry import Points, axes_of, contains, quad_angle_deg, quad_size
from service.vision.levels import level_spread

_SEARCH_SIDE_PX: Final = 560.0
"""Of the page at its search: capitals of 2 mm on a page of 125 are 9 pixels high then."""
_ENOUGH_PX: Final = 28
"""Height of a line that holds what the zone has said already: no decoding for sharper ones."""
_TALLEST: Final = 12
_DATES_OF_PAGE: Final = 3
"""Birth, issue and expiry."""
_FIGURE: Final = re.compile(r"\d")
_FIGURES_OF_DATE: Final = 4
"""Of a day and a year, at least."""
_SIZE_OF_VALUES: Final = 0.8
"""Height of a line that may hold a value, by the smallest date."""
_AT_ONCE: Final = 2
_SHORT: Final = 3.0
"""Width of three letters, by their height."""
_GUESSED: Final = 0.4
"""Likelihood of a line that is told from a name or number by what it was read as."""
_WIDEST_CHARACTER: Final = 1.3
"""By its height; fewer characters to a length are what was read of a script that has no reader."""
_NARROWEST: Final = 0.55
"""Width of a character of a value, by that of a date."""
_INK_PX: Final = 24
"""Height of a line whose contrast is measured."""
_LEAST_INK: Final = 0.25
"""Contrast of a line by that of most of its page: fainter ones are no print that anybody reads."""


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
    found = along_axis(find_boxes(capture, part, _SEARCH_SIDE_PX, rapid), axis)
    view = TextView(capture, found, axis, quarter_turns_deg(axis), enough_px=_ENOUGH_PX)
    lines = found[has_ink(view, found)]
    view = replace(view, lines=lines)
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
    wanted, stated = fields_of(zone), frozenset[str]()
    left = [line for line in tallest if line.tobytes() not in view.read]
    for batch in ((), *_batches(sorted(left, key=_is_short))):
        view = view.with_read(batch, rapid)
        text = set_as_values(view.text_of(lines), today)
        stated = stated_in_print(zone, text, today)
        if _has_other_expiry(zone, text, today):
            stated -= {"date_of_expiry"}
        if stated >= wanted:
            break
    missing = wanted - stated
    if missing:
        view = view.with_read(lines, rapid)
        missing &= _told_by(view, zone, today)
    return PassportPage(part, view, titles, ZoneInPrint(stated, missing))


def _is_short(quad: Points) -> bool:
    """Whether a line (4, 2) holds a sex, a code or a type rather than a date, name or number."""
    width, height = quad_size(quad)
    return width < _SHORT * height


def has_ink(view: TextView, lines: Points) -> NDArray[np.bool_]:
    """(N,) bool: which lines (N, 4, 2) of a page are not much fainter than most of them.

    What is printed too faintly to be seen can state anything.
    """
    crops = [cv2.cvtColor(view.crop(quad, height_px=_INK_PX), cv2.COLOR_BGR2GRAY) for quad in lines]
    ink = np.array([level_spread(crop.astype(np.uint8, copy=False)) for crop in crops])
    return ink >= _LEAST_INK * np.median(ink) if len(ink) else np.zeros(0, np.bool_)


def _has_other_expiry(zone: Zone, lines: Sequence[TextLine], today: date) -> bool:
    """Whether clear print holds a day to come that is not the zone's: a page has one, its expiry."""
    days = [days_in([line], today) for line in lines if line.likelihood >= CLEARLY]
    return any(min(one) > today and zone.date_of_expiry not in one for one in days if one)


def set_as_values(lines: Sequence[TextLine], today: date) -> list[TextLine]:
    """Those that are not set much smaller than the dates among them: anything may stand in those."""
    dated = [one for one in lines if one.likelihood >= CLEARLY and days_in([one], today)]
    least = _NARROWEST * np.median([_pitch(one) for one in dated]) if dated else 0.0
    return [one for one in lines if _pitch(one) >= least]


def _pitch(line: TextLine) -> float:
    return quad_size(np.array(line.quad, np.float32))[0] / len(line.text)


def _told_by(view: TextView, zone: Zone, today: date) -> frozenset[str]:
    """Fields that would have been found, were they printed, on a page all of whose lines were read.

    A page has three dates. A name in a line with another script, or a number in perforation, may be
    what no engine reads: those are told where no doubtful line is anything like them, and each of
    the size of values was read along its whole length.
    """
    text = view.text_of(view.lines)
    clear = [line for line in text if line.likelihood >= CLEARLY]
    dated = [line for line in clear if days_in([line], today)]
    if len(dated) < _DATES_OF_PAGE:
        return frozenset()
    guessed = [
        TextLine(line.text, line.likelihood, as_quad(quad))
        for quad in view.lines
        if (line := view.read[quad.tobytes()]).likelihood >= _GUESSED and line.text
    ]
    guessed = set_as_values(guessed, today)
    doubtful = [line.text for line in guessed if line.likelihood < CLEARLY]
    is_date_doubtful = any(len(_FIGURE.findall(text)) >= _FIGURES_OF_DATE for text in doubtful)
    told = frozenset(() if is_date_doubtful else DATES)
    least = _SIZE_OF_VALUES * min(quad_size(np.array(line.quad))[1] for line in dated)
    if any(quad_size(quad)[1] >= least and not _is_read(quad, view) for quad in view.lines):
        return told
    unlike = frozenset((*NAMES, "number")) - stated_in_print(zone, guessed, today, FAINTLY)
    return told | unlike


def _is_read(quad: Points, view: TextView) -> bool:
    """Whether a line (4, 2) was read along its whole length, however doubtfully."""
    line, (width, height) = view.read[quad.tobytes()], quad_size(quad)
    is_dense = len(compact(line.text)) * _WIDEST_CHARACTER * height >= width
    return line.likelihood >= _GUESSED and is_dense


def _batches(quads: Sequence[Points]) -> list[Sequence[Points]]:
    return [quads[n : n + _AT_ONCE] for n in range(0, len(quads), _AT_ONCE)]
