"""Ink against paper: contrast, brightness, shade and noise where text is."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from service.vision.capture import Grey

_SHADE_LEVEL: Final = 40
_BLOCK_PX: Final = 16
_WHITE: Final = 255.0


@dataclass(frozen=True, slots=True)
class Exposure:
    """Contrast and luminance 0 to 1, fraction of shaded blocks, deviation of noise 0 to 1."""

    contrast: float
    luminance: float
    shaded_fraction: float
    noise: float


def measure_exposure(grey: Grey) -> Exposure:
    """Exposure of a crop of text or of a page. `grey` (h, w) uint8."""
    dark, paper = np.percentile(grey, [5, 80])
    rows, columns = (max(1, n // _BLOCK_PX) for n in grey.shape)
    blocks = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA)
    # Noise by the median deviation of the Laplacian over flat paper: edges are outliers to it.
    laplacian = cv2.Laplacian(grey.astype(np.float32), cv2.CV_32F)
    noise = float(np.median(np.abs(laplacian))) / 0.6745 / np.sqrt(20)
    return Exposure(
        float(paper - dark) / _WHITE,
        float(paper) / _WHITE,
        float(np.mean(blocks < _SHADE_LEVEL)),
        noise / _WHITE,
    )
