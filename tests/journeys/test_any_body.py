"""No body of a caller's, and no header of a webhook's, is a fault of ours."""

import hashlib
import hmac
import json
import time

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from service.api.json_body import is_plain, parse_json_object
from service.blaaiz.rules.known_fields import FIELDS

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["", " ", "GB", "passport", "\ud800", "\0", "1990-01-02", "id_card"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
OWNERS = st.lists(
    st.dictionaries(st.sampled_from(["id", "first_name", "is_pep", "status", "x"]), VALUES),
    max_size=3,
)
UPDATES = st.dictionaries(
    st.sampled_from([*sorted(FIELDS), "\ud800", "\0", "update"]), VALUES | OWNERS, max_size=3
)
DEEP = '{"a":' * 500 + "1" + "}" * 500
DEEPER = "[" * 100_000
LONG = '{"id_number": ' + "9" * 5000 + "}"
ODD = [DEEP, DEEPER, LONG, '{"id_type": []}', '{"dob": NaN}', '{"dob": -Infinity}', '{"a": 1e999}']
BODIES = st.one_of(
    UPDATES.map(json.dumps), UPDATES.map(json.dumps), VALUES.map(json.dumps), st.sampled_from(ODD)
).map(str.encode) | st.binary(max_size=40)
MANY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def http(service):
    with httpx.Client(base_url=service.url, headers=service.headers(), timeout=120) as client:
        yield client


@pytest.fixture(scope="module")
def customers(service) -> list[str]:
    state = httpx.get(f"{service.stand_in}/sandbox/state").json()
    return [
        next(
            c["id"]
            for c in state["customers"]
            if (c["type"], c["verification_status"]) == (kind, status)
        )
        for kind in ("individual", "business")
        for status in ("PENDING", "VERIFIED")
    ]


def odd(test):
    for one in ODD:
        test = example(body=one.encode(), n=1)(test)
    return test


@MANY
@odd
@given(body=BODIES, n=st.integers(0, 3))
def test_of_a_check(http, customers, body: bytes, n: int) -> None:
    reply = http.post(f"/v1/customers/{customers[n]}/update-check", content=body)
    assert reply.status_code in {200, 422}, reply.text


@MANY
@odd
@given(body=BODIES, n=st.integers(0, 3))
def test_of_an_update(http, customers, body: bytes, n: int) -> None:
    # The file is none: what is wrong with the update is found first, or not looked for.
    reply = http.put(
        f"/v1/customers/{customers[n]}",
        data={"update": body},
        files={"id_file": ("f", b"no picture")},
    )
    assert reply.status_code in {415, 422}, reply.text


@MANY
@odd
@given(body=BODIES, n=st.integers(0, 3))
def test_of_a_submission(http, customers, body: bytes, n: int) -> None:
    known = {"customer_id": customers[n], "screening_id": "scr_none"}
    wrapped = b'{"customer_id": "c", "screening_id": "s", "update": ' + body + b"}"
    for one in (body, wrapped, json.dumps(known).encode()):
        headers = {"Content-Type": "application/json"}
        reply = http.post("/v1/submissions", content=one, headers=headers)
        assert reply.status_code in {400, 404, 422}, reply.text


@pytest.mark.parametrize("field", ["customer_id", "screening_id"])
@pytest.mark.parametrize("value", ["\0", "\ud800", "../x", "a/b", "x" * 500, 5, None, []])
def test_of_an_id(http, field: str, value: object) -> None:
    body = {"customer_id": "c", "screening_id": "s", "update": {}, field: value}
    content = json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    reply = http.post("/v1/submissions", content=content, headers=headers)
    assert reply.status_code in {404, 422}


EVENTS = st.dictionaries(
    st.sampled_from(
        ["event_type", "event", "type", "data", "customer_id", "new_status", "updated_at"]
    ),
    VALUES | st.sampled_from(["customer.status_changed", "VERIFIED", "2026-01-01T00:00:00Z"]),
)
STAMPS = ["9" * 5000, "-1", "1e9", "", "0" * 13, "٣", "²"]


@pytest.fixture(scope="module")
def secret(service) -> str:
    return service.webhook_secret


@MANY
@odd
@given(body=EVENTS.map(json.dumps).map(str.encode) | BODIES, n=st.integers(0, 10**9))
def test_of_a_webhook(http, secret, body: bytes, n: int) -> None:
    del n
    stamp = str(int(time.time()))
    signature = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"x-blaaiz-timestamp": stamp, "x-blaaiz-signature": signature}
    reply = http.post("/v1/blaaiz/webhooks", content=body, headers=headers)
    assert reply.status_code in {204, 409, 422}, reply.text


@pytest.mark.parametrize("stamp", STAMPS)
def test_of_a_webhooks_time(http, stamp: str) -> None:
    headers = {"x-blaaiz-timestamp": stamp.encode("utf-8"), "x-blaaiz-signature": "0" * 64}
    assert http.post("/v1/blaaiz/webhooks", content=b"{}", headers=headers).status_code == 401


@given(VALUES)
def test_what_is_plain_can_be_kept_and_sent(value: object) -> None:
    if is_plain(value):
        assert json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    body = json.dumps({"a": value}).encode()
    assert (parse_json_object(body) is not None) == is_plain(value)
