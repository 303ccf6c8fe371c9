"""A picture is known again when it was re-encoded or retouched, and no other is taken for it."""

import itertools
import random
from datetime import date

import cv2
import numpy as np
import pytest

from sample_docs.degrade import Bgr, photograph
from sample_docs.layouts.passport import make_passport
from service.screening.match.pictures import is_same_picture, words_of
from service.screening.measure.fingerprint import fingerprint


def page(seed: int) -> Bgr:
    return make_passport("GBR", random.Random(seed), expires=date(2031, 5, 14)).front.page.bgr


def mark(bgr: Bgr) -> str:
    return fingerprint(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY))


def saved(bgr: Bgr, quality: int) -> Bgr:
    content = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(content, cv2.IMREAD_COLOR)


def retouched(bgr: Bgr) -> Bgr:
    """Other figures over some that were there, on paper of the same tone."""
    copy = bgr.copy()
    height, width = bgr.shape[:2]
    top, left = round(height * 0.35), round(width * 0.6)
    patch = copy[top : top + height // 40, left : left + width // 25]
    patch[:] = np.percentile(patch.reshape(-1, 3), 80, axis=0)
    cv2.putText(copy, "745", (left, top + height // 45), 0, width / 2500, (30, 30, 30), 1)
    return copy


@pytest.fixture(scope="module")
def photo() -> Bgr:
    return photograph(page(4), random.Random(8), long_side=800)[0]


@pytest.mark.parametrize(
    "copied",
    [
        lambda bgr: saved(bgr, 30),
        lambda bgr: saved(cv2.resize(bgr, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), 70),
        lambda bgr: cv2.resize(bgr, None, fx=1.7, fy=1.7, interpolation=cv2.INTER_CUBIC),
        retouched,
    ],
    ids=["saved anew", "half the size", "larger", "other figures"],
)
def test_a_copy_is_the_same_picture_and_an_index_finds_it(photo: Bgr, copied) -> None:
    one, other = mark(photo), mark(copied(photo))
    assert is_same_picture(one, other)
    assert any(a == b for a, b in zip(words_of(one), words_of(other), strict=True))


def test_flat_pages_of_one_layout_are_different_pictures() -> None:
    marks = [mark(page(seed)) for seed in range(8)]
    assert not any(is_same_picture(a, b) for a, b in itertools.combinations(marks, 2))


def test_two_photos_of_one_page_are_different_pictures(photo: Bgr) -> None:
    again = photograph(page(4), random.Random(9), long_side=800)[0]
    assert not is_same_picture(mark(photo), mark(again))


def test_sheets_without_anything_on_them_are_nobodys() -> None:
    noise = np.random.default_rng(1).normal(200, 3, (600, 800, 3)).clip(0, 255).astype(np.uint8)
    assert mark(noise) == mark(np.full_like(noise, 255)) == ""
    assert not is_same_picture("", "")
    assert words_of("") == ()
