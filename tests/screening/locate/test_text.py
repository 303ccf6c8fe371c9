"""Which way round the text of a picture stands."""

import cv2
import numpy as np
import pytest

from service.intake.document import open_document
from service.screening.locate.text import find_text
from service.screening.read.rapid import RecognisedLine

LINES = np.array(
    [[[20, y], [180, y], [180, y + 12], [20, y + 12]] for y in (20, 60, 100, 140)], np.float32
)


class Engine:
    """Finds four lines, and reads them as likely as it is told: as they stand, then turned."""

    def __init__(self, *likelihoods: list[float]) -> None:
        self._answers = list(likelihoods)

    def detect(self, _bgr: np.ndarray) -> np.ndarray:
        return LINES

    def recognise(self, _crops: list[np.ndarray]) -> list[RecognisedLine]:
        return [RecognisedLine("TEXT", one) for one in self._answers.pop(0)]


@pytest.mark.parametrize(
    ("upright", "turned", "rotation_deg"),
    [
        pytest.param([1.0, 1.0, 0.9, 0.0], [0.8, 0.8, 0.8, 0.8], 0, id="a title nobody spells"),
        pytest.param([0.8, 0.8, 0.8, 0.8], [1.0, 1.0, 0.9, 0.0], 180, id="the same, turned"),
    ],
)
def test_a_line_in_an_unknown_script_turns_no_picture(
    upright: list[float], turned: list[float], rotation_deg: int
) -> None:
    blank = cv2.imencode(".png", np.full((200, 200, 3), 200, np.uint8))[1].tobytes()
    (capture,) = open_document(blank, None).values()
    view = find_text(capture, Engine(upright, turned))
    assert view.rotation_deg == rotation_deg


class Print(Engine):
    """Ten lines of one height at any scale, and the long sides at which they were looked for."""

    def __init__(self, height_fraction: float) -> None:
        super().__init__()
        self.sides_px: list[int] = []
        self._height = height_fraction

    def detect(self, bgr: np.ndarray) -> np.ndarray:
        side = max(bgr.shape[:2])
        self.sides_px.append(side)
        rows = [side * 0.06 * n for n in range(1, 11)]
        high, right = self._height * side, 0.9 * side
        lines = [[[0, y], [right, y], [right, y + high], [0, y + high]] for y in rows]
        return np.array(lines, np.float32)


@pytest.mark.parametrize(
    ("height_fraction", "sides_px"),
    [
        pytest.param(0.03, [800], id="a card that fills the picture"),
        pytest.param(0.015, [800, 1120], id="a page of small print"),
    ],
)
def test_only_small_print_is_looked_for_from_nearer(
    height_fraction: float, sides_px: list[int]
) -> None:
    blank = cv2.imencode(".png", np.full((1000, 1000, 3), 200, np.uint8))[1].tobytes()
    (capture,) = open_document(blank, None).values()
    engine = Print(height_fraction)
    find_text(capture, engine, reads_deg=0.0)
    assert engine.sides_px == sides_px
