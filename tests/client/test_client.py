"""The client repeats what may be repeated, and says what went wrong."""

import ast
import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

import prescreen.client
from prescreen.client import (
    AsyncClient,
    BusyError,
    Client,
    ConflictError,
    InvalidError,
    NotAllowedError,
    SignatureError,
    UnreachableError,
    verify_webhook,
)
from service.notify.sign import sign

SCREENING = {"id": "scr_1", "verdict": "accepted", "findings": [], "document": {"number": "1"}}
Reply = httpx.Response | Exception


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that would have been made."""
    made: list[float] = []

    async def no_sleep(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr("prescreen.client.client.time.sleep", made.append)
    monkeypatch.setattr("prescreen.client.async_client.asyncio.sleep", no_sleep)
    return made


class Server:
    """Answers one after the other; the last one again and again."""

    def __init__(self, *replies: Reply) -> None:
        self.replies, self.requests = list(replies), list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply


def sync_call(server: Server, work: Callable) -> object:
    with httpx.Client(transport=httpx.MockTransport(server)) as http:
        return work(Client("http://prescreen.test/", "psk_1", http=http))


def async_call(server: Server, work: Callable) -> object:
    async def run() -> object:
        async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as http:
            return await work(AsyncClient("http://prescreen.test/", "psk_1", http=http))

    return asyncio.run(run())


both = pytest.mark.parametrize("call", [sync_call, async_call])


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    body = {"code": code, "detail": "Why.", "errors": [{"field": "f", "code": "c", "message": "m"}]}
    return httpx.Response(status, json=body, headers=headers)


def screen(client):
    return client.screen(b"picture", country="GB", reference="person-1")


@both
def test_a_screening_is_sent_again_under_the_same_key(call, pauses: list[float]) -> None:
    server = Server(
        httpx.ReadTimeout("no answer"),
        problem(503, "busy", **{"Retry-After": "2"}),
        httpx.Response(201, json=SCREENING),
    )
    screening = call(server, screen)
    assert (screening.id, screening.is_accepted, screening.first) == ("scr_1", True, None)
    keys = {one.headers["Idempotency-Key"] for one in server.requests}
    assert (len(server.requests), len(keys)) == (3, 1)
    assert all(b"picture" in one.read() for one in server.requests)  # whole each time
    assert pauses == [0.5, 2.0]


@both
def test_two_screenings_have_two_keys_and_a_given_one_is_kept(call) -> None:
    server = Server(httpx.Response(201, json=SCREENING))
    call(server, screen)
    call(server, screen)
    call(server, lambda client: client.screen(b"x", country="GB", idempotency_key="mine"))
    keys = [one.headers["Idempotency-Key"] for one in server.requests]
    assert len(set(keys)) == 3
    assert keys[2] == "mine"


@both
def test_what_might_be_done_twice_is_not_repeated(call) -> None:
    lost = Server(httpx.ReadTimeout("no answer"))
    with pytest.raises(UnreachableError):
        call(lost, lambda client: client.issue_upload_token(country="GB"))
    assert len(lost.requests) == 1
    never_left = Server(httpx.ConnectError("refused"))
    with pytest.raises(UnreachableError):
        call(never_left, lambda client: client.issue_upload_token(country="GB"))
    assert len(never_left.requests) == 3


@both
@pytest.mark.parametrize(
    ("status", "kind"), [(401, NotAllowedError), (422, InvalidError), (409, ConflictError)]
)
def test_an_answer_that_will_not_change_is_not_asked_for_again(call, status, kind) -> None:
    server = Server(problem(status, "some_code", **{"X-Request-Id": "req_1"}))
    with pytest.raises(kind) as raised:
        call(server, screen)
    assert len(server.requests) == 1
    assert (raised.value.code, raised.value.status) == ("some_code", status)
    assert (raised.value.errors[0].field, raised.value.request_id) == ("f", "req_1")


@both
def test_a_first_request_that_still_runs_is_waited_for(call) -> None:
    server = Server(
        problem(409, "idempotency_in_progress", **{"Retry-After": "1"}),
        httpx.Response(201, json=SCREENING),
    )
    assert call(server, screen).id == "scr_1"


@both
def test_a_gateways_page_is_an_error_too(call) -> None:
    server = Server(httpx.Response(502, text="<html>Bad gateway</html>"))
    with pytest.raises(BusyError) as raised:
        call(server, screen)
    assert raised.value.code == "http_502"
    assert len(server.requests) == 3


def test_lists_are_read_page_by_page() -> None:
    pages = [
        {"data": [SCREENING | {"id": "scr_3"}, SCREENING | {"id": "scr_2"}], "next_cursor": "c1"},
        {"data": [SCREENING], "next_cursor": None},
    ]
    server = Server(*(httpx.Response(200, json=page) for page in pages))
    found = sync_call(server, lambda client: [one.id for one in client.screenings(code="x")])
    assert found == ["scr_3", "scr_2", "scr_1"]
    assert [one.url.params.get("cursor") for one in server.requests] == [None, "c1"]
    assert {one.url.params["code"] for one in server.requests} == {"x"}


def test_ids_stay_inside_their_path() -> None:
    server = Server(httpx.Response(200, json=SCREENING))
    sync_call(server, lambda client: client.get_screening("../keys?x=1"))
    assert server.requests[0].url.raw_path == b"/v1/screenings/..%2Fkeys%3Fx%3D1"


def test_both_clients_have_the_same_calls() -> None:
    public = lambda kind: {name for name in vars(kind) if not name.startswith("_")}  # noqa: E731
    assert public(Client) == public(AsyncClient)
    assert len(public(Client)) > 12


def test_it_imports_nothing_of_the_service() -> None:
    folder = Path(prescreen.client.__file__).parent
    imported: set[str] = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {one.name.partition(".")[0] for one in node.names}
            if isinstance(node, ast.ImportFrom):
                imported.add(node.module.partition(".")[0])
    assert "httpx" in imported
    assert imported & {"service", "pydantic"} == set()


def test_a_webhook_is_believed_when_it_is_signed_and_fresh() -> None:
    body, now = b'{"type": "screening.decided"}', datetime.now(UTC)
    timestamp = str(int(time.time()))
    signature = sign("secret", int(timestamp), body)
    verify_webhook(body, timestamp, signature, "secret", now)
    for changed in (
        (body + b" ", timestamp, signature, "secret", now),
        (body, timestamp, signature, "other", now),
        (body, timestamp, signature, "secret", now + timedelta(minutes=6)),
        (body, "soon", sign("secret", 0, body), "secret", now),
    ):
        with pytest.raises(SignatureError):
            verify_webhook(*changed)
