"""Bodies other than forms are small; a larger one is cut off while it arrives."""

from typing import Final

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BYTES: Final = 1024 * 1024


class BodyLimit:
    """Counts what arrives. Forms with files have limits of their own, in `api.uploads`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with a counting `receive`."""
        if scope["type"] != "http" or _is_form(scope):
            await self._app(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MAX_BYTES:
                raise HTTPException(413, "The body has at most 1 MB.")
            return message

        await self._app(scope, counted, send)


def _is_form(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")
