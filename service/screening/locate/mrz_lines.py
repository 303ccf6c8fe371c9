"""Finds MRZ lines at any turn with our own network, on a reduced picture."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from service.vision.capture import Capture, Grey
from service.vision.geometry import (
    Points,
    angle_between,
    axes_of,
    extent,
    quad_size,
    shared_length,
)
from service.vision.onnx import Network, normalised, version

NAME: Final = "mrz_locator"
_SIDE_PX: Final = 640
_MULTIPLE_PX: Final = 16
_STRIDE: Final = 2
_CORE: Final = 0.5
_LEAST_STEPS: Final = 10
"""Length of a piece of a line, in pixels of the network's answer."""
_MIN_ASPECT: Final = 6.0
_LINE_ASPECT: Final = 4.0
"""From this shape on, a piece reads along its long axis, whatever the network says."""
_PITCH_IN_HEIGHTS: Final = (1.2, 4.5)
_MIN_OVERLAP: Final = 0.4
_GAP_IN_HEIGHTS: Final = 9.0
_OFF_LINE_IN_HEIGHTS: Final = 0.7
_SMALL_CAP_PX: Final = 9.0
"""Below this height at the first look, the zone is looked at again from nearer."""
_NEARER_CAP_PX: Final = 14.0


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Pixels of one run of a line.

    Attributes:
        points: (N, 2) float32 in the sent frame.
        angle_deg: the reading direction.
        heights: (N,) of capitals at each point, pixels of that frame.
        votes: (2,) sum over the points of the direction that the network gave each.

    """

    points: Points
    angle_deg: float
    heights: NDArray[np.float32]
    votes: NDArray[np.float32]

    @property
    def cap(self) -> float:
        """Their median."""
        return float(np.median(self.heights))

    @property
    def axes(self) -> tuple[Points, Points]:
        """Unit vectors along and down."""
        return axes_of(self.angle_deg)


class MrzLocator:
    """The network, loaded once a process; one thread at a time may use it. Raises ModelBroken."""

    def __init__(self, threads: int = 1) -> None:
        self._network = Network(NAME, threads)

    @property
    def version(self) -> str:
        """Name and version of the weights."""
        return version(NAME)

    def locate(self, capture: Capture, *, is_hasty: bool = False) -> list[Points]:
        """Quads (4, 2) float32 of the lines' capitals in the sent frame, as they read, longest first.

        In haste small ones are not looked at again from nearer.
        """
        whole = (0, 0, capture.width_px, capture.height_px)
        quads, scale = self._look(capture, whole, _SIDE_PX)
        if quads and not is_hasty:
            cap = float(np.median([quad_size(q)[1] for q in quads]))
            if cap * scale < _SMALL_CAP_PX:
                part = _around(np.concatenate(quads), 4 * cap, capture)
                side = min(
                    1.6 * _SIDE_PX, max(part[2] - part[0], part[3] - part[1]) / cap * _NEARER_CAP_PX
                )
                nearer, scale_here = self._look(capture, part, side)
                quads = nearer if scale_here > 1.2 * scale and len(nearer) >= len(quads) else quads
        return sorted(quads, key=lambda q: -quad_size(q)[0])

    def _look(
        self, capture: Capture, part: tuple[int, int, int, int], side_px: float
    ) -> tuple[list[Points], float]:
        """Lines in a part (x0, y0, x1, y1) of the sent picture, and the scale it was looked at."""
        grey, scale = _scaled(capture, part, side_px)
        height, width = grey.shape
        padded = np.zeros(
            (
                1,
                1,
                -(-height // _MULTIPLE_PX) * _MULTIPLE_PX,
                -(-width // _MULTIPLE_PX) * _MULTIPLE_PX,
            ),
            np.float32,
        )
        padded[0, 0, :height, :width] = normalised(grey)
        answer = self._network(padded)[0]
        origin = np.array(part[:2], np.float32)
        pieces = _pieces(answer, origin, scale)
        lines = _one_way([line for line in _joined(pieces) if _is_long(line)])
        return [
            _quad_of(line, *ends) for line, ends in zip(lines, _common_ends(lines), strict=True)
        ], scale


def _scaled(
    capture: Capture, part: tuple[int, int, int, int], side_px: float
) -> tuple[Grey, float]:
    x0, y0, x1, y1 = part
    scale = min(side_px / max(x1 - x0, y1 - y0), 3.0)
    reduction = next((r for r in (8, 4, 2) if scale <= 1 / r), 1)
    grey = capture.grey(reduction)
    piece = grey[y0 // reduction : -(-y1 // reduction), x0 // reduction : -(-x1 // reduction)]
    size = (max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale)))
    how = cv2.INTER_AREA if scale * reduction < 1 else cv2.INTER_LINEAR
    return cv2.resize(piece, size, interpolation=how).astype(np.uint8, copy=False), scale


def _around(points: Points, margin: float, capture: Capture) -> tuple[int, int, int, int]:
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    x0, y0 = (int(v) // 8 * 8 for v in np.maximum(low, 0))
    x1, y1 = (int(v) for v in np.minimum(high, [capture.width_px, capture.height_px]))
    return x0, y0, max(x1, x0 + 16), max(y1, y0 + 16)


def _pieces(answer: NDArray[np.float32], origin: Points, scale: float) -> list[_Piece]:
    """Connected cores of the answer (4, H, W) as pieces in the sent frame."""
    core = (answer[0] > np.log(_CORE / (1 - _CORE))).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(core, connectivity=8)
    pieces: list[_Piece] = []
    for label in range(1, count):
        x, y, w, h, _area = stats[label]
        if max(w, h) < _LEAST_STEPS:
            continue
        rows, columns = np.nonzero(labels[y : y + h, x : x + w] == label)
        here = answer[1:, y : y + h, x : x + w][:, rows, columns]
        votes = here[:2].sum(axis=1)
        angle = float(np.degrees(np.arctan2(votes[1], votes[0])))
        heights = (np.exp(here[2]) / scale).astype(np.float32)
        points = (np.stack([columns + x, rows + y], axis=1) + 0.5) * (_STRIDE / scale) + origin
        pieces.append(_Piece(points.astype(np.float32), _refined(points, angle), heights, votes))
    return pieces


def _refined(points: NDArray[np.float64], angle_deg: float) -> float:
    """The direction of the long axis of the points, at the end that the network chose."""
    centred = points - points.mean(axis=0)
    _, (long, short), axes = np.linalg.svd(centred, full_matrices=False)
    axis = float(np.degrees(np.arctan2(axes[0][1], axes[0][0])))
    other = axis + 180
    best = min((axis, other), key=lambda a: abs(angle_between(a, angle_deg)))
    is_line = long > _LINE_ASPECT * short or abs(angle_between(best, angle_deg)) < 35
    return best if is_line else angle_deg


def _joined(pieces: list[_Piece]) -> list[_Piece]:
    """Pieces that continue one another as one."""
    left = sorted(pieces, key=lambda piece: -len(piece.points))
    lines: list[_Piece] = []
    while left:
        line = left.pop(0)
        grew = True
        while grew:
            grew = False
            for other in left:
                if _continues(line, other):
                    points = np.concatenate([line.points, other.points])
                    heights = np.concatenate([line.heights, other.heights])
                    angle = _refined(points.astype(np.float64), line.angle_deg)
                    line, grew = _Piece(points, angle, heights, line.votes + other.votes), True
                    left.remove(other)
                    break
        lines.append(line)
    return lines


def _one_way(lines: list[_Piece]) -> list[_Piece]:
    """Lines along one axis read one way: what the network says of most of their pixels."""
    turned: list[_Piece] = []
    for line in lines:
        right, _ = line.axes
        alike = [o for o in lines if abs(angle_between(2 * o.angle_deg, 2 * line.angle_deg)) < 20]
        is_against = float(np.sum([o.votes for o in alike], axis=0) @ right) < 0
        turned.append(replace(line, angle_deg=line.angle_deg + 180) if is_against else line)
    return turned


def _continues(line: _Piece, other: _Piece) -> bool:
    if abs(angle_between(2 * line.angle_deg, 2 * other.angle_deg)) > 40:
        return False  # the way that a short piece reads may be wrong, its axis not
    right, down = line.axes
    a, b = line.points @ right, other.points @ right
    gap = max(b.min() - a.max(), a.min() - b.max())
    ours, theirs = line.points @ down, other.points @ down
    # The line's own lean: compare where the two ends meet, not their means.
    slope, level = np.polyfit(a, ours, 1)
    off = abs(float((theirs - (slope * b + level)).mean()))
    cap = max(line.cap, other.cap)
    return bool(-cap < gap < _GAP_IN_HEIGHTS * cap and off < _OFF_LINE_IN_HEIGHTS * cap)


def _is_long(line: _Piece) -> bool:
    right, _ = line.axes
    return extent(line.points, right) > _MIN_ASPECT * line.cap


def _common_ends(lines: list[_Piece]) -> list[tuple[float, float]]:
    """Start and end of each line along its own direction; lines of one zone begin and end together.

    The ends of a line are what the network is least sure of: the longest of a zone speaks for all.
    """
    found: list[tuple[float, float]] = []
    for line in lines:
        right, _ = line.axes
        along = [
            other.points @ right for other in lines if other is line or _is_stacked(line, other)
        ]
        found.append((min(float(a.min()) for a in along), max(float(a.max()) for a in along)))
    return found


def _is_stacked(line: _Piece, other: _Piece) -> bool:
    """Whether the two may be lines of one zone: alike in height and direction, near, overlapping."""
    cap = max(line.cap, other.cap)
    if (
        abs(angle_between(line.angle_deg, other.angle_deg)) > 10
        or min(line.cap, other.cap) < 0.6 * cap
    ):
        return False
    right, down = line.axes
    shared = shared_length(line.points, other.points, right)
    step = abs(float(np.median(other.points @ down) - np.median(line.points @ down)))
    shorter = min(extent(line.points, right), extent(other.points, right))
    nearest, farthest = _PITCH_IN_HEIGHTS
    return nearest * cap < step < 2 * farthest * cap and shared > _MIN_OVERLAP * shorter


def _quad_of(line: _Piece, start: float, end: float) -> Points:
    """The capitals' quad: middle line through the cores, the network's heights around it.

    Under perspective the height changes along the line, as far as the network saw it.
    """
    right, down = line.axes
    along, across = line.points @ right, line.points @ down
    slope, level = np.polyfit(along, across, 1)
    growth, height = np.polyfit(along, line.heights, 1)
    least, most = np.percentile(line.heights, (10, 90))
    corners = [
        right * x
        + down * (slope * x + level + side * float(np.clip(growth * x + height, least, most)) / 2)
        for x, side in ((start, -1), (end, -1), (end, 1), (start, 1))
    ]
    return np.array(corners, np.float32)
