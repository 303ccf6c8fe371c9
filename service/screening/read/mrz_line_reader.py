"""Lines of a zone, cut out and read: followed as far as characters go on, looked at again where unsure."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.mrz.check_digits import ALPHABET
from service.mrz.lattice import Cell, looks_like_line
from service.screening.read.mrz_recogniser import (
    HEIGHT_PX,
    LEAST_LIKELIHOOD,
    LENGTHS,
    SQUEEZE,
    WIDEST_PX,
    MrzRecogniser,
)
from service.vision.capture import Capture
from service.vision.crops import line_crop
from service.vision.geometry import Points, quad_size
from service.vision.levels import level_spread

MARGINS: Final = (0.3, 0.18, 0.42)
"""Above and below, by the height of capitals: what is cut around a line, look by look."""
_ASIDE: Final = 2.0
"""Before and after a line, by the height of capitals."""
_RUNS_ON: Final = 2.2
"""Nearer to the cut's end than this, by the height of capitals, a character may have a neighbour."""
_WITNESS_CELLS: Final = 15
"""So many characters may be a line of a zone, and are followed where their count is none of one."""
_BEST_PITCH_PX: Final = 14.0
_PITCH_PX: Final = (11.5, 19.0)
"""Columns a character, as the recogniser was trained; outside it loses some."""
_LEVEL_MARGIN: Final = 0.6
"""What is looked at above and below to level a line, by its height; neighbours are further."""
_LEVEL_PX: Final = 44
_LEVEL_PARTS: Final = 5
_INKED: Final = 0.35
_LEVEL_BOUNDS: Final = (0.75, 1.6)
"""What a height may be corrected by; beyond it something else than the line was measured."""
_MOST_LINES: Final = 24
_LONGEST_IN_HEIGHTS: Final = 90.0
_FURTHER: Final = 5.0
_MOST_FURTHER: Final = 4
_LEAST_CAP_PX: Final = 5.5
"""Height of capitals of the smallest public picture whose zone people transcribed, less a tenth."""
_LEAST_CONTRAST: Final = 14.0
"""Grey levels; drawn photographs in the dark were misread below, and nobody sees print in them."""
_LEAST_CELLS: Final = 8
_MOST_APART: Final = 6
_FAR_CELL: Final = 1.9
"""Further from its neighbour than this, by the pitch, a character at an end is of other print."""


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate as read: its quad in the sent frame and its cells."""

    quad: Points
    cells: tuple[Cell, ...]
    contrast: float = 255.0
    """of the cut, in grey levels between its 5th and 95th percentile"""
    squeeze: float = SQUEEZE
    """its width as fed, by what its height would give"""
    looks: int = 1
    """how many readings were weighed together"""
    is_whole: bool = False
    """followed to both ends"""

    @property
    def places(self) -> list[float]:
        """Centres of the characters along the quad, by its height."""
        width, height = quad_size(self.quad)
        length = width / max(height, 1e-6) + 2 * _ASIDE
        return [cell.centre * length - _ASIDE for cell in self.cells]

    @property
    def pitch_px(self) -> float:
        """Columns from one character to the next, as fed at the first margin."""
        if len(self.cells) < 2:
            return _BEST_PITCH_PX
        pitch = float(np.median(np.diff(self.places)))
        return max(pitch, 0.1) * HEIGHT_PX / (1 + 2 * MARGINS[0]) * self.squeeze

    @property
    def is_possible(self) -> bool:
        """Whether there is enough of it to look for more."""
        return len(self.cells) >= _LEAST_CELLS

    @property
    def text(self) -> str:
        """The likeliest characters."""
        return "".join(cell.best for cell in self.cells)

    def is_of(self, other: "Line") -> bool:
        """Whether both lie on the same print."""
        apart = np.linalg.norm(self.quad.mean(axis=0) - other.quad.mean(axis=0))
        return bool(apart < quad_size(other.quad)[1] * 0.7)

    @property
    def is_visible(self) -> bool:
        """Whether a person could read it at all: high enough, and darker than its paper."""
        return quad_size(self.quad)[1] >= _LEAST_CAP_PX and self.contrast >= _LEAST_CONTRAST

    @property
    def is_likely(self) -> bool:
        """Whether its text has the looks of an MRZ line."""
        return looks_like_line(self.text)


class LineReader:
    """The recogniser over cuts of a capture; one thread at a time may use it. Raises ModelBroken."""

    def __init__(self, threads: int = 1) -> None:
        self._recogniser = MrzRecogniser(threads)

    @property
    def version(self) -> str:
        """Name and version of the network."""
        return self._recogniser.version

    def follow(
        self, capture: Capture, quads: Sequence[Points], *, is_hasty: bool = False
    ) -> list[Line]:
        """The lines as read, each followed beyond its quad as far as characters go on.

        Of very many candidates only the longest are read, and none that is no line's shape. In
        haste each is cut once, levelled, and not also as it was found.
        """
        shapes = [quad_size(quad) for quad in quads]
        quads = [
            quad
            for quad, (width, height) in zip(quads, shapes, strict=True)
            if width < _LONGEST_IN_HEIGHTS * height
        ][:_MOST_LINES]
        plain = [] if is_hasty else quads
        levelled = [_levelled(capture, quad) for quad in quads]
        read = self.look(capture, [(quad, SQUEEZE) for quad in (*plain, *levelled)], MARGINS[0])
        lines = [max(read[n :: len(quads)], key=_merit) for n in range(len(quads))]
        lines = self._evened(capture, lines)
        for _ in range(_MOST_FURTHER):
            longer = {
                n: quad for n, line in enumerate(lines) if (quad := _run_on(line)) is not None
            }
            if not longer:
                break
            cuts = [(quad, lines[n].squeeze) for n, quad in longer.items()]
            for n, line in zip(longer, self.look(capture, cuts, MARGINS[0]), strict=True):
                if len(line.cells) <= len(lines[n].cells):
                    # Nothing more there: keep what was read, and do not ask again.
                    lines[n] = replace(lines[n], is_whole=True)
                else:
                    lines[n] = line
        return [trimmed(line) for line in lines]

    def _evened(self, capture: Capture, lines: Sequence[Line]) -> list[Line]:
        """Lines whose characters came too narrow or too wide for the network, cut anew to its pitch."""
        odd = [
            n
            for n, line in enumerate(lines)
            if len(line.cells) >= _WITNESS_CELLS and not _PITCH_PX[0] < line.pitch_px < _PITCH_PX[1]
        ]
        cuts = [(lines[n].quad, _evened_squeeze(lines[n])) for n in odd]
        again = dict(zip(odd, self.look(capture, cuts, MARGINS[0]), strict=True))
        # At its own pitch the network is surer of where characters stand: a tie goes to the new cut.
        return [
            max(again.get(n, line), line, key=lambda one: _merit(one)[:2])
            for n, line in enumerate(lines)
        ]

    def look(
        self, capture: Capture, cuts: Sequence[tuple[Points, float]], across: float
    ) -> list[Line]:
        """What stands in each quad (4, 2), narrowed so much, with `across` of its height around."""
        crops = [
            line_crop(
                capture, quad, along=_ASIDE, across=across, height_px=HEIGHT_PX, squeeze=squeeze
            )
            for quad, squeeze in cuts
        ]
        read = self._recogniser.recognise(crops)
        return [
            Line(
                quad,
                tuple(cells),
                level_spread(crop),
                squeeze,
            )
            for (quad, squeeze), cells, crop in zip(cuts, read, crops, strict=True)
        ]


def _evened_squeeze(line: Line) -> float:
    """The squeeze that gives the network's own pitch, as far as the cut stays narrow enough."""
    width, height = quad_size(line.quad)
    longest = (width / max(height, 1e-6) + 2 * _ASIDE) * HEIGHT_PX / (1 + 2 * MARGINS[1])
    return min(line.squeeze * _BEST_PITCH_PX / line.pitch_px, WIDEST_PX / longest)


