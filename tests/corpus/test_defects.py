"""Drawn defects through the whole of a screening: each found, and its near miss left alone."""

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest

from sample_docs.cover_up import lay_finger, punch, stick, without_corner
from sample_docs.degrade import Bgr, draw_pattern, photograph
from sample_docs.layouts.book import make_cover, make_inside_page
from sample_docs.layouts.card import make_card
from sample_docs.layouts.passport import make_passport
from sample_docs.reproduce import (
    photocopy,
    photograph_paper,
    photograph_screen,
    print_halftone,
)
from service.intake.document import open_document
from service.policy.policy import load_policy
from service.screening.claim import Claim, History, Side
from service.screening.evidence import Surface
from service.screening.pipeline import screen
from service.screening.readers import Readers
from service.screening.result import Screening

POLICY = load_policy(Path(__file__).parents[2] / "sample_docs" / "policy.toml")
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def judge(readers: Readers) -> Callable[[Bgr], Screening]:

    def judged(bgr: Bgr) -> Screening:
        content = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()
        return screen(open_document(content, None), Claim("GB"), History(), POLICY, readers, TODAY)

    return judged


def telling(screening: Screening) -> list[str]:
    return [one.finding.reason.code for one in screening.findings if one.outcome != "info"]


def drawn(seed: int = 4) -> tuple[Bgr, np.ndarray]:
    """A flat page and the quad of its zone."""
    page = make_passport("GBR", random.Random(seed), expires=date(2031, 5, 14)).front.page
    return page.bgr, np.array(page.mrz_quad)


def photo(flat: Bgr, seed: int = 8, long_side: int = 1800) -> Bgr:
    return photograph(flat, random.Random(seed), long_side=long_side)[0]


def test_a_fine_photo_has_a_surface_with_nothing_on_it(judge) -> None:
    screening = judge(photo(drawn()[0]))
    assert telling(screening) == []
    side = screening.evidence.sides[Side.FRONT]
    assert isinstance(side.surface, Surface)
    assert isinstance(side.portrait, tuple)
    assert side.surface.holes == ()


def test_a_fine_photo_on_a_woven_or_checked_ground_is_no_screen(judge) -> None:
    for seed in (1, 2):
        picture, _ = photograph(
            drawn()[0], random.Random(seed), long_side=1800, ground=draw_pattern
        )
        assert telling(judge(picture)) == []


@pytest.mark.parametrize("shown_px", [450, 700])
def test_a_photographed_screen_goes_to_a_person(judge, shown_px: int) -> None:
    rng = random.Random(shown_px)
    picture = photograph_screen(drawn()[0], rng, long_side=1800, shown_px=shown_px)
    assert "authenticity_screen" in telling(judge(picture))


def test_a_grey_copy_goes_to_a_person(judge) -> None:
    rng = random.Random(5)
    copy = photograph_paper(photocopy(drawn()[0], rng), rng, long_side=1800)
    assert telling(judge(copy)) == ["authenticity_copy"]


def test_a_print_in_colour_goes_to_a_person_and_the_page_on_white_paper_does_not(judge) -> None:
    flat = drawn()[0]
    printed = photograph_paper(print_halftone(flat, 125, 3.3), random.Random(6), long_side=1800)
    assert set(telling(judge(printed))) == {"authenticity_copy"}
    assert telling(judge(photograph_paper(flat, random.Random(6), long_side=1800))) == []


def test_a_finger_on_the_lines_is_named_and_one_beside_them_is_not(judge) -> None:
    flat, zone = drawn()
    (left, top), (right, bottom) = zone.min(axis=0), zone.max(axis=0)
    middle = (left + right) / 2
    over = photo(lay_finger(flat, (middle, top + 10), random.Random(1)))
    beside = photo(lay_finger(flat, (middle, bottom + 30), random.Random(1)))
    assert telling(judge(over))[0] == "image_obstructed"
    assert "image_obstructed" not in telling(judge(beside))


