"""Bodies are small, unless the route that reads one asks for more: FastAPI reads them before keys are checked."""

from typing import Any, Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import Problem, problem_of

MAX_BYTES: Final = 1024 * 1024
_IN_SCOPE: Final = "prescreen.body"


class BodyLimit:
    """Small bodies are taken whole before anything works on them; forms are counted as they come."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on the request with its body, or answers 413 once it is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        counted = scope[_IN_SCOPE] = _Counted(receive)
        try:
            first = [] if is_form(scope) else await _all_of(counted)
        except Problem as refusal:
            await problem_of(Request(scope), refusal)(scope, receive, send)
            return

        async def handed_on() -> Message:
            return first.pop(0) if first else await counted()

        await self._app(scope, handed_on, send)


class _Counted:
    """A body's messages; raises Problem once they are more than `most`."""

    def __init__(self, receive: Receive) -> None:
        self.most = MAX_BYTES
        self._receive = receive
        self._taken = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        if self._taken > self.most:
            raise Problem(413, "body_too_large", f"The body has at most {self.most} bytes.")
        return message


def allow_more(request: Request, most: int) -> None:
    """For a route that reads its form itself: up to `most` bytes from now on."""
    counted: Any = request.scope.get(_IN_SCOPE)
    if isinstance(counted, _Counted):
        counted.most = most


async def _all_of(counted: _Counted) -> list[Message]:
    """The body in one message, or that the caller left. Raises Problem."""
    body = bytearray()
    while True:
        message = await counted()
        if message["type"] != "http.request":
            return [message]
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return [{"type": "http.request", "body": bytes(body), "more_body": False}]


def is_form(scope: Scope) -> bool:
    """Whether the body is a form with files."""
    headers = dict(scope["headers"])
    return headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")
