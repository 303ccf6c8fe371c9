"""How wide the edges of letters are, against their strokes."""

from typing import Final

import cv2
import numpy as np

from service.vision.capture import Grey

_STROKE_IN_HEIGHTS: Final = 0.14
"""Stroke over capital height: 0.13 to 0.16 in OCR-B and in the faces that documents use."""


def edge_width_strokes(line: Grey, letter_height_px: float) -> float:
    """Edge width over stroke width: about 0.4 when sharp, above 1 where edges fill the strokes.

    Args:
        line: (h, w) uint8, a rectified line of text.
        letter_height_px: height of capitals in pixels of `line`.

    The width of an edge is its contrast over its steepest slope; for a step under Gaussian blur
    of deviation s that is 2.5 s, the usual 10 to 90 % rise. Taken over the steepest twentieth of
    the pixels, it measures the letters and not the paper between them.
    """
    grey = line.astype(np.float32)
    contrast = float(np.percentile(grey, 95) - np.percentile(grey, 5))
    if contrast < 1 or letter_height_px <= 0:
        return float("inf")
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=1) / 2
    along = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=1) / 2
    slope = float(np.percentile(np.hypot(across, along), 95))
    return contrast / max(slope, 1e-3) / (_STROKE_IN_HEIGHTS * letter_height_px)
