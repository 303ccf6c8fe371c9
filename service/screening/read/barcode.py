"""zxing-cpp: barcodes of licences and cards, with their raw bytes."""

import itertools
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Final, cast

import numpy as np
import zxingcpp

from service.screening.evidence import BarcodeReading, as_quad
from service.screening.locate.barcode import locate_barcodes
from service.vision.capture import Capture, Grey
from service.vision.geometry import (
    Points,
    contains,
    enclosing_quad,
    grown,
    quad_angle_deg,
    quad_size,
    warp_quad,
)

VERSION: Final = f"zxing-cpp-{version('zxing-cpp')}"

_STRIPED: Final = "PDF417|Code128|Code39"
"""What identity documents carry; linear retail codes stand on other things on the desk."""
_SQUARE: Final = "QRCode"
"""Its finder patterns cost zxing a few milliseconds. No document here is told by Aztec or Data
Matrix, and a search for Data Matrix costs more than all else."""
_LOCATE_SIDE_PX: Final = 1000
_SQUARE_SIDE_PX: Final = 1600
_LENGTH_PX: Final = 1200
"""Rows of PDF417 on licences have 250 to 400 modules: 3 to 5 pixels each at first, then more."""
_MOST_LOOKS: Final = 5
_TURNS_DEG: Final = (4.0, -4.0)
"""zxing reads PDF417 within some five degrees; a patch with print in it is found that much off."""
_MARGIN: Final = 0.2
"""Quiet zone and what the cells of the patch may leave out, in heights of the patch."""


def read_barcodes(capture: Capture, *, is_likely: bool = True) -> tuple[BarcodeReading, ...]:
    """Barcodes in any direction, each once.

    Striped codes are read where a patch looks like one, so a picture without costs little. The
    picture is decoded no further than a patch needs.

    Args:
        capture: the picture.
        is_likely: whether one is to be expected; else a patch gets one look, not five, and no
            finer decode than is there.

    """
    found: dict[bytes, BarcodeReading] = {}
    squares_at = capture.reduction_for(_SQUARE_SIDE_PX)
    finest = 1 if is_likely else squares_at
    for symbology, payload, corners in _decode(capture.grey(squares_at), _SQUARE):
        quad = as_quad((corners * np.float32(squares_at)).astype(np.float32))
        found[payload] = BarcodeReading(symbology, payload, quad)
    patches_at = capture.reduction_for(_LOCATE_SIDE_PX)
    for patch in locate_barcodes(capture.grey(patches_at)):
        sent = (patch * np.float32(patches_at)).astype(np.float32)
        if any(contains(one.quad, *sent.mean(axis=0)) for one in found.values()):
            continue  # the same bars, cut otherwise
        for reading in _read_patch(capture, sent, finest, looks=_MOST_LOOKS if is_likely else 1):
            found.setdefault(reading.payload, reading)
        if any(reading.symbology == "PDF417" for reading in found.values()):
            finest = max(finest, squares_at)  # nothing beside it is worth a finer decode
    return tuple(found.values())


def _read_patch(
    capture: Capture, patch: Points, finest: int, *, looks: int
) -> tuple[BarcodeReading, ...]:
    """What stands in a patch (4, 2) of the sent frame, by the cheapest look that tells."""
    for quad, length_px, enlarged in itertools.islice(_looks(patch), looks):
        width, height = quad_size(quad)
        reduction = next((r for r in (8, 4, 2) if width / r >= length_px), 1)
        reduction = max(reduction, finest)
        rows = max(1, round(min(length_px / width, enlarged / reduction) * height))
        frame = (quad / np.float32(reduction)).astype(np.float32)
        crop = warp_quad(capture.grey(reduction), frame, rows)
        found = tuple(_decode(crop, _STRIPED, is_thorough=length_px > _LENGTH_PX))
        if found:
            return tuple(
                BarcodeReading(symbology, payload, as_quad(quad)) for symbology, payload, _ in found
            )
    return ()


def _looks(patch: Points) -> Iterator[tuple[Points, int, float]]:
    """Quad with its quiet zone, length that is enough, and enlargement of the sent pixels."""
    whole = grown(patch, _MARGIN, _MARGIN)
    angle = quad_angle_deg(patch)
    yield whole, _LENGTH_PX, 1.0
    yield grown(enclosing_quad(patch, angle), _MARGIN, _MARGIN), _LENGTH_PX, 1.0
    is_small = quad_size(whole)[0] < _LENGTH_PX
    yield whole, 2 * _LENGTH_PX, 2.0 if is_small else 1.0
    for turn in _TURNS_DEG:
        turned = enclosing_quad(patch, angle + turn)
        yield grown(turned, _MARGIN, _MARGIN), _LENGTH_PX, 2.0 if is_small else 1.0


def _decode(
    grey: Grey, formats: str, *, is_thorough: bool = False
) -> Iterator[tuple[str, bytes, Points]]:
    """Symbology, raw bytes and corners (4, 2) in the frame of `grey`, of each barcode."""
    is_square = formats == _SQUARE
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(grey),
        formats=zxingcpp.barcode_formats_from_str(formats),
        try_rotate=is_square,
        try_downscale=is_square or is_thorough,
        try_invert=is_square,
    )
    for one in cast("Iterable[zxingcpp.Barcode]", found):
        at = one.position
        corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        yield one.format.name, bytes(one.bytes), np.array(corners, np.float32)
