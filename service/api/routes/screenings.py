"""Screenings: make, read, list, look at, decide, erase."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from service.actions.appeal_screening import appeal_screening
from service.actions.decide_screening import (
    Decision,
    DecisionRequest,
    ScreeningMissing,
    decide_screening,
)
from service.actions.disclosure import disclosed
from service.actions.erase_screening import erase_screening
from service.actions.issue_key import Role
from service.actions.parts import Parts
from service.actions.screen_document import ScreenRequest, UploadTokenUsed
from service.actions.view_picture import PictureMissing, view_picture
from service.api.authorize import Admin, Analyst, Caller, Frontend, PartsDep, Uploader
from service.api.cursors import decode_cursor, encode_cursor
from service.api.idempotency import once
from service.api.language import language_of
from service.api.problems import Problem
from service.api.schemas.screenings import (
    SCREENING_EXAMPLE,
    DecisionBody,
    Listed,
    ScreeningOut,
)
from service.api.uploads import Form, read_form
from service.locales.translate import Phrase
from service.store import screenings
from service.store.engine import read_only
from service.store.idempotency import Claim
from service.store.tables import Screening, UploadToken

router = APIRouter(prefix="/v1", tags=["screenings"])

CLAIM_PARTS = (
    "document_type",
    "customer_type",
    "country",
    "first_name",
    "last_name",
    "business_name",
    "date_of_birth",
    "id_number",
    "registration_number",
)
_TEXTS = (*CLAIM_PARTS, "customer_id", "reference")
_OF_THE_BROWSER = "document_type"
_MAX_REFERENCE = 128
_FORMS: Mapping[str, dict[str, Any]] = {
    "document_type": {
        "enum": ["passport", "drivers_license", "resident_permit", "certificate_of_incorporation"]
    },
    "customer_type": {"enum": ["individual", "business"]},
    "country": {"description": "ISO 3166-1 alpha-2", "examples": ["GB"]},
    "date_of_birth": {"format": "date"},
    "reference": {"maxLength": _MAX_REFERENCE},
}
_INNER = ("event_id",)
SCREEN_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["front"],
                    "properties": {
                        "front": {"type": "string", "format": "binary"},
                        "back": {"type": "string", "format": "binary"},
                        **{name: {"type": "string", **_FORMS.get(name, {})} for name in _TEXTS},
                    },
                }
            }
        },
    }
}


async def read_screen_form(
    request: Request, parts: Parts, caller: Caller
) -> tuple[Form, ScreenRequest]:
    """The form of a screening or preview, with what the caller's upload token is bound to."""
    form = await read_form(
        request,
        files=("front", "back"),
        texts=_TEXTS,
        max_file_bytes=parts.limited.max_file_bytes,
    )
    if "front" not in form.files:
        raise Problem(
            422,
            "request_invalid",
            "A part is missing.",
            [
                {
                    "field": "front",
                    "code": "missing",
                    "message": Phrase("Send the picture as front."),
                }
            ],
        )
    texts = {name: text for name, text in form.texts.items() if text}
    if caller.token is not None and caller.token.used_at is None:
        texts = _bound_by(caller.token, texts)
    reference = texts.get("reference")
    if reference is not None and len(reference) > _MAX_REFERENCE:
        raise Problem(422, "request_invalid", "reference has at most 128 characters.")
    simulate = request.headers.get("prescreen-simulate")
    if simulate is not None and not parts.is_dev:
        raise Problem(422, "simulate_refused", "Prescreen-Simulate works with serve --dev only.")
    claim = {name: texts[name] for name in CLAIM_PARTS if name in texts}
    return form, ScreenRequest(
        form.files["front"],
        form.files.get("back"),
        claim,
        texts.get("customer_id"),
        reference,
        simulate,
    )


def _bound_by(token: UploadToken, texts: Mapping[str, str]) -> dict[str, str]:
    """What was said when the token was issued; the browser may add the kind of its document."""
    for name, text in texts.items():
        is_open = name == _OF_THE_BROWSER and name not in token.bound
        if not is_open and token.bound.get(name) != text:
            raise Problem(
                422,
                "upload_token_bound",
                "What is said of the customer was fixed when the token was issued.",
                [
                    {
                        "field": name,
                        "code": "bound",
                        "message": Phrase("This part cannot be changed with an upload token."),
                    }
                ],
            )
    return {**texts, **token.bound}


@router.post(
    "/screenings",
    status_code=201,
    operation_id="create_screening",
    response_model=ScreeningOut,
    responses={201: {"content": {"application/json": {"example": SCREENING_EXAMPLE}}}},
    openapi_extra=SCREEN_FORM,
    summary="Screen a document",
)
async def create_screening(request: Request, caller: Uploader, parts: PartsDep) -> Response:
    """Judges the pictures now; the verdict is in the answer. An upload token is used by it."""
    token = caller.token
    form, wanted = await read_screen_form(request, parts, caller)

    async def work(_: Claim | None) -> tuple[int, dict[str, Any]]:
        # Only here: the answer may have been lost, and the same request is given it again.
        if token is not None and token.used_at is not None:
            raise UploadTokenUsed(token.id)
        record = await parts.screener.screen(wanted, caller.key_id, token and token.id)
        return 201, disclosed(record, caller.role, language_of(request))

    return await once(request, caller, form.content, work)


