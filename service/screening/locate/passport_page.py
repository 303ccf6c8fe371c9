"""Whether a passport's page stands above its zone, whole, and nothing else of print in the picture."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from service.vision.capture import Capture, Grey
from service.vision.geometry import Points, quad_size, warp_quad

_SIDE_PX: Final = 640
_WINDOW_PX: Final = 16
_PAGE_HEIGHT_PX: Final = 160
# Doc 9303 part 4: 44 characters at 2.54 mm on a page of 125 by 88 mm, the zone at its foot.
_ABOVE: Final = (0.05, 0.50)
"""Where photograph and fields stand above the zone, by the zone's width."""
_PAGE: Final = (0.10, 0.80, 0.12)
"""The page beyond the zone: at its sides, above, below, by the zone's width."""
_BUSY_CONTRAST: Final = 0.25
"""Contrast of a window with print in it, by the contrast of the zone."""
_LEAST_BUSY: Final = 0.12
_LEAST_INSIDE: Final = 0.9
_REST_BUSY: Final = 0.2
_REST_SHARE: Final = 0.08


def shows_page_alone(capture: Capture, zone: Points) -> bool:
    """Whether print stands where the page's fields must be, and hardly any beside the page.

    Cheap, and unsure answers are no: then the visual zone is read.

    Args:
        capture: the picture.
        zone: (4, 2) float32 around the two lines, sent frame.

    """
    right = (zone[1] - zone[0] + zone[2] - zone[3]) / 2
    down = np.array([-right[1], right[0]], np.float32)
    reduction = capture.reduction_for(_SIDE_PX)
    grey = capture.grey(reduction)
    frame = zone / np.float32(reduction)
    contrast = _spread(warp_quad(grey, frame, 2 * _WINDOW_PX))
    low, high = _ABOVE
    fields = np.stack(
        [zone[0] - down * high, zone[1] - down * high, zone[1] - down * low, zone[0] - down * low]
    )
    if not _is_inside(fields, capture):
        return False
    page = warp_quad(grey, (fields / np.float32(reduction)).astype(np.float32), _PAGE_HEIGHT_PX)
    if _busy(page, contrast).mean() < _LEAST_BUSY:
        return False
    aside, above, below = _PAGE
    whole = np.stack(
        [
            zone[0] - right * aside - down * above,
            zone[1] + right * aside - down * above,
            zone[2] + right * aside + down * below,
            zone[3] - right * aside + down * below,
        ]
    )
    outline = (whole / np.float32(reduction)).astype(np.float32)
    return not _has_print_beside(grey, outline, contrast)


def _has_print_beside(grey: Grey, page: Points, contrast: float) -> bool:
    """Whether what lies outside `page` (4, 2) of `grey`'s frame is busy as print is."""
    scale = min(1.0, _SIDE_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    mask = np.zeros(small.shape, np.uint8)
    cv2.fillConvexPoly(mask, np.round(page * scale).astype(np.int32), 1)
    busy = _busy(small.astype(np.uint8, copy=False), contrast)
    rows, columns = busy.shape
    tiles = mask[: rows * _WINDOW_PX, : columns * _WINDOW_PX]
    inside = tiles.reshape(rows, _WINDOW_PX, columns, _WINDOW_PX).max(axis=(1, 3)) > 0
    rest = busy[~inside]
    return rest.size > _REST_SHARE * busy.size and float(rest.mean()) > _REST_BUSY


def _busy(grey: Grey, contrast: float) -> NDArray[np.bool_]:
    """(rows, columns) of windows: whether each holds contrast as of print, finer than shades."""
    rows, columns = (max(1, n // _WINDOW_PX) for n in grey.shape)
    pixels = cv2.resize(grey, (columns * _WINDOW_PX, rows * _WINDOW_PX)).astype(np.float32)
    fine = np.abs(pixels - cv2.GaussianBlur(pixels, (0, 0), 4.0))
    tiles = fine.reshape(rows, _WINDOW_PX, columns, _WINDOW_PX)
    return tiles.max(axis=(1, 3)) > _BUSY_CONTRAST * max(contrast, 20.0)


def _spread(grey: Grey) -> float:
    low, high = np.percentile(grey, (5, 95))
    return float(high - low)


def _is_inside(quad: Points, capture: Capture) -> bool:
    """Whether nearly all of a quad (4, 2) of the sent frame lies in the picture."""
    whole = np.array(
        [
            [0, 0],
            [capture.width_px, 0],
            [capture.width_px, capture.height_px],
            [0, capture.height_px],
        ],
        np.float32,
    )
    width, height = quad_size(quad)
    shared, _ = cv2.intersectConvexConvex(quad.astype(np.float32), whole)
    return shared > _LEAST_INSIDE * width * height
