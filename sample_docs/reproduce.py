"""Pictures of a reproduction instead of the document: a screen, a grey copy, a print."""

import random
from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from sample_docs.degrade import Bgr, photograph, uneven_light

_CELL = 6
"""Samples across one pixel of the screen: two a stripe of colour, one of them dark below."""
_FINER = 3
"""Samples across one pixel of the camera before its own averaging."""
_LEAST_PITCH_PX = 6.0
_STRIP = 256
"""Rows of the camera at a time, whose finer samples are in memory together."""


def _stripes(order: str) -> NDArray[np.float32]:
    """(C, C, 3): light of one pixel, its colours side by side; of liquid crystals."""
    cell = np.zeros((_CELL, _CELL, 3), np.float32)
    for n, colour in enumerate(order):
        cell[: _CELL - 1, 2 * n : 2 * n + 2, "bgr".index(colour)] = 1
    return cell


def _diamonds() -> NDArray[np.float32]:
    """(2 C, 2 C, 3): light of two by two pixels, each with a green spot, and red or blue between."""
    cell = np.zeros((2 * _CELL, 2 * _CELL, 3), np.float32)
    for row in range(2):
        for column in range(2):
            y, x = row * _CELL, column * _CELL
            cell[y + 1 : y + 3, x : x + 3, 1] = 1
            cell[y + 3 : y + 6, x + 2 : x + 6, 2 if (row + column) % 2 else 0] = 1
    return cell


SUB_PIXELS: Mapping[str, NDArray[np.float32]] = {
    "rgb stripes": _stripes("rgb"),
    "bgr stripes": _stripes("bgr"),
    "diamonds": _diamonds(),
}
"""Where the colours of a screen's pixels lie: monitors, some turned, and most phones."""


def photograph_screen(
    flat: Bgr,
    rng: random.Random,
    *,
    long_side: int,
    shown_px: int = 700,
    sub_pixels: str = "rgb stripes",
    blur_px: float | None = None,
    turn: float = 0.0,
    tilt: float = 0.12,
    fill: float = 0.8,
) -> Bgr:
    """A page shown `shown_px` wide on a screen, photographed through a camera's colour mosaic.

    Moiré comes about as it does in life: by the camera's pixels upon the screen's. `blur_px` is
    the lens's, in pixels of the picture.
    """
    height = round(shown_px * flat.shape[0] / flat.shape[1])
    shown = cv2.resize(flat, (shown_px, height), interpolation=cv2.INTER_AREA)
    margin = round(0.08 * shown_px)
    ground = rng.choice([(30, 30, 30), (240, 240, 240), (90, 70, 60)])
    shown = cv2.copyMakeBorder(
        shown, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=ground
    )
    light = SUB_PIXELS[sub_pixels]
    light = light / light.mean(axis=(0, 1))
    high, wide = (n * _CELL for n in shown.shape[:2])
    repeats = (high // len(light) + 1, wide // len(light) + 1, 1)
    glowing = cv2.resize(shown, (wide, high), interpolation=cv2.INTER_NEAREST) * np.tile(
        light, repeats
    )[:high, :wide].astype(np.float32)
    frame_h = round(long_side * 0.75)
    corners = _corners(glowing, rng, (long_side, frame_h), turn, tilt, fill)
    source = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, (corners * _FINER).astype(np.float32))
    seen = np.empty((frame_h, long_side, 3), np.float32)
    for top in range(0, frame_h, _STRIP):
        rows = min(_STRIP, frame_h - top)
        up = np.array([[1, 0, 0], [0, 1, -top * _FINER], [0, 0, 1]])
        finer = (long_side * _FINER, rows * _FINER)
        strip = cv2.warpPerspective(glowing, up @ matrix, finer, borderValue=(12, 12, 14))
        seen[top : top + rows] = cv2.resize(strip, (long_side, rows), interpolation=cv2.INTER_AREA)
    seen = cv2.GaussianBlur(seen, (0, 0), blur_px or rng.uniform(0.4, 0.7))
    seen = seen * 0.92 * uneven_light(long_side, frame_h, rng)[:, :, None]
    noise = np.random.default_rng(rng.randrange(1 << 30))
    seen = seen + noise.normal(0, rng.uniform(1.5, 4), seen.shape)
    return _through_mosaic(np.clip(seen, 0, 255).astype(np.uint8))


