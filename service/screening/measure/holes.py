"""Holes of a punch: round, even spots that stand off from the page around them."""

from typing import Final

import cv2
import numpy as np

from service.vision.capture import Grey
from service.vision.geometry import Points

_DIAMETERS: Final = (0.028, 0.08)
"""Of an office punch and of those that cancel passports, 4 to 9 mm, by a page's 125 mm."""
_AROUND: Final = 2.2
_STANDS_OFF: Final = 0.3
_UNEVEN: Final = 0.08
_ROUND: Final = (0.85, 1.1)
_SQUARE: Final = 0.8


def find_holes(page: Grey, contrast: float) -> list[Points]:
    """Quads (4, 2) float32 in the page's frame around each hole.

    Args:
        page: (h, w) uint8, rectified, of at least 160 rows.
        contrast: of ink against paper on this page, in grey levels.

    """
    width = page.shape[1]
    least, most = (share * width for share in _DIAMETERS)
    window = round(_AROUND * most) | 1
    ground = cv2.medianBlur(page, window)
    off = np.abs(page.astype(np.int16) - ground.astype(np.int16))
    spots = (off > _STANDS_OFF * contrast).astype(np.uint8)
    # Thin strokes that touch a hole, and fine print, are no part of it.
    spots = cv2.morphologyEx(spots, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(spots)
    found: list[Points] = []
    for n in range(1, count):
        left, top, wide, high, area = (int(v) for v in boxes[n])
        if not (least <= wide <= most and least <= high <= most):
            continue
        fill = area / (np.pi / 4 * wide * high)
        if min(wide, high) < _SQUARE * max(wide, high) or not _ROUND[0] < fill < _ROUND[1]:
            continue
        inside = cv2.erode((labels == n).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        if float(page[inside].std()) > _UNEVEN * contrast:
            continue
        right, bottom = left + wide, top + high
        corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
        found.append(np.array(corners, np.float32))
    return found
