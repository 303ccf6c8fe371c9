"""Corners that were cut off: many states cancel a passport that way."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from service.vision.capture import Bgr
from service.vision.geometry import Points

_MOST_APART: Final = 40
"""From the ground's colour, in CIE Lab (8-bit steps): a page may carry a pale band and a dark one."""
_LEAST_APART: Final = 8
_OF_OTSU: Final = 0.6
"""Of the level that parts page from ground best, since the page's palest parts count as well."""
_RIM: Final = 3
"""Part of the margin that is ground for certain."""
_MIDDLE: Final = (0.3, 0.7)
"""Of a side, where its line is taken: corners may be gone, fingers hold them."""
_SEEN: Final = 0.8
"""Share of those rows in which the page must begin within its margin."""
_STRAIGHT: Final = 0.75
"""Share of them that must lie within `_OFF_PX` of one line."""
_OFF_PX: Final = 1.2
_LEGS: Final = (0.04, 0.28)
"""Of the page's width, 5 to 35 mm: rounded corners take 3.2 mm (Doc 9303 part 2)."""
_MOST_ASKEW: Final = 2.5
"""One leg by the other: what is longer is a side held by a hand, or lost on the ground."""
_GONE: Final = 0.9
"""Least share of the triangle that is ground, and of the strip beside the cut that is page."""
_TRIANGLE: Final = 0.7
"""Of the legs, where the ground must show: short of the cut, whose place is told to a pixel or two."""
_BESIDE: Final = (1.15, 1.5)
"""Of the legs, between which the page must go on beyond the cut."""
_INSET_PX: Final = 2.0
"""How far within a side's line its pixels are the page's for certain."""


@dataclass(frozen=True, slots=True)
class _Side:
    """Across = slope * along + offset, in pixels of the turned mask."""

    slope: float
    offset: float


def find_cut_corners(around: Bgr, margin_px: int) -> list[Points]:
    """Triangles (3, 2) float32 in the frame of `around`: a corner, and the ends of the cut.

    A straight cut from side to side shows the ground on which the page lies. A thumb does not,
    and a tear is not straight: neither can be told from the other.

    Args:
        around: (h, w, 3) uint8, a rectified page of some 150 rows with the ground beside it.
        margin_px: how much of it is beside the page, on every side; the page may reach into it.

    """
    mask = _page_mask(around, margin_px)
    height, width = mask.shape
    found: list[Points] = []
    for is_low in (False, True):
        for is_right in (False, True):
            turned = mask[:: -1 if is_low else 1, :: -1 if is_right else 1]
            cut = _cut_at_top_left(turned, margin_px)
            if cut is not None:
                cut[:, 0] = width - 1 - cut[:, 0] if is_right else cut[:, 0]
                cut[:, 1] = height - 1 - cut[:, 1] if is_low else cut[:, 1]
                found.append(cut)
    return found


def _page_mask(around: Bgr, margin_px: int) -> NDArray[np.uint8]:
    """(h, w) uint8: 1 where the colour is not the ground's."""
    lab = cv2.cvtColor(cv2.blur(around, (3, 3)), cv2.COLOR_BGR2LAB).astype(np.float32)
    rim = max(1, margin_px // _RIM)
    edges = (lab[:rim], lab[-rim:], lab[:, :rim], lab[:, -rim:])
    ground = np.median(np.concatenate([edge.reshape(-1, 3) for edge in edges]), axis=0)
    squares = cv2.transform((lab - ground.astype(np.float32)) ** 2, np.ones((1, 3), np.float32))
    apart = cv2.convertScaleAbs(cv2.sqrt(squares))
    level, _ = cv2.threshold(apart, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    mask = (apart > min(max(_OF_OTSU * level, _LEAST_APART), _MOST_APART)).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    # The page alone: grain of the ground passes here and there.
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    sizes[0, cv2.CC_STAT_AREA] = 0
    return (labels == np.argmax(sizes[:, cv2.CC_STAT_AREA])).astype(np.uint8)


def _cut_at_top_left(mask: NDArray[np.uint8], margin_px: int) -> Points | None:
    """(3, 2) float32: the missing corner and the cut's ends on the top and on the left side."""
    left, top = _left_side(mask, margin_px), _left_side(mask.T, margin_px)
    if left is None or top is None:
        return None
    y = (top.slope * left.offset + top.offset) / (1 - top.slope * left.slope)
    x = left.slope * y + left.offset
    page_width = mask.shape[1] - 2 * margin_px
    least, most = (share * page_width for share in _LEGS)
    down, along = _leg(mask, left, y, most), _leg(mask.T, top, x, most)
    if not (least <= min(down, along) and max(down, along) <= _MOST_ASKEW * min(down, along)):
        return None

    def corner_of(share: float) -> list[list[float]]:
        near_x, near_y = x + _INSET_PX, y + _INSET_PX
        return [[near_x + share * along, near_y], [near_x, near_y + share * down]]

    triangle = [[x + _INSET_PX, y + _INSET_PX], *corner_of(_TRIANGLE)]
    nearer, farther = (corner_of(share) for share in _BESIDE)
    is_cut = (
        _mean_in(mask, triangle) <= 1 - _GONE and _mean_in(mask, nearer + farther[::-1]) >= _GONE
    )
    return np.array([[x, y], [x + along, y], [x, y + down]], np.float32) if is_cut else None


def _left_side(mask: NDArray[np.uint8], margin_px: int) -> _Side | None:
    """Where the page begins, by rows in the middle of its height; None where that is no line."""
    height = mask.shape[0]
    rows = np.arange(int(_MIDDLE[0] * height), int(_MIDDLE[1] * height))
    first = mask[rows].argmax(axis=1)
    is_seen = (first > 1) & (first < 2 * margin_px)
    if is_seen.mean() < _SEEN:
        return None
    rows, first = rows[is_seen].astype(np.float32), first[is_seen].astype(np.float32)
    vx, vy, x, y = (
        float(v)
        for v in cv2.fitLine(np.column_stack([first, rows]), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
    )
    if abs(vy) < abs(vx):
        return None
    side = _Side(vx / vy, x - y * vx / vy)
    is_near = np.abs(side.slope * rows + side.offset - first) <= _OFF_PX
    return side if is_near.mean() >= _STRAIGHT else None


def _leg(mask: NDArray[np.uint8], side: _Side, start: float, most: float) -> int:
    """How far along a left side from its corner at row `start` the page is missing, in pixels."""
    steps = np.arange(int(most) + 1)
    rows = np.clip(np.rint(start + steps), 0, mask.shape[0] - 1).astype(int)
    columns = np.rint(side.slope * (start + steps) + side.offset + _INSET_PX)
    there = mask[rows, np.clip(columns, 0, mask.shape[1] - 1).astype(int)]
    return int(there.argmax()) if there.any() else 0


def _mean_in(mask: NDArray[np.uint8], corners: list[list[float]]) -> float:
    inside = np.zeros_like(mask)
    cv2.fillConvexPoly(inside, np.rint(np.array(corners)).astype(np.int32), 1)
    return cv2.mean(mask, inside)[0]
