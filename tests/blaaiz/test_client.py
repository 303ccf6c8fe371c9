"""Failures of a slow, broken or lying Blaaiz, each told apart."""

import asyncio
import hashlib
import hmac
import time
import tracemalloc

import httpx
import pytest

from service.blaaiz import client as client_module
from service.blaaiz import envelopes
from service.blaaiz import token as token_module
from service.blaaiz.client import BlaaizClient
from service.blaaiz.errors import (
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Paused,
    RateLimited,
    Refused,
    Unavailable,
    Unreachable,
    UploadUnsafe,
)
from service.blaaiz.exchange import Reply
from service.blaaiz.token import BlaaizCredentials
from service.blaaiz.webhooks import SignatureInvalid, verify

CREDENTIALS = BlaaizCredentials("sandbox-client", "sandbox-secret")


@pytest.fixture
async def blaaiz(stand_in):
    one = BlaaizClient(stand_in.url, CREDENTIALS)
    yield one
    await one.close()


@pytest.fixture
def person(stand_in) -> str:
    state = httpx.get(f"{stand_in.url}/sandbox/state").json()
    return state["customers"][0]["id"]


def break_with(stand_in, **fault) -> None:
    httpx.put(f"{stand_in.url}/sandbox/faults", json=[fault]).raise_for_status()


async def test_an_expired_token_is_renewed_once_without_notice(stand_in, blaaiz, person) -> None:
    await blaaiz.get_customer(person)
    break_with(stand_in, kind="expire_token")
    assert (await blaaiz.get_customer(person)).id == person


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_gateways_page_is_no_refusal_of_blaaiz(status: int) -> None:
    with pytest.raises(Unavailable):
        client_module._raise_for(Reply(status, b"default backend - 404", ""))
    with pytest.raises((Refused, Forbidden, NotFound)):
        client_module._raise_for(Reply(status, b'{"message": "No."}', ""))


async def test_many_callers_share_one_token(stand_in, blaaiz, person) -> None:
    await asyncio.gather(*(blaaiz.get_customer(person) for _ in range(10)))
    calls = httpx.get(f"{stand_in.url}/sandbox/state").json()["calls"]
    assert sum(call["path"] == "/oauth/token" for call in calls) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "value": 500}, Unavailable),
        ({"kind": "retry_after", "value": 7}, RateLimited),
        ({"kind": "drop_before"}, OutcomeUnknown),
        ({"kind": "drop_after"}, OutcomeUnknown),
    ],
)
async def test_a_broken_write_says_whether_it_may_have_happened(
    stand_in, blaaiz, person, fault, error
) -> None:
    await blaaiz.get_customer(person)
    break_with(stand_in, path="/customer/", method="PUT", **fault)
    with pytest.raises(error) as raised:
        await blaaiz.update_customer(person, {"first_name": "Kim"})
    if error is RateLimited:
        assert raised.value.retry_after_s == 7
    state = httpx.get(f"{stand_in.url}/sandbox/state").json()
    written = next(c for c in state["customers"] if c["id"] == person)["first_name"] == "Kim"
    assert written == (fault["kind"] == "drop_after")


@pytest.mark.parametrize(
    "fault", [{"kind": "latency", "value": 20}, {"kind": "drip", "value": 0.3}]
)
async def test_a_slow_answer_is_not_waited_for_for_ever(
    stand_in, blaaiz, person, fault, monkeypatch
) -> None:
    # Each byte comes well within the time-outs of the connection: only the whole is too slow.
    await blaaiz.get_customer(person)
    monkeypatch.setattr(client_module, "_WHOLE_CALL_S", 1.5)
    break_with(stand_in, path="/customer/", times=2, **fault)
    started = time.monotonic()
    with pytest.raises(Unavailable):
        await blaaiz.get_customer(person)
    with pytest.raises(OutcomeUnknown):
        await blaaiz.update_customer(person, {"first_name": "Kim"})
    assert time.monotonic() - started < 15


async def test_an_upload_that_is_answered_byte_by_byte_is_not_waited_for_for_ever(
    stand_in, blaaiz, person, monkeypatch
) -> None:
    target = await blaaiz.request_upload(person, "identity", "p.jpg", "image/jpeg")
    monkeypatch.setattr(client_module, "_WHOLE_UPLOAD_S", 1.0)
    break_with(stand_in, kind="latency", value=20, path="/storage/")
    with pytest.raises(OutcomeUnknown):
        await blaaiz.put_file(target, b"picture", "image/jpeg")


async def test_an_answer_without_end_is_not_taken_into_memory(stand_in, blaaiz, person) -> None:
    await blaaiz.get_customer(person)
    break_with(stand_in, kind="flood", value=64, path="/customer/", times=2)
    tracemalloc.start()
    with pytest.raises(Unavailable):
        await blaaiz.get_customer(person)
    with pytest.raises(OutcomeUnknown):
        await blaaiz.update_customer(person, {"first_name": "Kim"})
    # The stand-in sends from this process too, piece by piece.
    assert tracemalloc.get_traced_memory()[1] < 40 * 1024 * 1024
    tracemalloc.stop()


