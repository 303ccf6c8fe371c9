"""Lines in scripts that the first reader does not know, read by Tesseract's script models."""

import numpy as np
import pytest

from sample_docs.canvas import Page
from sample_docs.fonts import VISUAL
from service.screening.read import tesseract

Colour = tuple[int, int, int]
LINES = {
    "Cyrillic": "УДОСТОВЕРЕНИЕ ЛИЧНОСТИ",
    "Arabic": "بطاقة الهوية",
    "Greek": "ΔΕΛΤΙΟ ΤΑΥΤΟΤΗΤΑΣ",
    "Hebrew": "תעודת זהות",
}


def drawn(
    text: str,
    *,
    paper: Colour = (245, 245, 240),
    ink: Colour = (20, 20, 20),
    width_mm: float = 100,
) -> np.ndarray:
    page = Page(width_mm, 6, paper)
    page.text(2, 4.5, text, 3.0, name=VISUAL[0], colour=ink)
    return page.bgr


@pytest.mark.parametrize("script", LINES)
def test_a_line_of_its_script_is_read(script: str) -> None:
    if script not in tesseract.installed():
        pytest.skip(f"Tesseract's model for {script} is not installed")
    blank = np.full((60, 500, 3), 240, np.uint8)
    read = tesseract.read_script([blank, drawn(LINES[script]), blank], script)
    assert [line.text.strip("\u200e\u200f") for line in read] == ["", LINES[script], ""]


@pytest.mark.parametrize(
    ("paper", "ink"), [((236, 225, 205), (20, 90, 60)), ((60, 70, 110), (240, 240, 235))]
)
def test_a_short_title_is_read_alone_on_any_paper(paper: Colour, ink: Colour) -> None:
    if "Arabic" not in tesseract.installed():
        pytest.skip("Tesseract's model for Arabic is not installed")
    for title in ("بطاقة إقامة", "رخصة القيادة"):
        crop = drawn(title, paper=paper, ink=ink, width_mm=40)
        (line,) = tesseract.read_script([crop], "Arabic")
        assert line.text.strip("\u200e\u200f") == title


def test_a_model_that_is_missing_reads_nothing() -> None:
    assert [line.text for line in tesseract.read_script([drawn("ABC")] * 2, "Klingon")] == ["", ""]
