"""The glance: which pages lie in a picture, and where, on drawn photographs."""

import random
from datetime import date

import cv2
import numpy as np
import pytest

from sample_docs.degrade import photograph
from sample_docs.layouts.card import make_card
from sample_docs.layouts.paper import make_no_document
from sample_docs.layouts.passport import make_passport
from service.intake.document import open_document
from service.screening.claim import Side
from service.screening.locate.layout import LayoutFinder
from service.vision.geometry import contains, quad_angle_deg

EXPIRES = date(2031, 5, 14)


@pytest.fixture(scope="module")
def finder() -> LayoutFinder:
    return LayoutFinder()


def seen(finder: LayoutFinder, bgr):
    content = cv2.imencode(".png", bgr)[1].tobytes()
    return finder.find(open_document(content, None)[Side.FRONT])


def passport(state: str):
    return make_passport(state, random.Random(4), expires=EXPIRES).front.page.bgr


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_passports_page_is_seen_where_it_lies_and_as_it_reads(finder, turn: int) -> None:
    page = passport("GBR")
    photo, matrix = photograph(page, random.Random(8), long_side=1400, turn=turn)
    largest = seen(finder, photo)[0]
    assert largest.layout == "passport_page"
    height, width = page.shape[:2]
    middle = cv2.perspectiveTransform(np.array([[[width / 2, height / 2]]], np.float32), matrix)
    assert contains(largest.quad, *middle[0, 0])
    off = quad_angle_deg(np.array(largest.quad, np.float32)) - turn
    assert abs((off + 180) % 360 - 180) < 25


def test_cards_are_told_from_pages(finder) -> None:
    card = make_card("national_id", "ESP", random.Random(3), code="ID", expires=EXPIRES)
    for side, layout in ((card.front, "card_front"), (card.back, "card_back")):
        photo, _ = photograph(side.page.bgr, random.Random(2), long_side=1400)
        assert seen(finder, photo)[0].layout == layout


def test_a_landscape_shows_no_page(finder) -> None:
    landscape = make_no_document("landscape", random.Random(6)).front.page.bgr
    assert not [page for page in seen(finder, landscape) if page.confidence > 0.75]
    assert seen(finder, np.full((600, 800, 3), 128, np.uint8)) == ()
