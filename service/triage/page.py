"""What all pages share: templates, headers, the way to sign in, the theme."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode, urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from markupsafe import Markup, escape

from service.actions.parts import Parts
from service.triage.session import Analyst, analyst_of, is_genuine, token_of

HERE: Final = Path(__file__).parent
_THEME_COOKIE: Final = "prescreen_theme"
_THEMES: Final = frozenset({"light", "dark"})

templates: Final = Jinja2Templates(directory=HERE / "templates")


class SignedOut(Exception):
    """There is no session: the page of sign-in answers."""


class FormTooOld(Exception):
    """A form that was not made for this session."""


def parts_of(request: Request) -> Parts:
    """The parts of the running service."""
    parts: Any = request.app.state.parts
    return parts


async def _signed_in(request: Request) -> Analyst:
    analyst = await analyst_of(request, parts_of(request))
    if analyst is None:
        raise SignedOut
    return analyst


SignedIn = Annotated[Analyst, Depends(_signed_in)]
"""Whoever is signed in; without a session the route is not entered."""


async def _genuine(request: Request, analyst: SignedIn) -> Analyst:
    if not is_genuine(analyst, await token_of(request)):
        raise FormTooOld
    return analyst


Genuine = Annotated[Analyst, Depends(_genuine)]
"""The same for what changes something: the form must carry this session's token."""


def sign_in_address(goes_to: str = "") -> str:
    """Of the page of sign-in, which leads back to a page of the console afterwards."""
    query = f"?{urlencode({'goes_to': goes_to})}" if goes_to else ""
    return f"/triage/sign-in{query}"


def to_sign_in(goes_to: str = "") -> Response:
    """The way there."""
    return RedirectResponse(sign_in_address(goes_to), 303)


async def answer_signed_out(request: Request, _: Exception) -> Response:
    """A page is led to sign in, and back again; a script or picture is told."""
    wants_page = "text/html" in request.headers.get("accept", "*/*").replace("*/*", "text/html")
    present = _present_page(request)
    if wants_page and "hx-request" not in request.headers and "/images/" not in request.url.path:
        return to_sign_in(present)
    return Response(status_code=401, headers={"HX-Redirect": sign_in_address(present)})


def _present_page(request: Request) -> str:
    """The page that the person looks at: what is asked for, or that from which a form came."""
    address = str(request.url)
    if request.method != "GET" or "hx-request" in request.headers:
        address = request.headers.get("hx-current-url") or request.headers.get("referer", "")
    parsed = urlsplit(address)
    return f"{parsed.path}?{parsed.query}" if parsed.query else parsed.path


async def answer_too_old(request: Request, _: Exception) -> Response:
    """The form is of another session."""
    return page(request, "problem.html", 403, title="The form was too old", analyst=None)


def page(request: Request, name: str, status: int = 200, **context: object) -> HTMLResponse:
    """A page; the headers that all have come from the guard."""
    theme = request.cookies.get(_THEME_COOKIE, "")
    return templates.TemplateResponse(
        request,
        name,
        {"theme": theme if theme in _THEMES else "auto", **context},
        status_code=status,
    )


def age_in_words(age: timedelta) -> str:
    """E.g. "4 min", "3 h", "12 d"."""
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


def in_words(name: object) -> str:
    """A code or kind as words."""
    return str(name or "").replace("_", " ")


def when(at: datetime | str | None) -> str:
    """A time to the second, in UTC."""
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    return at.strftime("%Y-%m-%d %H:%M:%S") if at else ""


Handler = Callable[[Request, Exception], Awaitable[Response]]


def breakable(code: object) -> Markup:
    """A code that may go on in the next line after each of its words."""
    return Markup("_<wbr>").join(escape(word) for word in str(code or "").split("_"))


templates.env.filters |= {"words": in_words, "when": when, "breakable": breakable}
