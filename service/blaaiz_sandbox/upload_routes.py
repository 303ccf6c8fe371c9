"""The calls about files: presigned addresses, the store behind them, owners' and other documents."""

import secrets
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.blaaiz_sandbox.customer_routes import ATTACHED_AS
from service.blaaiz_sandbox.review import review
from service.blaaiz_sandbox.sandbox import Sandbox, body_of
from service.blaaiz_sandbox.update_page import Rejection

_OWNER_SIDES = ("id_document_front", "id_document_back")


def upload_routes(sandbox: Sandbox) -> APIRouter:
    """Routes of files, and `/storage`, which stands for another host's object store."""
    router = APIRouter()
    base = "/api/external/customer/{customer_id}"
    customers, files = sandbox.customers, sandbox.files

    def address(request: Request, customer_id: str, category: str) -> dict[str, Any]:
        customers.get(customer_id)
        upload = files.give_out(customer_id, category, sandbox.now())
        host = sandbox.config.public_url or str(request.base_url).rstrip("/")
        return {
            "file_id": upload.file_id,
            "url": f"{host}/storage/{upload.file_id}?signature={upload.signature}",
            "headers": {"x-sandbox-signed": upload.signature},
            "expires_at": upload.expires_at,
        }

    @router.post("/api/external/file/get-presigned-url")
    async def presigned(request: Request) -> dict[str, Any]:
        sandbox.authorise(request)
        body = await body_of(request)
        category = str(body.get("file_category"))
        if category not in ATTACHED_AS.values():
            raise Rejection(
                422, "Invalid.", {"file_category": ["The selected file category is invalid."]}
            )
        # As the real service does at times: the bare object, in no envelope.
        return address(request, str(body.get("customer_id")), category)

    @router.post(base + "/document/presigned-url")
    async def document_address(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        return {"status": True, "message": "ok", "data": address(request, customer_id, "document")}

    @router.post(base + "/owner/{owner_id}/file/presigned-url")
    async def owner_address(request: Request, customer_id: str, owner_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customers.owner(customers.get(customer_id), owner_id)
        category = str((await body_of(request)).get("file_category"))
        if category not in _OWNER_SIDES:
            raise Rejection(422, "Invalid.", {"file_category": ["Invalid."]})
        return {"data": address(request, customer_id, category)}

    @router.post(base + "/owner/{owner_id}/files")
    async def owner_files(request: Request, customer_id: str, owner_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        body = await body_of(request)
        owner = customers.owner(customers.get(customer_id), owner_id)
        if owner["status"] in {"APPROVED", "PROCESSING"}:
            raise Rejection(400, "This owner can no longer be changed.")
        for name in _OWNER_SIDES:
            if name in body:
                files.require(str(body[name]), customer_id, name)
                owner.setdefault("files", {})[name] = body[name]
        return {"message": "Files attached"}

    @router.get(base + "/document")
    async def documents(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        return {"data": customers.get(customer_id)["documents"]}

    @router.post(base + "/document", status_code=201)
    async def create_document(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customer, body = customers.get(customer_id), await body_of(request)
        files.require(str(body.get("file_id")), customer_id, "file_id")
        document = {
            "id": secrets.token_hex(8),
            **{k: body.get(k) for k in ("type", "name", "file_id")},
        }
        customer["documents"].append(document)
        review(sandbox, customer)
        return {"message": "Document created", "data": document}

    @router.put("/storage/{file_id}")
    async def store(request: Request, file_id: str) -> Response:
        signature = request.query_params.get("signature", "")
        if request.headers.get("x-sandbox-signed") not in {None, signature}:
            raise Rejection(403, "SignatureDoesNotMatch")
        upload = files.take(
            file_id, signature, await request.body(), request.headers.get("content-type", "")
        )
        return Response(status_code=200, headers={"ETag": f'"{upload.etag}"'})

    return router
