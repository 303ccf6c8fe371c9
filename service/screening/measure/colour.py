"""Whether a page has colours of its own, or only those of the light."""

from typing import Final

import cv2
import numpy as np

from service.vision.capture import Bgr

_MOST_COLOURFUL: Final = 99.0
_PAPER: Final = 220.0
_MOST_GAIN: Final = 3.0


def colour_spread(page: Bgr) -> float:
    """Distance in CIE Lab (8-bit steps) of the most colourful hundredth from the light's cast.

    The cast is fitted: even or graded over the page, and stronger on paper than on ink. What is
    left are colours of the page. `page` (h, w, 3) uint8, rectified, of some 160 rows.
    """
    smooth = cv2.GaussianBlur(page, (0, 0), 1.5)  # the sensor's noise is colourful
    # Colours shrink with the light: a dim page is judged as it would look in good light.
    blue, green, red = cv2.split(smooth)
    brightest = float(np.percentile(cv2.max(cv2.max(blue, green), red), 95))
    lit = cv2.convertScaleAbs(smooth, alpha=min(max(_PAPER / max(brightest, 1.0), 1.0), _MOST_GAIN))
    lab = cv2.cvtColor(lit, cv2.COLOR_BGR2LAB).astype(np.float32)
    height, width = lab.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    place = np.stack(
        [np.ones(height * width, np.float32), columns.ravel() / width, rows.ravel() / height], 1
    )
    light = lab[:, :, 0].reshape(-1, 1) / np.float32(255)
    known = np.hstack([place, place * light])
    colours = lab[:, :, 1:].reshape(-1, 2)
    # By the normal equations: six unknowns, tens of thousands of pixels. OpenCV multiplies in this
    # thread; numpy's BLAS would wake others, which spin on a busy machine.
    squares = cv2.mulTransposed(known, aTa=True)
    nothing = np.zeros((known.shape[1], colours.shape[1]), np.float32)
    products = cv2.gemm(known, colours, 1, nothing, 0, flags=cv2.GEMM_1_T)
    fitted = np.linalg.lstsq(squares, products, rcond=None)[0]
    rest = cv2.gemm(known, fitted, -1, colours, 1)
    return float(np.percentile(cv2.magnitude(rest[:, 0], rest[:, 1]), _MOST_COLOURFUL))
