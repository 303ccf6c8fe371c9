"""Where a machine readable zone may be: long lines of even letters, in parallel, in groups."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.vision.geometry import Points, enclosing_quad, quad_angle_deg, quad_size

_MIN_ASPECT: Final = 9.0
"""A TD1 line of 30 characters is about 17 times as long as its box is high; halves still count."""
_GAP_IN_HEIGHTS: Final = 4.0
_OFF_LINE_IN_HEIGHTS: Final = 0.6
_MAX_LINES: Final = 8


@dataclass(frozen=True, slots=True)
class _Run:
    """A box in the frame of the text: `start` to `end` along it, `level` across it."""

    start: float
    end: float
    level: float
    height: float
    box: Points


def candidate_lines(lines: Points) -> list[Points]:
    """Quads (4, 2) that may be lines of an MRZ, longest first; split lines joined again.

    Args:
        lines: (N, 4, 2) text boxes that read in one direction.

    """
    if len(lines) == 0:
        return []
    angle = float(np.median([quad_angle_deg(q) for q in lines]))
    radians = np.radians(angle)
    right = np.array([np.cos(radians), np.sin(radians)])
    down = np.array([-right[1], right[0]])
    runs = sorted(
        (
            _Run(
                float((q @ right).min()),
                float((q @ right).max()),
                float((q @ down).mean()),
                quad_size(q)[1],
                q,
            )
            for q in lines
        ),
        key=lambda run: run.start,
    )
    joined: list[list[_Run]] = []
    for run in runs:
        home = next((row for row in joined if _continues(row[-1], run)), None)
        if home is None:
            joined.append([run])
        else:
            home.append(run)
    quads = [
        row[0].box if len(row) == 1 else enclosing_quad(np.concatenate([r.box for r in row]), angle)
        for row in joined
    ]
    long = [q for q in quads if quad_size(q)[0] >= _MIN_ASPECT * max(quad_size(q)[1], 1.0)]
    long.sort(key=lambda q: -quad_size(q)[0])
    return long[:_MAX_LINES]


def _continues(left: _Run, right: _Run) -> bool:
    height = max(left.height, right.height)
    return (
        abs(left.level - right.level) < _OFF_LINE_IN_HEIGHTS * height
        and -height < right.start - left.end < _GAP_IN_HEIGHTS * height
        and min(left.height, right.height) > 0.5 * height
    )


def touches_edge(quad: Points, width_px: int, height_px: int) -> bool:
    """Whether a line runs out of the picture at one of its ends. `quad` (4, 2) in that frame."""
    reach = quad_size(quad)[1] * 0.25
    x, y = quad[:, 0], quad[:, 1]
    return bool(
        x.min() < reach
        or y.min() < reach * 0.2
        or x.max() > width_px - reach
        or y.max() > height_px - reach * 0.2
    )
