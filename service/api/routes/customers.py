"""Customers: an update with its documents, or the rules alone."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.actions.disclosure import disclosed
from service.actions.erase_customer import erase_customer
from service.actions.export_customer import export_customer
from service.actions.issue_key import Role
from service.actions.submit_update import UpdateFiles, UpdateRefused
from service.api.authorize import Admin, Frontend, PartsDep
from service.api.idempotency import once
from service.api.json_body import parse_json_object
from service.api.language import language_of
from service.api.problems import Problem
from service.api.routes.submissions import made_before
from service.api.schemas.customers import ErasedOut, UpdateCheckOut
from service.api.schemas.submissions import SubmissionOut, submission_out
from service.api.uploads import read_form
from service.locales.translate import Phrase
from service.store.idempotency import Claim

router = APIRouter(prefix="/v1/customers", tags=["customers"])

_FILES = (
    "id_file",
    "id_file_back",
    "certificate_of_incorporation",
    "proof_of_address_file",
    "liveness_check_file",
)
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["update"],
                    "properties": {
                        "update": {"type": "string", "description": "JSON object"},
                        **{name: {"type": "string", "format": "binary"} for name in _FILES},
                    },
                }
            }
        },
    }
}

_UPDATE = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": True,
                    "description": "fields of Blaaiz's update page",
                },
                "example": {"id_type": "passport", "id_number": "123456789"},
            }
        },
    }
}

_OWNER_TEXTS = ("country", "document_type", "first_name", "last_name", "date_of_birth", "id_number")
_OWNER_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["id_file"],
                    "properties": {
                        "id_file": {"type": "string", "format": "binary"},
                        "id_file_back": {"type": "string", "format": "binary"},
                        **{
                            name: {
                                "type": "string",
                                "description": "of the owner; read from Blaaiz where it is left out",
                            }
                            for name in _OWNER_TEXTS
                        },
                    },
                }
            }
        },
    }
}


@router.put(
    "/{customer_id}",
    status_code=202,
    operation_id="put_customer",
    response_model=SubmissionOut,
    openapi_extra=_FORM,
    summary="Screen and forward an update",
)
async def put_customer(
    request: Request, customer_id: str, caller: Frontend, parts: PartsDep
) -> Response:
    """Screens the files, checks the update against every rule, and forwards what passes."""
    form = await read_form(
        request,
        files=_FILES,
        texts=("update",),
        long_texts=("update",),
        max_file_bytes=parts.limited.max_file_bytes,
    )
    update = _update(form.texts.get("update", "").encode("utf-8", "replace"))
    front = form.files.get("id_file") or form.files.get("certificate_of_incorporation")
    if front is None:
        raise Problem(
            422,
            "request_invalid",
            "A part is missing.",
            [
                {
                    "field": "id_file",
                    "code": "missing",
                    "message": Phrase(
                        "Send id_file, or certificate_of_incorporation for a business."
                    ),
                }
            ],
        )
    others = {
        name: form.files[name]
        for name in ("proof_of_address_file", "liveness_check_file")
        if name in form.files
    }
    files = UpdateFiles(front, form.files.get("id_file_back"), others)

    async def work(claim: Claim | None) -> tuple[int, dict[str, Any]]:
        with _disclosing(request, caller.role):
            row = await parts.submitter.screen_and_submit(
                customer_id, update, files, caller.key_id, claim
            )
        return 202, submission_out(row, language_of(request)).model_dump()

    return await once(request, caller, form.content, work, made_before(request, parts))


@router.put(
    "/{customer_id}/owners/{owner_id}/documents",
    status_code=202,
    operation_id="put_owner_documents",
    response_model=SubmissionOut,
    openapi_extra=_OWNER_FORM,
    summary="Screen and forward an owner's identity document",
)
async def put_owner_documents(
    request: Request, customer_id: str, owner_id: str, caller: Frontend, parts: PartsDep
) -> Response:
    """As a customer's own: no national identity cards, and only what is accepted goes on."""
    form = await read_form(
        request,
        files=("id_file", "id_file_back"),
        texts=_OWNER_TEXTS,
        max_file_bytes=parts.limited.max_file_bytes,
    )
    front = form.files.get("id_file")
    if front is None:
        raise Problem(
            422,
            "request_invalid",
            "A part is missing.",
            [
                {
                    "field": "id_file",
                    "code": "missing",
                    "message": Phrase("Send the picture as id_file."),
                }
            ],
        )
    files = UpdateFiles(front, form.files.get("id_file_back"), {})
    said = {name: text for name, text in form.texts.items() if text}

    async def work(claim: Claim | None) -> tuple[int, dict[str, Any]]:
        with _disclosing(request, caller.role):
            row = await parts.submitter.screen_owner_and_submit(
                customer_id, owner_id, said, files, caller.key_id, claim
            )
        return 202, submission_out(row, language_of(request)).model_dump()

    return await once(request, caller, form.content, work, made_before(request, parts))


