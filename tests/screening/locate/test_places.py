"""Zone, page, print and headings on drawn pages, at any turn."""

import random
from datetime import date

import cv2
import numpy as np
import pytest

from sample_docs.cover_up import stick
from sample_docs.degrade import Bgr, photograph
from sample_docs.layouts.card import make_card
from sample_docs.layouts.paper import make_no_document
from sample_docs.layouts.passport import make_passport
from service.intake.document import open_document
from service.screening.claim import Side
from service.screening.evidence import Absent, PageLayout, as_quad
from service.screening.locate.mrz_lines import MrzLocator
from service.screening.locate.text import find_text
from service.screening.locate.zone_page import (
    find_print_beside,
    heading_of_zone,
    locate_portrait,
    page_of_zone,
    shows_page,
)
from service.screening.read.headings import read_headings
from service.screening.read.rapid import RapidText
from service.vision.capture import Capture
from service.vision.geometry import angle_between, contains, quad_angle_deg

EXPIRES = date(2031, 5, 14)
FLAT = make_passport("GBR", random.Random(4), expires=EXPIRES).front.page


@pytest.fixture(scope="module")
def locator() -> MrzLocator:
    return MrzLocator()


@pytest.fixture(scope="module")
def rapid() -> RapidText:
    return RapidText()


def capture(bgr: Bgr) -> Capture:
    return open_document(cv2.imencode(".png", bgr)[1].tobytes(), None)[Side.FRONT]


def photo(flat: Bgr, turn: float = 0) -> tuple[Capture, np.ndarray]:
    """A photograph, and where the zone lies in it (4, 2)."""
    picture, matrix = photograph(flat, random.Random(8), long_side=1400, turn=turn)
    zone = cv2.perspectiveTransform(np.array([FLAT.mrz_quad], np.float64), matrix)[0]
    return capture(picture), zone.astype(np.float32)


@pytest.mark.parametrize("turn", [0, 30, 90, 180, 275])
def test_the_two_lines_of_a_zone_are_found_as_they_read(locator, turn: float) -> None:
    seen, zone = photo(FLAT.bgr, turn)
    found = locator.locate(seen)
    assert len(found) == 2
    for quad in found:
        assert contains(zone, *quad.mean(axis=0))
        assert abs(angle_between(quad_angle_deg(quad), quad_angle_deg(zone))) < 5


@pytest.mark.parametrize("what", ["landscape", "letter"])
def test_no_zone_is_found_where_there_is_none(locator, what: str) -> None:
    bgr = make_no_document(what, random.Random(1)).front.page.bgr
    assert locator.locate(capture(photograph(bgr, random.Random(1), long_side=1200)[0])) == []


@pytest.mark.parametrize("turn", [0, 90, 180])
def test_text_is_found_in_the_direction_in_which_it_reads(rapid, turn: float) -> None:
    view = find_text(photo(FLAT.bgr, turn)[0], rapid)
    assert len(view.lines) >= 15
    assert abs(angle_between(view.axis_deg, turn)) < 8
    assert view.rotation_deg == -turn % 360


class Recorder:
    """A detector that finds nothing and keeps what it was given."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def detect(self, bgr: Bgr) -> np.ndarray:
        self.shapes.append(bgr.shape)
        return np.zeros((0, 4, 2), np.float32)


@pytest.mark.parametrize("turn", [0, 40, 180])
def test_the_print_of_a_card_is_found_lying_flat(rapid, turn: float) -> None:
    card = make_card("national_id", "ESP", random.Random(3), code="ID", expires=EXPIRES).front
    picture, matrix = photograph(card.page.bgr, random.Random(8), long_side=1400, turn=turn)
    high, wide = card.page.bgr.shape[:2]
    corners = np.array([[[0, 0], [wide, 0], [wide, high], [0, high]]], np.float64)
    quad = cv2.perspectiveTransform(corners, matrix)[0].astype(np.float32)
    pages = [PageLayout("card_front", 0.95, as_quad(quad), 0.5)]
    seen, recorder = capture(picture), Recorder()
    view = find_text(seen, rapid, pages=pages)
    assert len(view.lines) >= 8
    assert all(contains(quad, *line.mean(axis=0)) for line in view.lines)
    assert abs(angle_between(view.axis_deg, turn)) < 8
    find_text(seen, recorder, pages=pages)
    ((rows, columns, _),) = recorder.shapes
    assert columns > rows
    assert rows * columns < 300_000


def test_a_blank_page_has_no_text(rapid) -> None:
    assert len(find_text(capture(np.full((400, 600, 3), 200, np.uint8)), rapid).lines) == 0


def test_page_and_heading_stand_over_the_zone() -> None:
    zone = np.array(FLAT.mrz_quad, np.float32)
    page, heading = page_of_zone(zone), heading_of_zone(zone)
    height, width = FLAT.bgr.shape[:2]
    assert contains(page, width / 2, height / 2)
    assert contains(heading, width / 2, 0.08 * height)
    assert not contains(heading, width / 2, 0.5 * height)


@pytest.mark.parametrize("turn", [0, 90, 200])
def test_the_portrait_is_seen_and_its_cover_is_not_taken_for_it(turn: float) -> None:
    seen, zone = photo(FLAT.bgr, turn)
    covered, same = photo(stick(FLAT.bgr, (72, 180, 480, 708), (215, 225, 230)), turn)
    assert isinstance(locate_portrait(seen, zone), tuple)
    assert isinstance(locate_portrait(covered, same), Absent)


def test_a_zone_stands_on_a_page_or_on_nothing() -> None:
    seen, zone = photo(FLAT.bgr)
    blank = FLAT.bgr.copy()
    blank[: int(zone[:, 1].min())] = (200, 220, 225)
    top = int(np.array(FLAT.mrz_quad)[:, 1].min()) - 10
    blank = FLAT.bgr.copy()
    blank[:top] = (200, 220, 225)
    wiped, same = photo(blank)
    assert shows_page(seen, zone)
    assert not shows_page(wiped, same)
    assert not shows_page(
        capture(FLAT.bgr[top - 20 :].copy()), np.array(FLAT.mrz_quad) - [0, top - 20]
    )


def test_print_beside_a_page_is_found_and_a_bare_desk_is_none() -> None:
    card = make_card("national_id", "ESP", random.Random(3), code="ID", expires=EXPIRES).front
    height, width = FLAT.bgr.shape[:2]
    both = np.full((height + 700, width, 3), 120, np.uint8)
    both[:height], both[height + 40 : height + 40 + 648, :1027] = FLAT.bgr, card.page.bgr
    zone = np.array(FLAT.mrz_quad, np.float32)
    (beside,) = find_print_beside(capture(both), zone)
    assert beside[:, 1].mean() > height
    both[height:] = 120
    assert find_print_beside(capture(both), zone) == []


def test_headings_are_read_from_the_top_few_at_a_time_whichever_way_round(rapid) -> None:
    turned, _ = photo(FLAT.bgr, 180)
    height, width = turned.height_px, turned.width_px
    whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    batches = list(read_headings(turned, whole, rapid))
    assert all(len(batch) <= 2 for batch in batches)
    assert any("PASSPORT" in line.text for lines in batches for line in lines)
