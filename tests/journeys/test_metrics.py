"""Every metric moves with what it counts, tells of nobody, and stands in the operators' page."""

import json
import re
import time
from pathlib import Path

import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from service.telemetry import Metrics

ROOT = Path(__file__).parents[2]
SPECIMENS = ROOT / "sample_docs" / "specimens"
OPENMETRICS = {"Accept": "application/openmetrics-text; version=1.0.0"}

PASSPORT = "passport_gh_grain"
"""No other journey sends it: a document that came with another customer is for review."""

MOVED = {
    "prescreen_screenings_total": {"verdict": "accepted", "kind": "passport"},
    "prescreen_findings_total": {"code": "image_blurred"},
    "prescreen_stage_seconds_count": {"stage": "total"},
    "prescreen_queue_seconds_count": {},
    "prescreen_screenings_failed_total": {"error": "FileTypeUnsupported"},
    "prescreen_requests_total": {"route": "/v1/screenings", "status": "201"},
    "prescreen_request_seconds_count": {"route": "/v1/screenings"},
    "prescreen_blaaiz_calls_total": {"call": "upload", "result": "ok"},
    "prescreen_blaaiz_seconds_count": {"call": "write"},
    "prescreen_submissions_total": {"state": "forwarded"},
    "prescreen_forward_seconds_count": {"state": "forwarded"},
}
"""What a passport that is forwarded, a blurred one and a file of no kind move."""
STANDING = {
    "prescreen_build_info",
    "prescreen_model_info",
    "prescreen_queue_length",
    "prescreen_submissions_unfinished",
    "prescreen_submissions_oldest_seconds",
}


def samples(service) -> list[Sample]:
    reply = httpx.get(f"{service.url}/metrics", headers=OPENMETRICS)
    assert reply.headers["content-type"].startswith("application/openmetrics-text")
    return [one for family in text_string_to_metric_families(reply.text) for one in family.samples]


def value(found: list[Sample], name: str, labels: dict[str, str]) -> float:
    return sum(one.value for one in found if one.name == name and one.labels == labels)


def screen(
    service, name: str, content: bytes, request_id: str, country: str = "GB"
) -> httpx.Response:
    return httpx.post(
        f"{service.url}/v1/screenings",
        headers=service.headers() | {"X-Request-Id": request_id},
        data={"country": country},
        files={"front": (name, content)},
        timeout=120,
    )


def forward(service) -> None:
    truth = json.loads((SPECIMENS / f"{PASSPORT}.json").read_text())
    known = {
        "type": "individual",
        "country": truth["country"],
        "first_name": truth["fields"]["given_names"],
        "last_name": truth["fields"]["surname"],
        "id_type": "passport",
        "id_number": "1",
    }
    made = httpx.post(
        f"{service.stand_in}/api/external/customer",
        headers={"x-blaaiz-api-key": "sandbox-key"},
        json=known | {"email": "metrics@example.com"},
    )
    picture = (SPECIMENS / truth["files"]["front"]).read_bytes() + b"\0metrics"
    sent = httpx.put(
        f"{service.url}/v1/customers/{made.json()['data']['data']['id']}",
        headers=service.headers(),
        data={"update": json.dumps({"id_number": truth["fields"]["number"]})},
        files={"id_file": ("p.jpg", picture)},
        timeout=120,
    )
    assert sent.status_code == 202, sent.text
    url = f"{service.url}/v1/submissions/{sent.json()['id']}"
    deadline = time.monotonic() + 90
    while httpx.get(url, headers=service.headers()).json()["state"] != "forwarded":
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="module")
def journey(service) -> tuple[list[Sample], list[Sample]]:
    before = samples(service)
    for name, country in ((f"{PASSPORT}.jpg", "GH"), ("passport_gb_out_of_focus.jpg", "GB")):
        content = (SPECIMENS / name).read_bytes()
        made = screen(service, name, content, "req-of-the-metrics", country)
        assert made.status_code == 201, made.text
    refused = screen(service, "a.txt", b"a text is no picture of a document", "req-of-the-text")
    assert refused.status_code in {415, 422}, refused.text
    assert {one.headers["cache-control"] for one in (made, refused)} == {"no-store"}
    forward(service)
    return before, samples(service)


@pytest.mark.parametrize("name", MOVED)
def test_it_moves_with_what_it_counts(journey, name: str) -> None:
    before, after = journey
    assert value(after, name, MOVED[name]) > value(before, name, MOVED[name])


def test_versions_and_queues_are_told(journey) -> None:
    _, after = journey
    models = {one.labels["model"] for one in after if one.name == "prescreen_model_info"}
    assert {"mrz_reader"} <= models
    assert {one.name for one in after} >= STANDING
    assert value(after, "prescreen_submissions_unfinished", {}) >= 0


def test_an_exemplar_names_the_request(journey) -> None:
    _, after = journey
    named = {
        one.exemplar.labels["request_id"]
        for one in after
        if one.exemplar and one.name.startswith(("prescreen_screenings", "prescreen_queue_seconds"))
    }
    assert named & {"req-of-the-metrics", "req-of-the-text"}


def test_a_plain_scraper_is_answered_in_the_older_text(service) -> None:
    reply = httpx.get(f"{service.url}/metrics")
    assert reply.headers["content-type"].startswith("text/plain")
    assert "# {" not in reply.text


def test_labels_are_names_of_ours(journey) -> None:
    _, after = journey
    allowed = {"verdict", "kind", "code", "stage", "error", "route", "status", "call", "result"}
    allowed |= {"state", "model", "version", "standing", "why", "le"}
    own = [one for one in after if one.name.startswith("prescreen_")]
    assert len(own) > len(MOVED)
    assert {label for one in own for label in one.labels} <= allowed


def names() -> set[str]:
    return {
        f"{family.name}_total"
        if family.type == "counter"
        else family.name
        if family.type != "info"
        else f"{family.name}_info"
        for family in Metrics().registry.collect()
    }


def test_every_metric_is_in_the_operators_page_and_in_this_test() -> None:
    page = (ROOT / "docs/operations.md").read_text()
    told = set(re.findall(r"^\| `(prescreen_\w+)` \|", page, re.MULTILINE))
    assert told == names()
    tested = {name.removesuffix("_count") for name in MOVED} | STANDING
    # Forwarding moves the first (tests/forward/test_steps.py), keeping house the others.
    assert names() - tested == {
        "prescreen_forward_put_off_total",
        "prescreen_erasures_total",
        "prescreen_purge_last_timestamp_seconds",
        "prescreen_sweep_last_timestamp_seconds",
        "prescreen_blobs_swept_total",
    }
