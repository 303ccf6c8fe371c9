"""Holes of a punch: even discs with a sharp edge all around, wherever on the page they are."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from service.vision.capture import Grey
from service.vision.geometry import Points

_DIAMETERS: Final = (0.036, 0.08)
"""Of an office punch and of those that cancel passports, 4.5 to 9 mm, by a page's 125 mm: smaller
ones are of as few pixels as the blocks of a strong compression."""
_EDGE_PX: Final = 2.5
"""How much smaller than the hole the even disc in it is, on either side."""
_EVEN: Final = 0.06
"""Change from pixel to pixel that still counts as even, of the page's contrast."""
_DISC: Final = 0.88
"""Least share of spot and disc that both have in common; an upright square has 0.91."""
_STANDS_OFF: Final = 0.08
"""Of the page's contrast: an edge. Below a hole often lies paper as well."""
_CLOSED: Final = 0.75
"""Share of the directions in which the edge must show: hair may be as dark as the hole."""
_DIRECTIONS: Final = 32
_BEYOND_PX: Final = (3, 6)
_FILLED: Final = (0.6, 0.9)
"""Of the box around it: a disc 0.79, a square 1 or, on its corner, 0.5."""


def find_holes(page: Grey, contrast: float) -> list[Points]:
    """Quads (4, 2) float32 in the page's frame around each hole.

    Args:
        page: (h, w) uint8, rectified, of some 240 rows.
        contrast: of ink against paper on this page, in grey levels.

    """
    height, width = page.shape
    least, most = (share * width - 2 * _EDGE_PX for share in _DIAMETERS)
    steepness = cv2.morphologyEx(page, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    even = (steepness <= _EVEN * contrast).astype(np.uint8)
    # What is even up to an edge all around stands alone, whatever is printed beside it.
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(even, connectivity=4)
    left, top, wide, high, area = boxes.T
    is_hole_sized = (np.minimum(wide, high) >= least) & (np.maximum(wide, high) <= most)
    is_within = (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    found: list[Points] = []
    filled = area / (wide * high)
    is_round = (_FILLED[0] < filled) & (filled < _FILLED[1])
    for n in np.flatnonzero(is_hole_sized & is_within & is_round).tolist():
        x, y, across, down = boxes[n, :4].tolist()
        spot = labels[y : y + down, x : x + across] == n
        if _likeness_to_disc(spot) >= _DISC and _stands_off(page, spot, (x, y), contrast):
            x0, y0 = x - _EDGE_PX, y - _EDGE_PX
            x1, y1 = x + across + _EDGE_PX, y + down + _EDGE_PX
            found.append(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32))
    return found


def _likeness_to_disc(spot: NDArray[np.bool_]) -> float:
    """Intersection over union of a spot (h, w) with the disc of its area around its centre."""
    rows, columns = np.nonzero(spot)
    ys, xs = np.mgrid[0 : spot.shape[0], 0 : spot.shape[1]]
    squares = (ys - rows.mean()) ** 2 + (xs - columns.mean()) ** 2
    disc = squares <= len(rows) / np.pi
    return float((spot & disc).sum() / (spot | disc).sum())


def _stands_off(page: Grey, spot: NDArray[np.bool_], at: tuple[int, int], contrast: float) -> bool:
    """Whether the page around a disc (h, w), its corner `at` (x, y), differs from it all around."""
    rows, columns = np.nonzero(spot)
    centre = (float(columns.mean()) + at[0], float(rows.mean()) + at[1])
    radius = round(float(np.sqrt(len(rows) / np.pi)))
    size = (radius + _BEYOND_PX[1], _DIRECTIONS)
    rays = cv2.warpPolar(page, size, centre, size[0], cv2.INTER_LINEAR).astype(np.float32)
    beyond = rays[:, radius + _BEYOND_PX[0] :].mean(axis=1)
    differs = np.abs(beyond - rays[:, :radius].mean()) > _STANDS_OFF * contrast
    return float(differs.mean()) >= _CLOSED
