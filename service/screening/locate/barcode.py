"""Where barcodes may be: dense patches whose edges run one way, by the structure tensor of cells."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from service.vision.capture import Grey
from service.vision.geometry import Points, axes_of

_SIDE_PX: Final = 1000
_CELL_PX: Final = 8
_BAND_CELLS: Final = 16
"""Rows of cells at a time: gradients of a whole picture cost more in fresh memory than in sums."""
_LEAST_CELLS: Final = 15
_LEAST_ENERGY: Final = 40.0
"""Squared grey levels a pixel: below it, edges are grain."""
_SHARES: Final = (0.2, 0.4)
"""Energy of a cell of bars, by the picture's busiest cells: at the lower share a worn or shaded
barcode holds together, at the higher it parts from the print and the border beside it."""
_BUSIEST_PERCENT: Final = 99.0
_LEAST_COHERENCE: Final = 0.28
"""Of a whole patch: text stands near 0.1, PDF417 with its low rows from 0.3, linear codes near 1."""
_LEAST_WIDTH_PX: Final = 8 * _CELL_PX
_LEAST_ASPECT: Final = 1.2
_LEAST_FILL: Final = 0.5
"""Of its rectangle: borders and the outlines of portraits enclose more than they cover."""
_MOST_LEAN: Final = 0.35
"""How far perspective moves a corner, in heights of the patch."""
_MOST: Final = 4
_ALIKE_PX: Final = 2 * _CELL_PX

_Float = NDArray[np.float32]
_SQUARE: Final = (3, 3)


def locate_barcodes(grey: Grey) -> tuple[Points, ...]:
    """Patches of bars, the likeliest first.

    Args:
        grey: (H, W) uint8; more than 1000 pixels a side are not looked at.

    Returns:
        (4, 2) float32 quads in the frame of `grey`, their first side across the bars, which is the
        reading direction or its opposite. Square codes (QR) are not among them.

    """
    shrink = min(1.0, _SIDE_PX / max(grey.shape))
    if min(grey.shape) * shrink < 3 * _CELL_PX:
        return ()
    # To no less than half, four neighbours see every pixel, and cost a sixth of the exact mean.
    sampling = cv2.INTER_LINEAR if shrink >= 0.5 else cv2.INTER_AREA
    small = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=sampling)
    small = small.astype(np.uint8, copy=False)
    xx, yy, xy = _tensor(small)
    energy = xx + yy
    # Bars as wide as a cell leave cells without an edge.
    dense = cv2.morphologyEx(energy, cv2.MORPH_CLOSE, np.ones(_SQUARE, np.uint8))
    busiest = float(np.percentile(energy, _BUSIEST_PERCENT))
    found: list[tuple[float, Points]] = []
    for share in _SHARES:
        mask = (dense > max(_LEAST_ENERGY, share * busiest)).astype(np.uint8)
        # A document's border is one cell or two wide, and goes.
        mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(_SQUARE, np.uint8))
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
        for n, (x, y, width, height, cells) in enumerate(stats.tolist()):
            if n == 0 or cells < _LEAST_CELLS:
                continue
            box = np.s_[y : y + height, x : x + width]
            inside = labels[box] == n
            sums = tuple(float(part[box][inside].sum()) for part in (xx, yy, xy))
            quad = _quad(inside, (x, y), sums)
            if quad is not None:
                found.append((sums[0] + sums[1], quad))
    found.sort(key=lambda pair: -pair[0])
    unique: list[Points] = []
    for _, quad in found:
        if all(np.abs(quad - other).max() > _ALIKE_PX for other in unique):
            unique.append(quad)
    return tuple((quad / np.float32(shrink)).astype(np.float32) for quad in unique[:_MOST])


def _tensor(grey: Grey) -> tuple[_Float, _Float, _Float]:
    """Mean of gx gx, gy gy and gx gy over each cell, (H // cell, W // cell) float32."""
    rows, columns = (length // _CELL_PX for length in grey.shape)
    means = np.empty((3, rows, columns), np.float32)
    for first in range(0, rows, _BAND_CELLS):
        band = np.s_[first : min(first + _BAND_CELLS, rows)]
        top, bottom = first * _CELL_PX, band.stop * _CELL_PX
        above = min(top, 1)  # the rows on either side, which the gradient needs
        pixels = grey[top - above : bottom + 1]
        gx = cv2.Sobel(pixels, cv2.CV_32F, 1, 0, scale=1 / 8)
        gy = cv2.Sobel(pixels, cv2.CV_32F, 0, 1, scale=1 / 8)
        window = np.s_[above : above + bottom - top, : columns * _CELL_PX]
        for mean, one, other in zip(means, (gx, gy, gx), (gx, gy, gy), strict=True):
            size = (columns, band.stop - first)
            mean[band] = cv2.resize((one * other)[window], size, interpolation=cv2.INTER_AREA)
    return means[0], means[1], means[2]


def _quad(
    inside: NDArray[np.bool_], origin: tuple[int, int], sums: tuple[float, ...]
) -> Points | None:
    """The patch, its first side across its bars, in pixels; None where it is not one of bars."""
    xx, yy, xy = sums
    if np.hypot(xx - yy, 2 * xy) < _LEAST_COHERENCE * (xx + yy):
        return None
    ys, xs = np.nonzero(inside)
    centres = np.stack([xs + origin[0], ys + origin[1]], axis=1).astype(np.float32) + 0.5
    angle_deg = float(np.degrees(0.5 * np.arctan2(2 * xy, xx - yy)))
    angle_deg += _lean_deg(centres, angle_deg)
    right, down = axes_of(angle_deg)
    across, along = centres @ right, centres @ down
    left, end = across.min() - 0.5, across.max() + 0.5
    top, bottom = along.min() - 0.5, along.max() + 0.5
    corners = [(left, top), (end, top), (end, bottom), (left, bottom)]
    width, height = float(end - left), float(bottom - top)
    is_bar_shaped = (
        width * _CELL_PX >= _LEAST_WIDTH_PX
        and width >= _LEAST_ASPECT * height
        and len(centres) >= _LEAST_FILL * width * height
    )
    if not is_bar_shaped:
        return None
    sides = np.stack(
        [
            _edge(across, along, -1),
            _edge(along, across, 1),
            _edge(across, along, 1),
            _edge(along, across, -1),
        ]
    )
    fitted = [_crossing(sides[top], sides[side]) for top, side in ((0, 3), (0, 1), (2, 1), (2, 3))]
    if np.abs(np.subtract(fitted, corners)).max() > _MOST_LEAN * height:
        fitted = corners  # a ragged patch, not one in perspective
    return (np.stack([right * x + down * y for x, y in fitted]) * _CELL_PX).astype(np.float32)


def _lean_deg(centres: Points, angle_deg: float) -> float:
    """How far the long edges of a patch of cells (N, 2) turn from the direction of its gradient.

    Bars of a pixel or two pull their gradient up to four degrees towards the axes of the picture,
    which is all that zxing bears.
    """
    right, down = axes_of(angle_deg)
    across, along = centres @ right, centres @ down
    slopes = [_edge(across, along, side)[0] for side in (-1, 1)]
    return float(np.degrees(np.arctan(np.mean(slopes))))


def _edge(
    places: NDArray[np.floating], depths: NDArray[np.floating], side: int
) -> NDArray[np.float64]:
    """Slope and height of the line along the patch's outermost cells: (2,), depth over place.

    `side` is -1 for the least depths and 1 for the greatest. The ends, where the other edges cut
    in, do not count.
    """
    bins = np.floor(places - places.min()).astype(int)
    outermost = np.full(bins.max() + 1, -np.inf)
    np.maximum.at(outermost, bins, depths * side)
    at = np.flatnonzero(np.isfinite(outermost))
    at = at[len(at) // 10 : len(at) - len(at) // 10]
    far = outermost[at] * side + 0.5 * side
    place = at + places.min() + 0.5
    spread = place - place.mean()
    slope = spread @ far / max(spread @ spread, 1e-9)
    return np.array([slope, far.mean() - slope * place.mean()])


def _crossing(flat: NDArray[np.float64], steep: NDArray[np.float64]) -> tuple[float, float]:
    """Where y = a x + b of `flat` meets x = c y + d of `steep`."""
    (a, b), (c, d) = flat.tolist(), steep.tolist()
    x = (c * b + d) / (1 - a * c) if abs(1 - a * c) > 0.1 else d
    return x, a * x + b
