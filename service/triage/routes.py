"""The triage pages: how they are mounted, and how one signs in and out."""

from typing import Annotated

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from service.actions.issue_key import Role
from service.store.engine import read_only
from service.store.keys import find_key
from service.triage import case_pages, insight_pages, queue_pages
from service.triage.live import Feed
from service.triage.page import (
    HERE,
    FormTooOld,
    SignedOut,
    answer_signed_out,
    answer_too_old,
    page,
    parts_of,
    to_sign_in,
)
from service.triage.session import analyst_of, is_genuine, sign_in, sign_out

router = APIRouter(prefix="/triage", include_in_schema=False)


def mount_triage(app: FastAPI) -> None:
    """Adds the pages and their static files."""
    app.state.triage_feed = Feed()
    app.add_exception_handler(SignedOut, answer_signed_out)
    app.add_exception_handler(FormTooOld, answer_too_old)
    app.mount("/triage/static", StaticFiles(directory=HERE / "static"), name="triage-static")
    app.include_router(router)
    # Those with a screening's id in their path come last: they take any word.
    for pages in (insight_pages, queue_pages, case_pages):
        app.include_router(pages.router)


@router.get("/sign-in")
async def sign_in_page(request: Request) -> Response:
    """Asks for a key."""
    return page(request, "sign_in.html", wrong=False)


@router.post("/sign-in")
async def take_key(request: Request, key: Annotated[str, Form(max_length=200)]) -> Response:
    """Opens a session for an analyst's or admin's key."""
    parts = parts_of(request)
    wait = request.app.state.rate.take("triage-sign-in")
    async with read_only(parts.sessions) as session:
        found = await find_key(session, key.strip())
    if wait is not None or found is None or found.role == Role.FRONTEND.value:
        return page(request, "sign_in.html", 401, wrong=True)
    response = RedirectResponse("/triage", 303)
    sign_in(parts, response, found.id, is_https=request.url.scheme == "https")
    return response


@router.post("/sign-out")
async def leave(request: Request, csrf: Annotated[str, Form(max_length=128)]) -> Response:
    """Ends the session."""
    analyst = await analyst_of(request, parts_of(request))
    response = to_sign_in()
    if analyst is not None and is_genuine(analyst, csrf):
        sign_out(response)
    return response
