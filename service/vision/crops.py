"""Lines cut out of a capture and laid flat, from the smallest decode that has enough pixels."""

import numpy as np

from service.vision.capture import Capture, Grey
from service.vision.geometry import Points, grown, quad_size, warp_quad


def reduction_of(quad: Points, height_px: int) -> int:
    """The strongest reduction that still has `height_px` rows of a quad (4, 2) of the sent frame."""
    _, height = quad_size(quad)
    return next((r for r in (8, 4, 2) if height / r >= height_px), 1)


def line_crop(
    capture: Capture,
    quad: Points,
    *,
    along: float,
    across: float,
    height_px: int,
    squeeze: float = 1.0,
) -> Grey:
    """(height_px, W) uint8: a line rectified, with margins by its height, narrowed by `squeeze`.

    `quad` (4, 2) float32 in the sent frame.
    """
    around = grown(quad, along, across)
    reduction = reduction_of(around, height_px)
    return warp_quad(capture.grey(reduction), around / np.float32(reduction), height_px, squeeze)
