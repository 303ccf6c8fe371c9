"""Holes of a punch: round, even spots that stand off from the page around them."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from service.vision.capture import Grey
from service.vision.geometry import Points

_DIAMETERS: Final = (0.028, 0.08)
"""Of an office punch and of those that cancel passports, 4 to 9 mm, by a page's 125 mm."""
_AROUND: Final = 2.2
_STANDS_OFF: Final = 0.3
_UNEVEN: Final = 0.08
_DISC: Final = 0.87
"""Least share of spot and disc that both have in common; a square has 0.79 at best."""
_PORTRAIT_RIGHT: Final = 0.36
"""Eyes, buttons and earrings are round as well: the portrait's part of the page is left out."""


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
        left, top, wide, high = (int(v) for v in boxes[n, :4])
        if not (least <= wide <= most and least <= high <= most):
            continue
        is_at_edge = top == 0 or left + wide >= width or top + high >= page.shape[0]
        if is_at_edge or left < _PORTRAIT_RIGHT * width:
            continue
        spot = labels[top : top + high, left : left + wide] == n
        if _likeness_to_disc(spot) < _DISC:
            continue
        inside = cv2.erode(spot.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0) > 0
        shades = page[top : top + high, left : left + wide][inside]
        if not shades.size or float(shades.std()) > _UNEVEN * contrast:
            continue
        right, bottom = left + wide, top + high
        corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
        found.append(np.array(corners, np.float32))
    return found


def _likeness_to_disc(spot: NDArray[np.bool_]) -> float:
    """Intersection over union of a spot (h, w) with the disc of its area around its centre."""
    rows, columns = np.nonzero(spot)
    ys, xs = np.mgrid[0 : spot.shape[0], 0 : spot.shape[1]]
    squares = (ys - rows.mean()) ** 2 + (xs - columns.mean()) ** 2
    disc = squares <= len(rows) / np.pi
    return float((spot & disc).sum() / (spot | disc).sum())
