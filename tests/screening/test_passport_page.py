"""A passport's page is read until it has said what the zone at its foot says."""

import random
from copy import deepcopy
from datetime import date
from functools import cache

import cv2
import numpy as np
import pytest

from sample_docs.canvas import PX_PER_MM
from sample_docs.degrade import Bgr, photograph
from sample_docs.fonts import VISUAL
from sample_docs.layouts.card import make_card
from sample_docs.layouts.passport import make_passport
from sample_docs.layouts.side import Page
from service.intake.document import open_document
from service.policy.policy import load_policy
from service.screening.claim import Claim, History, Side
from service.screening.evidence import Unexamined, ZoneInPrint
from service.screening.pipeline import screen
from service.screening.readers import Readers
from service.screening.result import Screening
from service.screening.verdict import Verdict

TODAY = date(2026, 11, 25)
EXPIRES = date(2031, 5, 14)


@cache
def passport(seed: int = 4, expires: date = EXPIRES) -> Page:
    return make_passport("GBR", random.Random(seed), expires=expires).front.page


def with_zone_of(page: Page, other: Page) -> Bgr:
    """One page over another's zone."""
    top = int(np.array(page.mrz_quad)[:, 1].min()) - 12
    return np.vstack([page.bgr[:top], other.bgr[top:]])


def screened(flat: Bgr, readers: Readers) -> Screening:
    picture, _ = photograph(flat, random.Random(8), long_side=1500)
    documents = open_document(cv2.imencode(".jpg", picture)[1].tobytes(), None)
    return screen(documents, Claim("GB"), History(), load_policy(), readers, TODAY)


def apart(screening: Screening) -> set[str | None]:
    return {
        one.finding.field
        for one in screening.findings
        if one.finding.reason.code == "authenticity_inconsistent"
    }


def test_a_page_that_says_what_its_zone_says_is_read_no_further(readers) -> None:
    screening = screened(passport().bgr, readers)
    side = screening.evidence.sides[Side.FRONT]
    assert screening.verdict is Verdict.ACCEPTED
    assert isinstance(side.barcodes, Unexamined)
    assert isinstance(side.zone_in_print, ZoneInPrint)
    assert side.zone_in_print.stated == {
        "number",
        "surname",
        "given_names",
        "date_of_birth",
        "date_of_expiry",
    }


def test_a_date_that_the_page_prints_otherwise_is_for_a_person(readers) -> None:
    screening = screened(with_zone_of(passport(), passport(expires=date(2034, 5, 14))), readers)
    assert apart(screening) == {"date_of_expiry"}
    assert screening.verdict is Verdict.REVIEW


def test_another_persons_zone_is_for_a_person(readers) -> None:
    screening = screened(with_zone_of(passport(), passport(seed=9)), readers)
    assert apart(screening) == {"holder"}
    assert screening.verdict is Verdict.REVIEW


def test_a_name_that_the_page_prints_otherwise_is_for_a_person(readers) -> None:
    def renamed(lines: list[str]) -> list[str]:
        return [lines[0][:5] + "BRUNOLESCHI<<MARCO".ljust(39, "<"), lines[1]]

    flat = make_passport("GBR", random.Random(4), expires=EXPIRES, rewrite=renamed).front.page.bgr
    screening = screened(flat, readers)
    assert apart(screening) == {"surname", "given_names"}
    assert screening.verdict is Verdict.REVIEW


def test_paper_that_leaves_only_the_number_in_sight_hides_the_holder(readers) -> None:
    flat = passport().bgr.copy()
    flat[19 * PX_PER_MM : 68 * PX_PER_MM, 44 * PX_PER_MM :] = (240, 240, 236)
    screening = screened(flat, readers)
    assert not screening.evidence.sides[Side.FRONT].zone_in_print.is_holders
    assert screening.verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    ("size_mm", "grey"),
    [(1.9, 200), (0.8, 40), (1.9, 20)],
    ids=["faint", "tiny", "beside the true"],
)
def test_a_second_expiry_states_nothing(readers, size_mm: float, grey: int) -> None:
    page = deepcopy(passport())
    page.text(46, 68.5, "14 MAY/MAY 2034", size_mm, name=VISUAL[1], colour=(grey, grey, grey))
    flat = with_zone_of(page, passport(expires=date(2034, 5, 14)))
    assert apart(screened(flat, readers)) == {"date_of_expiry"}


def test_a_card_over_the_page_hides_the_holder(readers) -> None:
    flat = passport().bgr.copy()
    card = make_card("national_id", "ESP", random.Random(3), code="ID", expires=EXPIRES).front
    top = int(np.array(passport().mrz_quad)[:, 1].min()) - 30
    covered = cv2.resize(card.page.bgr, (flat.shape[1] - 80, top - 30))
    flat[20 : 20 + covered.shape[0], 40 : 40 + covered.shape[1]] = covered
    assert screened(flat, readers).verdict is not Verdict.ACCEPTED
