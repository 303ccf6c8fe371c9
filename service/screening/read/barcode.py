"""zxing-cpp: barcodes of licences and cards, with their raw bytes."""

from collections.abc import Iterable
from typing import Final, cast

import numpy as np
import zxingcpp

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
