"""zxing-cpp: barcodes of licences and cards, with their raw bytes."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
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
_LENGTH_PX: Final = 720
"""Rows of PDF417 on licences have 250 to 400 modules: some two pixels each are read as surely as three
or five, and in half the time; with fewer zxing is slow to give up."""
_FINE_LENGTH_PX: Final = 2400
_ENLARGED: Final = 2.0
_LEAST_PX: Final = 250
"""A smaller patch gets one look: it has no pixel for each module of PDF417."""
_TURNS_DEG: Final = (3.0, -3.0)
"""zxing reads PDF417 within some five degrees; a patch with print in it is found that much off."""
_LEAST_UNUSED: Final = 0.1
"""Of PDF417's error correction, as ISO/IEC 15415 counts it: where all is used up, nothing is left
that would show wrong bytes. Right readings keep 0.3 and more, wrong ones nothing."""
_MARGIN: Final = 0.2
"""Quiet zone and what the cells of the patch may leave out, in heights of the patch."""


def read_barcodes(capture: Capture, *, is_likely: bool = True) -> tuple[BarcodeReading, ...]:
    """Barcodes in any direction, each once.

    Striped codes are read where a patch looks like one, so a picture without costs little. The
    picture is decoded no further than a patch needs. Every patch gets its first look before one
    gets a second. Once PDF417 is read, no further looks are taken and no square codes sought: no
    document here has both.

    Args:
        capture: the picture.
        is_likely: whether one is to be expected; else a patch gets one look, not up to four, and
            no finer decode than is there.

    """
    found: dict[bytes, BarcodeReading] = {}
    squares_at = capture.reduction_for(_SQUARE_SIDE_PX)
    page = capture.grey(squares_at)  # first, for the coarser one is scaled from it
    patches_at = capture.reduction_for(_LOCATE_SIDE_PX)
    patches = [
        (patch * np.float32(patches_at)).astype(np.float32)
        for patch in locate_barcodes(capture.grey(patches_at))
    ]
    finest = 1 if is_likely else squares_at
    for looks in itertools.zip_longest(*(_looks(patch, only=not is_likely) for patch in patches)):
        for quad, length_px in filter(None, looks):
            if any(contains(one.quad, *quad.mean(axis=0)) for one in found.values()):
                continue  # the same bars, cut otherwise
            for reading in _read_quad(capture, quad, length_px, finest):
                found.setdefault(reading.payload, reading)
        if any(reading.symbology == "PDF417" for reading in found.values()):
            return tuple(found.values())
    for symbology, payload, corners in _decode(page, _SQUARE):
        quad = as_quad((corners * np.float32(squares_at)).astype(np.float32))
        found.setdefault(payload, BarcodeReading(symbology, payload, quad))
    return tuple(found.values())


def _looks(patch: Points, *, only: bool) -> Iterator[tuple[Points, int]]:
    """Quads around a patch (4, 2), likeliest first, and the length that is enough for each."""
    whole = grown(patch, _MARGIN, _MARGIN)
    width, _ = quad_size(whole)
    yield whole, _LENGTH_PX
    if only or width < _LEAST_PX:
        return
    for turn in _TURNS_DEG:
        turned = enclosing_quad(patch, quad_angle_deg(patch) + turn)
        yield grown(turned, _MARGIN, _MARGIN), _LENGTH_PX
    if width * _ENLARGED > _LENGTH_PX:  # else the first look had all its pixels
        yield whole, _FINE_LENGTH_PX


def _read_quad(
    capture: Capture, quad: Points, length_px: int, finest: int
) -> Iterator[BarcodeReading]:
    """What stands in a quad (4, 2) of the sent frame, laid flat at about `length_px`."""
    width, height = quad_size(quad)
    reduction = max(finest, next((r for r in (8, 4, 2) if width / r >= length_px), 1))
    rows = max(1, round(min(length_px / width, _ENLARGED / reduction) * height))
    frame = (quad / np.float32(reduction)).astype(np.float32)
    crop = warp_quad(capture.grey(reduction), frame, rows)
    for symbology, payload, _ in _decode(crop, _STRIPED):
        yield BarcodeReading(symbology, payload, as_quad(quad))


def _decode(grey: Grey, formats: str) -> Iterator[tuple[str, bytes, Points]]:
    """Symbology, raw bytes and corners (4, 2) in the frame of `grey`, of each barcode."""
    is_square = formats == _SQUARE
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(grey),
        formats=zxingcpp.barcode_formats_from_str(formats),
        try_rotate=is_square,
        try_downscale=is_square,
        try_invert=is_square,
    )
    for one in cast("Iterable[zxingcpp.Barcode]", found):
        if one.format.name == "PDF417":
            extra = cast("Mapping[str, float]", one.extra)
            if extra["UEC"] < _LEAST_UNUSED:
                continue
        at = one.position
        corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        yield one.format.name, bytes(one.bytes), np.array(corners, np.float32)
