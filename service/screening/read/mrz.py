"""The machine readable zone: located, read, decoded under its grammar, and asked again where unsure."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import cv2
import numpy as np

from service.issuers.states import codes
from service.mrz.formats import LAYOUTS, Format, Value
from service.mrz.lattice import Cell, Decoding, cells_of, decode, looks_like_line
from service.mrz.parse import Unparsed, parse
from service.screening.evidence import (
    Absent,
    CharacterRepair,
    MrzReading,
    ReadingState,
)
from service.screening.locate.mrz_lines import MrzLocator
from service.screening.read import passport_eye
from service.screening.read.mrz_recogniser import HEIGHT_PX, SQUEEZE, MrzRecogniser
from service.screening.text_view import as_quad
from service.vision.capture import Capture
from service.vision.crops import line_crop
from service.vision.geometry import (
    Points,
    axes_of,
    enclosing_quad,
    quad_angle_deg,
    quad_size,
    touches_edge,
)

_PROVEN: Final = 0.95
"""Confidence from which a reading with valid check digits counts as read."""
_AGREED: Final = 0.995
_GUESS: Final = 0.5
_NAMES_PLAIN_NATS: Final = 7.0
"""Names read plainly: some fifty characters near certainty, or one look-alike put right."""
_NAMES_TAKEN_NATS: Final = 13.0
"""The most that is believed of names at all: three look-alikes put right by their class."""
_CLEAR_CHARACTER: Final = 0.6
_CLEAR_LINE: Final = 0.97
_MARGINS: Final = (0.3, 0.18, 0.42)
"""Above and below, by the height of capitals: what is cut around a line, look by look."""
_ASIDE: Final = 1.5
"""Before and after a line, by the height of capitals."""
_RUNS_ON: Final = 1.25
"""Nearer to the cut's end than this, by the height of capitals, a character may have a neighbour."""
_FURTHER: Final = 5.0
_MOST_FURTHER: Final = 4
_LEAST_CELLS: Final = 8
_MOST_APART: Final = 6
_FAR_CELL: Final = 1.9
"""Further from its neighbour than this, by the pitch, a character at an end is of other print."""
_MAX_PITCH_IN_HEIGHTS: Final = 4.5
_MIN_OVERLAP: Final = 0.75


@dataclass(frozen=True, slots=True)
class _Line:
    """A candidate as read: its quad in the sent frame and its cells."""

    quad: Points
    cells: tuple[Cell, ...]
    is_whole: bool = False
    """followed to both ends"""

    @property
    def places(self) -> list[float]:
        """Centres of the characters along the quad, by its height."""
        width, height = quad_size(self.quad)
        length = width / max(height, 1e-6) + 2 * _ASIDE
        return [cell.centre * length - _ASIDE for cell in self.cells]

    @property
    def is_possible(self) -> bool:
        """Whether there is enough of it to look for more."""
        return len(self.cells) >= _LEAST_CELLS

    @property
    def text(self) -> str:
        """The likeliest characters."""
        return "".join(cell.best for cell in self.cells)

    @property
    def is_likely(self) -> bool:
        """Whether its text has the looks of an MRZ line."""
        return looks_like_line(self.text)


