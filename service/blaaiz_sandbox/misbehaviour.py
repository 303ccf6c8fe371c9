"""Carries out the faults: between the connection and the routes, so that a reply can be lost."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.blaaiz_sandbox.faults import Fault
from service.blaaiz_sandbox.sandbox import Sandbox

_PIECE = 256 * 1024


class Misbehaviour:
    """ASGI middleware. Control pages under /sandbox always behave."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self.app, self.sandbox = app, sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/sandbox"):
            await self.app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        faults = self.sandbox.faults.hitting(method, path)
        by_kind = {fault.kind: fault for fault in faults}
        body = await _read(receive)
        if "latency" in by_kind:
            await asyncio.sleep(by_kind["latency"].value)
        if "expire_token" in by_kind:
            self.sandbox.tokens.clear()
        if "drop_before" in by_kind:
            await _drop(send)
            return
        if (answer := _answer_instead(faults)) is not None:
            self.sandbox.note_call(method, path, answer[0])
            await _answer(send, *answer)
            return
        if "lie" in by_kind and method == "PUT":
            scope, body = {**scope, "method": "GET"}, b""
        if "half_upload" in by_kind:
            body = body[: len(body) // 2]
        status = 0
        reply: list[Message] = []
        for _ in range(2 if "twice" in by_kind else 1):
            reply = await self._take(scope, body)
            status = next(m["status"] for m in reply if m["type"] == "http.response.start")
            self.sandbox.note_call(method, path, status)
        if by_kind.keys() & {"drop_after", "half_upload"}:
            await _drop(send)
        elif "garbage" in by_kind:
            await _answer(send, 200, b"<html>Under maintenance</html>", "text/html", {})
        elif "flood" in by_kind:
            await _flood(send, int(by_kind["flood"].value * 1024 * 1024))
        elif "drip" in by_kind:
            await _drip(send, reply, by_kind["drip"].value)
        elif "another_form" in by_kind:
            changed = in_another_form(b"".join(m.get("body", b"") for m in reply))
            await _answer(send, status, changed, "application/json", {})
        else:
            for message in reply:
                await send(message)

    async def _take(self, scope: Scope, body: bytes) -> list[Message]:
        reply: list[Message] = []
        asked = False

        async def receive() -> Message:
            nonlocal asked
            if asked:
                return {"type": "http.disconnect"}
            asked = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def keep(message: Message) -> None:
            reply.append(message)

        await self.app({**scope}, receive, keep)
        return reply


def _answer_instead(faults: Sequence[Fault]) -> tuple[int, bytes, str, dict[str, str]] | None:
    for fault in faults:
        if fault.kind == "status":
            return int(fault.value), b'{"message": "Server Error"}', "application/json", {}
        if fault.kind == "refuse":
            body = {"message": "The given data was invalid.", "errors": fault.errors}
            return int(fault.value or 422), json.dumps(body).encode(), "application/json", {}
        if fault.kind == "retry_after":
            after = {"retry-after": str(int(fault.value))}
            return 429, b'{"message": "Too Many Attempts."}', "application/json", after
    return None


async def _read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def _answer(
    send: Send, status: int, body: bytes, media_type: str, headers: dict[str, str]
) -> None:
    pairs: Any = {"content-type": media_type, "content-length": str(len(body)), **headers}
    raw = [(name.encode(), value.encode()) for name, value in pairs.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


async def _drip(send: Send, reply: Sequence[Message], pause_s: float) -> None:
    body = b"".join(message.get("body", b"") for message in reply)
    await send(next(m for m in reply if m["type"] == "http.response.start"))
    for n in range(len(body)):
        await asyncio.sleep(pause_s)
        is_last = n == len(body) - 1
        await send(
            {"type": "http.response.body", "body": body[n : n + 1], "more_body": not is_last}
        )


async def _flood(send: Send, size: int) -> None:
    """An object that never seems to end, without being held here as a whole."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b'{"data": "', "more_body": True})
    for _ in range(0, size, _PIECE):
        await send({"type": "http.response.body", "body": b"x" * _PIECE, "more_body": True})
    await send({"type": "http.response.body", "body": b'"}'})


def in_another_form(body: bytes) -> bytes:
    """A reply whose owners are the same and look otherwise, as a later version may show them."""
    reply = json.loads(body or b"null")
    data = reply.get("data") if isinstance(reply, dict) else None
    owners = data.get("owners") if isinstance(data, dict) else None
    for owner in owners if isinstance(owners, list) else ():
        for name, value in owner.items():
            if isinstance(value, bool):
                owner[name] = int(value)
            elif isinstance(value, (int, float)):
                owner[name] = f"{value:.2f}"
            elif isinstance(value, str) and name not in {"id", "status"}:
                owner[name] = f" {value.upper()} "
    return json.dumps(reply).encode()


async def _drop(send: Send) -> None:
    """A reply that breaks off: the client sees a connection that was closed."""
    headers = [(b"content-length", b"1000000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{", "more_body": False})