def test_a_punched_passport_goes_to_a_person(judge) -> None:
    flat, _ = drawn()
    screening = judge(photo(punch(flat, (1150.0, 640.0))))
    assert telling(screening) == ["document_damaged"]
    region = screening.findings[0].finding.region
    assert region is not None
    assert 0.5 < region[0][0] < 0.9
    pinprick = photo(punch(flat, (1150.0, 640.0), diameter_mm=1.5))  # as perforated numbers are
    assert telling(judge(pinprick)) == []


def test_a_passport_without_a_corner_goes_to_a_person_and_one_rounded_does_not(judge) -> None:
    flat, _ = drawn()

    def cut(legs_mm: float) -> list[str]:
        outline = without_corner(flat, "tr", legs_mm, legs_mm)
        picture, _ = photograph(flat, random.Random(8), long_side=1800, outline=outline)
        return telling(judge(picture))

    assert cut(14) == ["document_damaged"]
    assert cut(1.9) == []


def test_a_covered_portrait_is_asked_for(judge) -> None:
    flat, _ = drawn()
    covered = stick(flat, (72, 180, 480, 708), (215, 225, 230))
    assert telling(judge(photo(covered))) == ["document_portrait_missing"]
    label = stick(flat, (72, 600, 480, 708), (215, 225, 230))
    assert telling(judge(photo(label))) == []


def test_two_documents_are_one_too_many(judge) -> None:
    first = photo(drawn()[0])
    second = photo(drawn(9)[0], 9)
    permit = make_card(
        "resident_permit", "GBR", random.Random(3), code="IR", expires=date(2031, 5, 14)
    )
    assert permit.back is not None
    card = photo(permit.back.page.bgr, 2)
    assert telling(judge(np.vstack([first, second])))[0] == "document_multiple"
    assert telling(judge(np.vstack([first, card])))[0] == "document_multiple"


@pytest.mark.parametrize("state", ["GBR", "ESP", "POL"])
def test_a_passports_strip_over_the_foot_of_an_identity_card_makes_no_passport(
    judge, state
) -> None:
    flat, zone = drawn()
    card = make_card(
        "national_id", state, random.Random(state), code="ID", expires=date(2031, 5, 14)
    ).front.page.bgr
    foot = int(zone[:, 1].min()) - 15
    forged = flat.copy()
    forged[:foot] = cv2.resize(card, (flat.shape[1], foot), interpolation=cv2.INTER_AREA)
    assert judge(photo(forged)).verdict in {"review", "rejected"}


def test_an_identity_card_beside_a_passport_is_one_too_many(judge) -> None:
    flat, _ = drawn()
    card = make_card(
        "national_id", "ESP", random.Random(3), code="ID", expires=date(2031, 5, 14)
    ).front.page.bgr
    desk = np.full((flat.shape[0] + card.shape[0] + 160, flat.shape[1] + 80, 3), 90, np.uint8)
    desk[40 : 40 + flat.shape[0], 40 : 40 + flat.shape[1]] = flat
    desk[-40 - card.shape[0] : -40, 40 : 40 + card.shape[1]] = card[::-1, ::-1]
    assert judge(photo(desk, long_side=2400)).verdict != "accepted"


def test_an_open_book_is_one_document(judge) -> None:
    flat, _ = drawn()
    upper = make_inside_page("GBR", random.Random(2)).front.page.bgr
    upper = cv2.resize(upper, (flat.shape[1], flat.shape[0]), interpolation=cv2.INTER_AREA)
    opened = photo(np.vstack([upper, flat]))
    assert telling(judge(opened)) == []


@pytest.mark.parametrize("make", [make_cover, make_inside_page])
def test_another_page_of_the_book_is_named(judge, make) -> None:
    page = make("GBR", random.Random(7)).front.page.bgr
    assert telling(judge(photo(page)))[0] == "document_wrong_page"
