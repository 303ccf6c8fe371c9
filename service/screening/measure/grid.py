"""Patterns that repeat all over a picture: the pixels of a screen, the halftone of a print."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from service.screening.evidence import Grid, Unexamined
from service.vision.capture import Capture, Grey

_SIDE_PX: Final = 1600
_TILE_PX: Final = 128
_TILES: Final = 12
_LEAST_TILES: Final = 6
_LUMINANCE: Final = (30.0, 248.0)
"""Black and blown-out tiles carry no pattern."""
_LOWEST: Final = 18
"""Cycles a tile: coarser patterns are what guilloches, wood and cloth have as well."""
_HIGHEST: Final = 63
_FLOOR: Final = 50.0
"""Power below which there is only the rounding of grey levels."""
_ACROSS_DEG: Final = 70.0
_BLOCK: Final = 16
"""Cycles a tile of the JPEG blocks' own edges, eight pixels apart."""

_WINDOW: Final = np.outer(np.hanning(_TILE_PX), np.hanning(_TILE_PX)).astype(np.float32)
_DOWN: Final = (np.arange(_TILE_PX) - _TILE_PX // 2)[:, None]
_RIGHT: Final = np.arange(_TILE_PX // 2 + 1)[None, :]
_RADIUS: Final = np.hypot(_DOWN, _RIGHT)
_ANGLE_DEG: Final = np.degrees(np.arctan2(_DOWN, _RIGHT))


def _near_block(cycles: NDArray[np.int_]) -> NDArray[np.bool_]:
    rest = np.abs(cycles) % _BLOCK
    return (rest <= 1) | (rest >= _BLOCK - 1)


_IS_BLOCK: Final = ((np.abs(_DOWN) <= 1) | (_RIGHT <= 1)) & _near_block(_DOWN) & _near_block(_RIGHT)
_IS_SEARCHED: Final = (_RADIUS > _LOWEST) & (_RADIUS < _HIGHEST) & ~_IS_BLOCK


def measure_grid(capture: Capture, axis_deg: float) -> Grid | Unexamined:
    """The strongest grid that the flattest parts of a picture share.

    What is printed on a document repeats here and there and in its own directions; the pixels of
    a screen and the dots of a print repeat everywhere, at one pitch, and in two directions at
    right angles. So the median over tiles of each tile's spectrum is searched for two peaks.

    Args:
        capture: the picture.
        axis_deg: reading direction of its text, clockwise from the x axis.

    """
    reduction = capture.reduction_for(_SIDE_PX)
    tiles = _flat_tiles(capture.grey(reduction))
    if len(tiles) < _LEAST_TILES:
        return Unexamined("picture too small")
    shared = np.median(np.stack([_whitened(one) for one in tiles]), axis=0)
    excess = np.where(_IS_SEARCHED, shared - np.median(shared[_IS_SEARCHED]), -np.inf)
    first = np.unravel_index(int(np.argmax(excess)), excess.shape)
    apart = np.abs((_ANGLE_DEG - _ANGLE_DEG[first] + 90) % 180 - 90)
    second = float(excess[apart > _ACROSS_DEG].max())
    lean = abs((float(_ANGLE_DEG[first]) - axis_deg + 45) % 90 - 45)
    period = _TILE_PX / float(_RADIUS[first]) * reduction
    return Grid(round(second, 2), round(period, 1), round(lean, 1))


def _flat_tiles(grey: Grey) -> list[Grey]:
    """The tiles with the least drawing in them, spread over the picture."""
    height, width = grey.shape
    if min(height, width) < 2 * _TILE_PX:
        return []
    rows = np.linspace(0, height - _TILE_PX, min(6, height // _TILE_PX)).astype(int)
    columns = np.linspace(0, width - _TILE_PX, min(8, width // _TILE_PX)).astype(int)
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    ranked: list[tuple[float, int, int]] = []
    for y in rows.tolist():
        for x in columns.tolist():
            part = small[y // 4 : (y + _TILE_PX) // 4, x // 4 : (x + _TILE_PX) // 4]
            if _LUMINANCE[0] < part.mean() < _LUMINANCE[1]:
                ranked.append((float(part.std()), y, x))
    return [grey[y : y + _TILE_PX, x : x + _TILE_PX] for _, y, x in sorted(ranked)[:_TILES]]


def _whitened(tile: Grey) -> NDArray[np.float32]:
    """(T, T / 2 + 1) float32: logarithm of a tile's power above the power around.

    Peaks are widened by one step: a screen that leans changes its pitch over the picture.
    """
    pixels = tile.astype(np.float32)
    pixels = pixels - cv2.GaussianBlur(pixels, (0, 0), 4.0)
    power = np.abs(np.fft.fftshift(np.fft.rfft2(pixels * _WINDOW), axes=0)) ** 2
    logarithm = np.log(power + _FLOOR).astype(np.float32)
    above = logarithm - cv2.blur(logarithm, (25, 25))
    return cv2.dilate(above, np.ones((3, 3), np.uint8)).astype(np.float32, copy=False)
