"""What happens to a page before it is photographed: a finger, a sticker, a punch, a lost corner."""

import random

import cv2
import numpy as np

from sample_docs.canvas import PX_PER_MM
from sample_docs.degrade import Bgr

Place = tuple[float, float]
"""In pixels of the flat page."""


def lay_finger(flat: Bgr, tip: Place, rng: random.Random, width_mm: float = 16) -> Bgr:
    """A finger from below with its tip at `tip`."""
    height, width = flat.shape[:2]
    thick = round(width_mm * PX_PER_MM)
    shape = np.zeros((height, width), np.float32)
    start = (round(tip[0]), round(tip[1] + thick / 2))
    lean = round(rng.uniform(-0.3, 0.3) * height)
    cv2.line(shape, start, (start[0] + lean, height + thick), 1.0, thick, cv2.LINE_AA)
    edge = cv2.GaussianBlur(shape, (0, 0), 4)[:, :, None]
    round_shade = cv2.GaussianBlur(shape, (0, 0), thick * 0.35)[:, :, None]
    tone = np.array(rng.choice([(140, 165, 205), (80, 105, 150), (50, 65, 95)]), np.float32)
    shadowed = flat * (1 - 0.35 * np.roll(round_shade, 10, axis=1))
    skin = tone * (0.6 + 0.5 * round_shade)
    return np.clip(shadowed * (1 - edge) + skin * edge, 0, 255).astype(np.uint8)


def stick(flat: Bgr, place: tuple[float, float, float, float], colour: tuple[int, int, int]) -> Bgr:
    """An even sticker over left, top, right, bottom in pixels."""
    covered = flat.copy()
    left, top, right, bottom = (round(v) for v in place)
    covered[top:bottom, left:right] = colour
    return covered


def punch(flat: Bgr, place: Place, diameter_mm: float = 6, below: int = 45) -> Bgr:
    """A hole with the dark of whatever lies under the page in it."""
    holed = flat.copy()
    at = (round(place[0]), round(place[1]))
    radius = round(diameter_mm * PX_PER_MM / 2)
    cv2.circle(holed, at, radius, (below, below, below), -1, cv2.LINE_AA)
    return holed


def without_corner(
    flat: Bgr, corner: str, along_mm: float, down_mm: float, rng: random.Random | None = None
) -> list[Place]:
    """The outline of a page that lost its "tl", "tr", "br" or "bl": cut off, or torn by `rng`."""
    height, width = flat.shape[:2]
    x, right = (0.0, 1) if corner[1] == "l" else (float(width), -1)
    y, down = (0.0, 1) if corner[0] == "t" else (float(height), -1)
    ends = ((x + right * along_mm * PX_PER_MM, y), (x, y + down * down_mm * PX_PER_MM))
    if right != down:
        ends = ends[::-1]
    torn = [0.0, 1.0] if rng is None else [n / 12 for n in range(13)]
    lost: list[Place] = []
    for share in torn:
        ragged = rng.gauss(0, 1.2 * PX_PER_MM) if rng and 0 < share < 1 else 0.0
        px, py = (a + (b - a) * share for a, b in zip(*ends, strict=True))
        lost.append((px + right * ragged, py + down * ragged))
    whole = {"tl": (0.0, 0.0), "tr": (width, 0.0), "br": (width, height), "bl": (0.0, height)}
    return [place for name in whole for place in (lost[::-1] if name == corner else [whole[name]])]
