"""Reflections that hide text: blown-out blobs brighter than the paper around them."""

from typing import Final

import cv2
import numpy as np

from service.vision.capture import Grey

_CLIPPED: Final = 250
_BRIGHTER_THAN_PAPER: Final = 12
_GAP_IN_HEIGHTS: Final = 1.6


def hidden_fraction(line: Grey, letter_height_px: float) -> float:
    """Share of a text line's length where only clipped white is left.

    Args:
        line: (h, w) uint8, a rectified line of text.
        letter_height_px: height of capitals in pixels of `line`.

    Paper that is white throughout is no reflection: a gap counts only where it is brighter than
    the paper elsewhere on the line, and longer than the gap between words.

    """
    bright, high = np.percentile(line, (10, 80), axis=0)
    paper = float(np.median(high))
    if paper >= _CLIPPED - _BRIGHTER_THAN_PAPER:
        return 0.0
    blank = bright >= _CLIPPED
    shortest = max(2, round(_GAP_IN_HEIGHTS * letter_height_px))
    kernel = np.ones((1, shortest), np.uint8)
    runs = cv2.morphologyEx(blank.astype(np.uint8)[None, :], cv2.MORPH_OPEN, kernel)
    return float(runs.mean())


def clipped_fraction(grey: Grey) -> float:
    """Share of blown-out pixels. `grey` (h, w) uint8."""
    return float(np.mean(grey >= _CLIPPED))