@router.post(
    "/{customer_id}/update-check",
    operation_id="check_update",
    response_model=UpdateCheckOut,
    openapi_extra=_UPDATE,
    summary="Check an update",
)
async def check_update(
    request: Request,
    customer_id: str,
    caller: Frontend,  # noqa: ARG001 - the key is needed
    parts: PartsDep,
) -> dict[str, Any]:
    """The rules only, dry: nothing is sent but a reading of the customer."""
    update = _update((await request.body())[: 256 * 1024])
    errors = await parts.submitter.check(customer_id, update)
    language = language_of(request)
    return {"allowed": not errors, "errors": [error.as_wire(language) for error in errors]}


@contextmanager
def _disclosing(request: Request, role: Role) -> Generator[None]:
    """What a refusal says of the screening is what the role may see."""
    try:
        yield
    except UpdateRefused as refusal:
        if refusal.screening is not None:
            refusal.screening = disclosed(refusal.screening, role, language_of(request))
        raise


@router.get(
    "/{customer_id}/data",
    operation_id="get_customer_data",
    summary="Export a customer's data",
    response_class=Response,
    responses={
        200: {
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            "description": "JSON and pictures",
        }
    },
)
async def export_data(customer_id: str, caller: Admin, parts: PartsDep) -> Response:
    """All that is stored of the customer, as a ZIP archive; the export is in the audit log."""
    archive = await export_customer(
        parts.sessions, parts.blobs, customer_id, caller.key_id, parts.now()
    )
    return Response(
        archive,
        media_type="application/zip",
        headers={
            "Content-Disposition": 'attachment; filename="customer.zip"',
            "Cache-Control": "private, no-store",
        },
    )


@router.delete(
    "/{customer_id}/data",
    operation_id="erase_customer_data",
    summary="Erase a customer's data",
)
async def erase_data(customer_id: str, caller: Admin, parts: PartsDep) -> ErasedOut:
    """Screenings, pictures, submissions and the customer's id; verdicts and audit entries stay.

    What reached Blaaiz stays there. Safe to repeat.
    """
    done = await erase_customer(
        parts.sessions, parts.blobs, customer_id, caller.key_id, parts.now(), parts.metrics
    )
    return ErasedOut(screenings=done.screenings, submissions=done.submissions, subject=done.subject)


def _update(body: bytes) -> dict[str, Any]:
    update = parse_json_object(body)
    if update is not None:
        inner = update.get("update")
        # The check takes {"update": {...}} as well as the bare object.
        return inner if len(update) == 1 and isinstance(inner, dict) else update
    raise Problem(
        422,
        "request_invalid",
        "The update is not a JSON object.",
        [
            {
                "field": "update",
                "code": "invalid",
                "message": Phrase("Send the fields as a JSON object."),
            }
        ],
    )
