"""Carries out the faults: between the connection and the routes, so that a reply can be lost."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.blaaiz_sandbox.faults import Fault
from service.blaaiz_sandbox.sandbox import Sandbox


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


async def _drop(send: Send) -> None:
    """A reply that breaks off: the client sees a connection that was closed."""
    headers = [(b"content-length", b"1000000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{", "more_body": False})
