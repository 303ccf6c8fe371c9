"""The committed specimens: every verdict right, nothing misread, no identity card accepted."""

import json
from datetime import date
from pathlib import Path

import cv2
import pytest

from service.intake.document import open_document
from service.policy.policy import load_policy
from service.screening.claim import Claim, CustomerType, History, Kind
from service.screening.evidence import MrzReading, ReadingState
from service.screening.pipeline import screen
from service.screening.readers import load_readers

ROOT = Path(__file__).parents[2]
SPECIMENS = ROOT / "sample_docs" / "specimens"
TODAY = date(2026, 11, 24)
NAMES = sorted(path.stem for path in SPECIMENS.glob("*.json"))


@pytest.fixture(scope="module")
def readers():
    cv2.setNumThreads(1)
    return load_readers(threads=2)


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
        for field in ("number", "date_of_expiry", "registration_number"):
            if field in truth["fields"]:
                assert values[field].value == truth["fields"][field]


def test_the_set_is_as_large_and_as_small_as_promised() -> None:
    assert len(NAMES) >= 60
    assert sum(path.stat().st_size for path in SPECIMENS.iterdir()) <= 15 * 1024 * 1024
