"""The triage pages: sign in, the queue, a case, a decision."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from service.actions.decide_screening import (
    Decision,
    DecisionRefused,
    DecisionRequest,
    ScreeningMissing,
    decide_screening,
)
from service.actions.issue_key import Role
from service.actions.parts import Parts
from service.actions.view_picture import PictureMissing, view_picture
from service.screening.catalogue import REASONS
from service.store import audit, screenings
from service.store.engine import read_only
from service.store.keys import find_key
from service.store.submissions import of_screening
from service.store.tables import Screening
from service.triage.case import case_of
from service.triage.session import Analyst, analyst_of, is_genuine, sign_in, sign_out

_HERE = Path(__file__).parent
_PAGE = 30
_QUEUES = ("review", "rejected", "retake", "accepted")
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'",
    "Cache-Control": "no-store",
}
_SHOWN = {"upright", "thumbnail", "mrz"}

router = APIRouter(prefix="/triage", include_in_schema=False)
templates = Jinja2Templates(directory=_HERE / "templates")


def mount_triage(app: FastAPI) -> None:
    """Adds the pages and their static files."""
    app.mount("/triage/static", StaticFiles(directory=_HERE / "static"), name="triage-static")
    app.include_router(router)


def _parts(request: Request) -> Parts:
    parts: Any = request.app.state.parts
    return parts


def _page(request: Request, name: str, status: int = 200, **context: object) -> HTMLResponse:
    return templates.TemplateResponse(request, name, context, status_code=status, headers=_HEADERS)


def _to_sign_in() -> Response:
    return RedirectResponse("/triage/sign-in", 303)


@router.get("/sign-in")
async def sign_in_page(request: Request) -> Response:
    """Asks for a key."""
    return _page(request, "sign_in.html", wrong=False)


@router.post("/sign-in")
async def take_key(request: Request, key: Annotated[str, Form(max_length=200)]) -> Response:
    """Opens a session for an analyst's or admin's key."""
    parts = _parts(request)
    wait = await request.app.state.rate.take("triage-sign-in")
    async with read_only(parts.sessions) as session:
        found = await find_key(session, key.strip())
    if wait is not None or found is None or found.role == Role.FRONTEND.value:
        return _page(request, "sign_in.html", 401, wrong=True)
    response = RedirectResponse("/triage", 303)
    sign_in(parts, response, found.id, is_https=request.url.scheme == "https")
    return response


@router.post("/sign-out")
async def leave(request: Request, csrf: Annotated[str, Form(max_length=128)]) -> Response:
    """Ends the session."""
    analyst = await analyst_of(request, _parts(request))
    response = _to_sign_in()
    if analyst is not None and is_genuine(analyst, csrf):
        sign_out(response)
    return response


@router.get("")
async def queue(request: Request, verdict: str = "review", before: str | None = None) -> Response:
    """Screenings that stand at one verdict, newest first."""
    parts = _parts(request)
    analyst = await analyst_of(request, parts)
    if analyst is None:
        return _to_sign_in()
    chosen = verdict if verdict in _QUEUES else "review"
    async with read_only(parts.sessions) as session:
        rows = await screenings.list_screenings(
            session,
            screenings.ScreeningFilter(standing=chosen),
            limit=_PAGE + 1,
            before=before[:40] if before else None,
        )
        counts = await screenings.count_by_standing(session)
    more = rows[_PAGE - 1].id if len(rows) > _PAGE else None
    return _page(
        request,
        "queue.html",
        analyst=analyst,
        rows=rows[:_PAGE],
        counts=counts,
        queues=_QUEUES,
        chosen=chosen,
        more=more,
        now=parts.now(),
    )


@router.get("/{screening_id}")
async def case(request: Request, screening_id: str) -> Response:
    """One screening whole."""
    parts = _parts(request)
    analyst = await analyst_of(request, parts)
    if analyst is None:
        return _to_sign_in()
    return await _case(request, parts, analyst, screening_id)


async def _case(
    request: Request,
    parts: Parts,
    analyst: Analyst,
    screening_id: str,
    problem: str = "",
    status: int = 200,
) -> Response:
    async with read_only(parts.sessions) as session:
        row = await session.get(Screening, screening_id)
        pictures = await screenings.pictures_of(session, screening_id)
        history = await audit.history_of(session, screening_id)
        submissions = await of_screening(session, screening_id)
    if row is None:
        return _page(request, "missing.html", 404, analyst=analyst)
    return _page(
        request,
        "case.html",
        status,
        analyst=analyst,
        row=row,
        problem=problem,
        history=history,
        submissions=submissions,
        case=case_of(row, pictures),
        codes=sorted(REASONS),
    )


@router.get("/{screening_id}/images/{side}/{rendition}")
async def image(request: Request, screening_id: str, side: str, rendition: str) -> Response:
    """A picture; each look is in the audit log."""
    parts = _parts(request)
    analyst = await analyst_of(request, parts)
    if analyst is None:
        return Response(status_code=401)
    if rendition not in _SHOWN:
        return Response(status_code=404)
    try:
        picture = await view_picture(
            parts.sessions, parts.blobs, screening_id, side, rendition, analyst.key_id, parts.now()
        )
    except PictureMissing:
        return Response(status_code=404)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return Response(picture.content, media_type=picture.media_type, headers=headers)


@router.post("/{screening_id}/decision")
async def decide(
    request: Request,
    screening_id: str,
    csrf: Annotated[str, Form(max_length=128)],
    decision: Annotated[str, Form(max_length=16)],
    note: Annotated[str, Form(max_length=2000)] = "",
    code: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Takes the decision and goes on to the next case of the same queue."""
    parts = _parts(request)
    analyst = await analyst_of(request, parts)
    if analyst is None:
        return _to_sign_in()
    if not is_genuine(analyst, csrf):
        return await _case(request, parts, analyst, screening_id, "The form was too old.", 403)
    try:
        wanted = DecisionRequest(Decision(decision), code or None, note)
        await decide_screening(parts.sessions, screening_id, wanted, analyst.key_id, parts.now())
    except (DecisionRefused, ValueError) as refusal:
        why = str(refusal) if isinstance(refusal, DecisionRefused) else "Choose a decision."
        return await _case(request, parts, analyst, screening_id, why, 422)
    except ScreeningMissing:
        return _page(request, "missing.html", 404, analyst=analyst)
    return RedirectResponse(f"/triage/{screening_id}", 303)
