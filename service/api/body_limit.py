"""Bodies other than forms are small: taken whole before anything works on them, or refused."""

from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import problem_response

MAX_BYTES: Final = 1024 * 1024


class BodyLimit:
    """Forms with files have limits of their own, in `api.uploads`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on the request with its body, or answers 413 once it is too large."""
        if scope["type"] != "http" or is_form(scope):
            await self._app(scope, receive, send)
            return
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            if len(body) > MAX_BYTES:
                refusal = problem_response(
                    Request(scope), 413, "body_too_large", "The body has at most 1 MB."
                )
                await refusal(scope, receive, send)
                return
            if not message.get("more_body", False):
                break
        is_handed_on = False

        async def whole() -> Message:
            nonlocal is_handed_on
            if is_handed_on:
                return await receive()
            is_handed_on = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, whole, send)


def is_form(scope: Scope) -> bool:
    """Whether the body is a form with files."""
    headers = dict(scope["headers"])
    return headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")
