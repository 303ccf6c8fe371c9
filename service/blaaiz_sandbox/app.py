"""A local double of Blaaiz's API: tokens, customers, files, webhooks, and failures on demand."""

import asyncio
import hashlib
import hmac
import html
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from service.blaaiz_sandbox.customers import Customers, Rejection, shown
from service.blaaiz_sandbox.faults import Faults
from service.blaaiz_sandbox.files import Files

_ATTACHED_AS = {
    "id_file": "identity",
    "id_file_back": "identity_back",
    "proof_of_address_file": "proof_of_address",
    "liveness_check_file": "liveness_check",
}
_NEEDED_SCOPE = {
    "GET": "customer:read",
    "PUT": "customer:write",
    "POST": "customer:write",
    "DELETE": "customer:write",
}


@dataclass
class SandboxConfig:
    """Credentials it takes, and where its webhooks go."""

    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"
    api_key: str = "sandbox-key"
    token_life_s: int = 900
    webhook_url: str = ""
    webhook_secret: str = "sandbox-webhook-secret"
    public_url: str = ""


@dataclass
class Sandbox:
    """Everything the stand-in knows."""

    config: SandboxConfig
    customers: Customers = field(default_factory=Customers)
    files: Files = field(default_factory=Files)
    faults: Faults = field(default_factory=Faults)
    tokens: dict[str, tuple[float, set[str]]] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)
    background: set[asyncio.Task[None]] = field(default_factory=set)

    def authorise(self, request: Request) -> None:
        """Raises Rejection with 401 or 403."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme == "Bearer":
            until, scopes = self.tokens.get(token, (0.0, set()))
            if time.time() >= until:
                raise Rejection(401, "Unauthenticated.")
            needed = _NEEDED_SCOPE[request.method]
            if "/file" in request.url.path and request.method == "POST":
                needed = "file:upload" if "presigned" in request.url.path else needed
            if needed not in scopes:
                raise Rejection(403, f"The token lacks the scope {needed}.")
        elif request.headers.get("x-blaaiz-api-key") != self.config.api_key:
            raise Rejection(401, "Unauthenticated.")

    def send_webhook(self, kind: str, data: dict[str, Any]) -> None:
        """Signed, in the background, where an address is set."""
        if not self.config.webhook_url:
            return
        task = asyncio.create_task(self._deliver(kind, data))
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    async def _deliver(self, kind: str, data: dict[str, Any]) -> None:
        body = json.dumps({"event": kind, "data": data}).encode()
        stamp = str(int(time.time()))
        signature = hmac.new(
            self.config.webhook_secret.encode(), stamp.encode() + b"." + body, hashlib.sha256
        ).hexdigest()
        headers = {
            "x-blaaiz-signature": signature,
            "x-blaaiz-timestamp": stamp,
            "Content-Type": "application/json",
        }
        async with httpx.AsyncClient(timeout=10) as http:
            for pause in (0, 1, 3):
                await asyncio.sleep(pause)
                try:
                    reply = await http.post(self.config.webhook_url, content=body, headers=headers)
                except httpx.HTTPError:
                    continue
                if reply.status_code < 300:
                    return


def create_sandbox(config: SandboxConfig | None = None) -> FastAPI:
    """The application, seeded. Its state is `app.state.sandbox`."""
    sandbox = Sandbox(config or SandboxConfig())
    sandbox.customers.seed()
    app = FastAPI(title="Stand-in for Blaaiz", docs_url=None, redoc_url=None)
    app.state.sandbox = sandbox
    _add_token(app, sandbox)
    _add_customers(app, sandbox)
    _add_uploads(app, sandbox)
    _add_control(app, sandbox)

    @app.exception_handler(Rejection)
    async def rejected(request: Request, raised: Rejection) -> JSONResponse:  # noqa: ARG001
        body: dict[str, Any] = {"message": raised.message}
        if raised.errors:
            body["errors"] = raised.errors
        return JSONResponse(body, raised.status)

    @app.middleware("http")
    async def misbehave(request: Request, call_next: Any) -> Response:
        path = request.url.path
        if path.startswith("/sandbox"):
            return await call_next(request)
        faults = sandbox.faults.hitting(request.method, path)
        for fault in faults:
            if fault.kind == "latency":
                await asyncio.sleep(fault.value)
            elif fault.kind == "status":
                sandbox.calls.append(
                    {"method": request.method, "path": path, "status": int(fault.value)}
                )
                return JSONResponse({"message": "Server Error"}, int(fault.value))
            elif fault.kind == "retry_after":
                return JSONResponse(
                    {"message": "Too Many Attempts."}, 429, {"Retry-After": str(int(fault.value))}
                )
            elif fault.kind == "expire_token":
                sandbox.tokens.clear()
            elif fault.kind == "drop_before":
                return _dropped()
        response = await call_next(request)
        sandbox.calls.append(
            {"method": request.method, "path": path, "status": response.status_code}
        )
        if any(fault.kind == "drop_after" for fault in faults):
            return _dropped()
        return response

    return app


def _dropped() -> Response:
    """An answer that breaks off: the client sees a connection that was closed."""

    class Dropped(Response):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await send(
                {
                    "type": "http.response.start",
                    "status": 200,
                    "headers": [(b"content-length", b"1000000")],
                }
            )
            await send({"type": "http.response.body", "body": b"{", "more_body": False})

    return Dropped()


def _add_token(app: FastAPI, sandbox: Sandbox) -> None:
    @app.post("/oauth/token")
    async def token(request: Request) -> JSONResponse:
        form = await request.form()
        config = sandbox.config
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if (form.get("client_id"), form.get("client_secret")) != (
            config.client_id,
            config.client_secret,
        ):
            return JSONResponse(
                {"error": "invalid_client", "error_description": "Client authentication failed"},
                401,
            )
        issued = secrets.token_urlsafe(24)
        scopes = set(str(form.get("scope", "")).split())
        sandbox.tokens[issued] = (time.time() + config.token_life_s, scopes)
        return JSONResponse(
            {"token_type": "Bearer", "access_token": issued, "expires_in": config.token_life_s}
        )


async def _body(request: Request) -> dict[str, Any]:
    content = await request.body()
    try:
        body = json.loads(content) if content else {}
    except ValueError as cause:
        raise Rejection(400, "The body is not JSON.") from cause
    if not isinstance(body, dict):
        raise Rejection(400, "The body is not an object.")
    return body


def _add_customers(app: FastAPI, sandbox: Sandbox) -> None:
    base = "/api/external/customer"
    customers = sandbox.customers

    @app.post(base, status_code=201)
    async def create(request: Request) -> dict[str, Any]:
        sandbox.authorise(request)
        return {
            "message": "Customer created",
            "data": {"data": shown(customers.create(await _body(request)))},
        }

    @app.get(base)
    async def listed(request: Request) -> dict[str, Any]:
        sandbox.authorise(request)
        wanted = {k: v for k, v in request.query_params.items() if k != "paginate"}
        found = [
            shown(c)
            for c in customers.by_id.values()
            if all(str(c.get(k)) == v for k, v in wanted.items())
        ]
        reply: dict[str, Any] = {"data": found}
        if request.query_params.get("paginate") == "true":
            reply |= {"links": {}, "meta": {"total": len(found), "current_page": 1}}
        return reply

    @app.get(base + "/{customer_id}")
    async def get(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        return {"data": shown(customers.get(customer_id))}

    @app.put(base + "/{customer_id}")
    async def update(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customer = customers.update(customer_id, await _body(request))
        return {"message": "Customer updated", "data": shown(customer)}

    @app.post(base + "/{customer_id}/kyc-data")
    async def kyc(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customers.get(customer_id)["kyc_data"].update(await _body(request))
        return {"message": "KYC data added", "data": shown(customers.get(customer_id))}

    @app.post(base + "/{customer_id}/files")
    async def attach(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customer, body = customers.get(customer_id), await _body(request)
        if not any(name in body for name in _ATTACHED_AS):
            raise Rejection(422, "No file given.", {"id_file": ["The id file field is required."]})
        for name, category in _ATTACHED_AS.items():
            if name in body:
                upload = sandbox.files.require(str(body[name]), customer_id, name)
                if upload.category != category:
                    raise Rejection(
                        422, "Wrong category.", {name: ["The file has another category."]}
                    )
        for name in _ATTACHED_AS:
            if name in body:
                customer["files"].setdefault(name, []).append(body[name])
        return {"message": "Files attached", "data": shown(customer)}

    @app.post(base + "/{customer_id}/submit")
    async def submit(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customer = customers.get(customer_id)
        if not customer["files"].get("id_file"):
            raise Rejection(422, "An identity file is required.", {"id_file": ["Required."]})
        customer["verification_status"] = "PROCESSING"
        return {"message": "Submitted", "data": shown(customer)}

    @app.post(base + "/{customer_id}/upgrade-kyb-scope")
    async def upgrade(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        return {"data": shown(customers.upgrade(customer_id, await _body(request)))}

    @app.delete(base + "/{customer_id}/owner/{owner_id}")
    async def delete_owner(request: Request, customer_id: str, owner_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customer = customers.get(customer_id)
        if not any(o["id"] == owner_id for o in customer.get("owners", [])):
            raise Rejection(404, "Owner not found.")
        customer["owners"] = [o for o in customer["owners"] if o["id"] != owner_id]
        return {"message": "Owner deleted"}

    @app.get("/api/external/virtual-bank-account/identification-type")
    async def identification(request: Request) -> dict[str, Any]:
        sandbox.authorise(request)
        country = request.query_params.get("country", "")
        if customer_id := request.query_params.get("customer_id"):
            country = customers.get(customer_id)["country"]
        names = {"NG": ("Bank Verification Number", "bvn"), "US": ("Social Security Number", "ssn")}
        label, kind = names.get(country, ("Tax Identification Number", "tin"))
        return {"data": {"label": label, "type": kind}}


def _add_uploads(app: FastAPI, sandbox: Sandbox) -> None:
    base = "/api/external/customer/{customer_id}"
    customers, files = sandbox.customers, sandbox.files

    def address(request: Request, customer_id: str, category: str) -> dict[str, Any]:
        customers.get(customer_id)
        upload = files.give_out(customer_id, category)
        host = sandbox.config.public_url or str(request.base_url).rstrip("/")
        return {
            "file_id": upload.file_id,
            "url": f"{host}/storage/{upload.file_id}?signature={upload.signature}",
            "headers": {"x-sandbox-signed": upload.signature},
            "expires_at": upload.expires_at,
        }

    @app.post("/api/external/file/get-presigned-url")
    async def presigned(request: Request) -> dict[str, Any]:
        sandbox.authorise(request)
        body = await _body(request)
        category = str(body.get("file_category"))
        if category not in _ATTACHED_AS.values():
            raise Rejection(
                422, "Invalid.", {"file_category": ["The selected file category is invalid."]}
            )
        # As the real service does at times: the bare object, in no envelope.
        return address(request, str(body.get("customer_id")), category)

    @app.post(base + "/document/presigned-url")
    async def document_address(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        return {"status": True, "message": "ok", "data": address(request, customer_id, "document")}

    @app.post(base + "/owner/{owner_id}/file/presigned-url")
    async def owner_address(request: Request, customer_id: str, owner_id: str) -> dict[str, Any]:  # noqa: ARG001
        sandbox.authorise(request)
        category = str((await _body(request)).get("file_category"))
        if category not in {"id_document_front", "id_document_back"}:
            raise Rejection(422, "Invalid.", {"file_category": ["Invalid."]})
        return {"data": address(request, customer_id, category)}

    @app.post(base + "/owner/{owner_id}/files")
    async def owner_files(request: Request, customer_id: str, owner_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customer, body = customers.get(customer_id), await _body(request)
        owner = next((o for o in customer.get("owners", []) if o["id"] == owner_id), None)
        if owner is None:
            raise Rejection(404, "Owner not found.")
        for name in ("id_document_front", "id_document_back"):
            if name in body:
                files.require(str(body[name]), customer_id, name)
                owner.setdefault("files", {})[name] = body[name]
        return {"message": "Files attached"}

    @app.get(base + "/document")
    async def documents(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        return {"data": customers.get(customer_id)["documents"]}

    @app.post(base + "/document", status_code=201)
    async def create_document(request: Request, customer_id: str) -> dict[str, Any]:
        sandbox.authorise(request)
        customer, body = customers.get(customer_id), await _body(request)
        files.require(str(body.get("file_id")), customer_id, "file_id")
        document = {
            "id": secrets.token_hex(8),
            **{k: body.get(k) for k in ("type", "name", "file_id")},
        }
        customer["documents"].append(document)
        return {"message": "Document created", "data": document}

    @app.put("/storage/{file_id}")
    async def store(request: Request, file_id: str) -> Response:
        signature = request.query_params.get("signature", "")
        if request.headers.get("x-sandbox-signed") not in {None, signature}:
            raise Rejection(403, "SignatureDoesNotMatch")
        upload = files.take(
            file_id, signature, await request.body(), request.headers.get("content-type", "")
        )
        return Response(status_code=200, headers={"ETag": f'"{upload.etag}"'})


def _add_control(app: FastAPI, sandbox: Sandbox) -> None:
    """What a test or a developer turns: not part of Blaaiz's API."""

    @app.put("/sandbox/faults")
    async def set_faults(request: Request) -> Any:
        try:
            sandbox.faults.replace(json.loads(await request.body()))
        except (ValueError, TypeError) as cause:
            return JSONResponse({"message": str(cause)}, 422)
        return {"active": len(sandbox.faults.active)}

    @app.post("/sandbox/customers/{customer_id}/status/{status}")
    async def set_status(customer_id: str, status: str) -> dict[str, Any]:
        customer = sandbox.customers.get(customer_id)
        customer["verification_status"] = status.upper()
        data = {
            "id": customer_id,
            "customer_id": customer_id,
            "verification_status": status.upper(),
        }
        sandbox.send_webhook("customer.status_changed", data)
        return shown(customer)

    @app.get("/sandbox/state")
    async def state() -> dict[str, Any]:
        return {
            "customers": list(sandbox.customers.by_id.values()),
            "files": [
                {
                    "file_id": u.file_id,
                    "customer_id": u.customer_id,
                    "category": u.category,
                    "size": len(u.content or b""),
                    "sha256": hashlib.sha256(u.content or b"").hexdigest(),
                }
                for u in sandbox.files.by_id.values()
            ],
            "calls": sandbox.calls[-1000:],
        }

    @app.get("/sandbox")
    async def page() -> HTMLResponse:
        rows = "".join(
            f"<tr><td>{html.escape(c['id'])}</td><td>{html.escape(str(c['type']))}</td>"
            f"<td>{html.escape(str(c['country']))}</td><td>{c['verification_status']}</td>"
            f"<td>{html.escape(', '.join(c['files']))}</td><td>{len(c['documents'])}</td></tr>"
            for c in sandbox.customers.by_id.values()
        )
        return HTMLResponse(
            "<!doctype html><html lang=en><meta charset=utf-8><title>Stand-in for Blaaiz</title>"
            "<style>body{font:15px sans-serif;margin:2rem}td,th{padding:.3rem .8rem;"
            "border-bottom:1px solid #ccc;text-align:left}</style><h1>Stand-in for Blaaiz</h1>"
            f"<p>{len(sandbox.calls)} calls, {len(sandbox.files.by_id)} uploads.</p><table>"
            "<tr><th>customer<th>type<th>country<th>status<th>files<th>documents</tr>"
            f"{rows}</table></html>"
        )
