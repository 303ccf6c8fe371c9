"""Field numbers of a licence that the search for text lost: looked for left of their values.

A value stands some letters right of its small number (Directive 2006/126/EC, annex I), and a search
that finds whole lines leaves out what is as short and as far off as "5.".
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from service.screening.claim import Kind
from service.screening.evidence import Quad, TextLine, TitleMatch
from service.screening.read.fields import names_in
from service.screening.read.labelled import labelled
from service.screening.read.numbered import SURE_NUMBERS, bare_fields, numbered_fields
from service.screening.read.placement import place, right_of
from service.screening.read.rapid import RapidText
from service.screening.text_view import TextView
from service.vision.geometry import Points, quad_size

_SOUGHT: Final = frozenset({"1", "2", "3", "4b", "5"})
"""Names, birth, expiry and number."""
_TELLING: Final = frozenset({"surname", "date_of_birth", "date_of_expiry", "number"})
_TELLING_NUMBERS: Final = frozenset({"1", "3", "4b", "5"})
"""Where all of either are there, nothing is looked for."""
_MOST_LINES: Final = 8
"""Values that are looked left of: each costs as much as reading one more line."""
_REACH: Final = 2.6
"""How far left of a value its number begins, in heights of the value, or as far as others do."""
_MARGIN: Final = 0.5
_KEPT: Final = 1.2
"""How much of the value is read along, in its heights: a number alone is read as anything."""
_LEAST_LIKELIHOOD: Final = 0.6
"""Low, for the strip ends within a letter."""
_COLUMN: Final = 4.0
_VALUES: Final = 8.0
"""Heights by which a value may begin left and right of the column of the numbers."""
_MARK: Final = re.compile(r"(4[ab]|[1-5])\W*", re.IGNORECASE)
_AGREEING: Final = 2
"""Characters by which strip and value are known to be one line."""


def find_lost_numbers(
    view: TextView, lines: Sequence[TextLine], titles: Sequence[TitleMatch], rapid: RapidText
) -> tuple[TextLine, ...]:
    """The lines of a side, with the numbers of their fields before those that had lost them.

    Nothing is looked for unless the side is a licence's by its `titles`, numbers its fields for
    certain, and one that matters is missing. Raises NetworkFailed.
    """
    seen = {number for line in lines for number, _ in bare_fields(line.text)}
    named = {name for line in lines for name in names_in(line.text)}
    kinds = {title.kind for title in titles if title.decisive}
    is_told = named >= _TELLING or seen >= _TELLING_NUMBERS
    if kinds != {Kind.DRIVERS_LICENSE} or not seen & SURE_NUMBERS or is_told:
        return tuple(lines)
    bare = _in_column(lines)
    strips = [
        view.crop(_strip(np.array(line.quad, np.float32), reach), margin=0.1)
        for line, reach in bare
    ]
    found: dict[Quad, str] = {}
    for (line, _), strip in zip(bare, rapid.recognise(strips), strict=True):
        number = _number_before(line.text, strip.text)
        if strip.likelihood >= _LEAST_LIKELIHOOD and number in _SOUGHT - seen:
            seen.add(number)
            found[line.quad] = number
    return tuple(
        replace(line, text=f"{found[line.quad]}. {line.text}") if line.quad in found else line
        for line in lines
    )


def _in_column(lines: Sequence[TextLine]) -> list[tuple[TextLine, float]]:
    """Lines without number or label that begin about where the numbered ones do, nearest first.

    With each how far left of it its number begins, in its heights.
    """
    placed = place(lines)
    numbered = [
        p.left for p in placed if {n for n, _ in numbered_fields(p.line.text)} & SURE_NUMBERS
    ]
    column = float(np.median(numbered))
    alone = [p for p in placed if [rest for _, rest in bare_fields(p.line.text)] == [""]]
    told = {id(value) for number in alone for value in right_of(number, placed, _VALUES)[:1]}
    bare = [
        p
        for p in placed
        if id(p) not in told
        and -_COLUMN <= (p.left - column) / p.height <= _VALUES
        and not (bare_fields(p.line.text) or labelled(p.line.text))
    ]
    nearest = sorted(bare, key=lambda p: abs(p.left - column))[:_MOST_LINES]
    return [(p.line, max(_REACH, (p.left - column) / p.height + _MARGIN)) for p in nearest]


def _number_before(value: str, strip: str) -> str:
    """The number that a strip shows before the beginning of a value; empty where there is none.

    Without a gap, 5542 before 54299, only where the strip does not begin as the value itself.
    """
    value, strip = value.casefold(), strip.casefold()
    mark = _MARK.match(strip)
    begins = strip[mark.end() :][:_AGREEING] if mark else ""
    is_value = value.startswith(strip[:_AGREEING])
    return mark[1] if mark and begins and value.startswith(begins) and not is_value else ""


def _strip(value: Points, reach: float) -> Points:
    """(4, 2) float32: the beginning of a value (4, 2), and what stands left of it, `reach` heights."""
    width, height = quad_size(value)
    along = (value[1] - value[0] + value[2] - value[3]) / max(2 * width, 1e-6) * height
    left, right = -along * reach, along * min(_KEPT, width / max(height, 1e-6))
    return np.stack([value[0] + left, value[0] + right, value[3] + right, value[3] + left]).astype(
        np.float32
    )
