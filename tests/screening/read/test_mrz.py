"""The reader of zones on drawn photographs: at every turn, and silent where nothing can be read."""

import random
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest

from sample_docs.degrade import photograph
from sample_docs.layouts.card import make_card
from sample_docs.layouts.licence import make_aamva_card, make_numbered_licence
from sample_docs.layouts.paper import make_no_document
from sample_docs.layouts.passport import make_passport
from sample_docs.mrz_lines import licence_d1
from service.intake.document import open_document
from service.mrz.parse import parse
from service.screening.claim import Side
from service.screening.evidence import ReadingState
from service.screening.read.mrz import MrzReader

TODAY, EXPIRES = date(2026, 11, 24), date(2031, 5, 14)
SPECIMENS = Path(__file__).parents[3] / "sample_docs" / "specimens"
TURNS = [(turn, skew) for turn in (0, 90, 180, 270) for skew in (-6, 6)]


@pytest.fixture(scope="module")
def reader() -> MrzReader:
    return MrzReader()


@pytest.fixture(scope="module")
def passport():
    return make_passport("GBR", random.Random(4), expires=EXPIRES).front


def read(reader: MrzReader, bgr):
    content = cv2.imencode(".png", bgr)[1].tobytes()
    return reader.read(open_document(content, None)[Side.FRONT], TODAY)


def sure(readings):
    return [list(r.zone.lines) for r in readings if r.state is ReadingState.READ]


@pytest.mark.parametrize(("turn", "skew"), TURNS)
def test_a_passport_is_read_at_every_turn(reader, passport, turn: int, skew: int) -> None:
    bgr, _ = photograph(passport.page.bgr, random.Random(8), long_side=1400, turn=turn + skew)
    assert sure(read(reader, bgr)) == [list(passport.mrz_lines)]


def test_the_place_of_each_line_is_told(reader, passport) -> None:
    bgr, matrix = photograph(passport.page.bgr, random.Random(8), long_side=1400)
    reading = read(reader, bgr)[0]
    truth = cv2.perspectiveTransform(np.array([passport.page.mrz_quad], np.float32), matrix)[0]
    assert len(reading.lines) == 2
    for quad in reading.lines:
        centre = np.mean(quad, axis=0)
        assert cv2.pointPolygonTest(truth, (float(centre[0]), float(centre[1])), False) > 0


@pytest.mark.parametrize("turn", [0, 90, 270])
def test_the_one_line_of_a_licence_is_read(reader, turn: int) -> None:
    rng = random.Random(turn)
    line = licence_d1("FRA", "13AA00002", EXPIRES, "MARTIN")
    page = make_numbered_licence("FRA", rng, EXPIRES).front.page
    page.band(44, 10, (235, 235, 235))
    page.mrz(line, 3, 50, 79, rng)
    bgr, _ = photograph(page.bgr, rng, long_side=1600, turn=turn)
    assert sure(read(reader, bgr)) == [line]


@pytest.mark.parametrize("half", [(-0.5, 0, -0.65, 0.65), (-0.5, 0.5, 0, 0.65)])
def test_half_a_hidden_character_makes_no_other_number(reader, passport, half) -> None:
    xs, ys = zip(*passport.page.mrz_quad, strict=True)
    pitch, height = (max(xs) - min(xs)) / 44, (max(ys) - min(ys)) * 0.36
    for place in (1, 4, 8, 15, 24):
        page = passport.page.bgr.copy()
        x, y = min(xs) + (place + 0.5) * pitch, max(ys) - height / 2
        left, right = (round(x + share * pitch) for share in half[:2])
        top, bottom = (round(y + share * height) for share in half[2:])
        page[top:bottom, left:right] = (120, 150, 190)
        bgr, _ = photograph(page, random.Random(place), long_side=1800)
        found = sure(read(reader, bgr))
        assert found in ([], [list(passport.mrz_lines)]), place


def test_two_characters_painted_out_are_not_made_up_from_the_sums(reader, passport) -> None:
    xs, ys = zip(*passport.page.mrz_quad, strict=True)
    pitch, height = (max(xs) - min(xs)) / 44, (max(ys) - min(ys)) * 0.36
    top, bottom = round(max(ys) - 1.2 * height), round(max(ys) + 0.2 * height)
    for places in ((2, 7), (14, 17), (22, 25)):
        page = passport.page.bgr.copy()
        for place in places:
            left, right = (round(min(xs) + (place + share) * pitch) for share in (0.08, 0.92))
            page[top:bottom, left:right] = page[top - 9 : top - 8, left:right]
        bgr, _ = photograph(page, random.Random(places[0]), long_side=1800)
        assert sure(read(reader, bgr)) == [], places