class MrzReader:
    """Locator, recogniser and grammar; one thread at a time may use it. Raises ModelBroken."""

    def __init__(self, threads: int = 1) -> None:
        self._locator = MrzLocator(threads)
        self._recogniser = MrzRecogniser(threads)

    @property
    def version(self) -> str:
        """Names and versions of both networks."""
        return f"{self._locator.version} {self._recogniser.version}"

    def read(self, capture: Capture, today: date) -> MrzReading | Absent:
        """The zone in this picture, or Absent where nothing looks like one."""
        return self.read_lines(capture, self._locator.locate(capture), today)

    def read_lines(
        self, capture: Capture, quads: Sequence[Points], today: date
    ) -> MrzReading | Absent:
        """The zone among candidate lines, quads (4, 2) of their capitals in the sent frame.

        Where the first look proves nothing, the lines are cut again with other margins and all
        looks weighed together. PassportEye with Tesseract, where installed, is asked only then,
        and its agreement raises the confidence.
        """
        best: tuple[Decoding, Sequence[_Line]] | None = None
        lines = self._followed(capture, quads)
        if not any(line.is_likely for line in lines):
            turned = self._followed(capture, [np.roll(quad, 2, axis=0) for quad in quads])
            lines = turned if any(line.is_likely for line in turned) else lines
        for margin in _MARGINS:
            if margin != _MARGINS[0]:
                again = self._look(capture, [line.quad for line in lines], margin)
                lines = [_weighed(a, b) for a, b in zip(lines, again, strict=True)]
            for group in _groups(lines):
                decoding = decode([line.cells for line in group], today, codes())
                if decoding is not None and (best is None or _merit(decoding) > _merit(best[0])):
                    best = decoding, group
            if best is not None and _is_plain(best[0]):
                break
            if not any(line.is_likely for line in lines):
                break
        if best is None:
            return _unread(capture, [line for line in lines if _is_faint_zone(line)])
        decoding, group = best
        confidence, engines = decoding.confidence, ("mrz_recogniser",)
        if not _is_proven(decoding) and passport_eye.is_available():
            other = _second_opinion(capture, group, today)
            if other is not None and other.is_valid:
                if other.lines == decoding.lines:
                    # A second witness only where it read so: the grammar is the same for both.
                    if other.lines == other.read:
                        confidence = max(confidence, _AGREED)
                        engines = ("mrz_recogniser", "passporteye")
                elif not decoding.is_valid and not _is_clear(decoding):
                    # It tells no likelihoods: a help to whoever looks, never a proof.
                    decoding, confidence, engines = other, _GUESS, ("passporteye",)
                elif decoding.is_valid:
                    # Two valid readings that differ: neither is believed.
                    confidence = min(confidence, _GUESS)
        return _reading(capture, decoding, group, confidence, engines, today)

    def _followed(self, capture: Capture, quads: Sequence[Points]) -> list[_Line]:
        """The lines as read, each followed beyond its quad as far as characters go on."""
        lines = self._look(capture, quads, _MARGINS[0])
        for _ in range(_MOST_FURTHER):
            longer = [_run_on(line) for line in lines]
            wanted = [n for n, quad in enumerate(longer) if quad is not None]
            if not wanted:
                break
            grown_quads = [quad for quad in longer if quad is not None]
            for n, line in zip(wanted, self._look(capture, grown_quads, _MARGINS[0]), strict=True):
                if len(line.cells) <= len(lines[n].cells):
                    # Nothing more there: keep what was read, and do not ask again.
                    lines[n] = replace(lines[n], is_whole=True)
                else:
                    lines[n] = line
        return [_trimmed(line) for line in lines]

    def _look(self, capture: Capture, quads: Sequence[Points], across: float) -> list[_Line]:
        crops = [
            line_crop(
                capture, quad, along=_ASIDE, across=across, height_px=HEIGHT_PX, squeeze=SQUEEZE
            )
            for quad in quads
        ]
        read = self._recogniser.recognise(crops)
        return [_Line(quad, tuple(cells)) for quad, cells in zip(quads, read, strict=True)]


def _run_on(line: _Line) -> Points | None:
    """A longer quad where the text may go on beyond it; None where it ends within the cut."""
    if line.is_whole or not line.is_possible:
        return None
    first, last = line.places[0], line.places[-1]
    width, height = quad_size(line.quad)
    before = _FURTHER if first + _ASIDE < _RUNS_ON else 0.0
    after = _FURTHER if width / height - last + _ASIDE < _RUNS_ON else 0.0
    return _stretched(line.quad, before, after) if before or after else None