def _through_mosaic(seen: Bgr) -> Bgr:
    """Each pixel of a camera sees one colour (Bayer's mosaic); the others are worked out."""
    mosaic = seen[:, :, 1].copy()
    mosaic[0::2, 0::2] = seen[0::2, 0::2, 2]
    mosaic[1::2, 1::2] = seen[1::2, 1::2, 0]
    return cv2.cvtColor(mosaic, cv2.COLOR_BayerRGGB2BGR_EA).astype(np.uint8, copy=False)


def _corners(
    shown: NDArray[np.float32],
    rng: random.Random,
    frame: tuple[int, int],
    turn: float,
    tilt: float,
    fill: float,
) -> NDArray[np.float32]:
    """(4, 2): where a hand-held camera sees the screen's corners."""
    height, width = shown.shape[:2]
    scale = fill * min(frame[0] / width, frame[1] / height)
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32) / 2
    corners = half * np.array([width, height], np.float32) * scale
    radians = np.radians(turn + rng.uniform(-3, 3))
    cos, sin = np.cos(radians), np.sin(radians)
    corners = corners @ np.array([[cos, sin], [-sin, cos]])
    lean = np.array([rng.uniform(-tilt, tilt), rng.uniform(-tilt, tilt)])
    depth = 1 + 2 * (corners / np.array(frame)) @ lean
    return (corners / depth[:, None] + np.array(frame) / 2).astype(np.float32)


def photocopy(flat: Bgr, rng: random.Random) -> Bgr:
    """A grey copy on white paper: steeper tones, toner's specks."""
    grey = cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY).astype(np.float32)
    steep = np.clip((grey - 128) * rng.uniform(1.15, 1.5) + 150, 25, 246)
    noise = np.random.default_rng(rng.randrange(1 << 30))
    steep = cv2.GaussianBlur(steep + noise.normal(0, 6, steep.shape), (0, 0), 0.8)
    sheet = np.clip(steep, 0, 255).astype(np.uint8)
    return cv2.cvtColor(sheet, cv2.COLOR_GRAY2BGR).astype(np.uint8, copy=False)


def print_halftone(flat: Bgr, width_mm: float, lines_per_mm: float = 4.0) -> Bgr:
    """A colour laser's print: four inks in dots of their own angle (cyan 15°, magenta 75° ...).

    Enlarged where dots would be too few pixels wide to be drawn.
    """
    pitch_px = flat.shape[1] / width_mm / lines_per_mm
    if pitch_px < _LEAST_PITCH_PX:
        finer = float(np.ceil(_LEAST_PITCH_PX / pitch_px))
        flat = cv2.resize(flat, None, fx=finer, fy=finer).astype(np.uint8, copy=False)
        pitch_px *= finer
    light = flat.astype(np.float32) / 255
    black = 1 - light.max(axis=2)
    inks = [1 - light[:, :, n] - 0.7 * black for n in range(3)]
    height, width = flat.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    printed = np.ones_like(light)
    for ink, angle, absorbs in (
        (inks[0], 0, (0.1, 1.0, 1.0)),  # yellow takes the blue
        (inks[1], 75, (1.0, 0.15, 1.0)),
        (inks[2], 15, (1.0, 1.0, 0.15)),
        (0.7 * black, 45, (0.12, 0.12, 0.12)),
    ):
        radians = np.radians(angle)
        u = (xs * np.cos(radians) + ys * np.sin(radians)) * 2 * np.pi / pitch_px
        v = (ys * np.cos(radians) - xs * np.sin(radians)) * 2 * np.pi / pitch_px
        dots = (np.cos(u) + np.cos(v) + 2) / 4
        covered = np.clip((ink - dots) * 6 + 0.5, 0, 1)[:, :, None]
        printed *= 1 - covered * (1 - np.array(absorbs, np.float32))
    return np.clip(printed * 255, 0, 255).astype(np.uint8)


def photograph_paper(
    flat: Bgr, rng: random.Random, *, long_side: int, blur_px: float | None = None
) -> Bgr:
    """A sheet of white paper with the page printed on it, on a desk, through a colour mosaic."""
    margin = round(0.1 * flat.shape[1])
    sheet = cv2.copyMakeBorder(
        flat, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(244, 246, 247)
    )
    picture, _ = photograph(sheet.astype(np.uint8, copy=False), rng, long_side=long_side, fill=0.9)
    blurred = cv2.GaussianBlur(picture, (0, 0), blur_px or rng.uniform(0.4, 0.7))
    return _through_mosaic(blurred.astype(np.uint8, copy=False))