def _levelled(capture: Capture, quad: Points) -> Points:
    """The quad (4, 2) moved to where the ink of its capitals begins and ends, above and below.

    Looked at in parts, so that a lean shows; the tallest parts tell the height, for fillers are lower.
    """
    cut = line_crop(
        capture, quad, along=0.0, across=_LEVEL_MARGIN, height_px=_LEVEL_PX, squeeze=0.5
    )
    parts = np.array_split(cut.astype(np.float32), _LEVEL_PARTS, axis=1)
    variation = np.stack([part.std(axis=1) for part in parts])
    ranges = np.percentile(variation, (10, 90), axis=1).T
    inked = {
        n: run
        for n, (rows, (floor, peak)) in enumerate(zip(variation, ranges, strict=True))
        if (run := _inked_run(rows > floor + _INKED * (peak - floor))) is not None
    }
    if len(inked) < _LEVEL_PARTS - 1:
        return quad
    tops, bottoms = (np.array(side, np.float32) for side in zip(*inked.values(), strict=True))
    height = float(np.percentile(bottoms - tops, 75))
    if not _LEVEL_BOUNDS[0] < height < _LEVEL_BOUNDS[1]:
        return quad
    places = (np.array(list(inked), np.float32) + 0.5) / _LEVEL_PARTS
    lean, level = np.polyfit(places, (tops + bottoms) / 2, 1)
    left, right = quad[3] - quad[0], quad[2] - quad[1]
    first, last = np.float32(level), np.float32(level + lean)
    half = np.float32(height / 2)
    return np.stack(
        [
            quad[0] + left * (first - half),
            quad[1] + right * (last - half),
            quad[1] + right * (last + half),
            quad[0] + left * (first + half),
        ]
    ).astype(np.float32)


