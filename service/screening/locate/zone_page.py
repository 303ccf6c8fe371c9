"""A passport's page by the zone at its foot: heading, portrait, and what lies beside it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from service.screening.evidence import Absent, Quad, as_quad
from service.vision.capture import Capture, Grey
from service.vision.geometry import Points, quad_size, warp_quad
from service.vision.levels import level_spread

# Doc 9303 part 4: a page of 125 by 88 mm, its zone of 44 characters at 2.54 mm at the foot, the
# portrait at the left between heading and zone. All boxes are left, right, low and high: in widths
# of the zone, from its top left corner.
_Box = tuple[float, float, float, float]
_PAGE: Final[_Box] = (-0.03, 1.03, -0.10, 0.60)
_PORTRAIT: Final[_Box] = (0.05, 0.27, 0.16, 0.46)
"""The middle of the portrait: pages differ in where its edges are."""
_HEADING: Final[_Box] = (-0.03, 1.03, 0.38, 0.66)
_ABOVE: Final[_Box] = (-0.03, 1.03, 0.02, 0.66)
_PRINT: Final[_Box] = (0.0, 1.0, 0.05, 0.50)
"""Photograph and fields."""
_ALONE: Final[_Box] = (-0.10, 1.10, -0.22, 0.80)
"""The page with room at its edges: print beyond it belongs to something else."""

_SIDE_PX: Final = 640
_WINDOW_PX: Final = 16
_PRINT_HEIGHT_PX: Final = 160
_PORTRAIT_HEIGHT_PX: Final = 96
_ZONE_HEIGHT_PX: Final = 32
_PORTRAIT_BLUR_PX: Final = 5.0
_PRINT_BLUR_PX: Final = 4.0
_LEAST_SHADES: Final = 0.2
"""Contrast of a picture without its details, by that of the zone: real portraits from 0.35, covers to 0.17."""
_LEAST_CONTRAST: Final = 20.0
_BUSY_CONTRAST: Final = 0.25
"""Contrast of a window with print in it, by the contrast of the zone."""
_LEAST_BUSY: Final = 0.12
_LEAST_INSIDE: Final = 0.9
_LEAST_BESIDE: Final = 0.03
"""Of the picture: print in one patch, as of a card or a page; less is a corner of something."""


def page_of_zone(zone: Points) -> Points:
    """(4, 2) float32: the data page above and around a TD3 zone (4, 2), in the zone's frame."""
    return _placed(zone, _PAGE)


def heading_of_zone(zone: Points) -> Points:
    """(4, 2) float32: where the page's title stands above a TD3 zone (4, 2), in its frame."""
    return _placed(zone, _HEADING)


def print_of_zone(zone: Points) -> Points:
    """(4, 2) float32: heading and fields above a TD3 zone (4, 2), in its frame."""
    return _placed(zone, _ABOVE)


def locate_portrait(capture: Capture, zone: Points) -> Quad | Absent:
    """Where the portrait stands above a TD3 zone (4, 2), sent frame; Absent where nothing does.

    Any picture is taken for one, whoever it shows and whatever they wear: what is asked for are
    shades larger than print, which paper, a cover or a cut-out do not have.
    """
    place = _placed(zone, _PORTRAIT)
    grey, scale = _reduced(capture)
    portrait = warp_quad(grey, place / scale, _PORTRAIT_HEIGHT_PX)
    shades = cv2.GaussianBlur(portrait, (0, 0), _PORTRAIT_BLUR_PX)
    if level_spread(shades.astype(np.uint8, copy=False)) < _LEAST_SHADES * zone_contrast(
        capture, zone
    ):
        return Absent()
    return as_quad(place)


def zone_contrast(capture: Capture, zone: Points) -> float:
    """Ink against paper of a zone (4, 2) of the sent frame, in grey levels, at least 20."""
    grey, scale = _reduced(capture)
    return max(_LEAST_CONTRAST, level_spread(warp_quad(grey, zone / scale, _ZONE_HEIGHT_PX)))


def shows_page(capture: Capture, zone: Points) -> bool:
    """Whether print stands where the page's fields must be, above a TD3 zone (4, 2) of the sent frame."""
    fields = _placed(zone, _PRINT)
    if not _is_inside(fields, capture):
        return False
    grey, scale = _reduced(capture)
    print_ = _busy(warp_quad(grey, fields / scale, _PRINT_HEIGHT_PX), zone_contrast(capture, zone))
    return float(print_.mean()) >= _LEAST_BUSY


def find_print_beside(capture: Capture, zone: Points) -> list[Points]:
    """Where print lies beside the page of a TD3 zone: boxes (4, 2) float32, the largest first.

    Of a card that lies there, or of the other page of an open book.

    Args:
        capture: the picture.
        zone: (4, 2) float32 around the two lines, sent frame.

    """
    grey, _ = _reduced(capture)
    shrink = min(1.0, _SIDE_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    busy = _busy(small.astype(np.uint8, copy=False), zone_contrast(capture, zone)).astype(np.uint8)
    to_sent = np.array([capture.width_px, capture.height_px], np.float32) / busy.shape[::-1]
    page = np.zeros_like(busy)
    corners = np.round(_placed(zone, _ALONE) / to_sent - 0.5).astype(np.int32)
    cv2.fillConvexPoly(page, corners, 1)
    _, _, patches, _ = cv2.connectedComponentsWithStats(busy & (1 - page), connectivity=8)
    found: list[Points] = []
    for x, y, width, height, area in sorted(patches[1:].tolist(), key=lambda patch: -patch[4]):
        if area >= _LEAST_BESIDE * busy.size:
            box = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
            found.append((np.array(box, np.float32) * to_sent).astype(np.float32))
    return found


def _reduced(capture: Capture) -> tuple[Grey, np.float32]:
    """A small rendition, and by how much its frame is smaller than the sent one."""
    reduction = capture.reduction_for(_SIDE_PX)
    return capture.grey(reduction), np.float32(reduction)


def _placed(zone: Points, box: _Box) -> Points:
    """(4, 2) float32: a box by a zone (4, 2), in its frame."""
    left, right, low, high = box
    along = (zone[1] - zone[0] + zone[2] - zone[3]) / 2
    down = np.array([-along[1], along[0]], np.float32)
    corners = ((left, high), (right, high), (right, low), (left, low))
    return np.stack([zone[0] + along * x - down * y for x, y in corners]).astype(np.float32)


def _busy(grey: Grey, contrast: float) -> NDArray[np.bool_]:
    """(rows, columns) of windows: whether each holds contrast as of print, finer than shades."""
    rows, columns = (max(1, n // _WINDOW_PX) for n in grey.shape)
    pixels = cv2.resize(grey, (columns * _WINDOW_PX, rows * _WINDOW_PX)).astype(np.float32)
    fine = np.abs(pixels - cv2.GaussianBlur(pixels, (0, 0), _PRINT_BLUR_PX))
    tiles = fine.reshape(rows, _WINDOW_PX, columns, _WINDOW_PX)
    return tiles.max(axis=(1, 3)) > _BUSY_CONTRAST * contrast


def _is_inside(quad: Points, capture: Capture) -> bool:
    """Whether nearly all of a quad (4, 2) of the sent frame lies in the picture."""
    width, height = capture.width_px, capture.height_px
    whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    along, across = quad_size(quad)
    shared, _ = cv2.intersectConvexConvex(quad, whole)
    return shared > _LEAST_INSIDE * along * across
