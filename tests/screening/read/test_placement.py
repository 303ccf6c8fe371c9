"""Which line stands beside which, where print leans."""

from service.screening.evidence import TextLine
from service.screening.read.placement import place, right_of


def line(text: str, left: float, top: float, height: float) -> TextLine:
    right, bottom = left + 0.6 * height * len(text), top + height
    return TextLine(text, 0.99, ((left, top), (right, top), (right, bottom), (left, bottom)))


def beside(*lines: TextLine) -> list[str]:
    first, *others = place(lines)
    return [one.line.text for one in right_of(first, [first, *others], 12)]


def test_the_value_under_the_next_label_does_not_stand_beside_this_one() -> None:
    birth, issue = line("D OF B", 0, 0, 30), line("1ST ISS", 316, -1, 30)
    assert beside(birth, issue, line("14-03-2014", 313, 17, 34)) == ["1ST ISS"]


def test_values_in_a_row_all_stand_beside_their_label() -> None:
    label = line("DOB / SEX", 0, 0, 20)
    values = line("01.02.1990", 150, -4, 26), line("F", 310, -4, 26)
    assert beside(label, *values) == ["01.02.1990", "F"]