def _inked_run(inked: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Where the run of inked rows in the middle begins and ends, by the line's height; 0 is its top.

    `inked` (N,): the rows of a cut with its margins.
    """
    middle = len(inked) // 2
    above, below = inked[middle::-1], inked[middle:]
    if not inked[middle] or above.all() or below.all():
        return None
    rows = middle - int(np.argmin(above)) + 1, middle + int(np.argmin(below))
    top, bottom = (row / len(inked) * (1 + 2 * _LEVEL_MARGIN) - _LEVEL_MARGIN for row in rows)
    return top, bottom


def _run_on(line: Line) -> Points | None:
    """A longer quad where the text may go on beyond it; None where it ends within the cut."""
    if line.is_whole or not line.is_possible:
        return None
    first, last = line.places[0], line.places[-1]
    width, height = quad_size(line.quad)
    is_short = len(line.cells) >= _WITNESS_CELLS and len(line.cells) not in LENGTHS
    before = _FURTHER if is_short or first + _ASIDE < _RUNS_ON else 0.0
    after = _FURTHER if is_short or width / height - last + _ASIDE < _RUNS_ON else 0.0
    return _stretched(line.quad, before, after) if before or after else None


def _stretched(quad: Points, before: float, after: float) -> Points:
    """The quad (4, 2) made longer at its two ends, by its height; shorter by negative values."""
    width, height = quad_size(quad)
    top, bottom = (quad[1] - quad[0]) * height / width, (quad[2] - quad[3]) * height / width
    return np.stack(
        [
            quad[0] - top * before,
            quad[1] + top * after,
            quad[2] + bottom * after,
            quad[3] - bottom * before,
        ]
    ).astype(np.float32)


def trimmed(line: Line) -> Line:
    """The line without what stands apart from its ends, its quad drawn around its characters."""
    if len(line.cells) < _LEAST_CELLS:
        return line
    places = line.places
    steps = np.diff(places)
    pitch = float(np.median(steps))
    far = [n + 1 for n, step in enumerate(steps) if step > _FAR_CELL * pitch]
    cuts = [0, *far, len(places)]
    blocks = list(itertools.pairwise(cuts))
    start, end = max(blocks, key=lambda block: block[1] - block[0])
    if end - start < len(places) - _MOST_APART:
        start, end = 0, len(places)  # a hole in the line, not print beside it
    width, height = quad_size(line.quad)
    before, after = pitch / 2 - places[start], places[end - 1] + pitch / 2 - width / height
    quad = _stretched(line.quad, before, after)
    length = max(places[end - 1] - places[start] + pitch, 1e-6)
    cells = tuple(
        replace(cell, centre=(place - places[start] + pitch / 2 + _ASIDE) / (length + 2 * _ASIDE))
        for cell, place in zip(line.cells[start:end], places[start:end], strict=True)
    )
    return replace(line, quad=quad, cells=cells, is_whole=True)


def weighed(before: Line, again: Line) -> Line:
    """Two looks at one line as one: likelihoods by their geometric mean, where counts agree.

    Where they do not, the look whose characters are the surer stands. What one look found hidden
    stays hidden.
    """
    if len(before.cells) != len(again.cells):
        return max(before, again, key=_sureness)
    cells: list[Cell] = []
    for a, b in zip(before.cells, again.cells, strict=True):
        shared = {
            c: float(
                np.exp(
                    (
                        before.looks * np.log(a.likelihoods.get(c, LEAST_LIKELIHOOD))
                        + np.log(b.likelihoods.get(c, LEAST_LIKELIHOOD))
                    )
                    / (before.looks + 1)
                )
            )
            for c in {*a.likelihoods, *b.likelihoods}
        }
        total, hidden = sum(shared.values()), max(a.hidden, b.hidden)
        # The mean holds the looks' own shares of it already.
        more = hidden - (before.looks * a.hidden + b.hidden) / (before.looks + 1)
        mixed = {
            c: (1 - more) * shared.get(c, 0.0) / total + more / len(ALPHABET) for c in ALPHABET
        }
        kept = {c: p for c, p in mixed.items() if p > LEAST_LIKELIHOOD}
        cells.append(Cell(kept, a.centre, hidden))
    return replace(before, cells=tuple(cells), looks=before.looks + 1)


def _merit(line: Line) -> tuple[bool, int, float]:
    """A layout's length first, then the longer: a character that was lost is in no likelihood."""
    return len(line.cells) in LENGTHS, len(line.cells), _sureness(line)


def _sureness(line: Line) -> float:
    if not line.cells:
        return 0.0
    return float(np.mean([max(cell.likelihoods.values()) for cell in line.cells]))
