"""Where lines stand to each other in the text's own frame, however the picture is turned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from service.screening.evidence import TextLine

_MARGIN: Final = 0.5
_OVERLAP: Final = 1.0
"""Heights by which neighbours on a line may overlap: of leaning print the bounds reach further."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with its bounds along the text (left, right) and across it (top, bottom), in pixels."""

    line: TextLine
    left: float
    right: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        """Across the text."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Across the text."""
        return (self.top + self.bottom) / 2


def place(lines: Sequence[TextLine]) -> list[Placed]:
    """The lines, in their order, in one frame: x along the sum of all of them."""
    if not lines:
        return []
    quads = np.array([line.quad for line in lines], np.float32)
    along = (quads[:, 1] - quads[:, 0]).sum(axis=0)
    right = along / max(float(np.linalg.norm(along)), 1e-6)
    down = np.array([-right[1], right[0]])
    x, y = quads @ right, quads @ down
    return [
        Placed(
            line,
            float(x[k].min()),
            float(x[k].max()),
            float(y[k].min()),
            float(y[k].max()),
        )
        for k, line in enumerate(lines)
    ]


def right_of(entry: Placed, placed: Sequence[Placed], reach: float) -> list[Placed]:
    """Lines that begin right of this one on its own line.

    At most `reach` heights away, counted from half a height within it: bounds have a margin. Of
    lines that stand over each other only the most level one: a label's value, not that under it.
    """
    middle = entry.middle
    found = [
        p
        for p in placed
        if p is not entry
        and p.top - 0.3 * entry.height < middle < p.bottom + 0.3 * entry.height
        and -_OVERLAP <= (p.left - entry.right) / max(entry.height, 1e-6) < reach - _MARGIN
    ]
    level = sorted(found, key=lambda p: abs(p.middle - middle))
    alone = [
        p
        for n, p in enumerate(level)
        if not any(q.left < p.right and p.left < q.right for q in level[:n])
    ]
    return sorted(alone, key=lambda p: p.left)


def below(entry: Placed, placed: Sequence[Placed], reach: float) -> list[Placed]:
    """Lines that begin under this one, at most `reach` heights away, the nearest first."""
    found = [
        p
        for p in placed
        if p is not entry
        and -0.5 * entry.height < p.top - entry.bottom < reach * entry.height
        and p.left < entry.right
        and p.right > entry.left
    ]
    return sorted(found, key=lambda p: (p.top, abs(p.left - entry.left)))


def shares_down(placed: Sequence[Placed]) -> list[float]:
    """How far down the text each line stands, 0 to 1."""
    middles = [p.middle for p in placed]
    top, bottom = min(middles, default=0.0), max(middles, default=0.0)
    return [(middle - top) / max(bottom - top, 1e-6) for middle in middles]
