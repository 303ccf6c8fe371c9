"""How wide the edges of letters are, against their strokes."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from service.vision.capture import Grey
from service.vision.levels import level_spread

_STROKE_IN_HEIGHTS: Final = 0.14
"""Stroke over capital height: 0.13 to 0.16 in OCR-B and in the faces that documents use."""


WITHOUT_EDGES: Final = 99.0
"""Stands for a width where there is nothing to measure; infinity has no place in JSON."""
_WINDOW_PX: Final = 16
_BUSY: Final = 0.35


def sharpest_edge_px(page: Grey) -> float:
    """Width of the sharpest edges anywhere on a page, in pixels of `page` (h, w) uint8.

    By windows: contrast over steepest slope, where a window has contrast at all; the tenth part
    with the narrowest edges decides, so that one soft corner does not make a page blurred.
    """
    grey = page.astype(np.float32)
    rows, columns = (n // _WINDOW_PX * _WINDOW_PX for n in grey.shape)
    if rows == 0 or columns == 0:
        return WITHOUT_EDGES
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=1) / 2
    along = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=1) / 2
    slope = np.hypot(across, along)

    def windows(values: NDArray[np.float32]) -> NDArray[np.float32]:
        shape = (rows // _WINDOW_PX, _WINDOW_PX, columns // _WINDOW_PX, _WINDOW_PX)
        return (
            values[:rows, :columns]
            .reshape(shape)
            .transpose(0, 2, 1, 3)
            .reshape(-1, _WINDOW_PX * _WINDOW_PX)
        )

    patches, slopes = windows(grey), windows(slope)
    ranges = patches.max(axis=1) - patches.min(axis=1)
    busy = ranges > max(12.0, _BUSY * float(np.percentile(ranges, 98)))
    if not busy.any():
        return WITHOUT_EDGES
    widths = ranges[busy] / np.maximum(slopes[busy].max(axis=1), 1e-3)
    return min(float(np.percentile(widths, 10)), WITHOUT_EDGES)


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
    contrast = level_spread(line)
    if contrast < 1 or letter_height_px <= 0:
        return WITHOUT_EDGES
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=1) / 2
    along = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=1) / 2
    slope = float(np.percentile(np.hypot(across, along), 95))
    width = contrast / max(slope, 1e-3) / (_STROKE_IN_HEIGHTS * letter_height_px)
    return min(width, WITHOUT_EDGES)
