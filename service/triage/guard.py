"""What holds for every page of the console, whichever route answers: origin and headers."""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PATH: Final = "/triage"
_STATIC: Final = "/triage/static/"
_SAFE: Final = frozenset(["GET", "HEAD", "OPTIONS"])
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), "
    "display-capture=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class TriageGuard:
    """Refuses changes that another site asked for, and adds the headers that every page has.

    The token of forms is the lock; this is the second one, should a route forget to ask for it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on what is not the console's, or is asked for by the console itself."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path == _PATH or path.startswith(f"{_PATH}/")):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if not path.startswith(_STATIC):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        headers = Headers(scope=scope)
        if scope["method"] not in _SAFE and (why := _refused(headers)):
            answer = PlainTextResponse(why, 403)
            await answer(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def _refused(headers: Headers) -> str:
    if headers.get("content-type", "").startswith("multipart/"):
        return "Forms of the console hold no files."
    # Fetch Metadata where the browser sends it, else Origin; programs send neither.
    site = headers.get("sec-fetch-site")
    if site is not None:
        return "" if site in {"same-origin", "none"} else "Another site asked for this."
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        return "Another site asked for this."
    return ""
