"""Height of letters on a rectified line."""

import cv2
import numpy as np

from service.vision.capture import Grey


def letter_height_px(line: Grey) -> float:
    """Height of capitals and figures in pixels of `line` (h, w) uint8; 0 where there is no ink.

    The rows that hold ink, by how much the grey varies along them: robust against paper of any
    brightness, light print on dark ground included.
    """
    variation = line.astype(np.float32).std(axis=1)
    smooth = cv2.GaussianBlur(variation[:, None], (1, 3), 0)[:, 0]
    floor, peak = (float(level) for level in np.percentile(smooth, (5, 90)))
    if peak - floor < 2:
        return 0.0
    inked = np.flatnonzero(smooth > floor + 0.4 * (peak - floor))
    return float(inked[-1] - inked[0] + 1)
