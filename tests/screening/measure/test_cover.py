"""What hides a line of print: a thing of another colour, or light that leaves no ink."""

import cv2
import numpy as np
import pytest

from sample_docs.canvas import Page
from sample_docs.fonts import VISUAL
from service.intake.document import open_document
from service.screening.measure.cover import Cover, cover_on

LINE = np.array([[25, 23], [476, 23], [476, 60], [25, 60]], np.float32)


@pytest.mark.parametrize(
    ("colour", "cover"),
    [(None, None), ((255, 255, 255), Cover.LIGHT), ((120, 150, 200), Cover.THING)],
)
def test_light_is_told_from_things(colour: tuple[int, int, int] | None, cover: Cover) -> None:
    page = Page(60, 8, (190, 205, 195))
    page.text(2, 5, "ABCD 1234567 EF", 3.0, name=VISUAL[0])
    bgr = page.bgr.copy()
    if colour is not None:
        bgr[:, 150:250] = colour
    (capture,) = open_document(cv2.imencode(".png", bgr)[1].tobytes(), None).values()
    assert cover_on(capture, LINE) is cover
