"""What lies on a line of text: a stretch of it without ink that is no reflection."""

from typing import Final

import cv2
import numpy as np

from service.vision.capture import Capture
from service.vision.crops import line_crop
from service.vision.geometry import Points

_HEIGHT_PX: Final = 24
_ACROSS: Final = 0.15
_LEAST_INK: Final = 0.3
"""Contrast of a column with ink, by that of most columns."""
_CLIPPED: Final = 248
_SHADE: Final = 20.0


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
