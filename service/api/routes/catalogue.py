"""What a frontend needs to know beforehand: reason codes, and the requirements of each kind."""

from typing import Any, Literal

from fastapi import APIRouter, Request

from service.api.authorize import Frontend, PartsDep, Uploader
from service.api.language import language_of
from service.api.schemas.catalogue import ReasonCodesOut, RequirementsOut
from service.locales.translate import Phrase, translate
from service.screening.catalogue import REASONS
from service.screening.checks.document.sides import TWO_SIDED
from service.screening.claim import Kind

router = APIRouter(prefix="/v1", tags=["catalogue"])

_FORMATS = ("jpeg", "png", "webp", "heif", "avif", "tiff", "bmp", "pdf")
_TIPS = (
    Phrase("Lay the document flat and fill most of the frame."),
    Phrase("Use even light, without flash or reflections."),
    Phrase("Hold the phone still and tap the document to focus."),
    Phrase("Send the original photo, not a forwarded copy."),
)
# Letters of 11 pixels: a TD3 page of 125 mm, a card of 86 mm, capitals of 2 mm, a sheet of A4.
_LEAST_WIDTH_PX = {
    Kind.PASSPORT: 700,
    Kind.DRIVERS_LICENSE: 650,
    Kind.RESIDENT_PERMIT: 500,
    Kind.CERTIFICATE_OF_INCORPORATION: 1000,
}


@router.get(
    "/reason-codes",
    operation_id="list_reason_codes",
    response_model=ReasonCodesOut,
    summary="Every reason code",
)
async def reason_codes(request: Request, caller: Frontend, parts: PartsDep) -> dict[str, Any]:  # noqa: ARG001
    """Code, outcome, message and hint in the language asked for."""
    language = language_of(request)
    return {
        "data": [
            {
                "code": code,
                "outcome": parts.policy.outcome(code).value,
                "message": translate(reason.message, language),
                "hint": translate(reason.hint, language),
                "retryable": reason.retryable,
            }
            for code, reason in sorted(REASONS.items())
        ]
    }


@router.get(
    "/requirements",
    operation_id="get_requirements",
    response_model=RequirementsOut,
    summary="What to upload",
)
async def requirements(
    request: Request,
    caller: Uploader,  # noqa: ARG001
    parts: PartsDep,
    document_type: Literal[
        "passport", "drivers_license", "resident_permit", "certificate_of_incorporation"
    ]
    | None = None,
) -> dict[str, Any]:
    """Sides, formats, limits and tips of one kind, or of all."""
    language = language_of(request)
    kinds = [Kind(document_type)] if document_type else list(_LEAST_WIDTH_PX)
    return {
        "data": [
            {
                "document_type": kind.value,
                "sides": ["front", "back"] if kind in TWO_SIDED else ["front"],
                "formats": list(_FORMATS),
                "max_bytes": parts.limited.max_file_bytes,
                "max_pixels": parts.limited.max_pixels,
                "least_width_px": _LEAST_WIDTH_PX[kind],
                "tips": [translate(tip, language) for tip in _TIPS],
            }
            for kind in kinds
        ]
    }
