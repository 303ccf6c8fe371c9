"""One picture as we see it: upright, at any reduction, decoded once and on demand."""

from dataclasses import dataclass, field
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Bgr = NDArray[np.uint8]
"""(H, W, 3) uint8 in OpenCV's order."""
Grey = NDArray[np.uint8]
"""(H, W) uint8."""


class Decoder(Protocol):
    """Gives the upright picture at 1, 1/2, 1/4 or 1/8 of its size (rounded up)."""

    def __call__(self, reduction: int) -> Bgr:
        """(H, W, 3) uint8. `reduction` is 1, 2, 4 or 8."""
        ...


@dataclass(frozen=True, slots=True)
class Capture:
    """An upright picture (by its EXIF orientation), decoded as far as somebody asks.

    Attributes:
        format: by content: "jpeg", "png", "webp", "heif", "avif", "tiff", "bmp", "pdf".
        width_px, height_px: upright size as sent.
        decode: gives the pixels; may raise the errors of `service.intake.errors`.
        software: an image editor named in the metadata, else None.
        text_layer: text of a PDF page's own text layer, empty for pictures.
        sha256: of the bytes as sent, hexadecimal.

    """

    format: str
    width_px: int
    height_px: int
    decode: Decoder
    software: str | None = None
    text_layer: str = ""
    sha256: str = ""
    _decoded: dict[int, Bgr] = field(default_factory=dict[int, Bgr], repr=False, compare=False)
    _greys: dict[int, Grey] = field(default_factory=dict[int, Grey], repr=False, compare=False)

    def bgr(self, reduction: int = 1) -> Bgr:
        """(ceil(H / reduction), ceil(W / reduction), 3) uint8; reduction 1, 2, 4 or 8.

        Read-only for callers. Scaled from a larger one decoded earlier where there is one.
        """
        if reduction not in self._decoded:
            larger = [r for r in self._decoded if r < reduction]
            if larger:
                near = max(larger)
                size = (-(-self.width_px // reduction), -(-self.height_px // reduction))
                self._decoded[reduction] = cv2.resize(
                    self._decoded[near], size, interpolation=cv2.INTER_AREA
                ).astype(np.uint8, copy=False)
            else:
                self._decoded[reduction] = self.decode(reduction)
        return self._decoded[reduction]

    def grey(self, reduction: int = 1) -> Grey:
        """(ceil(H / reduction), ceil(W / reduction)) uint8. Read-only for callers."""
        if reduction not in self._greys:
            grey = cv2.cvtColor(self.bgr(reduction), cv2.COLOR_BGR2GRAY)
            self._greys[reduction] = grey.astype(np.uint8, copy=False)
        return self._greys[reduction]

    def reduction_for(self, longest_px: int) -> int:
        """The strongest reduction which keeps the longer side at or above `longest_px`."""
        longest = max(self.width_px, self.height_px)
        return next((r for r in (8, 4, 2) if longest // r >= longest_px), 1)
