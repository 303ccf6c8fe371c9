"""Which way the text runs: one direction for the whole picture, and boxes renumbered to it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.vision.geometry import Points, angle_between, quad_angle_deg, quad_size, turned_to

_MIN_ASPECT: Final = 2.0
"""Shorter boxes do not tell along which side their text runs."""
_ODD_ONE_OUT_DEG: Final = 30.0
_TURN_DEG: Final = 90


def text_axis_deg(boxes: Points) -> float:
    """Direction of the text's axis, -45 to 135 degrees clockwise from x; which end is up is open.

    Args:
        boxes: (N, 4, 2) text boxes, corners clockwise by the picture.

    """
    angles: list[float] = []
    weights: list[float] = []
    for box in boxes:
        width, height = quad_size(box)
        angle = quad_angle_deg(box) + (0.0 if width >= height else float(_TURN_DEG))
        longer, shorter = max(width, height), max(min(width, height), 1.0)
        if longer / shorter >= _MIN_ASPECT:
            angles.append((angle + 45) % 180 - 45)
            weights.append(longer)
    if not angles:
        return 0.0
    return _circular_mode(np.array(angles), np.array(weights))


def _circular_mode(angles: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Weighted mean of the half-turn-periodic angles that lie near the heaviest one."""
    support = [
        weights[np.abs((angles - a + 90) % 180 - 90) < _ODD_ONE_OUT_DEG / 2].sum() for a in angles
    ]
    centre = angles[int(np.argmax(support))]
    offsets = (angles - centre + 90) % 180 - 90
    near = np.abs(offsets) < _ODD_ONE_OUT_DEG / 2
    mean = centre + float(np.average(offsets[near], weights=weights[near]))
    return float((mean + 45) % 180 - 45)


def along_axis(boxes: Points, axis_deg: float) -> Points:
    """(M, 4, 2): boxes renumbered to read along `axis_deg`, without those that run across it."""
    kept: list[Points] = []
    for box in boxes:
        turned = turned_to(box, axis_deg)
        width, height = quad_size(turned)
        runs_across = height > width * _MIN_ASPECT
        leans = abs(angle_between(quad_angle_deg(turned), axis_deg)) > _ODD_ONE_OUT_DEG
        if not runs_across and not leans:
            kept.append(turned)
    return np.stack(kept) if kept else np.zeros((0, 4, 2), np.float32)


def upside_down(lines: Points) -> Points:
    """(N, 4, 2): the same quads, read from the other end."""
    return np.roll(lines, 2, axis=1)


def quarter_turns_deg(axis_deg: float) -> int:
    """Clockwise turn of the picture, 0, 90, 180 or 270, that makes text along `axis_deg` upright."""
    return round(-axis_deg / _TURN_DEG) % 4 * _TURN_DEG
