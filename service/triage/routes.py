"""The triage pages: the queue, a case, a decision."""

from typing import Annotated

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from service.actions.decide_screening import (
    Decision,
    DecisionRefused,
    DecisionRequest,
    ScreeningMissing,
    decide_screening,
)
from service.actions.parts import Parts
from service.actions.view_picture import PictureMissing, view_picture
from service.screening.catalogue import REASONS
from service.store import audit, screenings
from service.store.engine import read_only
from service.store.submissions import of_screening
from service.store.tables import Screening
from service.triage.case import case_of
from service.triage.page import HERE, page, parts_of, to_sign_in
from service.triage.session import Analyst, analyst_of, is_genuine

_PAGE = 30
_QUEUES = ("review", "rejected", "retake", "accepted")
_SHOWN = {"upright", "thumbnail", "mrz"}

router = APIRouter(prefix="/triage", include_in_schema=False)


def mount_triage(app: FastAPI) -> None:
    """Adds the pages and their static files."""
    app.mount("/triage/static", StaticFiles(directory=HERE / "static"), name="triage-static")
    app.include_router(router)


@router.get("")
async def queue(request: Request, verdict: str = "review", before: str | None = None) -> Response:
    """Screenings that stand at one verdict, newest first."""
    parts = parts_of(request)
    analyst = await analyst_of(request, parts)
    if analyst is None:
        return to_sign_in()
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
    return page(
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
    parts = parts_of(request)
    analyst = await analyst_of(request, parts)
    if analyst is None:
        return to_sign_in()
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
        return page(request, "missing.html", 404, analyst=analyst)
    return page(
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
    parts = parts_of(request)
    analyst = await analyst_of(request, parts)
    if analyst is None:
        return Response(status_code=401)
    if rendition not in _SHOWN:
        return Response(status_code=404)
    try:
        picture = await view_picture(
            parts.sessions,
            parts.blobs,
            screening_id,
            side,
            rendition,
            analyst.account_id,
            parts.now(),
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
    parts = parts_of(request)
    analyst = await analyst_of(request, parts)
    if analyst is None:
        return to_sign_in()
    if not is_genuine(analyst, csrf):
        return await _case(request, parts, analyst, screening_id, "The form was too old.", 403)
    try:
        wanted = DecisionRequest(Decision(decision), code or None, note)
        await decide_screening(
            parts.sessions, screening_id, wanted, analyst.account_id, parts.now()
        )
    except (DecisionRefused, ValueError) as refusal:
        why = str(refusal) if isinstance(refusal, DecisionRefused) else "Choose a decision."
        return await _case(request, parts, analyst, screening_id, why, 422)
    except ScreeningMissing:
        return page(request, "missing.html", 404, analyst=analyst)
    return RedirectResponse(f"/triage/{screening_id}", 303)
