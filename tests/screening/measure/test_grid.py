"""Grids over a page: a screen's pixels and a print's dots, and what else is drawn in lines."""

import random

import cv2
import numpy as np
import pytest

from sample_docs.degrade import draw_pattern
from service.intake.document import open_document
from service.screening.checks.authenticity.screen import EXCESS
from service.screening.evidence import Grid, Unexamined
from service.screening.measure.grid import measure_grid

LIMIT = EXCESS.default
WIDE, HIGH = 1400, 1050
PAGE = np.array([[200, 150], [1200, 150], [1200, 900], [200, 900]], np.float32)


def measured(shades: np.ndarray, page: np.ndarray = PAGE, seed: int = 1) -> Grid | Unexamined:
    """Of an even grey picture (h, w) with shades added, and a sensor's noise."""
    noise = np.random.default_rng(seed).normal(0, 3, shades.shape)
    grey = np.clip(190 + shades + noise, 0, 255).astype(np.uint8)
    (capture,) = open_document(cv2.imencode(".jpg", grey)[1].tobytes(), None).values()
    return measure_grid(capture, page, 0.0)


def crossing_lines(pitch_px: float, lean_deg: float, depth: float) -> np.ndarray:
    """(HIGH, WIDE): lines both ways whose pitch grows by a tenth over the picture, as seen aslant."""
    ys, xs = np.mgrid[0:HIGH, 0:WIDE].astype(np.float32)
    cos, sin = np.cos(np.radians(lean_deg)), np.sin(np.radians(lean_deg))
    u, v = xs * cos + ys * sin, ys * cos - xs * sin
    wider = 1 - 0.05 * xs / WIDE
    return depth * (
        np.sin(2 * np.pi * u * wider / pitch_px) + np.sin(2 * np.pi * v * wider / pitch_px)
    )


@pytest.mark.parametrize("lean_deg", [2.0, 43.0])
def test_a_grid_seen_aslant_is_measured_with_its_pitch_and_lean(lean_deg: float) -> None:
    grid = measured(crossing_lines(2.4, lean_deg, 5))
    assert isinstance(grid, Grid)
    assert grid.excess > LIMIT
    assert grid.period_px == pytest.approx(2.4, rel=0.1)
    assert grid.lean_deg == pytest.approx(lean_deg, abs=4)


def test_lines_half_a_millimetre_apart_are_a_documents_own() -> None:
    apart_px = 1000 / 125 * 0.5  # the page is 1000 pixels and 125 mm wide
    grid = measured(crossing_lines(apart_px, 2.0, 5))
    assert isinstance(grid, Grid)
    assert grid.excess < LIMIT


def test_lines_in_one_direction_are_no_grid() -> None:
    rows = 8 * np.sin(2 * np.pi * np.arange(HIGH, dtype=np.float32) / 2.4)
    grid = measured(np.repeat(rows[:, None], WIDE, axis=1))
    assert isinstance(grid, Grid)
    assert grid.excess < LIMIT


@pytest.mark.parametrize("seed", range(4))
def test_what_the_page_lies_on_does_not_count(seed: int) -> None:
    ground = draw_pattern(WIDE, HIGH, random.Random(seed), np.random.default_rng(seed))
    shades = ground.mean(axis=2) - 190
    shades[150:900, 200:1200] = 0
    grid = measured(shades)
    assert isinstance(grid, Grid)
    assert grid.excess < LIMIT


@pytest.mark.parametrize(
    "page", [PAGE * np.float32(0.4), PAGE + np.float32(5000)], ids=["small", "outside"]
)
def test_a_page_of_few_pixels_is_unexamined(page: np.ndarray) -> None:
    assert isinstance(measured(np.zeros((HIGH, WIDE)), page), Unexamined)
