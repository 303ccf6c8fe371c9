"""Ink against paper: contrast and brightness where text is."""

from dataclasses import dataclass
from typing import Final

from service.vision.capture import Grey
from service.vision.levels import level_at

_WHITE: Final = 255.0


@dataclass(frozen=True, slots=True)
class Exposure:
    """Ink against paper, and the paper's luminance, both 0 to 1."""

    contrast: float
    luminance: float


def measure_exposure(grey: Grey) -> Exposure:
    """Exposure of a crop of text or of a page. `grey` (h, w) uint8."""
    dark, paper = level_at(grey, 5), level_at(grey, 80)
    return Exposure((paper - dark) / _WHITE, paper / _WHITE)
