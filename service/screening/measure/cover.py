"""What hides a stretch of a line of text: a thing that lies on it, or light."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from service.vision.capture import Capture
from service.vision.crops import line_crop, reduction_of
from service.vision.geometry import Points, axes_of, grown, quad_angle_deg, quad_size, warp_quad

_HEIGHT_PX: Final = 24
_ACROSS: Final = 0.15
_LEAST_INK: Final = 0.3
"""Contrast of a column with ink, by that of most columns."""
_CLIPPED: Final = 248
_SHADE: Final = 20.0
_AROUND: Final = 0.25
"""Of a line's height, above and below it: there the paper shows between all letters."""
_OTHER_COLOUR: Final = 32.0
"""Distance in CIE Lab (8-bit steps) from the line's paper: drawn fingers 28 to 70, ornaments under
numbers of real cards up to 28."""
_REACH: Final = 0.3
"""How far into the letters a cover must lie to hide anything, of their height."""
_LEAST_WIDE: Final = 1.0
"""Of a line's height: wider than any letter or stroke."""
_WHOLE: Final = 0.9
"""Of the line: what lies along so much of it is what it is printed on."""
_EVEN: Final = 0.6
"""Least distance from the paper by the largest: letters that run together when small reach 0.5,
drawn fingers and stickers have 0.9."""
_BEHIND: Final = 2.0
"""Heights behind a line's end that are looked at with it."""
_CLOSE: Final = 0.6
"""Of a line's height: what lies so close behind it may hide its end."""


class Cover(StrEnum):
    """What hides print."""

    THING = "thing"
    LIGHT = "light"


def covered_fraction(capture: Capture, line: Points) -> float:
    """Longest stretch without ink, of a line's length; `line` (4, 2) float32, sent frame.

    Zones are set at one pitch without gaps (Doc 9303 part 3, 4.1), so that nothing but a cover, or
    a reflection, makes a gap as wide as several characters. Contrast is taken as a ratio: a shadow
    darkens ink and paper alike.
    """
    crop = line_crop(capture, line, along=0.0, across=_ACROSS, height_px=_HEIGHT_PX)
    light = np.log(crop.astype(np.float32) + _SHADE)
    fine = np.abs(light - cv2.GaussianBlur(light, (0, 0), _HEIGHT_PX / 3))
    inked = cv2.dilate(fine.max(axis=0)[None, :], np.ones((1, _HEIGHT_PX), np.uint8)).ravel()
    is_reflection = np.percentile(crop, 80, axis=0) >= _CLIPPED
    is_blank = (inked < _LEAST_INK * np.percentile(inked, 80)) & ~is_reflection
    longest = run = 0
    for blank in is_blank.tolist():
        run = run + 1 if blank else 0
        longest = max(longest, run)
    # The widening above took half a height from both ends of the stretch.
    return (longest + _HEIGHT_PX - 1) / len(is_blank) if longest else 0.0


def cover_on(capture: Capture, line: Points, others: Sequence[Points] = ()) -> Cover | None:
    """What hides a stretch of a line of print, if anything does; `line` (4, 2), sent frame.

    Letters leave paper above and below them, and between them. What lies on them from below or
    above (a finger, a sticker) leaves none as far as it reaches, and is of another colour, evenly:
    bold letters that run together are darker than their gaps. A reflection counts only where no
    ink is seen in it, and what lies along the whole line does not: print stands on bands as well.

    Args:
        capture: the picture.
        line: may end where the cover begins, so that what lies close behind it is looked at too.
        others: the other lines (4, 2) each: where one of them begins, nothing hides this one.

    """
    high = quad_size(line)[1]
    free = _free_behind(line, others, (capture.width_px, capture.height_px))
    along = axes_of(quad_angle_deg(line))[0] * (free * high)
    longer = np.stack([line[0], line[1] + along, line[2] + along, line[3]])
    around = grown(longer.astype(np.float32), 0.0, _AROUND)
    reduction = reduction_of(around, _HEIGHT_PX)
    crop = warp_quad(capture.bgr(reduction), around / np.float32(reduction), _HEIGHT_PX)
    lab = cv2.cvtColor(cv2.GaussianBlur(crop, (3, 3), 0), cv2.COLOR_BGR2LAB).astype(np.float32)
    rim = round(_HEIGHT_PX * _AROUND / (1 + 2 * _AROUND))
    paper = np.median(np.concatenate([lab[:rim], lab[-rim:]]).reshape(-1, 3), axis=0)
    apart = np.linalg.norm(lab - paper, axis=2)
    reach = round(rim + _REACH * (_HEIGHT_PX - 2 * rim))
    bright = crop.min(axis=2)
    is_lit = np.percentile(bright, 80, axis=0) >= _CLIPPED
    # White light on white paper hides nothing that could be told from paper.
    is_blinding = (np.percentile(bright, 10, axis=0) >= _CLIPPED) & (paper[0] < _CLIPPED - _SHADE)
    letters = _HEIGHT_PX - 2 * rim
    ends = len(is_lit) - free * letters

    def hides(is_bare: NDArray[np.bool_]) -> bool:
        return any(
            end - start >= _LEAST_WIDE * letters
            and start <= ends + _CLOSE * letters
            and min(end, ends) - start < _WHOLE * ends
            for start, end in _runs(is_bare)
        )

    # Behind the line the card's own paper may be lighter than the band that the line stands on.
    is_paper = (lab[:, :, 0].mean(axis=0) > paper[0]) & (np.arange(len(is_lit)) > ends)
    parts = (apart[:reach], apart[rim:-rim], apart[-reach:])
    if any(hides(_is_other(part, letters) & ~is_lit & ~is_paper) for part in parts):
        return Cover.THING
    return Cover.LIGHT if hides(is_blinding) else None


def _is_other(apart: NDArray[np.float32], wide: int) -> NDArray[np.bool_]:
    """(N,) of distances (H, N) from the paper: columns without any, in an even stretch `wide` px."""
    least, most = np.percentile(apart, (10, 90), axis=0).astype(np.float32)
    around = np.ones(wide, np.uint8)
    is_even = cv2.erode(least, around) > _EVEN * cv2.dilate(most, around)
    stretch = cv2.dilate(is_even.astype(np.uint8), around).ravel() > 0
    return (least > _OTHER_COLOUR) & stretch


def _free_behind(line: Points, others: Sequence[Points], frame: tuple[int, int]) -> float:
    """How far nothing else is printed behind a line (4, 2), of its height, within the picture."""
    along, down = axes_of(quad_angle_deg(line))
    high = quad_size(line)[1]
    free = _BEHIND
    for edge, start, step in zip(frame, (line[1] + line[2]) / 2, along, strict=True):
        room = edge - start if step > 0 else start
        free = min(free, float(room / max(abs(step) * high, 1e-6)))
    for other in others:
        ahead, below = (other - line[1]) @ along / high, (other - line[1]) @ down / high
        if ahead.max() > 0 and below.min() < 1 + _AROUND and below.max() > -_AROUND:
            free = min(free, float(ahead.min()))
    return max(free, 0.0)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and end of each stretch of (N,) that is true."""
    ends = np.flatnonzero(np.diff(np.concatenate([[0], flags.view(np.int8), [0]])))
    return list(zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True))
