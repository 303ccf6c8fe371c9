"""One picture with its text found: what the reading stages share."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from service.screening.read.rapid import RecognisedLine
from service.vision.capture import Bgr, Capture
from service.vision.crops import reduction_of
from service.vision.geometry import Points, grown, warp_quad

_LINE_HEIGHT_PX = 48
"""What RapidOCR's recogniser takes."""


@dataclass(frozen=True, slots=True)
class TextView:
    """A capture and its lines of text.

    Attributes:
        lines: (N, 4, 2) float32 in the sent frame, corners in reading order.
        axis_deg: the text's reading direction, clockwise from the x axis.
        rotation_deg: clockwise turn of the picture that makes it upright: 0, 90, 180 or 270.
        read: lines that were read already, by the bytes of their quads.

    """

    capture: Capture
    lines: Points
    axis_deg: float
    rotation_deg: int
    read: Mapping[bytes, RecognisedLine] = field(default_factory=dict)

    def crop(self, quad: Points, *, margin: float = 0.2, height_px: int = _LINE_HEIGHT_PX) -> Bgr:
        """A line (4, 2) of the sent frame rectified, `margin` of its height around it.

        Taken from the strongest reduction that still has all the pixels which the output needs.
        """
        around = grown(quad, margin, margin)
        reduction = reduction_of(around, height_px)
        return warp_quad(self.capture.bgr(reduction), around / np.float32(reduction), height_px)
