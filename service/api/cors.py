"""Cross-origin calls: from the origins that the operator names, to what the component calls."""

from collections.abc import Sequence
from typing import Final

from fastapi import Request
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_METHODS: Final = {"/v1/screenings": "POST", "/v1/previews": "POST", "/v1/requirements": "GET"}
_SENT: Final = ("Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id")
_READ: Final = (
    "Content-Language",
    "Idempotent-Replayed",
    "RateLimit",
    "Retry-After",
    "X-Request-Id",
)
_PREFLIGHT_KEPT_S: Final = 3600


class Cors:
    """Leaves every other path as it is: a page elsewhere cannot read it."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._open = {
            path: CORSMiddleware(
                app,
                allow_origins=origins,
                allow_methods=(method,),
                allow_headers=_SENT,
                expose_headers=_READ,
                max_age=_PREFLIGHT_KEPT_S,
            )
            for path, method in _METHODS.items()
            if origins
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands the request on, by way of the path's own rules where it has some."""
        app = self._open.get(scope["path"]) if scope["type"] == "http" else None
        await (app or self._app)(scope, receive, send)


def comes_from_a_page(request: Request) -> bool:
    """Whether a page of one of those origins sends this itself."""
    return request.headers.get("origin") in request.app.state.origins
