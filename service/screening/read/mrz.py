"""The machine readable zone: located, read, decoded under its grammar, and asked again where unsure."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import cv2
import numpy as np

from service.issuers.states import codes
from service.mrz.formats import LAYOUTS, Format, Value
from service.mrz.lattice import Decoding, cells_of, decode
from service.mrz.parse import Unparsed, parse
from service.screening.evidence import (
    CharacterRepair,
    MrzReading,
    ReadingState,
    as_quad,
)
from service.screening.locate.mrz_lines import MrzLocator
from service.screening.read import passport_eye
from service.screening.read.mrz_line_reader import (
    MARGINS,
    Line,
    LineReader,
    trimmed,
    weighed,
)
from service.vision.capture import Capture
from service.vision.crops import line_crop
from service.vision.geometry import (
    Points,
    angle_between,
    axes_of,
    enclosing_quad,
    extent,
    quad_angle_deg,
    quad_size,
    shared_length,
    touches_edge,
)

_PROVEN: Final = 0.95
"""Confidence from which a reading with valid check digits counts as read."""
_AGREED: Final = 0.995
"""Where PassportEye read the same by itself."""
_GUESS: Final = 0.5
"""Where it read something else, or alone."""
_CLEAR_BUT_INVALID: Final = 0.9
"""Every character plain, and a check digit that does not agree: odd print, or a forgery."""
_MOST_OF_A_GUESS: Final = 0.9
"""What a reading that is not believed may claim at most."""
_PLAIN_NATS: Final = 3.5
"""What no check digit covers, read plainly: some sixty characters near certainty cost 1.5 to 3."""
_TAKEN_NATS: Final = 5.0
"""The most that is believed of it at all; readings with a wrong character cost 14 and more."""
_TAKEN_CHARACTER: Final = 0.65
"""Probability of the least certain of these characters."""
_CLEAR_CHARACTER: Final = 0.6
_CLEAR_LINE: Final = 0.87
"""Geometric mean of the probabilities of a line's characters."""
_MOST_ZONES: Final = 3
_HIDDEN: Final = 0.5
_MOST_HIDDEN: Final = 1
"""Characters that check digits may tell by themselves: two trade one value for another."""
_TOUCHED: Final = 0.1
"""Probability of a cover from which a character is not believed that no digit checks. Of 90 zones
that were read, public ones and specimens, the worst character of any has 0.06."""
_SHORTENED: Final = (36, 36)
_ONE_WAY_DEG: Final = 15.0
"""Lines of one zone lean from each other by less, perspective included."""
_SWISS_HEAD, _SWISS_SHORT, _SWISS_WIDTH = "FA", 9, 30
_MOST_LINES: Final = 12
_ORDER: Final = (ReadingState.READ, ReadingState.GUESSED, ReadingState.UNREADABLE)
_MAX_PITCH_IN_HEIGHTS: Final = 4.5
_MIN_OVERLAP: Final = 0.75


