"""What all pages share: templates, the parts, the way to sign in."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from service.actions.parts import Parts

HERE: Final = Path(__file__).parent

templates: Final = Jinja2Templates(directory=HERE / "templates")


def parts_of(request: Request) -> Parts:
    """The parts of the running service."""
    parts: Any = request.app.state.parts
    return parts


def page(request: Request, name: str, status: int = 200, **context: object) -> HTMLResponse:
    """A page; the headers that all have come from the guard."""
    return templates.TemplateResponse(request, name, context, status_code=status)


def to_sign_in(goes_to: str = "") -> Response:
    """The way to the page of sign-in, and back to a page of the console afterwards."""
    query = f"?{urlencode({'goes_to': goes_to})}" if goes_to else ""
    return RedirectResponse(f"/triage/sign-in{query}", 303)
