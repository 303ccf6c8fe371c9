"""The border around text: the page's own, not the desk's, else the hull of the text."""

import cv2
import numpy as np
import pytest

from service.screening.locate.document import locate_document, scaled


def desk(page: tuple[int, int, int, int] | None, light: int = 220) -> np.ndarray:
    """A grey desk of 600 by 800 with a page on it: left, top, right, bottom."""
    grey = np.full((600, 800), 90, np.uint8)
    if page:
        grey[page[1] : page[3], page[0] : page[2]] = light
    return grey


def lines(left: int, top: int, right: int, count: int = 6) -> np.ndarray:
    return np.array(
        [
            [(left, y), (right, y), (right, y + 12), (left, y + 12)]
            for y in range(top, top + 30 * count, 30)
        ],
        np.float32,
    )


def test_a_pages_own_border_is_found() -> None:
    outline = locate_document(desk((200, 150, 600, 450)), lines(240, 200, 560), 0, 0)
    assert outline.is_page
    assert (
        np.abs(np.array(outline.quad) - [(200, 150), (600, 150), (600, 450), (200, 450)]).max() < 8
    )
    assert outline.coverage_fraction == pytest.approx(0.25, abs=0.03)
    assert outline.tilt_deg < 10
    assert outline.cut_off_fraction == 0


def test_text_without_a_border_has_its_hull() -> None:
    outline = locate_document(desk(None), lines(300, 250, 420, count=4), 0, 0)
    assert not outline.is_page
    assert outline.tilt_deg == 0
    assert outline.coverage_fraction < 0.08


def test_a_picture_around_a_small_document_is_not_its_border() -> None:
    framed = cv2.copyMakeBorder(desk(None), 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=255)
    small = locate_document(framed, lines(300, 250, 420, count=4), 0, 0)
    filling = locate_document(framed, lines(60, 60, 740, count=17), 0, 0)
    assert small.coverage_fraction < 0.1
    assert filling.coverage_fraction > 0.6


def test_a_page_that_leans_is_measured() -> None:
    grey = desk(None)
    cv2.fillConvexPoly(grey, np.array([(260, 150), (540, 150), (680, 450), (120, 450)]), 220)
    assert locate_document(grey, lines(300, 200, 500), 0, 0).tilt_deg > 50


def test_lines_that_leave_the_picture_are_counted() -> None:
    cut = np.concatenate([lines(0, 100, 300, count=2), lines(100, 200, 300, count=2)])
    assert locate_document(desk(None), cut, 0, 0).cut_off_fraction == 0.5


def test_scaling_keeps_all_but_the_place() -> None:
    outline = locate_document(desk((200, 150, 600, 450)), lines(240, 200, 560), 0, 90)
    twice = scaled(outline, 2)
    assert twice.quad[2] == tuple(2 * v for v in outline.quad[2])
    assert (twice.coverage_fraction, twice.rotation_deg) == (outline.coverage_fraction, 90)


@pytest.mark.parametrize(("left", "share"), [(8, 0.0), (1, 1.0)])
def test_large_letters_near_the_edge_are_whole(left: int, share: float) -> None:
    large = np.array([[(left, y), (500, y), (500, y + 60), (left, y + 60)] for y in (100, 300)])
    assert locate_document(desk(None), large.astype(np.float32), 0, 0).cut_off_fraction == share
