"""Pictures of a reproduction instead of the document: a screen, a grey copy, a print."""

import random

import cv2
import numpy as np
from numpy.typing import NDArray

from sample_docs.degrade import Bgr, photograph, uneven_light

_CELL = 6
"""Samples across one pixel of the screen: two a stripe of colour, one of them dark below."""
_FINER = 3
"""Samples across one pixel of the camera before its own averaging."""


def photograph_screen(
    flat: Bgr,
    rng: random.Random,
    *,
    long_side: int,
    shown_px: int = 700,
    turn: float = 0.0,
    tilt: float = 0.12,
    fill: float = 0.8,
) -> Bgr:
    """A page shown `shown_px` wide on a screen of red, green and blue stripes, photographed.

    Moiré comes about as it does in life: by the camera's pixels upon the screen's.
    """
    height = round(shown_px * flat.shape[0] / flat.shape[1])
    shown = cv2.resize(flat, (shown_px, height), interpolation=cv2.INTER_AREA)
    margin = round(0.08 * shown_px)
    ground = rng.choice([(30, 30, 30), (240, 240, 240), (90, 70, 60)])
    shown = cv2.copyMakeBorder(
        shown, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=ground
    )
    cell = np.zeros((_CELL, _CELL, 3), np.float32)
    for channel, left in ((2, 0), (1, 2), (0, 4)):
        cell[: _CELL - 1, left : left + 2, channel] = 3 * _CELL / (_CELL - 1)
    glowing = cv2.resize(
        shown, None, fx=_CELL, fy=_CELL, interpolation=cv2.INTER_NEAREST
    ) * np.tile(cell, (shown.shape[0], shown.shape[1], 1))
    frame_h = round(long_side * 0.75)
    corners = _corners(glowing, rng, (long_side, frame_h), turn, tilt, fill)
    high, wide = glowing.shape[:2]
    source = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, (corners * _FINER).astype(np.float32))
    finer = (long_side * _FINER, frame_h * _FINER)
    seen = cv2.warpPerspective(glowing, matrix, finer, borderValue=(12, 12, 14))
    seen = cv2.resize(seen, (long_side, frame_h), interpolation=cv2.INTER_AREA)
    seen = cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.4, 0.7))
    seen = seen * 0.92 * uneven_light(long_side, frame_h, rng)[:, :, None]
    noise = np.random.default_rng(rng.randrange(1 << 30))
    seen = seen + noise.normal(0, rng.uniform(1.5, 4), seen.shape)
    return np.clip(seen, 0, 255).astype(np.uint8)


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
    """A colour laser's print: four inks in dots of their own angle (cyan 15°, magenta 75° ...)."""
    pitch_px = flat.shape[1] / width_mm / lines_per_mm
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


def photograph_paper(flat: Bgr, rng: random.Random, *, long_side: int) -> Bgr:
    """A sheet of white paper with the page printed on it, on a desk."""
    margin = round(0.1 * flat.shape[1])
    sheet = cv2.copyMakeBorder(
        flat, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(244, 246, 247)
    )
    picture, _ = photograph(sheet.astype(np.uint8, copy=False), rng, long_side=long_side, fill=0.9)
    return picture
