"""Readers of the machine readable zone in order of cost; stops at the first proven reading."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from service.issuers.states import codes
from service.mrz.confusions import fold
from service.mrz.formats import LAYOUTS, Format, Value
from service.mrz.lattice import Cell, Decoding, cells_of, decode, looks_like_line
from service.mrz.parse import Unparsed, parse
from service.screening.evidence import (
    Absent,
    CharacterRepair,
    MrzReading,
    ReadingState,
)
from service.screening.locate.mrz_zone import candidate_lines, touches_edge
from service.screening.read import passport_eye
from service.screening.read.rapid import RapidText, RecognisedLine
from service.screening.text_view import TextView, as_quad
from service.vision.geometry import Points, enclosing_quad, quad_size

_PROVEN: Final = 0.95
"""Confidence from which a reading with valid check digits counts as read."""
_AGREED: Final = 0.995
_NAMES_PLAIN_NATS: Final = 7.0
"""Names read plainly: some fifty characters near certainty, or one look-alike put right."""
_NAMES_TAKEN_NATS: Final = 13.0
"""The most that is believed of names at all: three look-alikes put right by their class."""
_CLEAR_CHARACTER: Final = 0.6
_CLEAR_LINE: Final = 0.97
_MARGINS: Final = (0.2, 0.05, 0.4)
_MAX_PITCH_IN_HEIGHTS: Final = 4.5
_MIN_OVERLAP: Final = 0.75
_FAINT_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True)
class _Line:
    """A candidate as read: its quad in the sent frame, text and cells."""

    quad: Points
    text: str
    cells: tuple[Cell, ...]

    @property
    def is_likely(self) -> bool:
        """Whether its text has the looks of an MRZ line."""
        return looks_like_line(self.text)


def read_mrz(view: TextView, rapid: RapidText, today: date) -> MrzReading | Absent:
    """The zone in this picture, or Absent where nothing looks like one.

    RapidOCR reads the candidate lines, at other margins where a digit fails; PassportEye with
    Tesseract, where installed, is asked only then, and its agreement raises the confidence.
    """
    quads = candidate_lines(view.lines)
    if not quads:
        return Absent()
    best: tuple[Decoding, Sequence[_Line]] | None = None
    seen: list[_Line] = []
    for margin in _MARGINS:
        lines = _recognise(view, rapid, quads, margin)
        seen = seen or lines
        for group in _groups(lines):
            decoding = decode([line.cells for line in group], today, codes())
            if decoding is not None and (best is None or _merit(decoding) > _merit(best[0])):
                best = decoding, group
        likely = [line.quad for line in lines if line.is_likely]
        is_plain = best is not None and best[0].unprotected_nats <= _NAMES_PLAIN_NATS
        if (best is not None and is_plain and _is_proven(best[0])) or not likely:
            break
        quads = likely
    engines = ("rapidocr",)
    if best is None:
        return _unread(view, [line for line in seen if _is_faint_zone(line)])
    decoding, group = best
    confidence = decoding.confidence
    if not _is_proven(decoding) and passport_eye.is_available():
        other = _second_opinion(view, group, today)
        if other is not None and other.is_valid:
            if other.lines == decoding.lines:
                confidence, engines = max(confidence, _AGREED), ("rapidocr", "passporteye")
            elif not decoding.is_valid:
                decoding, confidence, engines = other, other.confidence, ("passporteye",)
            else:
                # Two valid readings that differ: neither is believed.
                confidence = min(confidence, 0.5)
    return _reading(view, decoding, group, confidence, engines, today)


def _recognise(
    view: TextView, rapid: RapidText, quads: Sequence[Points], margin: float
) -> list[_Line]:
    read = rapid.recognise([view.crop(quad, margin=margin) for quad in quads])
    return [
        _Line(quad, line.text, tuple(_cells(line))) for quad, line in zip(quads, read, strict=True)
    ]


def _cells(line: RecognisedLine) -> list[Cell]:
    """Glyphs folded to the MRZ's alphabet; what stands for none of its characters is left out."""
    cells: list[Cell] = []
    for glyph in line.glyphs:
        folded: dict[str, float] = {}
        for character, likelihood in glyph.readings:
            target = fold(character)
            if target is not None:
                folded[target] = folded.get(target, 0.0) + likelihood
        if sum(folded.values()) > 0.05 and not glyph.character.isspace():
            cells.append(Cell(folded, glyph.centre))
    return cells


