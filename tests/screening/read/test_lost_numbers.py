"""Field numbers that the search for text lost."""

import numpy as np
import pytest

from service.screening.classify.by_title import find_titles
from service.screening.evidence import TextLine
from service.screening.read.lost_numbers import find_lost_numbers
from service.screening.read.rapid import RecognisedLine

TITLE = "DRIVING LICENCE"
FOUND = ("4a. 05.09.2021", "4b. 04.09.2031")
VALUES = ("GALLAGHER", "11.06.1988 IRELAND", "482917365")


class View:
    """Hands out no pixels: what a crop shows is said by `Reader`."""

    def crop(self, quad: np.ndarray, *, margin: float) -> np.ndarray:
        return quad


class Reader:
    def __init__(self, *strips: str) -> None:
        self.strips = strips
        self.asked = 0

    def recognise(self, crops: list[np.ndarray]) -> list[RecognisedLine]:
        self.asked += len(crops)
        return [RecognisedLine(text, 0.9) for text in self.strips]


def lines(*texts: str) -> tuple[TextLine, ...]:
    """One below the other; numbers stand left of the column of the values."""
    starts = [60.0 if text in FOUND else 100.0 for text in texts]
    return tuple(
        TextLine(text, 0.99, ((x, y), (x + 200, y), (x + 200, y + 20), (x, y + 20)))
        for y, x, text in zip(range(0, 400, 40), starts, texts, strict=False)
    )


def test_numbers_are_found_left_of_the_values_that_lost_them() -> None:
    reader = Reader("1GA", "3. 11.", "5. 48")
    print_ = lines(*FOUND, *VALUES)
    read = find_lost_numbers(View(), print_, find_titles(lines(TITLE)), reader)
    assert [line.text for line in read[2:]] == [
        "1. GALLAGHER",
        "3. 11.06.1988 IRELAND",
        "5. 482917365",
    ]


def test_a_number_with_a_letter_is_found_whole() -> None:
    print_ = lines(FOUND[0], "04.09.2031")
    read = find_lost_numbers(View(), print_, find_titles(lines(TITLE)), Reader("4b. 04"))
    assert read[1].text == "4b. 04.09.2031"


def test_fields_of_what_is_no_licence_are_left_alone() -> None:
    print_ = lines(*FOUND, *VALUES)
    reader = Reader()
    assert find_lost_numbers(View(), print_, find_titles(lines("IDENTITY CARD")), reader) == print_
    assert reader.asked == 0


def test_what_stands_left_of_another_line_is_not_its_number() -> None:
    print_ = lines(*FOUND, *VALUES)
    read = find_lost_numbers(View(), print_, find_titles(lines(TITLE)), Reader("1AB", "11. 1", "7"))
    assert read == print_


def test_nothing_is_read_where_all_that_matters_has_its_number() -> None:
    reader = Reader()
    print_ = lines("1. GALLAGHER", "3. 11.06.1988", *FOUND, "5. 482917365", "SLIGO")
    assert find_lost_numbers(View(), print_, find_titles(lines(TITLE)), reader) == print_
    assert reader.asked == 0


def test_numbers_are_looked_for_as_far_off_as_others_stand() -> None:
    widths: list[float] = []

    class Measured(View):
        def crop(self, quad: np.ndarray, *, margin: float) -> np.ndarray:
            widths.append(float(quad[1, 0] - quad[0, 0]))
            return quad

    far = TextLine("482917365", 0.99, ((200, 80), (400, 80), (400, 100), (200, 100)))
    print_ = (*lines(*FOUND), far)
    read = find_lost_numbers(Measured(), print_, find_titles(lines(TITLE)), Reader("5 48"))
    assert read[2].text == "5. 482917365"
    assert widths[0] > 140  # from the column at 60 to the value at 200


@pytest.mark.parametrize(
    ("strip", "is_number"), [("5542", True), ("5 54", True), ("542", False), ("54", False)]
)
def test_a_figure_joined_to_its_value_is_told_from_the_values_own(
    strip: str, is_number: bool
) -> None:
    print_ = lines(*FOUND, "54299294-Z")
    read = find_lost_numbers(View(), print_, find_titles(lines(TITLE)), Reader(strip))
    assert (read[2].text == "5. 54299294-Z") is is_number


def test_where_every_number_is_there_without_a_mark_nothing_is_looked_for() -> None:
    reader = Reader()
    print_ = lines("1 GALLAGHER", "3 11.06.1988", "4b 04.09.2031", "5 482917365", "IRELAND")
    assert find_lost_numbers(View(), print_, find_titles(lines(TITLE)), reader) == print_
    assert reader.asked == 0
