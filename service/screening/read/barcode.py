"""zxing-cpp: barcodes of licences and cards, with their raw bytes."""

from collections.abc import Iterable, Iterator
from typing import Final, cast

import numpy as np
import zxingcpp

from service.screening.evidence import BarcodeReading
from service.screening.locate.barcode import locate_barcodes
from service.screening.text_view import as_quad
from service.vision.capture import Capture, Grey
from service.vision.geometry import Points, axes_of, quad_angle_deg, quad_size, warp_quad

VERSION: Final = "zxing-cpp-3.1"

_STRIPED: Final = "PDF417|Code128|Code39"
"""What identity documents carry; linear retail codes stand on other things on the desk."""
_SQUARE: Final = "QRCode"
"""Its finder patterns cost zxing a few milliseconds. No document here is told by Aztec or Data
Matrix, and a search for Data Matrix costs more than all else."""
_LOCATE_SIDE_PX: Final = 1000
_SQUARE_SIDE_PX: Final = 1600
_LENGTHS_PX: Final = (1200, 2400)
"""Rows of PDF417 on licences have 250 to 400 modules: 3 to 5 pixels each at first, then more."""
_TURNS_DEG: Final = (0.0, 4.0, -4.0)
"""zxing reads PDF417 within some five degrees; a patch with print in it is found that much off."""
_MARGIN_PX: Final = 10
_MARGIN: Final = 0.05


def read_barcodes(capture: Capture, *, finest: int = 1) -> tuple[BarcodeReading, ...]:
    """Barcodes in any direction, each once.

    Striped codes are read where a patch looks like one, so a picture without costs little. The
    picture is decoded no further than a patch needs.

    Args:
        capture: the picture.
        finest: the reduction that is enough, 1, 2, 4 or 8: a preview spares the full size.

    """
    found: dict[bytes, BarcodeReading] = {}
    squares_at = max(finest, capture.reduction_for(_SQUARE_SIDE_PX))
    for symbology, payload, text, corners in _decode(capture.grey(squares_at), _SQUARE):
        quad = as_quad((corners * np.float32(squares_at)).astype(np.float32))
        found[payload] = BarcodeReading(symbology, payload, text, quad)
    patches_at = max(finest, capture.reduction_for(_LOCATE_SIDE_PX))
    for patch in locate_barcodes(capture.grey(patches_at)):
        sent = (patch * np.float32(patches_at)).astype(np.float32)
        for reading in _read_patch(capture, sent, finest):
            found.setdefault(reading.payload, reading)
        if any(reading.symbology == "PDF417" for reading in found.values()):
            finest = max(finest, squares_at)  # nothing beside it is worth a finer decode
    return tuple(found.values())


def _read_patch(capture: Capture, patch: Points, finest: int) -> tuple[BarcodeReading, ...]:
    """What stands in a patch (4, 2) of the sent frame, by the cheapest look that tells."""
    for length_px in _LENGTHS_PX:
        for quad in _around(patch):
            width, height = quad_size(quad)
            reduction = next((r for r in (8, 4, 2) if width / r >= length_px), 1)
            reduction = max(reduction, finest)
            rows = max(1, round(min(length_px / width, 2 / reduction) * height))
            crop = warp_quad(
                capture.grey(reduction), (quad / np.float32(reduction)).astype(np.float32), rows
            )
            found = tuple(_decode(crop, _STRIPED))
            if found:
                return tuple(
                    BarcodeReading(symbology, payload, text, as_quad(quad))
                    for symbology, payload, text, _ in found
                )
    return ()


def _around(patch: Points) -> Iterator[Points]:
    """The patch with a quiet zone, as found and turned a little both ways."""
    width, height = quad_size(patch)
    reach = np.array([width, height], np.float32) * (0.5 + _MARGIN) + _MARGIN_PX
    centre = patch.mean(axis=0)
    for turn in _TURNS_DEG:
        right, down = axes_of(quad_angle_deg(patch) + turn)
        x, y = right * reach[0], down * reach[1]
        corners = np.stack([centre - x - y, centre + x - y, centre + x + y, centre - x + y])
        yield corners.astype(np.float32)


def _decode(grey: Grey, formats: str) -> Iterator[tuple[str, bytes, str, Points]]:
    """Symbology, raw bytes, text, and corners (4, 2) in the frame of `grey`, of each barcode."""
    is_square = formats == _SQUARE
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(grey),
        formats=zxingcpp.barcode_formats_from_str(formats),
        try_rotate=is_square,
        try_downscale=is_square,
        try_invert=is_square,
        text_mode=zxingcpp.TextMode.Plain,
    )
    for one in cast("Iterable[zxingcpp.Barcode]", found):
        at = one.position
        corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        yield one.format.name, bytes(one.bytes), one.text, np.array(corners, np.float32)
