"""The committed specimens: every verdict right, nothing misread, no identity card accepted."""

import json
import random
from datetime import UTC, date, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from sample_docs.degrade import photograph
from sample_docs.layouts.card import make_card
from sample_docs.layouts.passport import make_passport
from service.actions.record import to_record
from service.intake.document import open_document
from service.policy.policy import load_policy
from service.screening.claim import Claim, CustomerType, History, Kind
from service.screening.evidence import MrzReading, ReadingState
from service.screening.pipeline import Screening, screen

ROOT = Path(__file__).parents[2]
SPECIMENS = ROOT / "sample_docs" / "specimens"
TODAY = date(2026, 11, 24)
NAMES = sorted(path.stem for path in SPECIMENS.glob("*.json"))


@pytest.fixture(scope="module")
def policy():
    return load_policy(ROOT / "sample_docs" / "policy.toml")


@pytest.mark.parametrize("name", NAMES)
def test_the_right_verdict_for_the_right_reason(name: str, readers, policy) -> None:
    truth = json.loads((SPECIMENS / f"{name}.json").read_text())
    files = {side: (SPECIMENS / file).read_bytes() for side, file in truth["files"].items()}
    customer = truth["customer"]
    judged = screen(
        open_document(files["front"], files.get("back")),
        Claim(
            customer["country"],
            CustomerType(customer["type"]),
            Kind(customer["document_type"]) if customer["document_type"] else None,
        ),
        History(),
        policy,
        readers,
        TODAY,
    )
    telling = [one for one in judged.findings if one.outcome != "info"]
    first = telling[0].finding.reason.code if telling else None
    assert (judged.verdict, first) == (truth["verdict"], truth["code"])
    for side, evidence in judged.evidence.sides.items():
        reading = evidence.mrz
        if isinstance(reading, MrzReading) and reading.state is ReadingState.READ:
            # Sides that came swapped lie under the other's name.
            written = [s["mrz"]["lines"] for s in truth["sides"].values() if s.get("mrz")]
            assert list(reading.zone.lines) in written, side
    if judged.verdict == "accepted":
        values = judged.evidence.printed.values
        for field in ("number", "date_of_expiry", "registration_number", "company_name"):
            if field in truth["fields"]:
                assert values[field].value == truth["fields"][field]
        assert_sources_named(judged, has_zone=any(s.get("mrz") for s in truth["sides"].values()))


def assert_sources_named(judged: Screening, *, has_zone: bool) -> None:
    """Each field that an answer states, its kind and its country among them, tells its source."""
    document = to_record(
        screening_id="scr_1",
        created_at=datetime(2026, 11, 24, tzinfo=UTC),
        reference=None,
        customer_id=None,
        claim=Claim("GB"),
        screening=judged,
        attempts_max=3,
    )["document"]
    read = {name for source in document["readings"].values() for name in source}
    stated = {name for name in read if document.get(name)}
    assert set(document["sources"]) == {"type", "country", *stated}
    if has_zone:
        by = {document["sources"][name] for name in ("number", "surname", "date_of_birth")}
        assert by == {"mrz"}


def test_the_set_is_as_large_and_as_small_as_promised() -> None:
    assert len(NAMES) >= 60
    assert sum(path.stat().st_size for path in SPECIMENS.iterdir()) <= 15 * 1024 * 1024


def drawn_passport():
    page = make_passport("GBR", random.Random(4), expires=date(2031, 5, 14)).front.page
    return page.bgr, int(min(y for _, y in page.mrz_quad))


def verdict_of(bgr, readers, policy) -> str:
    documents = open_document(cv2.imencode(".jpg", bgr)[1].tobytes(), None)
    return screen(documents, Claim("GB"), History(), policy, readers, TODAY).verdict


def test_a_zone_without_its_page_is_not_accepted(readers, policy) -> None:
    page, top = drawn_passport()
    wiped = page.copy()
    wiped[: top - 10] = (200, 220, 225)
    photo, _ = photograph(wiped, random.Random(8), long_side=1800)
    assert verdict_of(page, readers, policy) == "accepted"
    assert verdict_of(photo, readers, policy) != "accepted"
    assert verdict_of(np.ascontiguousarray(page[top - 60 :]), readers, policy) != "accepted"


def test_a_passport_beside_an_identity_card_is_not_accepted(readers, policy) -> None:
    page, _ = drawn_passport()
    card = make_card(
        "national_id", "ESP", random.Random(3), code="ID", expires=date(2031, 5, 14)
    ).front.page.bgr
    first, _ = photograph(page, random.Random(8), long_side=1800)
    second, _ = photograph(card, random.Random(2), long_side=1800)
    assert verdict_of(np.vstack([first, second]), readers, policy) != "accepted"


@pytest.mark.parametrize("ink", [25, 235])
def test_a_character_that_is_covered_is_not_made_up(readers, policy, ink: int) -> None:
    passport = make_passport("GBR", random.Random(4), expires=date(2031, 5, 14)).front
    xs, ys = zip(*passport.page.mrz_quad, strict=True)
    pitch, height = (max(xs) - min(xs)) / 44, (max(ys) - min(ys)) * 0.36
    for place in (6, 9, 12):
        page = passport.page.bgr.copy()
        x, y = min(xs) + (place + 0.5) * pitch, min(ys) + height / 2
        page[
            round(y - height * 0.65) : round(y + height * 0.65),
            round(x - pitch / 2) : round(x + pitch / 2),
        ] = ink
        photo, _ = photograph(page, random.Random(place), long_side=1800)
        assert verdict_of(photo, readers, policy) != "accepted"


@pytest.mark.parametrize("shape", [(1, 3000, 3), (3, 12000, 3), (9000, 2, 3)])
def test_a_picture_of_a_few_rows_costs_no_more_than_others(readers, policy, shape) -> None:
    strip = np.full(shape, 200, np.uint8)
    content = cv2.imencode(".png", strip)[1].tobytes()
    judged = screen(open_document(content, None), Claim("GB"), History(), policy, readers, TODAY)
    assert judged.verdict in {"retake", "review", "rejected"}
