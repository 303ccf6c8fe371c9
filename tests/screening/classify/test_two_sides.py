"""Front and back from what each told: swapped, the same twice, of two cards, or empty."""

from dataclasses import replace

import pytest

from service.screening.claim import Kind, Side
from service.screening.classify.two_sides import is_empty, is_same_twice, put_right
from service.screening.evidence import (
    Absent,
    BarcodeReading,
    Failed,
    Frame,
    PageLayout,
    TitleMatch,
    Unexamined,
)
from tests.screening.classify.printed import lines
from tests.screening.evidence_builder import QUAD, mrz, side

FRONT = ("DRIVING LICENCE", "1. STONE", "2. ADA MARY", "3. 06.05.1980 SAMPLETOWN", "5. 123456789")
BACK = ("AM 02.01.2021", "B1 02.01.2021", "B 02.01.2021", "1. Surname 2. Other names")


def printed(*texts: str, **changes):
    return side(**{"mrz": Absent(), "text": lines(*texts) or Absent(), **changes})


def both(front, back):
    return {Side.FRONT: front, Side.BACK: back}


def test_the_same_front_photographed_twice_is_noticed_though_some_of_it_is_read_otherwise() -> None:
    again = [line.replace("ADA", "AOA").replace("STONE", "STNE") for line in FRONT]
    assert is_same_twice(both(printed(*FRONT), printed(*again)))


def test_a_back_that_repeats_number_and_name_is_another_side() -> None:
    assert not is_same_twice(both(printed(*FRONT), printed(*BACK, "123456789", "STONE")))


def test_what_alone_looks_like_a_front_is_one() -> None:
    def looking(layout: str, **changes):
        return printed("A", layouts=(PageLayout(layout, 0.9, QUAD, 0.5),), **changes)

    title = TitleMatch("RESIDENCE PERMIT", Kind.RESIDENT_PERMIT, "", True, (), 1.0, QUAD)
    front = looking("card_front", titles=(title,))
    assert put_right(both(looking("card_back"), front))[1]
    assert not put_right(both(looking("card_front"), front))[1]


def test_two_fronts_are_one_side_whoever_they_are_of() -> None:
    title = TitleMatch("DRIVING LICENCE", Kind.DRIVERS_LICENSE, "", True, (), 1.0, QUAD)

    def front(*texts: str, layout: str = "card_front"):
        pages = (PageLayout(layout, 0.9, QUAD, 0.5),)
        return printed(*texts, titles=(title,), layouts=pages)

    other = ("1. BROOK", "2. BEN", "5. 987654321")
    assert is_same_twice(both(front(*FRONT), front(*other)))
    assert not is_same_twice(both(front(*FRONT), front(*other, layout="card_back")))
    assert not is_same_twice(both(front(*FRONT), front("AM", "A1", "B", "BE")))


def test_dates_alone_make_no_side_of_a_back() -> None:
    front = (*FRONT[:2], "04.03.2019", "04.03.2034")
    back = ("04.03.2019", "04.03.2019", "04.03.2034", "04.03.2034", "1. Surname 2. Other names")
    assert not is_same_twice(both(printed(*front), printed(*back)))


def test_the_same_zone_twice_is_one_side_whatever_else_is_read() -> None:
    assert is_same_twice(both(side(), side(text=lines(*BACK))))


def test_a_sparse_back_that_repeats_the_labels_of_the_front_is_another_side() -> None:
    labels = ("Licence Class", "Card Number", "2 048 291 736")
    front = (*FRONT, *labels, "12 WATTLE STREET", "Licence No.", "Expiry Date", "18 JAN 2031")
    assert not is_same_twice(both(printed(*front), printed(*labels, "Report changes in 14 days")))


@pytest.mark.parametrize(("fingerprint", "same"), [("0f" * 8, True), ("f0" * 8, False)])
def test_pictures_without_print_are_compared_as_pictures(fingerprint: str, same: bool) -> None:
    other = replace(printed(), frame=Frame("jpeg", 1000, 800, 20.0, None, fingerprint))
    assert is_same_twice(both(printed(), other)) is same


def test_one_picture_alone_is_no_side_twice() -> None:
    assert not is_same_twice({Side.FRONT: side()})


def test_a_blank_sheet_is_no_back() -> None:
    assert is_empty(printed("A", "B"))


@pytest.mark.parametrize(
    "back",
    [
        printed(*BACK),
        printed(unread_lines=6),
        printed(barcodes=(BarcodeReading("PDF417", b"@", QUAD),)),
        side(mrz=mrz(), text=Absent()),
        printed(text=Unexamined()),
        printed(text=Failed("RuntimeError")),
    ],
)
def test_a_back_with_print_bars_or_a_zone_is_there_and_so_may_be_one_nobody_looked_at(back) -> None:
    assert not is_empty(back)


def test_sides_that_came_the_wrong_way_round_are_put_right_and_others_left() -> None:
    title = TitleMatch("DRIVER LICENSE", Kind.DRIVERS_LICENSE, "", True, (), 1.0, QUAD)
    front = printed(*FRONT, titles=(title,))
    back = printed(barcodes=(BarcodeReading("PDF417", b"@", QUAD),))
    assert put_right(both(back, front)) == (both(front, back), True)
    assert put_right(both(front, back)) == (both(front, back), False)


def test_a_table_of_categories_is_of_the_back() -> None:
    title = TitleMatch("DRIVING LICENCE", Kind.DRIVERS_LICENSE, "", True, (), 1.0, QUAD)
    front, back = printed(*FRONT, titles=(title,)), printed("AM", "A1", "B", "BE", "19.01.13")
    assert put_right(both(back, front)) == (both(front, back), True)
    assert put_right(both(printed("A", "B", "C", "D"), front))[1] is False
