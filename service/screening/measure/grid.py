"""Patterns that repeat all over a page: the pixels of a screen, the halftone of a print."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from service.screening.evidence import Grid, Unexamined
from service.vision.capture import Capture, Grey
from service.vision.geometry import Points, axes_of, extent

_SIDE_PX: Final = 1600
_TILE_PX: Final = 128
_TILES: Final = 12
_ROWS: Final = 6
_COLUMNS: Final = 8
_LUMINANCE: Final = (30.0, 248.0)
"""Black and blown-out tiles carry no pattern."""
_CELLS: Final = 350
"""Across a page: a grid of fewer shows no print that could be read. Documents are printed with
crossing lines too, about half a millimetre apart, which makes up to 290."""
_LOWEST: Final = 18
"""Cycles a tile, at least, of what is searched for."""
_MOST_LOWEST: Final = 55
"""Where the page has so few pixels that less than a fifth of the spectrum is left, nothing tells."""
_HIGHEST: Final = 63
_FLOOR: Final = 50.0
"""Power below which there is only the rounding of grey levels."""
_ACROSS_DEG: Final = 70.0
_BLOCK: Final = 16
"""Cycles a tile of the JPEG blocks' own edges, eight pixels apart."""
_STRAY: Final = 7
"""Cycles a tile within which one grid counts as the same: seen aslant, its pitch and its direction
change by a tenth from one edge of the page to the other."""
_NEVER: Final = -9.0
"""In place of what is not searched: far below what noise has."""

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
_STEP: Final = 2
"""Every second bin is enough of a spectrum whose peaks are `_STRAY` bins wide."""


def measure_grid(
    capture: Capture, page: Points, axis_deg: float, printed: Points | None = None
) -> Grid | Unexamined:
    """The strongest grid that the flattest parts of a page share.

    What is printed on a document repeats here and there and in its own directions; the pixels of
    a screen and the dots of a print repeat everywhere, at one pitch, and in two directions at
    right angles. So the median over tiles of each tile's spectrum is searched for two peaks, finer
    than what documents are printed with. What lies around the page does not count: cloth and
    keyboards are grids as well.

    Args:
        capture: the picture.
        page: (N, 2) float32, convex, around the document, sent frame.
        axis_deg: reading direction of its text, clockwise from the x axis.
        printed: (N, 2) float32, convex, the part of it that is no ground for certain.

    """
    reduction = capture.reduction_for(_SIDE_PX)
    page = (page / reduction).astype(np.float32)
    wide = max(extent(page, axes_of(axis_deg)[0]), 1.0)
    lowest = max(_LOWEST, _TILE_PX * _CELLS / wide)
    part = page if printed is None else (printed / reduction).astype(np.float32)
    tiles = _flat_tiles(capture.grey(reduction), part)
    if len(tiles) < _TILES or lowest > _MOST_LOWEST:
        return Unexamined("page too small")
    is_searched = _IS_SEARCHED & (lowest < _RADIUS)
    spectra = np.stack([_whitened(one, is_searched) for one in tiles])
    around = np.ones((_STRAY, _STRAY), np.uint8)
    widened = np.stack([cv2.dilate(one, around)[::_STEP, ::_STEP] for one in spectra])
    shared = np.median(widened, axis=0)
    is_searched = is_searched[::_STEP, ::_STEP]
    excess = np.where(is_searched, shared - np.median(shared[is_searched]), -np.inf)
    row, column = np.unravel_index(int(np.argmax(excess)), excess.shape)
    peak = _peak_near(spectra, _STEP * int(row), _STEP * int(column))
    angle, radius = float(_ANGLE_DEG[peak]), float(_RADIUS[peak])
    apart = np.abs((_ANGLE_DEG[::_STEP, ::_STEP] - angle + 90) % 180 - 90)
    second = float(excess[apart > _ACROSS_DEG].max())
    lean = abs((angle - axis_deg + 45) % 90 - 45)
    return Grid(round(second, 2), round(_TILE_PX / radius * reduction, 1), round(lean, 1))


def _flat_tiles(grey: Grey, page: Points) -> list[Grey]:
    """The tiles with the least drawing in them, spread over the page (N, 2) of `grey`'s frame."""
    height, width = grey.shape
    left, top = np.maximum(np.floor(page.min(axis=0)), 0).astype(int).tolist()
    right, bottom = np.minimum(np.ceil(page.max(axis=0)), (width, height)).astype(int).tolist()
    ranked: list[tuple[float, int, int]] = []
    for y in _starts(top, bottom, _ROWS):
        for x in _starts(left, right, _COLUMNS):
            centre = (x + _TILE_PX / 2, y + _TILE_PX / 2)
            if cv2.pointPolygonTest(page, centre, measureDist=False) < 0:
                continue
            tile = grey[y : y + _TILE_PX, x : x + _TILE_PX]
            small = cv2.resize(tile, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
            mean, deviation = (float(v[0, 0]) for v in cv2.meanStdDev(small))
            if _LUMINANCE[0] < mean < _LUMINANCE[1]:
                ranked.append((deviation, y, x))
    return [grey[y : y + _TILE_PX, x : x + _TILE_PX] for _, y, x in sorted(ranked)[:_TILES]]


def _starts(least: int, most: int, count: int) -> list[int]:
    """Where tiles begin between two edges, none over another: at most `count`."""
    count = max(0, min(count, (most - least) // _TILE_PX))
    return np.linspace(least, most - _TILE_PX, count).astype(int).tolist()


def _whitened(tile: Grey, is_searched: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(T, T / 2 + 1) float32: logarithm of a tile's power above the power around."""
    pixels = tile.astype(np.float32)
    pixels = (pixels - cv2.mean(pixels)[0]) * _WINDOW
    waves = cv2.dft(pixels, flags=cv2.DFT_COMPLEX_OUTPUT)[:, : _TILE_PX // 2 + 1]
    power = np.fft.fftshift(waves[:, :, 0] ** 2 + waves[:, :, 1] ** 2, axes=0)
    logarithm = cv2.log(power + np.float32(_FLOOR))
    above = logarithm - cv2.blur(logarithm, (25, 25))
    above[~is_searched] = _NEVER
    return above.astype(np.float32, copy=False)


def _peak_near(spectra: NDArray[np.float32], row: int, column: int) -> tuple[int, int]:
    """The strongest bin of (N, T, T / 2 + 1) spectra within reach of one bin, by their mean."""
    reach = _STRAY // 2
    top, left = max(0, row - reach), max(0, column - reach)
    mean = spectra[:, top : row + reach + 1, left : column + reach + 1].mean(axis=0)
    down, right = np.unravel_index(int(np.argmax(mean)), mean.shape)
    return top + int(down), left + int(right)
