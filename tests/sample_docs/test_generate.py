"""The generator is deterministic, and its truth is true."""

import random
from datetime import date

import numpy as np
import zxingcpp

from sample_docs import mrz_lines
from sample_docs.generate import committed_set, endless_set, make_pictures
from sample_docs.layouts.licence import make_aamva_card
from sample_docs.layouts.passport import make_passport


def test_the_same_seed_draws_the_same_pictures() -> None:
    specimen = next(s for s in committed_set() if s.name == "passport_gb_photo")
    first, again, other = (make_pictures(specimen, seed)[1]["front"] for seed in (1, 1, 2))
    assert first.content == again.content
    assert first.content != other.content


def test_its_zone_writer_agrees_with_the_standards_own_specimen() -> None:
    lines = mrz_lines.td3(
        "P",
        "UTO",
        "ERIKSSON",
        "ANNA MARIA",
        "L898902C3",
        "UTO",
        date(1974, 8, 12),
        "F",
        date(2012, 4, 15),
        "ZE184226B",
    )
    assert lines == [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ]
    card = mrz_lines.td1(
        "I",
        "UTO",
        "ERIKSSON",
        "ANNA MARIA",
        "D231458907"[:9],
        "UTO",
        date(1974, 8, 12),
        "F",
        date(2012, 4, 15),
    )
    assert card[1] == "7408122F1204159UTO<<<<<<<<<<<6"
    assert mrz_lines.spelled("D'Artagnan Müller-Ø") == "DARTAGNAN<MUELLER<OE"


def test_its_barcodes_can_be_read_back() -> None:
    card = make_aamva_card("FL", "FLORIDA", random.Random(1), date(2031, 1, 1), is_licence=True)
    found = zxingcpp.read_barcodes(np.ascontiguousarray(card.back.page.bgr[:, :, 0]))
    assert any(
        b"DL" in one.bytes and card.front.fields["number"].encode() in one.bytes for one in found
    )


def test_the_zone_lies_where_the_truth_says() -> None:
    document = make_passport("GBR", random.Random(5), expires=date(2031, 1, 1))
    page = document.front.page
    (left, top), _, (right, bottom), _ = page.mrz_quad
    inside = page.bgr[int(top) : int(bottom), int(left) : int(right)]
    below = page.bgr[int(bottom) + 12 :, int(left) : int(right)]
    assert np.mean(inside < 90) > 0.05 > np.mean(below < 90)


def test_any_number_of_others_can_be_made() -> None:
    names = {specimen.name for specimen in endless_set(50, seed=4)}
    assert len(names) == 50
    _, pictures = make_pictures(endless_set(3, seed=9)[2], 9)
    assert pictures["front"].truth["mrz"]