async def test_a_pause_that_the_token_endpoint_asks_for_is_kept_by_all_calls(
    stand_in, blaaiz, person
) -> None:
    break_with(stand_in, kind="retry_after", value=40, path="/oauth/token", times=-1)
    with pytest.raises(RateLimited) as told:
        await blaaiz.get_customer(person)
    assert told.value.retry_after_s == 40
    with pytest.raises(Paused) as paused:
        await blaaiz.get_customer(person)
    assert 35 < paused.value.retry_after_s <= 40
    calls = httpx.get(f"{stand_in.url}/sandbox/calls").json()
    assert sum(call["path"] == "/oauth/token" for call in calls) == 1


@pytest.mark.parametrize(
    ("expires_in", "life_s"),
    [(900, 900), ("900", 900), (None, 900), ([], 900), ("soon", 900), (True, 900), ("1e999", 900)],
)
def test_a_tokens_life_is_read_or_assumed(expires_in, life_s) -> None:
    assert token_module._life_s(expires_in) == life_s


@pytest.mark.parametrize(
    ("base_url", "url", "is_taken"),
    [
        ("https://api-dev.blaaiz.com", "https://files.example.com/x", True),
        ("https://api-dev.blaaiz.com", "http://files.example.com/x", False),
        ("https://api-dev.blaaiz.com", "http://127.0.0.1/x", False),
        ("http://127.0.0.1:9", "http://127.0.0.1:9/x", True),
        ("http://127.0.0.1:9", "http://files.example.com/x", False),
        ("http://127.0.0.1:9", "ftp://127.0.0.1/x", False),
        ("http://127.0.0.1:9", "/x", False),
    ],
)
async def test_documents_leave_in_the_clear_for_no_other_machine(base_url, url, is_taken) -> None:
    blaaiz = BlaaizClient(base_url, CREDENTIALS)
    reply = {"file_id": "f", "url": url}
    if is_taken:
        assert blaaiz._target(reply).url == url
    else:
        with pytest.raises(UploadUnsafe):
            blaaiz._target(reply)
    await blaaiz.close()


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b"9" * 10_000, b"\xff"])
def test_a_body_that_cannot_be_read_is_no_object(body: bytes) -> None:
    assert envelopes.parse_object(body) == {}


async def test_nobody_there_is_unreachable() -> None:
    blaaiz = BlaaizClient("http://127.0.0.1:9", CREDENTIALS)
    with pytest.raises(Unreachable):
        await blaaiz.get_customer("x")
    await blaaiz.close()


async def test_validation_errors_are_kept_field_by_field(blaaiz, person) -> None:
    with pytest.raises(Refused) as raised:
        await blaaiz.update_customer(person, {"id_type": "library_card", "owners": []})
    assert set(raised.value.errors) == {"id_type", "owners"}


async def test_an_id_cannot_lead_to_another_path(blaaiz) -> None:
    for odd in ("../oauth", "a/b", "", "a?b", "a%2fb"):
        with pytest.raises(NotFound):
            await blaaiz.get_customer(odd)


async def test_an_upload_address_works_once_it_is_given_and_is_attached(
    blaaiz, person, stand_in
) -> None:
    target = await blaaiz.request_upload(person, "identity", "p.jpg", "image/jpeg")
    await blaaiz.put_file(target, b"picture", "image/jpeg")
    await blaaiz.attach_files(person, {"id_file": target.file_id})
    state = httpx.get(f"{stand_in.url}/sandbox/state").json()
    assert state["customers"][0]["files"] == {"id_file": [target.file_id]}
    assert state["files"][0]["sha256"] == hashlib.sha256(b"picture").hexdigest()
    with pytest.raises(Refused):
        await blaaiz.attach_files(person, {"id_file": "not-a-file"})


def signed(body: bytes, stamp: str, secret: str = "s") -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def test_webhooks_must_be_signed_and_fresh() -> None:
    verify(b"{}", signed(b"{}", "1000"), "1000", "s", clock=lambda: 1299)
    for body, stamp, secret, now in (
        (b"{ }", "1000", "s", 1000),
        (b"{}", "1000", "other", 1000),
        (b"{}", "1000", "s", 1301),
        (b"{}", "-5", "s", 0),
        (b"{}", "9" * 5000, "s", 1000),
        (b"{}", "\u0661\u0660\u0660\u0660", "s", 1000),
        (b"{}", "1000", "", 1000),
    ):
        with pytest.raises(SignatureInvalid):
            verify(body, signed(b"{}", "1000"), stamp, secret, clock=lambda now=now: now)
