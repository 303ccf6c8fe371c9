"""Several documents in one picture: never accepted, whichever they are and however small."""

import random
from datetime import date

import cv2
import numpy as np
import pytest

from sample_docs.degrade import Bgr
from sample_docs.layouts.card import make_card
from sample_docs.layouts.licence import make_aamva_card, make_numbered_licence
from sample_docs.layouts.passport import make_passport
from service.intake.document import open_document
from service.policy.policy import load_policy
from service.screening.claim import Claim, History
from service.screening.pipeline import screen
from service.screening.readers import Readers

TODAY, EXPIRES = date(2026, 11, 24), date(2031, 5, 14)


def passport(seed: int) -> Bgr:
    return make_passport("GBR", random.Random(seed), expires=EXPIRES).front.page.bgr


def card(kind: str, seed: int, side: str = "front") -> Bgr:
    rng = random.Random(seed)
    if kind == "licence":
        flat = make_numbered_licence("GBR", rng, EXPIRES)
    elif kind == "american":
        flat = make_aamva_card("FL", "FLORIDA", rng, EXPIRES, is_licence=True)
    else:
        flat = make_card(kind, "GBR", rng, code="IR", expires=EXPIRES)
    return getattr(flat, side).page.bgr


def tiled(documents: list[Bgr], columns: int, width_px: int) -> Bgr:
    """Documents over and over in a square of `columns` by `columns`, each so wide."""
    gap, height = 20, round(0.7 * width_px)
    side = columns * (width_px + gap) + gap, columns * (height + gap) + gap
    desk = np.full((side[1], side[0], 3), 120, np.uint8)
    for n in range(columns**2):
        document = documents[n % len(documents)]
        scale = min(width_px / document.shape[1], height / document.shape[0])
        small = cv2.resize(document, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        top, left = gap + n // columns * (height + gap), gap + n % columns * (width_px + gap)
        desk[top : top + small.shape[0], left : left + small.shape[1]] = small
    return desk


@pytest.fixture(scope="module")
def screened(readers: Readers):

    def judged(front: Bgr, back: Bgr | None = None, country: str = "GB"):
        files = [
            None if one is None else cv2.imencode(".jpg", one)[1].tobytes() for one in (front, back)
        ]
        return screen(
            open_document(*files), Claim(country), History(), load_policy(), readers, TODAY
        )

    return judged  # fmt: skip


def codes(judged) -> list[str]:
    return [one.finding.reason.code for one in judged.findings]


@pytest.mark.parametrize("width_px", [450, 1000])
def test_the_same_passport_nine_times_is_not_accepted(screened, width_px: int) -> None:
    assert screened(passport(4)).verdict == "accepted"
    assert screened(tiled([passport(4)], 3, width_px)).verdict == "retake"


@pytest.mark.parametrize("width_px", [450, 1000])
def test_nine_different_documents_are_not_accepted(screened, width_px: int) -> None:
    documents = [passport(4), passport(9)]
    for kind in ("licence", "american", "resident_permit", "national_id"):
        documents += [card(kind, 3)]
    documents += [card(kind, 3, "back") for kind in ("licence", "american", "resident_permit")]
    assert screened(tiled(documents, 3, width_px)).verdict in {"retake", "review", "rejected"}


def test_a_passport_and_its_copy_are_one_too_many(screened) -> None:
    twice = np.vstack([passport(4), np.full((80, 1500, 3), 120, np.uint8), passport(4)])
    assert codes(screened(twice)) == ["document_multiple"]


@pytest.mark.parametrize(
    ("kind", "country"), [("licence", "GB"), ("american", "US"), ("resident_permit", "GB")]
)
def test_two_cards_of_two_people_or_of_one_are_one_too_many(screened, kind, country) -> None:
    back = card(kind, 3, "back")
    two = screened(tiled([card(kind, 3), card(kind, 8)], 2, 700), back, country)
    assert codes(two) == ["document_multiple"]
    twice = screened(np.vstack([card(kind, 3)] * 2), back, country)
    assert codes(twice) == ["document_multiple"]
    assert screened(card(kind, 3), back, country).verdict == "accepted"


def test_front_and_back_side_by_side_are_one_card(screened) -> None:
    both = np.vstack([card("resident_permit", 3), card("resident_permit", 3, "back")])
    assert codes(screened(both)) == []
