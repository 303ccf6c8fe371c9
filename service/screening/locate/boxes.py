"""Where lines of text stand in a part of a picture, laid flat for the search."""

from typing import Final

import cv2
import numpy as np

from service.screening.read.rapid import RapidText
from service.vision.capture import Capture
from service.vision.crops import reduction_of
from service.vision.geometry import Points, quad_size, warp_quad

_MOST_SCALE: Final = 3.0


def find_boxes(capture: Capture, part: Points, side_px: float, rapid: RapidText) -> Points:
    """(N, 4, 2) float32: text boxes of a part (4, 2), both in the sent frame.

    The part is laid flat, its long side `side_px`, and searched so. Raises NetworkFailed.
    """
    rows = max(1, round(quad_size(part)[1] * scale_for(part, side_px)))
    reduction = reduction_of(part, rows)
    flat = warp_quad(capture.bgr(reduction), part / np.float32(reduction), rows)
    boxes = rapid.detect(flat)
    if len(boxes) == 0:
        return boxes
    columns = flat.shape[1]
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, part)
    placed = cv2.perspectiveTransform(boxes.reshape(1, -1, 2), matrix)
    return placed.reshape(-1, 4, 2).astype(np.float32)


def scale_for(part: Points, side_px: float) -> float:
    """By how much a part (4, 2) is scaled when its long side becomes `side_px`."""
    return min(side_px / max(*quad_size(part), 1.0), _MOST_SCALE)
