"""Holes and cut corners on a page laid flat."""

import random
from datetime import date

import cv2
import numpy as np
import pytest

from sample_docs.cover_up import lay_finger, punch, without_corner
from sample_docs.degrade import Bgr
from sample_docs.layouts.passport import make_passport
from service.screening.measure.corners import find_cut_corners
from service.screening.measure.holes import find_holes

WIDE, HIGH = 341, 240
MARGIN = 30
BESIDE = (60, 90, 130)


@pytest.fixture(scope="module")
def flat() -> Bgr:
    return make_passport("GBR", random.Random(4), expires=date(2031, 5, 14)).front.page.bgr


def holes(bgr: Bgr) -> int:
    small = cv2.resize(bgr, (WIDE, HIGH), interpolation=cv2.INTER_AREA)
    return len(find_holes(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), 180.0))


@pytest.mark.parametrize(
    "place", [(900, 560), (120, 250), (590, 640)], ids=["fields", "portrait", "beside print"]
)
@pytest.mark.parametrize("below", [20, 200], ids=["dark below", "paper below"])
def test_a_hole_is_found_wherever_it_is(flat: Bgr, place: tuple[int, int], below: int) -> None:
    assert holes(punch(flat, place, 6.0, below)) == 1


def test_a_pinprick_a_square_and_a_whole_page_have_no_hole(flat: Bgr) -> None:
    square = flat.copy()
    square[520:592, 860:932] = 30
    assert [holes(one) for one in (flat, square, punch(flat, (900, 560), 2.0))] == [0, 0, 0]


def corners(flat: Bgr, outline: list[tuple[float, float]] | None) -> list[np.ndarray]:
    """Cut corners of a page of 150 rows on an even ground."""
    high, wide = flat.shape[:2]
    page = np.array([outline or [(0, 0), (wide, 0), (wide, high), (0, high)]], np.int32)
    there = np.zeros((high, wide), np.uint8)
    cv2.fillPoly(there, page, 1)
    shown = np.where(there[:, :, None] > 0, flat, np.uint8(BESIDE)).astype(np.uint8)
    small = cv2.resize(shown, (213, 150), interpolation=cv2.INTER_AREA)
    around = cv2.copyMakeBorder(
        small, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=BESIDE
    )
    return find_cut_corners(around.astype(np.uint8, copy=False), MARGIN)


@pytest.mark.parametrize(
    ("corner", "place"),
    [("tl", (30, 30)), ("tr", (243, 30)), ("br", (243, 180)), ("bl", (30, 180))],
)
def test_a_cut_off_corner_is_found_where_it_is(
    flat: Bgr, corner: str, place: tuple[int, int]
) -> None:
    (found,) = corners(flat, without_corner(flat, corner, 14, 11))
    assert found[0] == pytest.approx(place, abs=3)


def test_whole_rounded_and_held_corners_are_left_alone(flat: Bgr) -> None:
    rounded = without_corner(flat, "tr", 1.9, 1.9)  # as much as a radius of 3.2 mm takes
    held = lay_finger(flat, (1420.0, 900.0), random.Random(1))
    assert [corners(flat, None), corners(flat, rounded), corners(held, None)] == [[], [], []]
