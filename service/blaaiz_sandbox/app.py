"""A local double of Blaaiz's API: tokens, customers, files, webhooks, and failures on demand."""

import secrets
import time
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from service.blaaiz_sandbox.control import control_routes
from service.blaaiz_sandbox.customer_routes import customer_routes
from service.blaaiz_sandbox.misbehaviour import Misbehaviour
from service.blaaiz_sandbox.sandbox import Sandbox, SandboxConfig
from service.blaaiz_sandbox.update_page import Rejection
from service.blaaiz_sandbox.upload_routes import upload_routes


def create_sandbox(config: SandboxConfig | None = None) -> FastAPI:
    """The application, seeded. Its state is `app.state.sandbox`."""
    sandbox = Sandbox(config or SandboxConfig())
    sandbox.customers.seed()
    app = FastAPI(title="Stand-in for Blaaiz", docs_url=None, redoc_url=None)
    app.state.sandbox = sandbox
    _add_token(app, sandbox)
    for routes in (customer_routes, upload_routes, control_routes):
        app.include_router(routes(sandbox))
    app.add_middleware(Misbehaviour, sandbox=sandbox)

    @app.exception_handler(Rejection)
    async def rejected(_: Request, raised: Rejection) -> JSONResponse:
        body: dict[str, Any] = {"message": raised.message}
        if raised.errors:
            body["errors"] = raised.errors
        return JSONResponse(body, raised.status)

    return app


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
        scopes = set(str(form.get("scope", "")).split()) & config.granted_scopes
        sandbox.tokens[issued] = (time.time() + config.token_life_s, scopes)
        return JSONResponse(
            {
                "token_type": "Bearer",
                "access_token": issued,
                "expires_in": config.token_life_s,
                **({"scope": " ".join(sorted(scopes))} if config.tells_scopes else {}),
            }
        )