def _stretched(quad: Points, before: float, after: float) -> Points:
    """The quad (4, 2) made longer at its two ends, by its height; shorter by negative values."""
    width, height = quad_size(quad)
    top, bottom = (quad[1] - quad[0]) * height / width, (quad[2] - quad[3]) * height / width
    return np.stack(
        [quad[0] - top * before, quad[1] + top * after, quad[2] + bottom * after, quad[3] - bottom * before]
    ).astype(np.float32)


def _trimmed(line: _Line) -> _Line:
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
    around = _Line(quad, line.cells[start:end])
    length = max(places[end - 1] - places[start] + pitch, 1e-6)
    cells = tuple(
        replace(cell, centre=(place - places[start] + pitch / 2 + _ASIDE) / (length + 2 * _ASIDE))
        for cell, place in zip(around.cells, places[start:end], strict=True)
    )
    return replace(around, cells=cells, is_whole=True)


def _weighed(before: _Line, again: _Line) -> _Line:
    """Two looks at one line as one: likelihoods by their geometric mean, where counts agree.

    Where they do not, the look whose characters are the surer stands.
    """
    if len(before.cells) != len(again.cells):
        return max(before, again, key=_sureness)
    cells: list[Cell] = []
    for a, b in zip(before.cells, again.cells, strict=True):
        shared = {
            c: float(np.sqrt(a.likelihoods.get(c, 1e-4) * b.likelihoods.get(c, 1e-4)))
            for c in {*a.likelihoods, *b.likelihoods}
        }
        total = sum(shared.values())
        cells.append(Cell({c: p / total for c, p in shared.items()}, a.centre))
    return replace(before, cells=tuple(cells))


def _sureness(line: _Line) -> float:
    if not line.cells:
        return 0.0
    return float(np.mean([max(cell.likelihoods.values()) for cell in line.cells]))


def _groups(lines: Sequence[_Line]) -> Iterator[tuple[_Line, ...]]:
    """Sets of lines that may be one zone, top to bottom: three, two, or one."""
    likely = [line for line in lines if line.is_likely]
    if not likely:
        return
    right, down = axes_of(quad_angle_deg(likely[0].quad))
    ordered = sorted(likely, key=lambda line: float((line.quad @ down).mean()))
    for size in (3, 2):
        for group in itertools.combinations(ordered, size):
            if all(_follow(a, b, right, down) for a, b in itertools.pairwise(group)):
                yield group
    yield from ((line,) for line in ordered if line.text[:1] in "D0O")


def _follow(upper: _Line, lower: _Line, right: np.ndarray, down: np.ndarray) -> bool:
    height = max(quad_size(upper.quad)[1], quad_size(lower.quad)[1])
    step = float((lower.quad @ down).mean() - (upper.quad @ down).mean())
    a, b = upper.quad @ right, lower.quad @ right
    shared = min(a.max(), b.max()) - max(a.min(), b.min())
    widest = max(a.max() - a.min(), b.max() - b.min())
    return 0.5 * height < step < _MAX_PITCH_IN_HEIGHTS * height and shared > _MIN_OVERLAP * widest


def _merit(decoding: Decoding) -> tuple[bool, bool, float]:
    """Proven first, then valid; among equals the one whose every character is likelier."""
    doubt = decoding.unprotected_nats + 20 * (1 - decoding.confidence)
    return _is_proven(decoding), decoding.is_valid, -doubt


def _is_plain(decoding: Decoding) -> bool:
    return _is_proven(decoding) and decoding.unprotected_nats <= _NAMES_PLAIN_NATS


def _is_proven(decoding: Decoding) -> bool:
    return (
        decoding.is_valid
        and bool(LAYOUTS[decoding.format].checks)
        and decoding.confidence >= _PROVEN
        and decoding.unprotected_nats <= _NAMES_TAKEN_NATS
    )


def _is_clear(decoding: Decoding) -> bool:
    """Whether every character was read with certainty, whatever the check digits say."""
    return all(
        min(line) > _CLEAR_CHARACTER and float(np.exp(np.mean(np.log(line)))) > _CLEAR_LINE * 0.9
        for line in decoding.character_confidence
    )