async def find_visible(parts: Parts, screening_id: str, caller: Caller) -> Screening:
    """A screening that this caller may see: a frontend its own, others all."""
    async with read_only(parts.sessions) as session:
        row = await session.get(Screening, screening_id)
    if row is None or (caller.role is Role.FRONTEND and row.key_id != caller.key_id):
        raise ScreeningMissing(screening_id)
    return row


def _wire(row: Screening, caller: Caller, language: str) -> dict[str, Any]:
    wire = disclosed(row.wire, caller.role, language)
    decision = row.decision
    if decision is not None and caller.role is Role.FRONTEND:
        decision = {"decision": decision["decision"], "state": decision["state"]}
    elif decision is not None:
        decision = {name: value for name, value in decision.items() if name not in _INNER}
    return {**wire, "standing": row.standing, "decision": decision}


@router.get(
    "/screenings/{screening_id}",
    operation_id="get_screening",
    response_model=ScreeningOut,
    response_model_exclude_unset=True,
    summary="One screening",
)
async def get_screening(
    request: Request, screening_id: str, caller: Frontend, parts: PartsDep
) -> Any:
    """As it was judged, and how it stands now."""
    row = await find_visible(parts, screening_id, caller)
    return _wire(row, caller, language_of(request))


@router.get(
    "/screenings",
    operation_id="list_screenings",
    response_model=Listed[ScreeningOut],
    response_model_exclude_unset=True,
    summary="List screenings",
)
async def list_screenings(
    request: Request,
    caller: Frontend,
    parts: PartsDep,
    verdict: Literal["accepted", "review", "retake", "rejected"] | None = None,
    code: Annotated[str | None, Query(max_length=64)] = None,
    reference: Annotated[str | None, Query(max_length=128)] = None,
    customer_id: Annotated[str | None, Query(max_length=128)] = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Any:
    """Newest first. A frontend sees its own."""
    wanted = screenings.ScreeningFilter(
        standing=verdict,
        code=code,
        reference=reference,
        customer_id=customer_id,
        since=since,
        until=until,
        key_id=caller.key_id if caller.role is Role.FRONTEND else None,
    )
    async with read_only(parts.sessions) as session:
        rows = await screenings.list_screenings(
            session, wanted, limit=limit + 1, before=decode_cursor(cursor)
        )
    language = language_of(request)
    more = len(rows) > limit
    return {
        "data": [_wire(row, caller, language) for row in rows[:limit]],
        "next_cursor": encode_cursor(rows[limit - 1].id) if more else None,
    }


@router.get(
    "/screenings/{screening_id}/images/{side}",
    operation_id="get_screening_image",
    summary="A picture, for analysts",
    response_class=Response,
    responses={
        200: {
            "description": "The picture",
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("image/jpeg", "application/octet-stream")
            },
        }
    },
)
async def get_image(
    screening_id: str,
    side: Literal["front", "back"],
    caller: Analyst,
    parts: PartsDep,
    rendition: Literal["original", "upright", "thumbnail", "mrz"] = "upright",
) -> Response:
    """Each look is in the audit log."""
    try:
        picture = await view_picture(
            parts.sessions, parts.blobs, screening_id, side, rendition, caller.key_id, parts.now()
        )
    except PictureMissing as missing:
        raise Problem(404, "picture_unknown", "There is no such picture.") from missing
    # An original is what a stranger sent: it is never shown, only saved.
    disposition = "attachment" if rendition == "original" else "inline"
    return Response(
        picture.content,
        media_type=picture.media_type,
        headers={
            "Content-Disposition": disposition,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )


@router.post(
    "/screenings/{screening_id}/decision",
    operation_id="decide_screening",
    response_model=ScreeningOut,
    summary="Decide",
)
async def decide(
    request: Request, screening_id: str, body: DecisionBody, caller: Analyst, parts: PartsDep
) -> Response:
    """Settles or turns around a verdict; fraud needs a second analyst."""

    async def work(_: Claim | None) -> tuple[int, dict[str, Any]]:
        row = await decide_screening(
            parts.sessions,
            screening_id,
            DecisionRequest(Decision(body.decision), body.code, body.note),
            caller.person_id,
            parts.now(),
        )
        return 200, _wire(row, caller, language_of(request))

    return await once(request, caller, {"body": body.model_dump_json()}, work)


@router.post(
    "/screenings/{screening_id}/appeal",
    operation_id="appeal_screening",
    response_model=ScreeningOut,
    summary="Ask for a person",
)
async def appeal(request: Request, screening_id: str, caller: Frontend, parts: PartsDep) -> Any:
    """The person does not agree with `retake` or `rejected`: an analyst looks. Twice is once."""
    await find_visible(parts, screening_id, caller)
    row = await appeal_screening(parts.sessions, screening_id, caller.key_id, parts.now())
    return _wire(row, caller, language_of(request))


@router.delete(
    "/screenings/{screening_id}", status_code=204, operation_id="erase_screening", summary="Erase"
)
async def erase(screening_id: str, caller: Admin, parts: PartsDep) -> Response:
    """Pictures and personal data are gone afterwards; the audit entry stays."""
    await erase_screening(
        parts.sessions,
        parts.blobs,
        screening_id,
        caller.key_id,
        parts.now(),
        metrics=parts.metrics,
    )
    return Response(status_code=204)
