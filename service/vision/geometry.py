"""Points, quads and warps. Pixels of one named frame inside, fractions of the picture outside.

Points are (N, 2) float32, x before y; quads (4, 2) float32, clockwise from the top left corner of
what they enclose as a reader would hold it. Frames: *sent* is the full-size upright picture,
*reduced* a smaller copy of it, *rectified* a crop warped flat.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
"""(N, 2) float32, x before y."""
_MOST_COLUMNS = 8192


def quad_size(quad: Points) -> tuple[float, float]:
    """Mean width and height of a quad in pixels of its frame. `quad` (4, 2)."""
    top, right = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[2] - quad[1])
    bottom, left = np.linalg.norm(quad[2] - quad[3]), np.linalg.norm(quad[3] - quad[0])
    return float(top + bottom) / 2, float(left + right) / 2


def quad_angle_deg(quad: Points) -> float:
    """Clockwise angle of the reading direction against the x axis, -180 to 180. `quad` (4, 2)."""
    along = (quad[1] - quad[0]) + (quad[2] - quad[3])
    return float(np.degrees(np.arctan2(along[1], along[0])))


def axes_of(angle_deg: float) -> tuple[Points, Points]:
    """Unit vectors (2,) float32 along a reading direction and down from its lines."""
    radians = np.radians(angle_deg)
    right = np.array([np.cos(radians), np.sin(radians)], dtype=np.float32)
    return right, np.array([-right[1], right[0]], dtype=np.float32)


def turned_to(quad: Points, angle_deg: float) -> Points:
    """The same quad with its corners renumbered so that it reads nearest to `angle_deg`."""
    turns = [np.roll(quad, -k, axis=0) for k in range(4)]
    return min(turns, key=lambda q: abs(angle_between(quad_angle_deg(q), angle_deg)))


def angle_between(first_deg: float, second_deg: float) -> float:
    """Signed difference of two directions, -180 to 180."""
    return (first_deg - second_deg + 180) % 360 - 180


def contains(quad: Sequence[Sequence[float]] | Points, x: float, y: float) -> bool:
    """Whether a point lies in a convex quad (4, 2), its corners either way round, or on its rim."""
    corners = [(float(cx), float(cy)) for cx, cy in quad]
    sides = [
        (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True)
    ]
    return min(sides) >= 0 or max(sides) <= 0


def shared_length(first: Points, second: Points, along: Points) -> float:
    """How far two sets of points (N, 2) lie beside each other along a unit vector (2,); or apart."""
    a, b = first @ along, second @ along
    return float(min(a.max(), b.max()) - max(a.min(), b.min()))


def extent(points: Points, along: Points) -> float:
    """How far points (N, 2) reach along a unit vector (2,)."""
    return float(np.ptp(points @ along))


def grown(quad: Points, along: float, across: float) -> Points:
    """The quad enlarged on every side by `along` and `across` times its height. `quad` (4, 2)."""
    width, height = quad_size(quad)
    if width <= 0 or height <= 0:
        return quad
    right = ((quad[1] - quad[0]) + (quad[2] - quad[3])) / (2 * width)
    down = ((quad[3] - quad[0]) + (quad[2] - quad[1])) / (2 * height)
    x, y = right * along * height, down * across * height
    return np.stack([quad[0] - x - y, quad[1] + x - y, quad[2] + x + y, quad[3] - x + y]).astype(
        np.float32
    )


def warp_quad(
    pixels: NDArray[np.uint8], quad: Points, height_px: int, squeeze: float = 1.0
) -> NDArray[np.uint8]:
    """The quad rectified to `height_px` rows, its width in proportion, times `squeeze`.

    The width is at least 1 and at most 8192 pixels: a picture of one row would fill all memory.

    Args:
        pixels: (H, W) or (H, W, 3) uint8, the frame of `quad`.
        quad: (4, 2) float32; may leave the picture, whose border is then repeated.

    """
    width, height = quad_size(quad)
    out_width = round(width * height_px / max(height, 1e-6) * squeeze)
    out_width = max(1, min(out_width, _MOST_COLUMNS))
    target = np.array(
        [[0, 0], [out_width, 0], [out_width, height_px], [0, height_px]], dtype=np.float32
    )
    shrink = height / height_px
    if shrink > 1.8:  # warping samples four pixels only: average first, or strokes are lost
        factor = 1 / shrink * 1.2
        origin = np.floor(quad.min(axis=0)).astype(int)
        x0, y0 = np.maximum(origin - 2, 0)
        x1, y1 = np.ceil(quad.max(axis=0)).astype(int) + 2
        window = pixels[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
        if window.size:
            small = cv2.resize(window, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
            scale = np.array(
                [small.shape[1] / window.shape[1], small.shape[0] / window.shape[0]], np.float32
            )
            pixels = small.astype(np.uint8, copy=False)
            quad = ((quad - np.array([x0, y0], np.float32)) * scale).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    return cv2.warpPerspective(
        pixels,
        matrix,
        (out_width, height_px),
        flags=cv2.INTER_CUBIC if shrink < 1 else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.uint8, copy=False)


def enclosing_quad(points: Points, angle_deg: float) -> Points:
    """(4, 2): the smallest rectangle along `angle_deg` around `points` (N, 2), N at least 1."""
    right, down = axes_of(angle_deg)
    x, y = points @ right, points @ down
    corners = [(x.min(), y.min()), (x.max(), y.min()), (x.max(), y.max()), (x.min(), y.max())]
    return np.stack([right * a + down * b for a, b in corners]).astype(np.float32)


def touches_edge(quad: Points, width_px: int, height_px: int) -> bool:
    """Whether a line runs out of the picture at one of its ends. `quad` (4, 2) in that frame."""
    # As near as small print is found, however large these letters: a close crop cuts none of them.
    reach = min(quad_size(quad)[1] * 0.25, max(width_px, height_px) * 0.005)
    x, y = quad[:, 0], quad[:, 1]
    return bool(
        x.min() < reach
        or y.min() < reach * 0.2
        or x.max() > width_px - reach
        or y.max() > height_px - reach * 0.2
    )
