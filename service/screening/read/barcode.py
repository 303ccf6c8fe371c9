"""zxing-cpp: barcodes of licences and cards, with their raw bytes."""

from collections.abc import Iterable
from typing import Final, cast

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from service.screening.evidence import BarcodeReading, Quad
from service.vision.capture import Grey

VERSION: Final = "zxing-cpp-3.1"

_FORMATS: Final = "PDF417|QRCode|DataMatrix|Aztec|Code128|Code39"
"""What identity documents carry; linear retail codes stand on other things on the desk."""


def read_barcodes(grey: Grey, to_sent: float) -> tuple[BarcodeReading, ...]:
    """Barcodes in any direction, each once.

    Args:
        grey: (H, W) uint8, the picture at some reduction.
        to_sent: pixels of the picture as sent a pixel of `grey`.
    """
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(grey),
        formats=zxingcpp.barcode_formats_from_str(_FORMATS),
        try_rotate=True,
        try_downscale=True,
        text_mode=zxingcpp.TextMode.Plain,
    )
    unique: dict[bytes, BarcodeReading] = {}
    for one in cast("Iterable[zxingcpp.Barcode]", found):
        position = one.position
        corners = (
            position.top_left,
            position.top_right,
            position.bottom_right,
            position.bottom_left,
        )
        quad = cast("Quad", tuple((float(p.x * to_sent), float(p.y * to_sent)) for p in corners))
        payload = bytes(one.bytes)
        unique.setdefault(payload, BarcodeReading(one.format.name, payload, one.text, quad))
    return tuple(unique.values())


def has_barcode_texture(grey: Grey) -> bool:
    """Whether some region looks like a dense barcode: worth a search at full size.

    Args:
        grey: (H, W) uint8, long side 400 to 1000 pixels.

    Bars give strong gradients in one direction and weak ones across; the share of such pixels,
    closed to blobs, is what remains of barcodes at low resolution.
    """
    import cv2  # noqa: PLC0415

    gx = cv2.convertScaleAbs(cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3))
    gy = cv2.convertScaleAbs(cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3))
    dense = _closed_share(cv2.subtract(gx, gy)), _closed_share(cv2.subtract(gy, gx))
    return max(dense) > 0.008


def _closed_share(gradient: NDArray[np.uint8]) -> float:
    import cv2  # noqa: PLC0415

    blurred = cv2.blur(gradient, (9, 9))
    _, mask = cv2.threshold(blurred, 90, 255, cv2.THRESH_BINARY)
    closed = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((15, 15), np.uint8))
    return float(np.count_nonzero(closed)) / closed.size
