"""Where the page and its portrait are, by the zone at the page's foot."""

from typing import Final

import cv2
import numpy as np

from service.screening.evidence import Absent, Quad
from service.screening.text_view import as_quad
from service.vision.capture import Capture
from service.vision.geometry import Points, warp_quad

# Doc 9303 part 4: a page of 125 by 88 mm, its zone about 112 mm wide at the foot, the portrait at
# the left between the heading and the zone. All in widths of the zone, from its top left corner.
_PAGE: Final = (-0.03, 1.03, -0.10, 0.60)
_PORTRAIT: Final = (0.05, 0.27, 0.16, 0.46)
"""The middle of the portrait: pages differ in where its edges are."""
_SIDE_PX: Final = 640
_PORTRAIT_HEIGHT_PX: Final = 96
_ZONE_HEIGHT_PX: Final = 32
_BLUR_PX: Final = 5.0
_LEAST_SHADES: Final = 0.2
"""Contrast of a picture without its details, by that of the zone: real portraits from 0.35, covers to 0.17."""


def page_of_zone(zone: Points) -> Points:
    """(4, 2) float32: the data page above and around a TD3 zone (4, 2), in the zone's frame."""
    return _box(zone, _PAGE)


def locate_portrait(capture: Capture, zone: Points) -> Quad | Absent:
    """Where the portrait stands above a TD3 zone (4, 2), sent frame; Absent where nothing does.

    Any picture is taken for one, whoever it shows and whatever they wear: what is asked for are
    shades larger than print, which paper, a cover or a cut-out do not have.
    """
    place = _box(zone, _PORTRAIT)
    reduction = capture.reduction_for(_SIDE_PX)
    grey = capture.grey(reduction)
    portrait = warp_quad(grey, (place / reduction).astype(np.float32), _PORTRAIT_HEIGHT_PX)
    shades = cv2.GaussianBlur(portrait, (0, 0), _BLUR_PX)
    if _spread(shades) < _LEAST_SHADES * zone_contrast(capture, zone):
        return Absent()
    return as_quad(place)


def zone_contrast(capture: Capture, zone: Points) -> float:
    """Ink against paper of a zone (4, 2) of the sent frame, in grey levels, at least 20."""
    reduction = capture.reduction_for(_SIDE_PX)
    frame = (zone / reduction).astype(np.float32)
    return max(20.0, _spread(warp_quad(capture.grey(reduction), frame, _ZONE_HEIGHT_PX)))


def _box(zone: Points, place: tuple[float, float, float, float]) -> Points:
    """A box along the zone: left, right, and how far above its top edge it begins and ends."""
    left, right, low, high = place
    along = (zone[1] - zone[0] + zone[2] - zone[3]) / 2
    down = np.array([-along[1], along[0]], np.float32)
    return np.stack(
        [
            zone[0] + along * left - down * high,
            zone[0] + along * right - down * high,
            zone[0] + along * right - down * low,
            zone[0] + along * left - down * low,
        ]
    ).astype(np.float32)


def _spread(grey: cv2.typing.MatLike) -> float:
    low, high = np.percentile(grey, (5, 95))
    return float(high - low)