def test_two_documents_in_one_picture_are_both_read(reader, passport) -> None:
    card = make_card("national_id", "ESP", random.Random(3), code="ID", expires=EXPIRES)
    back = card.back if card.back is not None and card.back.mrz_lines else card.front
    first, _ = photograph(passport.page.bgr, random.Random(1), long_side=1400)
    second, _ = photograph(back.page.bgr, random.Random(2), long_side=1400)
    found = sure(read(reader, np.vstack([first, second])))
    assert sorted(found) == sorted([list(passport.mrz_lines), list(back.mrz_lines)])


def test_a_line_of_other_print_across_the_picture_hides_no_zone(reader, passport) -> None:
    bgr, _ = photograph(passport.page.bgr, random.Random(8), long_side=1400)
    strip = np.full((90, bgr.shape[0], 3), 235, np.uint8)
    text = "9876543210<123456789<<1234567890<1234567890<"
    cv2.putText(strip, text, (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (20, 20, 20), 3)
    beside = np.rot90(strip)
    found = sure(read(reader, np.ascontiguousarray(np.hstack([bgr, beside]))))
    assert list(passport.mrz_lines) in found


@pytest.mark.parametrize("seed", range(10))
def test_no_zone_is_seen_where_there_is_none(reader, seed: int) -> None:
    rng = random.Random(seed)
    kinds = ("receipt", "letter", "bank_card", "landscape", "person")
    made = [make_no_document(kind, rng) for kind in kinds]
    made += [
        make_numbered_licence("FRA", rng, EXPIRES),
        make_aamva_card("CA", "California", rng, EXPIRES, is_licence=True),
    ]
    for document in made:
        bgr, _ = photograph(document.front.page.bgr, rng, long_side=1400)
        assert [r for r in read(reader, bgr) if r.zone is not None] == []


def test_of_a_line_cut_off_at_its_start_nothing_is_made_up(reader, passport) -> None:
    left = min(x for x, _ in passport.page.mrz_quad)
    right = max(x for x, _ in passport.page.mrz_quad)
    page = passport.page.bgr[:, int(left + 0.07 * (right - left)) :]
    assert sure(read(reader, np.ascontiguousarray(page))) == []


@pytest.mark.parametrize("light", [0.004, 0.01, 0.02])
def test_a_picture_too_dark_for_a_person_is_never_sure(reader, passport, light: float) -> None:
    bgr, _ = photograph(passport.page.bgr, random.Random(5), long_side=1400)
    dark = bgr * light + np.random.default_rng(1).normal(0, 1.2, bgr.shape)
    assert sure(read(reader, np.clip(dark, 0, 255).astype(np.uint8))) == []


@pytest.mark.parametrize("width", range(120, 520, 40))
def test_a_small_picture_is_read_right_or_not_at_all(reader, passport, width: int) -> None:
    scale = width / passport.page.bgr.shape[1]
    bgr = cv2.resize(passport.page.bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = sure(read(reader, bgr))
    assert found in ([], [list(passport.mrz_lines)])
    assert found or width < 480


@pytest.mark.parametrize("mode", ["grey", "bgra", "palette"])
def test_grey_transparent_and_palette_pictures_are_read(
    reader, passport, mode: str, tmp_path
) -> None:
    from PIL import Image

    rgb = Image.fromarray(passport.page.bgr[:, :, ::-1].copy())
    picture = {"grey": "L", "bgra": "RGBA", "palette": "P"}[mode]
    rgb.convert(picture).save(tmp_path / "a.png")
    capture = open_document((tmp_path / "a.png").read_bytes(), None)[Side.FRONT]
    assert sure(reader.read(capture, TODAY)) == [list(passport.mrz_lines)]


def test_what_is_sure_and_valid_parses(reader, passport) -> None:
    zone = read(reader, passport.page.bgr)[0].zone
    assert zone is not None
    assert parse(zone.lines, TODAY) == zone
    assert zone.valid