class MrzReader:
    """Locator, recogniser and grammar; one thread at a time may use it. Raises ModelBroken."""

    def __init__(self, threads: int = 1) -> None:
        self._locator = MrzLocator(threads)
        self._lines = LineReader(threads)

    @property
    def version(self) -> str:
        """Names and versions of both networks."""
        return f"{self._locator.version} {self._lines.version}"

    def read(
        self, capture: Capture, today: date, *, is_hasty: bool = False
    ) -> tuple[MrzReading, ...]:
        """The zones in this picture, the surest first; none where nothing looks like one.

        Where the first look proves nothing, the lines are cut again with other margins and all
        looks weighed together. PassportEye with Tesseract, where installed, is asked only then,
        and once a picture; its agreement raises the confidence. In haste there is one look at
        every stage, and PassportEye is not asked.
        """
        quads = self._locator.locate(capture, is_hasty=is_hasty)
        lines = self._lines.follow(capture, quads, is_hasty=is_hasty)
        if not any(line.is_likely for line in lines):
            upside_down = [np.roll(quad, 2, axis=0) for quad in quads]
            turned = self._lines.follow(capture, upside_down, is_hasty=is_hasty)
            lines = turned if any(line.is_likely for line in turned) else lines
        margins = MARGINS[:1] if is_hasty else MARGINS
        found = self._decoded(capture, lines, today, margins)
        if not found:
            return _unread(capture, [line for line in lines if _is_faint_zone(line)])
        doubtful = next((one for one, _ in found if not is_hasty and not _is_proven(one)), None)
        readings = [
            reading
            for decoding, group in found
            for reading in _judged(capture, decoding, group, today, asks=decoding is doubtful)
        ]
        return tuple(sorted(readings, key=lambda one: _ORDER.index(one.state)))

    def _decoded(
        self, capture: Capture, lines: Sequence[Line], today: date, margins: Sequence[float]
    ) -> list[tuple[Decoding, Sequence[Line]]]:
        """The likeliest zone, and then those of the lines that it leaves."""
        found: list[tuple[Decoding, Sequence[Line]]] = []
        while len(found) < _MOST_ZONES:
            taken = [line for _, group in found for line in group]
            left = [line for line in lines if not any(line.is_of(other) for other in taken)]
            best = self._best_zone(capture, left, today, margins)
            if best is None:
                break
            found.append(best)
        return found

    def _best_zone(
        self, capture: Capture, lines: Sequence[Line], today: date, margins: Sequence[float]
    ) -> tuple[Decoding, Sequence[Line]] | None:
        best: tuple[Decoding, Sequence[Line]] | None = None
        for margin in margins:
            if not any(line.is_likely for line in lines):
                break
            if margin != MARGINS[0]:
                again = self._lines.look(
                    capture, [(line.quad, line.squeeze) for line in lines], margin
                )
                lines = [weighed(a, trimmed(b)) for a, b in zip(lines, again, strict=True)]
            for group in (*_groups(lines), *self._with_short_line(capture, lines)):
                decoding = decode([line.cells for line in group], today, codes())
                if decoding is not None and (best is None or _merit(decoding) > _merit(best[0])):
                    best = decoding, group
            if best is not None and _is_plain(best[0]):
                break
        return best

    def _with_short_line(
        self, capture: Capture, lines: Sequence[Line]
    ) -> Iterator[tuple[Line, ...]]:
        """A Swiss licence's three lines: nine characters stand above the two that the locator finds."""
        for upper, lower in itertools.permutations((one for one in lines if one.is_likely), 2):
            if upper.text[:2] != _SWISS_HEAD or len(upper.cells) != _SWISS_WIDTH:
                continue
            right, down = axes_of(quad_angle_deg(upper.quad))
            if not _follow(upper, lower, right, down):
                continue
            step = (lower.quad - upper.quad).mean(axis=0)
            quad = upper.quad - step
            share = np.float32(_SWISS_SHORT / _SWISS_WIDTH)
            quad[1] = quad[0] + (quad[1] - quad[0]) * share
            quad[2] = quad[3] + (quad[2] - quad[3]) * share
            short = self._lines.look(capture, [(quad, upper.squeeze)], MARGINS[0])[0]
            if len(short.cells) == _SWISS_SHORT:
                yield short, upper, lower


def _judged(
    capture: Capture, decoding: Decoding, group: Sequence[Line], today: date, *, asks: bool
) -> tuple[MrzReading, ...]:
    confidence, engines = decoding.confidence, ("mrz_recogniser",)
    if asks and passport_eye.is_available():
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


