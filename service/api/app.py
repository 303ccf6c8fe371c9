"""The application: its middleware in order, its routes, its lifespan."""

import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from starlette.responses import Response

from service import __version__
from service.actions.parts import Parts
from service.api.admission import Admission
from service.api.body_limit import BodyLimit
from service.api.cors import Cors
from service.api.openapi import describe
from service.api.problems import add_problem_handlers
from service.api.rate_limit import RateLimit
from service.api.routes import (
    blaaiz_webhooks,
    catalogue,
    customers,
    keys,
    operations,
    previews,
    screenings,
    submissions,
    upload_tokens,
)
from service.capture_page.routes import mount_capture
from service.ids import new_id
from service.telemetry import log, request_id
from service.tracing import span, tell
from service.triage.routes import mount_triage
from service.triage.sign_in import mount_access

if TYPE_CHECKING:
    from service.triage.identity_provider import IdentityProvider

_PICTURES = ("image/", "application/pdf")
_SAFE_REQUEST_ID = re.compile(r"^[\w\-.:]{1,64}$")


def create_app(
    open_parts: Callable[[], AbstractAsyncContextManager[Parts]],
    *,
    rate_of: Callable[[Parts], RateLimit],
    identity_provider: "IdentityProvider | None" = None,
    origins: Sequence[str] = (),
    capture_page_key: str = "",
) -> FastAPI:
    """An application that opens its parts when it starts and closes them when it stops.

    Args:
        origins: of pages elsewhere that may send with upload tokens.
        capture_page_key: of which `/capture` gives tokens to anybody; empty: there is no such page.

    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with open_parts() as parts:
            app.state.parts = parts
            app.state.rate = rate_of(parts)
            try:
                yield
            finally:
                await app.state.rate.close()

    app = FastAPI(
        title="prescreen",
        version=__version__,
        description="Screens identity documents before they reach Blaaiz.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.identity_provider = identity_provider
    app.state.origins = frozenset(origins)
    add_problem_handlers(app)
    for module in (
        screenings,
        previews,
        catalogue,
        customers,
        submissions,
        upload_tokens,
        keys,
        blaaiz_webhooks,
        operations,
    ):
        app.include_router(module.router)
    mount_access(app)
    mount_triage(app)
    mount_capture(app, capture_page_key)
    app.middleware("http")(_observe)
    app.add_middleware(BodyLimit)
    app.add_middleware(Admission)
    app.add_middleware(Cors, origins=origins)
    describe(app)
    return app


async def _observe(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Request id, log line, counter and headers of every answer."""
    given = request.headers.get("x-request-id", "")
    token = request_id.set(given if _SAFE_REQUEST_ID.match(given) else new_id("req"))
    started = time.perf_counter()
    try:
        with span("request", request.headers, request_id=request_id.get()) as current:
            response = await call_next(request)
            route = getattr(request.scope.get("route"), "path", "unmatched")
            current.update_name(f"{request.method} {route}")
            tell(current, method=request.method, route=route, status=response.status_code)
        spent_s = time.perf_counter() - started
        log().info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            duration_ms=round(spent_s * 1000, 1),
            key_id=getattr(request.state, "key_id", None),
        )
        request.app.state.parts.metrics.answered(route, response.status_code, spent_s)
        response.headers["X-Request-Id"] = request_id.get()
        if language := getattr(request.state, "language", None):
            response.headers["Content-Language"] = language
            response.headers.add_vary_header("Accept-Language")
        if request.url.path.startswith("/v1/"):
            # What is said of a person stays in no cache on the way.
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        if response.headers.get("Content-Type", "").startswith(_PICTURES):
            # Opened by itself, a picture is never a page: no script, no origin.
            response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers.setdefault("X-Frame-Options", "DENY")
        return response
    finally:
        request_id.reset(token)
