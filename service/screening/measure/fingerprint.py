"""A picture's perceptual hash: the same for copies, re-encodings and small changes."""

import cv2
import numpy as np

from service.vision.capture import Grey


def fingerprint(grey: Grey) -> str:
    """64-bit difference hash as 16 hexadecimal digits. `grey` (H, W) uint8, any size.

    Each bit says whether a cell of a 9 x 8 grid is darker than its right neighbour (N. Krawetz,
    "Kind of Like That", 2013).
    """
    small = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA).astype(np.int16)
    bits = (small[:, 1:] > small[:, :-1]).ravel()
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"