def _groups(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Sets of lines that may be one zone, top to bottom: three, two, or one."""
    left = [line for line in lines if line.is_likely][:_MOST_LINES]
    while left:
        angle = quad_angle_deg(left[0].quad)
        alike = [one for one in left if _is_along(one, angle)]
        left = [one for one in left if not _is_along(one, angle)]
        right, down = axes_of(angle)
        ordered = sorted(alike, key=lambda line: float((line.quad @ down).mean()))
        for size in (3, 2):
            for group in itertools.combinations(ordered, size):
                if all(_follow(a, b, right, down) for a, b in itertools.pairwise(group)):
                    yield group
        yield from ((line,) for line in ordered if line.text[:1] in "D0O")


def _is_along(line: Line, angle_deg: float) -> bool:
    return abs(angle_between(quad_angle_deg(line.quad), angle_deg)) < _ONE_WAY_DEG


def _follow(upper: Line, lower: Line, right: np.ndarray, down: np.ndarray) -> bool:
    height = max(quad_size(upper.quad)[1], quad_size(lower.quad)[1])
    step = float((lower.quad @ down).mean() - (upper.quad @ down).mean())
    shared = shared_length(upper.quad, lower.quad, right)
    widest = max(extent(upper.quad, right), extent(lower.quad, right))
    return 0.5 * height < step < _MAX_PITCH_IN_HEIGHTS * height and shared > _MIN_OVERLAP * widest


def _merit(decoding: Decoding) -> tuple[bool, bool, float]:
    """Proven first, then valid; among equals the one whose every character is likelier."""
    doubt = decoding.unprotected_nats + 20 * (1 - decoding.confidence)
    return _is_proven(decoding), decoding.is_valid, -doubt


def _is_plain(decoding: Decoding) -> bool:
    return _is_proven(decoding) and decoding.unprotected_nats <= _PLAIN_NATS


def _is_proven(decoding: Decoding) -> bool:
    return (
        decoding.is_valid
        and not decoding.is_mended
        and bool(LAYOUTS[decoding.format].checks)
        and decoding.confidence >= _PROVEN
        and decoding.unprotected_nats <= _TAKEN_NATS
        and decoding.weakest_unprotected >= _TAKEN_CHARACTER
    )


def _is_clear(decoding: Decoding) -> bool:
    """Whether every character was read with certainty, whatever the check digits say."""
    return all(
        min(line) > _CLEAR_CHARACTER and float(np.exp(np.mean(np.log(line)))) > _CLEAR_LINE
        for line in decoding.character_confidence
    )


def _second_opinion(capture: Capture, group: Sequence[Line], today: date) -> Decoding | None:
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


def _zone_quad(lines: Sequence[Line]) -> Points:
    """Around all lines, along the first."""
    return enclosing_quad(
        np.concatenate([line.quad for line in lines]), quad_angle_deg(lines[0].quad)
    )


def _reading(
    capture: Capture,
    decoding: Decoding,
    group: Sequence[Line],
    confidence: float,
    engines: tuple[str, ...],
    today: date,
) -> tuple[MrzReading, ...]:
    zone = parse(decoding.lines, today)
    if isinstance(zone, Unparsed):
        return _unread(capture, group)
    # A character that was not seen is no reading, though the sums may want it.
    is_visible = all(line.is_visible for line in group) and not _is_covered(decoding, group)
    is_seen = is_visible and not decoding.is_mended
    is_proof = is_seen and engines[0] != "passporteye"
    is_cut_off = _is_cut_off(capture, group)
    # Two lines of 36 may be what is left of two of 44.
    is_whole = not is_cut_off or decoding.lengths != _SHORTENED
    if is_proof and _is_proven(replace(decoding, confidence=confidence)):
        state = ReadingState.READ
    elif is_proof and not decoding.is_valid and is_whole and _is_clear(decoding):
        state, confidence = ReadingState.READ, _CLEAR_BUT_INVALID
    else:
        state, confidence = ReadingState.GUESSED, min(confidence, _MOST_OF_A_GUESS)
    return (
        MrzReading(
            state,
            as_quad(_zone_quad(group)),
            is_cut_off,
            zone,
            confidence,
            engines,
            _repairs(decoding),
            tuple(as_quad(line.quad) for line in group),
            decoding.character_confidence if engines[0] != "passporteye" else (),
        ),
    )


def _is_covered(decoding: Decoding, group: Sequence[Line]) -> bool:
    hidden = {
        (row, column): cell.hidden
        for row, line in enumerate(group)
        for column, cell in enumerate(line.cells)
    }
    return sum(share > _HIDDEN for share in hidden.values()) > _MOST_HIDDEN or any(
        hidden.get(place, 0.0) > _TOUCHED for place in decoding.unprotected
    )


def _unread(capture: Capture, lines: Sequence[Line]) -> tuple[MrzReading, ...]:
    """A zone that is there and cannot be read; nothing where there is not even that."""
    if not lines:
        return ()
    return (
        MrzReading(
            ReadingState.UNREADABLE,
            as_quad(_zone_quad(lines)),
            _is_cut_off(capture, lines),
            None,
            0.0,
            ("mrz_recogniser",),
            (),
            tuple(as_quad(line.quad) for line in lines),
        ),
    )


def _is_faint_zone(line: Line) -> bool:
    """An MRZ that nobody can read: as long as one, with fillers, however unsure."""
    width, height = quad_size(line.quad)
    return len(line.cells) >= 20 and line.text.count("<") >= 3 and width > 14 * height


def _is_cut_off(capture: Capture, lines: Sequence[Line]) -> bool:
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
