"""One picture with its text found: what the reading stages share."""

from dataclasses import dataclass

import numpy as np

from service.screening.evidence import Quad
from service.vision.capture import Bgr, Capture, Grey
from service.vision.geometry import Points, grown, quad_size, warp_quad

_LINE_HEIGHT_PX = 48
"""What the recognisers take."""


@dataclass(frozen=True, slots=True)
class TextView:
    """A capture and its lines of text.

    Attributes:
        lines: (N, 4, 2) float32 in the sent frame, corners in reading order.
        across: (M, 4, 2) likewise, lines at right angles to the others: another page, or print in
            the margin; which of their ends comes first is open.
        axis_deg: the text's reading direction, clockwise from the x axis.
        rotation_deg: clockwise turn of the picture that makes it upright: 0, 90, 180 or 270.

    """

    capture: Capture
    lines: Points
    across: Points
    axis_deg: float
    rotation_deg: int

    def crop(self, quad: Points, *, margin: float = 0.2, height_px: int = _LINE_HEIGHT_PX) -> Bgr:
        """A line (4, 2) of the sent frame rectified, `margin` of its height around it.

        Taken from the strongest reduction that still has all the pixels which the output needs.
        """
        around = grown(quad, margin, margin)
        reduction = _reduction(around, height_px)
        return warp_quad(self.capture.bgr(reduction), around / np.float32(reduction), height_px)

    def grey_crop(
        self, quad: Points, *, along: float, across: float, height_px: int, squeeze: float
    ) -> Grey:
        """A line (4, 2) likewise, in grey, with its own margins (by its height) and narrowed."""
        around = grown(quad, along, across)
        reduction = _reduction(around, height_px)
        return warp_quad(
            self.capture.grey(reduction), around / np.float32(reduction), height_px, squeeze
        )


def _reduction(quad: Points, height_px: int) -> int:
    _, height = quad_size(quad)
    return next((r for r in (8, 4, 2) if height / r >= height_px), 1)


def as_quad(points: Points) -> Quad:
    """(4, 2) float32 as plain numbers."""
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return a, b, c, d
