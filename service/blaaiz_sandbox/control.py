"""What a developer or a test turns and sees: not part of Blaaiz's API."""

import html
import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from service.blaaiz_sandbox.customers import shown
from service.blaaiz_sandbox.faults import KINDS
from service.blaaiz_sandbox.files import Upload
from service.blaaiz_sandbox.sandbox import Sandbox, body_of, json_of
from service.blaaiz_sandbox.update_page import Rejection

_STYLE = (
    "body{font:15px sans-serif;margin:2rem}table{border-collapse:collapse}"
    "td,th{padding:.3rem .8rem;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}"
    "img{max-width:20rem;max-height:14rem;border:1px solid #ccc}pre{background:#f4f4f4;padding:1rem}"
    "figure{display:inline-block;margin:0 1rem 1rem 0}"
)
_SHOWN_CALLS = 30
_STATE_CALLS = 1000


def control_routes(sandbox: Sandbox) -> APIRouter:
    """Routes under `/sandbox`."""
    router = APIRouter(prefix="/sandbox")

    @router.put("/faults")
    async def set_faults(request: Request) -> Any:
        try:
            sandbox.faults.replace(await json_of(request))
        except (ValueError, TypeError) as cause:
            return JSONResponse({"message": str(cause)}, 422)
        return {"active": len(sandbox.faults.active)}

    @router.put("/pictures")
    async def set_pictures(request: Request) -> Any:
        """SHA-256 to what the picture shows: kind, country, legible, falsified."""
        shows = await body_of(request)
        if not all(isinstance(one, dict) for one in shows.values()):
            raise Rejection(422, "Give an object for each picture.")
        sandbox.files.shows.update(shows)
        return {"known": len(sandbox.files.shows)}

    @router.post("/customers", status_code=201)
    async def add_customers(request: Request) -> Any:
        """Adds customers in any state, from a list of their fields."""
        listed = await json_of(request)
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise Rejection(422, "Give a list of objects.")
        return [sandbox.customers.add(one)["id"] for one in listed]

    @router.post("/customers/{customer_id}/status/{status}")
    async def set_status(customer_id: str, status: str) -> dict[str, Any]:
        customer = sandbox.customers.get(customer_id)
        sandbox.set_status(customer, status.upper())
        return shown(customer)

    @router.get("/state")
    async def state() -> dict[str, Any]:
        return {
            "customers": list(sandbox.customers.by_id.values()),
            "files": [
                {
                    "file_id": u.file_id,
                    "customer_id": u.customer_id,
                    "category": u.category,
                    "size": len(u.content or b""),
                    "sha256": u.sha256,
                }
                for u in sandbox.files.by_id.values()
            ],
            "calls": sandbox.calls[-_STATE_CALLS:],
        }

    @router.get("/calls")
    async def calls() -> list[dict[str, Any]]:
        return sandbox.calls

    @router.get("/files/{file_id}")
    async def picture(file_id: str) -> Response:
        upload = sandbox.files.by_id.get(file_id)
        if upload is None or upload.content is None:
            return Response(status_code=404)
        # Whatever came is shown as a picture or not at all: never as a page of this host.
        headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        is_picture = upload.media_type.startswith("image/") and "svg" not in upload.media_type
        media_type = upload.media_type if is_picture else "application/octet-stream"
        return Response(upload.content, media_type=media_type, headers=headers)

    @router.get("")
    async def page() -> HTMLResponse:
        return _page("Stand-in for Blaaiz", _overview(sandbox))

    @router.get("/customers/{customer_id}")
    async def customer_page(customer_id: str) -> HTMLResponse:
        customer = sandbox.customers.get(customer_id)
        return _page(f"Customer {customer_id}", _customer(sandbox, customer))

    return router


def _overview(sandbox: Sandbox) -> str:
    customers = sorted(
        sandbox.customers.by_id.values(),
        key=lambda c: not (c["files"] or c["documents"] or c["history"]),
    )
    rows = "".join(
        f"<tr><td><a href='/sandbox/customers/{_text(c['id'])}'>{_text(c['id'])}</a>"
        f"<td>{_text(c['type'])}<td>{_text(c['country'])}<td>{_text(c['verification_status'])}"
        f"<td>{_text(', '.join(c['files']))}<td>{len(c['documents'])}<td>{len(c['history'])}"
        for c in customers
    )
    faults = "".join(
        f"<li><code>{_text(f.kind)}</code> {_text(f.method)} {_text(f.path)}: {KINDS[f.kind]}"
        for f in sandbox.faults.active
        if f.times != 0
    )
    calls = "".join(
        f"<tr><td>{_text(c['method'])}<td><code>{_text(c['path'])}</code><td>{c['status']}"
        for c in reversed(sandbox.calls[-_SHOWN_CALLS:])
    )
    return (
        f"<p>{len(sandbox.calls)} calls, {len(sandbox.files.by_id)} uploads.</p>"
        f"<h2>Customers</h2><p>Those first to which something came.</p>"
        "<table><tr><th>customer<th>type<th>country<th>status<th>files<th>documents<th>updates"
        f"{rows}</table><h2>Faults in force</h2><ul>{faults or '<li>none'}</ul>"
        f"<h2>Last calls</h2><table>{calls}</table>"
    )


def _customer(sandbox: Sandbox, customer: dict[str, Any]) -> str:
    attached = {one: name for name, ids in customer["files"].items() for one in ids[-1:]}
    attached |= {one["file_id"]: one["type"] for one in customer["documents"]}
    for owner in customer.get("owners", []):
        attached |= {i: f"{name} of {owner['id']}" for name, i in owner.get("files", {}).items()}
    pictures = "".join(
        _figure(one, attached.get(one.file_id, "not attached"))
        for one in sandbox.files.by_id.values()
        if one.customer_id == customer["id"] and one.content is not None
    )
    return (
        "<p><a href='/sandbox'>All customers</a></p>"
        f"<h2>Fields</h2><pre>{_text(json.dumps(shown(customer), indent=1))}</pre>"
        f"<h2>Files</h2>{pictures or '<p>none'}"
        f"<h2>Updates with an effect</h2><pre>{_text(json.dumps(customer['history'], indent=1))}</pre>"
    )


def _figure(upload: Upload, attached: str) -> str:
    name = _text(f"{upload.category}, {attached}, {len(upload.content or b'')} bytes")
    link = f"/sandbox/files/{_text(upload.file_id)}"
    shown_as = f"<img src='{link}' alt=''>" if upload.media_type.startswith("image/") else "file"
    return f"<figure><a href='{link}'>{shown_as}</a><figcaption>{name}</figcaption></figure>"


def _page(title: str, body: str) -> HTMLResponse:
    return HTMLResponse(
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{_text(title)}</title>"
        f"<style>{_STYLE}</style><h1>{_text(title)}</h1>{body}</html>",
        headers={"Content-Security-Policy": "default-src 'self'; style-src 'unsafe-inline'"},
    )


def _text(value: object) -> str:
    return html.escape(str(value))
