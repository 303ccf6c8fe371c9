"""One picture with its text found: what the reading stages share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from service.screening.evidence import TextLine, as_quad
from service.screening.read.rapid import RapidText, RecognisedLine
from service.vision.capture import Bgr, Capture
from service.vision.crops import reduction_of
from service.vision.geometry import Points, contains, grown, warp_quad

_LINE_HEIGHT_PX: Final = 48
"""What RapidOCR's recogniser takes."""
_MIN_LIKELIHOOD: Final = 0.5
"""Of a line that was read as anything at all."""


@dataclass(frozen=True, slots=True)
class TextView:
    """A capture and its lines of text.

    Attributes:
        lines: (N, 4, 2) float32 in the sent frame, corners in reading order.
        axis_deg: the text's reading direction, clockwise from the x axis.
        rotation_deg: clockwise turn of the picture that makes it upright: 0, 90, 180 or 270.
        read: lines that were read already, by the bytes of their quads.
        enough_px: height of a line to be read in the rendition that it is cut from; a larger one
            may cost a decoding.

    """

    capture: Capture
    lines: Points
    axis_deg: float
    rotation_deg: int
    read: Mapping[bytes, RecognisedLine] = field(default_factory=dict)
    enough_px: int = _LINE_HEIGHT_PX

    def crop(
        self,
        quad: Points,
        *,
        margin: float = 0.2,
        height_px: int = _LINE_HEIGHT_PX,
        enough_px: int | None = None,
    ) -> Bgr:
        """A line (4, 2) of the sent frame rectified, `margin` of its height around it.

        Taken from the strongest reduction that still has all the pixels which the output needs, or
        `enough_px` of its rows.
        """
        around = grown(quad, margin, margin)
        reduction = reduction_of(around, enough_px or height_px)
        return warp_quad(self.capture.bgr(reduction), around / np.float32(reduction), height_px)

    def with_read(self, quads: Iterable[Points], rapid: RapidText) -> "TextView":
        """The view with these lines read, where they were not. Raises NetworkFailed."""
        fresh = [quad for quad in quads if quad.tobytes() not in self.read]
        crops = [self.crop(quad, enough_px=self.enough_px) for quad in fresh]
        found = rapid.recognise(crops)
        read = {quad.tobytes(): line for quad, line in zip(fresh, found, strict=True)}
        return replace(self, read={**self.read, **read})

    def text_of(self, quads: Iterable[Points]) -> tuple[TextLine, ...]:
        """Those of these lines that were read as anything at all, in their order."""
        both = [(quad, self.read.get(quad.tobytes())) for quad in quads]
        return tuple(
            TextLine(line.text.strip(), line.likelihood, as_quad(quad))
            for quad, line in both
            if line and line.likelihood >= _MIN_LIKELIHOOD and line.text.strip()
        )

    def and_outside(self, part: Points, other: "TextView") -> "TextView":
        """The view with those lines of another of the same picture that lie outside a part (4, 2)."""
        outside = [quad for quad in other.lines if not contains(part, *quad.mean(axis=0))]
        lines = np.stack([*self.lines, *outside]) if outside else self.lines
        return replace(self, lines=lines, read={**other.read, **self.read})
