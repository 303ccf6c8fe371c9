"""A card of which half a number is hidden: another number is read, and nothing is accepted."""

import random
from datetime import date

import cv2
import pytest

from sample_docs.canvas import PX_PER_MM
from sample_docs.cover_up import lay_finger, stick
from sample_docs.degrade import Bgr, glare, photograph
from sample_docs.layouts.licence import make_numbered_licence
from service.intake.document import open_document
from service.policy.policy import load_policy
from service.screening.claim import Claim, History
from service.screening.pipeline import screen
from service.screening.readers import Readers

LICENCE = make_numbered_licence("GBR", random.Random(3), date(2031, 5, 14))
NUMBER_MM, EXPIRY_MM = 44.9, 35.1
"""Baselines of fields 5 and 4b."""


def shown(flat: Bgr) -> Bgr:
    return photograph(flat, random.Random(8), long_side=1600)[0]


@pytest.fixture(scope="module")
def codes_of(readers: Readers):
    back = cv2.imencode(".jpg", shown(LICENCE.back.page.bgr))[1].tobytes()

    def codes(front: Bgr) -> set[str]:
        sides = open_document(cv2.imencode(".jpg", front)[1].tobytes(), back)
        judged = screen(sides, Claim("GB"), History(), load_policy(), readers, date(2026, 11, 24))
        return {one.finding.reason.code for one in judged.findings}

    return codes  # fmt: skip


def fingered(x_mm: float, y_mm: float) -> Bgr:
    tip = x_mm * PX_PER_MM, (y_mm - 2) * PX_PER_MM
    return shown(lay_finger(LICENCE.front.page.bgr, tip, random.Random(1), width_mm=12))


@pytest.mark.parametrize(("x_mm", "y_mm"), [(44, NUMBER_MM), (48, NUMBER_MM), (44, EXPIRY_MM)])
def test_a_finger_on_number_or_expiry_is_named(codes_of, x_mm: float, y_mm: float) -> None:
    assert "image_obstructed" in codes_of(fingered(x_mm, y_mm))


def test_a_finger_beside_the_data_sends_nobody_back(codes_of) -> None:
    assert codes_of(fingered(75, 48)) == set()


def test_a_sticker_that_parts_a_number_is_named(codes_of) -> None:
    box = [v * PX_PER_MM for v in (42, 42, 48, 46)]
    assert "image_obstructed" in codes_of(shown(stick(LICENCE.front.page.bgr, box, (60, 160, 220))))


def test_a_reflection_that_parts_a_number_is_no_accepted_reading(codes_of) -> None:
    spot = glare(shown(LICENCE.front.page.bgr), 0.1, random.Random(1), (752.0, 828.0))
    assert codes_of(spot) - {"image_marginal"}
    beside = glare(shown(LICENCE.front.page.bgr), 0.1, random.Random(1), (1200.0, 980.0))
    assert codes_of(beside) == set()