def _groups(lines: Sequence[_Line]) -> Iterator[tuple[_Line, ...]]:
    """Sets of lines that may be one zone, top to bottom: three, two, or one."""
    likely = [line for line in lines if line.is_likely]
    if not likely:
        return
    angle = _direction(likely[0].quad)
    down = np.array([-angle[1], angle[0]])
    ordered = sorted(likely, key=lambda line: float((line.quad @ down).mean()))
    for size in (3, 2):
        for group in itertools.combinations(ordered, size):
            if all(_follow(a, b, angle, down) for a, b in itertools.pairwise(group)):
                yield group
    yield from ((line,) for line in ordered if line.text[:1] in "D0O")


def _direction(quad: Points) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    along = quad[1] - quad[0] + quad[2] - quad[3]
    return along / max(float(np.linalg.norm(along)), 1e-6)


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


def _second_opinion(view: TextView, group: Sequence[_Line], today: date) -> Decoding | None:
    """PassportEye over the rectified zone with a margin."""
    zone = enclosing_quad(np.concatenate([line.quad for line in group]), _angle_deg(group[0].quad))
    _, height = quad_size(zone)
    crop = view.crop(zone, margin=0.35, height_px=max(140, min(600, round(height * 1.7))))
    rows = [cells_of(line) for line in passport_eye.read_lines(crop)]
    rows = [row for row in rows if len(row) >= 24]
    return decode(rows, today, codes()) if len(rows) == len(group) else None


def _angle_deg(quad: Points) -> float:
    x, y = _direction(quad)
    return float(np.degrees(np.arctan2(y, x)))


def _reading(
    view: TextView,
    decoding: Decoding,
    group: Sequence[_Line],
    confidence: float,
    engines: tuple[str, ...],
    today: date,
) -> MrzReading | Absent:
    zone = parse(decoding.lines, today)
    is_plain = decoding.unprotected_nats <= _NAMES_TAKEN_NATS
    if decoding.is_valid and confidence >= _PROVEN and is_plain:
        state = ReadingState.READ
    elif not decoding.is_valid and _is_clear(decoding):
        state, confidence = ReadingState.READ, 0.9
    else:
        state = ReadingState.GUESSED
    if isinstance(zone, Unparsed):
        return _unread(view, group)
    quad = enclosing_quad(np.concatenate([line.quad for line in group]), _angle_deg(group[0].quad))
    return MrzReading(
        state,
        as_quad(quad),
        _is_cut_off(view, group),
        zone,
        confidence,
        engines,
        _repairs(decoding),
    )


def _unread(view: TextView, lines: Sequence[_Line]) -> MrzReading | Absent:
    """A zone that is there and cannot be read; Absent where there is not even that."""
    if not lines:
        return Absent()
    quad = enclosing_quad(np.concatenate([line.quad for line in lines]), _angle_deg(lines[0].quad))
    return MrzReading(
        ReadingState.UNREADABLE, as_quad(quad), _is_cut_off(view, lines), None, 0.0, ("rapidocr",)
    )


def _is_faint_zone(line: _Line) -> bool:
    """Letters of the alphabet without gaps, with fillers among them: an MRZ that nobody can read."""
    compact = [c for c in line.text if not c.isspace()]
    folded = [fold(c) for c in compact]
    gaps = len(line.text) - len(compact)
    fillers = folded.count("<")
    known = sum(f is not None for f in folded)
    return (
        len(compact) >= 12
        and gaps <= 2
        and known >= _FAINT_SHARE * len(compact)
        and fillers >= 2
        and not any(c.islower() and c.isalpha() for c in compact[: len(compact) // 2] if c != "く")
    )


def _is_cut_off(view: TextView, lines: Sequence[_Line]) -> bool:
    return any(
        touches_edge(line.quad, view.capture.width_px, view.capture.height_px) for line in lines
    )


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
