"""Previews: quality and kind alone, nothing stored."""

from typing import Any

from fastapi import APIRouter, Request

from service.actions.disclosure import disclosed
from service.actions.record import to_record
from service.actions.screen_document import UploadTokenUsed
from service.api.authorize import PartsDep, Uploader
from service.api.language import language_of
from service.api.routes.screenings import SCREEN_FORM, read_screen_form
from service.api.schemas.screenings import ScreeningOut

router = APIRouter(prefix="/v1", tags=["screenings"])

_SHOWN = ("verdict", "findings", "checks", "quality", "timings_ms", "versions")


@router.post(
    "/previews",
    operation_id="create_preview",
    response_model=ScreeningOut,
    response_model_exclude_unset=True,
    openapi_extra=SCREEN_FORM,
    summary="Check a camera frame",
)
async def create_preview(request: Request, caller: Uploader, parts: PartsDep) -> Any:
    """For a camera page that checks while the person aims, as long as its upload token is good."""
    if caller.token is not None and caller.token.used_at is not None:
        raise UploadTokenUsed(caller.token.id)
    _, wanted = await read_screen_form(request, parts, caller)
    screening = await parts.screener.preview(wanted)
    record = to_record(
        screening_id="",
        created_at=parts.now(),
        reference=None,
        customer_id=None,
        claim=screening.evidence.claim,
        screening=screening,
        attempts_max=parts.policy.attempts_max,
    )
    wire = disclosed(record, caller.role, language_of(request))
    for quality in wire["quality"].values():
        # A glance reads no print but a zone: what it did not read may be legible all the same.
        quality["legible"] = quality["legible"] or None
    document = {"type": screening.evidence.kind.kind.value}
    return {name: wire[name] for name in _SHOWN} | {"object": "preview", "document": document}
