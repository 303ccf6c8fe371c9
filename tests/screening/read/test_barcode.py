"""Barcodes on drawn photographs: at any turn, small and large, and little work where there is none."""

import random
from collections import Counter
from datetime import date

import cv2
import numpy as np
import pytest
import zxingcpp

from sample_docs.degrade import photograph
from sample_docs.layouts.licence import make_aamva_card
from sample_docs.layouts.paper import make_no_document
from sample_docs.layouts.passport import make_passport
from service.aamva.south_africa import is_licence
from service.screening.locate.barcode import locate_barcodes
from service.screening.read.barcode import read_barcodes
from service.vision.capture import Capture
from service.vision.geometry import angle_between, quad_angle_deg

EXPIRES = date(2031, 5, 14)
TURNS = [(0, 0.78), (8, 0.78), (33, 0.7), (90, 0.75), (184, 0.6), (237, 0.7), (271, 0.4)]


@pytest.fixture(scope="module")
def back():
    card = make_aamva_card("FL", "FLORIDA", random.Random(4), EXPIRES, is_licence=True)
    return card.back.page.bgr


def capture(bgr, decoded: Counter | None = None) -> Capture:
    def decode(reduction: int):
        if decoded is not None:
            decoded[reduction] += 1
        height, width = (-(-length // reduction) for length in bgr.shape[:2])
        return cv2.resize(bgr, (width, height), interpolation=cv2.INTER_AREA)

    return Capture("png", bgr.shape[1], bgr.shape[0], decode)


@pytest.mark.parametrize(("turn", "fill"), TURNS)
def test_a_licence_is_read_at_any_turn_and_placed(back, turn: float, fill: float) -> None:
    picture, matrix = photograph(back, random.Random(2), long_side=1800, turn=turn, fill=fill)
    found = read_barcodes(capture(picture))
    assert [one.symbology for one in found] == ["PDF417"]
    assert b"\nDCS" in found[0].payload
    height, width = back.shape[:2]
    centre = np.array([[[width * 42.5 / 85.6, height * 15 / 54]]], np.float32)
    expected = cv2.perspectiveTransform(centre, matrix)[0][0]
    assert np.abs(np.mean(found[0].quad, axis=0) - expected).max() < 60


def test_a_large_picture_is_decoded_no_further_than_its_barcode_needs(back) -> None:
    picture, _ = photograph(back, random.Random(3), long_side=4000, turn=3)
    decoded: Counter[int] = Counter()
    assert read_barcodes(capture(picture, decoded))
    assert 1 not in decoded


def test_pages_without_a_barcode_have_next_to_no_patch_and_no_reading() -> None:
    patches = []
    for seed in range(6):
        rng = random.Random(seed)
        page = make_passport("GBR", rng, expires=EXPIRES).front.page.bgr
        picture, _ = photograph(page, rng, long_side=1600, turn=rng.uniform(-20, 20))
        assert read_barcodes(capture(picture)) == ()
        patches.append(len(locate_barcodes(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))))
    assert sum(patches) <= 8


def test_an_empty_picture_and_a_sliver_have_none() -> None:
    for shape in ((600, 800, 3), (3, 900, 3), (1, 1, 3)):
        assert read_barcodes(capture(np.full(shape, 128, np.uint8))) == ()


def drawn(payload: bytes | str, symbology: zxingcpp.BarcodeFormat, scale: int = 3):
    code = np.array(zxingcpp.create_barcode(payload, symbology).to_image(scale=scale))
    page = np.full((code.shape[0] + 500, code.shape[1] + 500), 235, np.uint8)
    page[250:-250, 250:-250] = code
    return cv2.cvtColor(page, cv2.COLOR_GRAY2BGR)


def test_bytes_stay_bytes_in_a_south_african_licence() -> None:
    body = bytes(random.Random(1).randrange(256) for _ in range(714))
    payload = b"\x01\x9b\x09\x45\x00\x00" + body
    found = read_barcodes(capture(drawn(payload, zxingcpp.BarcodeFormat.PDF417)))
    assert [one.payload for one in found] == [payload]
    assert is_licence(found[0].payload)


@pytest.mark.parametrize("symbology", ["QRCode", "Code128", "Code39"])
def test_other_codes_of_cards_are_read_too(symbology: str) -> None:
    picture = drawn("GHA-000000000-0", getattr(zxingcpp.BarcodeFormat, symbology), 5)
    if picture.shape[0] < 600:  # a linear code is drawn a few rows high
        picture = cv2.resize(picture, None, fx=1, fy=2)
    assert [one.payload for one in read_barcodes(capture(picture))] == [b"GHA-000000000-0"]


def test_bytes_that_used_up_the_error_correction_are_not_believed() -> None:
    text = "EXAMPLE STREET " * 20
    page = cv2.GaussianBlur(drawn(text, zxingcpp.BarcodeFormat.PDF417), (0, 0), 2)
    grain = np.random.default_rng(4).normal(0, 12, page.shape[:2])[..., None]
    picture = np.clip(page + grain, 0, 255).astype(np.uint8)
    misread = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.PDF417)
    assert misread
    assert misread[0].bytes != text.encode()
    assert read_barcodes(capture(picture)) == ()


@pytest.mark.parametrize("turn", [52, 68, 75])
def test_fine_bars_are_laid_flat_within_a_degree(back, turn: float) -> None:
    picture, matrix = photograph(back, random.Random(2), long_side=2000, turn=turn, fill=0.5)
    half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    patches = locate_barcodes(cv2.cvtColor(half, cv2.COLOR_BGR2GRAY))
    height, width = back.shape[:2]
    middle = np.array([[[width * x, height * 15 / 54] for x in (0.06, 0.93)]], np.float32)
    left, right = cv2.perspectiveTransform(middle, matrix)[0]
    row_deg = np.degrees(np.arctan2(right[1] - left[1], right[0] - left[0]))
    assert patches
    for patch in patches:  # either way round
        assert abs(angle_between(2 * quad_angle_deg(patch), 2 * row_deg)) < 2


def test_beside_a_licences_code_no_square_one_is_sought(back) -> None:
    square = drawn("GHA-000000000-0", zxingcpp.BarcodeFormat.QRCode, 5)
    square = cv2.resize(square, back.shape[1::-1])
    found = read_barcodes(capture(np.vstack([back, square])))
    assert [one.symbology for one in found] == ["PDF417"]


def test_nothing_is_invented_on_a_desk() -> None:
    flat = make_no_document("letter", random.Random(1)).front.page.bgr
    picture, _ = photograph(flat, random.Random(1), long_side=1600)
    assert read_barcodes(capture(picture)) == ()
