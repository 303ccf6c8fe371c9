"""One case: its page, its pictures, corrections, the decision and its undoing."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from service.actions.correct_field import CorrectionRefused, FieldCorrection, correct_field
from service.actions.decide_screening import (
    FRAUD,
    Decision,
    DecisionRefused,
    DecisionRequest,
    ScreeningMissing,
    awaits_second,
    decide_screening,
    is_suspected,
    undo_decision,
)
from service.actions.view_picture import PictureMissing, view_picture
from service.policy.policy import NEVER_ACCEPTED_KINDS, Outcome
from service.screening.catalogue import REASONS
from service.store import audit, cases, claims, decisions, screenings
from service.store.accounts import names_of
from service.store.engine import read_only
from service.store.tables import HeldUpdate, Screening
from service.triage.address import address_of, address_of_query
from service.triage.case import case_of
from service.triage.comparison import compare_fields
from service.triage.page import Genuine, SignedIn, age_in_words, page, parts_of
from service.triage.proposals import proposals_for
from service.triage.queue_pages import to_next
from service.triage.session import Analyst
from service.triage.timeline import timeline_of
from service.triage.undo import undoable
from service.triage.zone import zone_of

router = APIRouter(prefix="/triage", include_in_schema=False)
_SHOWN: Final = {"upright", "mrz"}


@router.get("/{screening_id}")
async def show_case(
    request: Request, analyst: SignedIn, screening_id: str, done: str = ""
) -> Response:
    """One screening whole; its pictures stay closed until they are opened."""
    return await _case(request, analyst, screening_id, done=done)


async def _case(
    request: Request,
    analyst: Analyst,
    screening_id: str,
    *,
    problem: str = "",
    status: int = 200,
    done: str = "",
    view: str | None = None,
) -> Response:
    parts, now = parts_of(request), parts_of(request).now()
    address = address_of(request.query_params) if view is None else address_of_query(view)
    async with read_only(parts.sessions) as session:
        row = await session.get(Screening, screening_id)
        if row is None:
            return page(request, "missing.html", 404, analyst=analyst)
        pictures = await screenings.pictures_of(session, screening_id)
        history = await audit.history_of(session, screening_id)
        taken = await decisions.decisions_of(session, screening_id)
        corrections = await decisions.corrections_of(session, screening_id)
        related = await cases.related_to(session, row)
        submissions = await cases.submissions_of(session, screening_id, row.customer_id)
        held = await session.get(HeldUpdate, screening_id)
        undo = await undoable(session, done, analyst.account_id, now)
        actors = {one.actor for one in history} | {one.actor for one in taken} | {row.key_id}
        names = await names_of(session, actors)
    names[analyst.account_id] = "you"
    is_theirs = claims.holder_of(row, now) not in {None, analyst.account_id}
    return page(
        request,
        "case.html",
        status,
        analyst=analyst,
        row=row,
        address=address,
        problem=problem,
        case=case_of(row, pictures),
        zone=zone_of(row.wire.get("document") or {}),
        fields=compare_fields(row.wire, corrections),
        corrections=corrections,
        timeline=timeline_of(history, taken, names),
        related=related,
        submissions=submissions,
        held=held,
        undo=undo,
        is_theirs=is_theirs,
        awaits_second=awaits_second(row),
        was_first=awaits_second(row) and (row.decision or {}).get("by") == analyst.account_id,
        first_name=names.get((row.decision or {}).get("by", ""), "another analyst"),
        is_suspected=is_suspected(row),
        never_accepted=row.kind in NEVER_ACCEPTED_KINDS,
        proposals=proposals_for(row),
        codes=_codes(),
        undo_s=round(parts.triage.undo_within.total_seconds()),
        frontend=names.get(row.key_id, row.key_id[-8:]),
        age=age_in_words(now - row.created_at),
    )


def _codes() -> list[tuple[str, str, str]]:
    """Code, the decision that it explains, and its message."""
    kinds = {Outcome.RETAKE: "retake", Outcome.REJECT: "reject"}
    return [
        (
            code,
            "fraud" if code.startswith(FRAUD) else kinds.get(reason.outcome, "any"),
            reason.message,
        )
        for code, reason in sorted(REASONS.items())
    ]


@router.get("/{screening_id}/images/{side}/{rendition}")
async def show_picture(
    request: Request, analyst: SignedIn, screening_id: str, side: str, rendition: str
) -> Response:
    """A picture; each look is in the audit log."""
    parts = parts_of(request)
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
    analyst: Genuine,
    screening_id: str,
    decision: Annotated[str, Form(max_length=16)] = "",
    note: Annotated[str, Form(max_length=2000)] = "",
    code: Annotated[str, Form(max_length=64)] = "",
    forward: Annotated[str, Form(max_length=8)] = "",
    seen: Annotated[str, Form(max_length=40)] = "",
    view: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Takes the decision and goes on to the next case of the same view."""
    parts, now = parts_of(request), parts_of(request).now()

    async def refuse(why: str, status: int = 422) -> Response:
        return await _case(request, analyst, screening_id, problem=why, status=status, view=view)

    async with read_only(parts.sessions) as session:
        row = await session.get(Screening, screening_id)
    if row is None:
        return page(request, "missing.html", 404, analyst=analyst)
    if claims.holder_of(row, now) not in {None, analyst.account_id}:
        return await refuse(f"{row.claimed_name} works on this case.", 409)
    is_fraud = decision == "fraud"
    if is_fraud and not code.startswith(FRAUD):
        return await refuse("Say which trace of fraud: a code of authenticity.")
    try:
        wanted = DecisionRequest(
            Decision.REJECT if is_fraud else Decision(decision),
            code or None,
            note,
            forward_within=parts.triage.forward_deadline if forward else None,
            can_undo_for=parts.triage.undo_within,
            seen=seen,
        )
    except ValueError:
        return await refuse("Choose a decision.")
    try:
        row = await decide_screening(parts.sessions, screening_id, wanted, analyst.account_id, now)
    except DecisionRefused as refusal:
        return await refuse(str(refusal))
    except ScreeningMissing:
        return page(request, "missing.html", 404, analyst=analyst)
    taken: dict[str, Any] = row.decision or {}
    return await to_next(request, analyst, address_of_query(view), taken["id"])


