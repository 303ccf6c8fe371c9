"""One trace from the upload to Blaaiz, which tells of nobody."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from service.tracing import present_trace, span, trace_through

SPECIMENS = Path(__file__).parents[2] / "sample_docs" / "specimens"
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE_ID}-00f067aa0ba902b7-01"


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    one = InMemorySpanExporter()
    stop = trace_through(SimpleSpanProcessor(one))
    yield one
    stop()


def of_the_trace(exporter: InMemorySpanExporter) -> list[ReadableSpan]:
    return [s for s in exporter.get_finished_spans() if f"{s.context.trace_id:032x}" == TRACE_ID]


def test_an_update_is_followed_from_the_request_to_the_last_step(service, exporter) -> None:
    truth = json.loads((SPECIMENS / "passport_in_jpeg.json").read_text())
    person = truth["fields"]
    made = httpx.post(
        f"{service.stand_in}/api/external/customer",
        headers={"x-blaaiz-api-key": "sandbox-key"},
        json={
            "type": "individual",
            "country": truth["country"],
            "first_name": person["given_names"],
            "last_name": person["surname"],
            "id_type": "passport",
            "id_number": "1",
            "email": "traces@example.com",
        },
    )
    customer_id = made.json()["data"]["data"]["id"]
    picture = (SPECIMENS / truth["files"]["front"]).read_bytes() + b"\0traces"
    sent = httpx.put(
        f"{service.url}/v1/customers/{customer_id}",
        headers=service.headers() | {"traceparent": TRACEPARENT, "X-Request-Id": "req-traced"},
        data={"update": json.dumps({"id_number": person["number"], "city": "Canarytown"})},
        files={"id_file": ("canary.jpg", picture)},
        timeout=120,
    )
    assert sent.status_code == 202, sent.text
    wanted = {
        "PUT /v1/customers/{customer_id}",
        "screening.judge",
        "forward.updating",
        "forward.uploading",
        "forward.attaching",
        "blaaiz.read",
        "blaaiz.write",
        "blaaiz.upload",
    }
    deadline = time.monotonic() + 90
    while not wanted <= {one.name for one in of_the_trace(exporter)}:
        assert time.monotonic() < deadline, {one.name for one in of_the_trace(exporter)}
        time.sleep(0.1)
    spans = of_the_trace(exporter)
    (request,) = [one for one in spans if one.name.startswith("PUT")]
    assert request.attributes["prescreen.request_id"] == "req-traced"
    assert request.attributes["http.response.status_code"] == 202
    (judged,) = [one for one in spans if one.name == "screening.judge"]
    assert (judged.attributes["prescreen.verdict"], judged.parent.span_id) == (
        "accepted",
        request.context.span_id,
    )
    for step in (one for one in spans if one.name.startswith("forward.")):
        assert step.attributes["prescreen.submission_id"] == sent.json()["id"]
        assert step.parent.span_id == request.context.span_id
    told = "".join(one.to_json() for one in exporter.get_finished_spans())
    for personal in (person["number"], person["surname"], "Canarytown", "canary", customer_id):
        assert personal not in told
    shown = httpx.get(
        f"{service.url}/v1/submissions/{sent.json()['id']}", headers=service.headers()
    )
    assert TRACE_ID not in shown.text


def test_of_a_fault_only_the_class_is_told(exporter) -> None:
    with pytest.raises(ValueError, match="canary"), span("a step", reference="canary"):
        raise ValueError("canary")
    (told,) = exporter.get_finished_spans()
    assert dict(told.attributes) == {"error.type": "ValueError"}
    assert (told.events, told.status.description) == ((), None)
    assert not told.status.is_ok


def test_without_a_collector_nothing_is_noted() -> None:
    with span("a step") as current:
        assert not current.is_recording()
        assert present_trace() == {}


def test_a_caller_who_is_traced_leaves_no_note_without_a_collector() -> None:
    with span("a step", {"traceparent": TRACEPARENT}):
        assert present_trace() == {}
