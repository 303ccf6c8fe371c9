"""A picture's perceptual hash: nearly the same for copies, re-encodings and small changes."""

from typing import Final

import cv2
import numpy as np

from service.vision.capture import Grey

_SIDE_PX: Final = 96
_WAVES: Final = 24
"""Along each side: 576 bits. With 256, two licences of one state, drawn flat, were 6 apart."""
_LEAST_WAVE: Final = 2.0
"""Median height of the waves, in the transform's units: real pictures have 8 and more, an even sheet
and the darkest photos less than 1.2, and there the bits are noise."""
_BY_LENGTH: Final = sorted(
    range(_WAVES * _WAVES), key=lambda n: ((n // _WAVES + 1) ** 2 + (n % _WAVES + 1) ** 2, n)
)


def fingerprint(grey: Grey) -> str:
    """576-bit hash of a picture's long waves as 144 hexadecimal digits; empty where there are none.

    Each bit says whether one coefficient of the cosine transform is above their median, the longest
    waves first (C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions",
    2010). `grey` (H, W) uint8, any size; smoothed first, so that its size leaves no trace.
    """
    per_cell = max(grey.shape) / _SIDE_PX
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), max(per_cell / 2, 0.1))
    small = cv2.resize(smooth, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA)
    waves = cv2.dct(small)[1 : _WAVES + 1, 1 : _WAVES + 1].ravel()
    if np.median(np.abs(waves)) < _LEAST_WAVE:
        return ""
    bits = (waves > np.median(waves))[_BY_LENGTH]
    return np.packbits(bits).tobytes().hex()