@router.post("/{screening_id}/undo")
async def undo(
    request: Request,
    analyst: Genuine,
    screening_id: str,
    decision_id: Annotated[str, Form(max_length=40)],
    view: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Takes the last decision back, as long as nothing came of it, and shows the case again."""
    parts = parts_of(request)
    try:
        row = await undo_decision(
            parts.sessions, screening_id, decision_id, analyst.account_id, parts.now()
        )
    except DecisionRefused as refusal:
        return await _case(
            request, analyst, screening_id, problem=str(refusal), status=409, view=view
        )
    except ScreeningMissing:
        return page(request, "missing.html", 404, analyst=analyst)
    return RedirectResponse(address_of_query(view).link(f"/triage/{row.id}"), 303)


@router.post("/{screening_id}/corrections")
async def correct(
    request: Request,
    analyst: Genuine,
    screening_id: str,
    field: Annotated[str, Form(max_length=48)],
    truth: Annotated[str, Form(max_length=300)],
    may_train: Annotated[str, Form(max_length=8)] = "",
    view: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Keeps what a misread field really says. `field` is "name" of its surest source."""
    parts = parts_of(request)
    async with read_only(parts.sessions) as session:
        row = await session.get(Screening, screening_id)
    if row is None:
        return page(request, "missing.html", 404, analyst=analyst)
    shown = next((one for one in compare_fields(row.wire, ()).rows if one.name == field), None)
    cell = next((cell for cell in shown.cells if cell.value), None) if shown else None
    correction = FieldCorrection(
        field, cell.source if cell else "", cell.value if cell else "", truth, bool(may_train)
    )
    try:
        await correct_field(
            parts.sessions,
            parts.screener.vault.secret,
            screening_id,
            correction,
            analyst.account_id,
            parts.now(),
        )
    except CorrectionRefused as refusal:
        return await _case(
            request, analyst, screening_id, problem=str(refusal), status=422, view=view
        )
    except ScreeningMissing:
        return page(request, "missing.html", 404, analyst=analyst)
    case = f"/triage/{row.id}"
    return RedirectResponse(address_of_query(view).link(case, anchor="#fields"), 303)
