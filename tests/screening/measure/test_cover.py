"""What hides a line of print: a thing of another colour, or light that leaves no ink."""

import cv2
import numpy as np
import pytest

from sample_docs.canvas import Page
from sample_docs.fonts import VISUAL
from service.intake.document import open_document
from service.screening.measure.cover import Cover, cover_on
from service.vision.capture import Bgr, Capture

LINE = np.array([[25, 23], [476, 23], [476, 60], [25, 60]], np.float32)


@pytest.mark.parametrize(
    ("colour", "cover"),
    [(None, None), ((255, 255, 255), Cover.LIGHT), ((120, 150, 200), Cover.THING)],
)
def test_light_is_told_from_things(colour: tuple[int, int, int] | None, cover: Cover) -> None:
    bgr = page_of("ABCD 1234567 EF")
    if colour is not None:
        bgr[:, 150:250] = colour
    assert cover_on(capture_of(bgr), LINE) is cover


def test_bold_letters_that_run_together_when_small_are_no_cover() -> None:
    page = page_of("EXP 03/05/2026 MB")
    small = cv2.resize(page, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    bold = cv2.GaussianBlur(cv2.erode(small, np.ones((3, 3), np.uint8)), (0, 0), 0.9)
    assert cover_on(capture_of(bold), LINE * np.float32(0.4)) is None


def test_print_behind_a_line_is_no_cover_and_a_finger_there_is_one() -> None:
    bgr = page_of("ABCD 1234567 EF")
    bgr[:, 480:560] = (40, 60, 120)
    large = np.array([[478, 5], [600, 5], [600, 75], [478, 75]], np.float32)
    assert cover_on(capture_of(bgr), LINE) is Cover.THING
    assert cover_on(capture_of(bgr), LINE, [large]) is None


def test_paper_behind_the_band_that_a_line_stands_on_is_no_cover() -> None:
    bgr = page_of("ABCD 1234567 EF", (210, 165, 120))
    bgr[:, 490:] = (240, 240, 240)
    assert cover_on(capture_of(bgr), LINE) is None


def page_of(text: str, paper: tuple[int, int, int] = (190, 205, 195)) -> Bgr:
    page = Page(60, 8, paper)
    page.text(2, 5, text, 3.0, name=VISUAL[0])
    return page.bgr.copy()


def capture_of(bgr: Bgr) -> Capture:
    (capture,) = open_document(cv2.imencode(".png", bgr)[1].tobytes(), None).values()
    return capture