def _second_opinion(capture: Capture, group: Sequence[_Line], today: date) -> Decoding | None:
    """PassportEye over the rectified zone with a margin."""
    zone = _zone_quad(group)
    _, height = quad_size(zone)
    height_px = max(140, min(600, round(height * 1.7)))
    crop = line_crop(capture, zone, along=0.35, across=0.35, height_px=height_px)
    rows = [
        cells_of(line)
        for line in passport_eye.read_lines(cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR).astype(np.uint8))
    ]
    rows = [row for row in rows if len(row) >= 24]
    return decode(rows, today, codes()) if len(rows) == len(group) else None


def _zone_quad(lines: Sequence[_Line]) -> Points:
    """Around all lines, along the first."""
    return enclosing_quad(
        np.concatenate([line.quad for line in lines]), quad_angle_deg(lines[0].quad)
    )


def _reading(
    capture: Capture,
    decoding: Decoding,
    group: Sequence[_Line],
    confidence: float,
    engines: tuple[str, ...],
    today: date,
) -> MrzReading | Absent:
    zone = parse(decoding.lines, today)
    if _is_proven(replace(decoding, confidence=confidence)):
        state = ReadingState.READ
    elif not decoding.is_valid and _is_clear(decoding):
        state, confidence = ReadingState.READ, 0.9
    else:
        state = ReadingState.GUESSED
    if isinstance(zone, Unparsed):
        return _unread(capture, group)
    return MrzReading(
        state,
        as_quad(_zone_quad(group)),
        _is_cut_off(capture, group),
        zone,
        confidence,
        engines,
        _repairs(decoding),
    )


def _unread(capture: Capture, lines: Sequence[_Line]) -> MrzReading | Absent:
    """A zone that is there and cannot be read; Absent where there is not even that."""
    if not lines:
        return Absent()
    return MrzReading(
        ReadingState.UNREADABLE,
        as_quad(_zone_quad(lines)),
        _is_cut_off(capture, lines),
        None,
        0.0,
        ("mrz_recogniser",),
    )


def _is_faint_zone(line: _Line) -> bool:
    """An MRZ that nobody can read: as long as one, with fillers, however unsure."""
    width, height = quad_size(line.quad)
    return len(line.cells) >= 20 and line.text.count("<") >= 3 and width > 14 * height


def _is_cut_off(capture: Capture, lines: Sequence[_Line]) -> bool:
    return any(touches_edge(line.quad, capture.width_px, capture.height_px) for line in lines)


_BECAUSE: Final = {
    Value.STATE: "a state code takes letters and must be a known one",
    Value.NAMES: "names take letters and fillers",
    Value.CODE: "the form of document codes",
    Value.DIGIT: "a check digit is a figure",
    Value.DIGIT_OR_FILLER: "a check digit is a figure or a filler",
    Value.BIRTH: "dates take figures",
    Value.DATE: "dates take figures",
    Value.SEX: "sex is M, F or a filler",
    Value.NUMBER: "the only reading whose check digits agree",
    Value.OPTIONAL: "the only reading whose check digits agree",
}


def _repairs(decoding: Decoding) -> tuple[CharacterRepair, ...]:
    values = _value_by_place(decoding.format)
    return tuple(
        CharacterRepair(n, column, was, now, _BECAUSE[values.get((n, column), Value.OPTIONAL)])
        for n, (read, line) in enumerate(zip(decoding.read, decoding.lines, strict=True), start=1)
        for column, (was, now) in enumerate(zip(read, line, strict=True), start=1)
        if was != now
    )


def _value_by_place(layout: Format) -> dict[tuple[int, int], Value]:
    return {
        (field.span.line, column): field.value
        for field in LAYOUTS[layout].fields
        for column in range(field.span.start, field.span.end + 1)
    }
