"""Bodies that are too many, too slow or endless, before and while they are read."""

import asyncio
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI, Request

from service.api import admission
from service.api.admission import Admission
from service.api.body_limit import BodyLimit
from service.api.problems import add_problem_handlers
from service.pool import PoolFull

FORM = {"content-type": "multipart/form-data; boundary=x"}


class Pool:
    full = False

    def require_room(self) -> None:
        if self.full:
            raise PoolFull(7)


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    app.state.parts = SimpleNamespace(pool=Pool())
    app.state.read = 0
    add_problem_handlers(app)

    @app.post("/")
    async def read(request: Request) -> dict[str, int]:
        async for chunk in request.stream():
            app.state.read += len(chunk)
        return {"read": app.state.read}

    app.add_middleware(BodyLimit)
    app.add_middleware(Admission)
    return app


async def post(app: FastAPI, content, headers) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        return await client.post("/", content=content, headers=headers)


async def pieces(count: int, pause_s: float):
    for _ in range(count):
        yield b"x" * 1000
        await asyncio.sleep(pause_s)


async def test_a_full_pool_refuses_before_the_body_is_read(app: FastAPI) -> None:
    app.state.parts.pool.full = True
    reply = await post(app, b"x" * 5000, FORM)
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "7")
    assert reply.json()["code"] == "busy"
    assert app.state.read == 0
    # What brings no picture is answered all the same.
    assert (await post(app, b"{}", {"content-type": "application/json"})).status_code == 200


async def test_all_forms_on_their_way_have_one_measure(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "_IN_FLIGHT_BYTES", 50_000)
    monkeypatch.setattr(admission, "_UNTOLD_BYTES", 40_000)
    first = asyncio.create_task(post(app, pieces(3, 0.2), FORM))
    await asyncio.sleep(0.1)
    reply = await post(app, b"x" * 20_000, FORM)
    assert (reply.status_code, reply.json()["code"]) == (503, "busy")
    assert int(reply.headers["retry-after"]) > 0
    assert (await first).status_code == 200
    assert (await post(app, b"x" * 20_000, FORM)).status_code == 200


@pytest.mark.parametrize("headers", [FORM, {"content-type": "application/json"}])
async def test_a_body_that_stops_or_never_ends_is_answered(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(admission, "PAUSE_S", 0.2)
    stopped = await post(app, pieces(3, 0.5), headers)
    assert (stopped.status_code, stopped.json()["code"]) == (408, "body_too_slow")
    monkeypatch.setattr(admission, "PAUSE_S", 10)
    monkeypatch.setattr(admission, "BODY_S", 0.5)
    dripped = await post(app, pieces(1000, 0.05), headers)
    assert dripped.status_code == 408
    assert app.state.read < 100_000
    # A body that is whole may be worked on for longer than it may take to arrive.
    assert (await post(app, b"x", headers)).status_code == 200
