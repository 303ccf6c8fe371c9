"""For operators: alive, ready, metrics, and the API's own documentation."""

import contextlib
import html
import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from service.api.authorize import PartsDep
from service.store.engine import read_only
from service.store.submissions import backlog

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(parts: PartsDep) -> JSONResponse:
    """Models are loaded and the database answers."""
    try:
        async with read_only(parts.sessions) as session:
            await session.execute(text("SELECT 1"))
        database = True
    except (SQLAlchemyError, OSError):
        database = False
    state = {"models": parts.pool.is_ready, "database": database}
    is_ready = all(state.values())
    return JSONResponse({"ready": is_ready, **state}, 200 if is_ready else 503)


@router.get("/metrics")
async def metrics(request: Request, parts: PartsDep) -> Response:
    """Prometheus; OpenMetrics with exemplars where it is asked for."""
    parts.metrics.waiting(parts.pool.waiting)
    # Without the database the rest is all the more wanted.
    with contextlib.suppress(SQLAlchemyError, OSError):
        async with read_only(parts.sessions) as session:
            number, oldest = await backlog(session)
        parts.metrics.backlog(number, (parts.now() - oldest).total_seconds() if oldest else 0.0)
    content, media_type = parts.metrics.exposition(request.headers.get("accept", ""))
    return Response(content, headers={"Content-Type": media_type})


@router.get("/docs")
async def documentation(request: Request) -> HTMLResponse:
    """The OpenAPI document as a page without any script."""
    document: dict[str, Any] = request.app.openapi()
    rows: list[str] = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            rows.append(_operation(method, path, operation))
    return HTMLResponse(
        "<!doctype html><html lang=en><meta charset=utf-8><title>prescreen API</title>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        "<link rel=stylesheet href=/triage/static/triage.css><main class=page>"
        "<h1>prescreen API</h1><p>The whole document: <a href=/openapi.json>/openapi.json</a>."
        " Send your key as <code>Authorization: Bearer …</code>.</p>"
        + "".join(rows)
        + "</main></html>"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = "".join(
        f"<li><code>{html.escape(p['name'])}</code> in {p['in']}"
        f"{' (required)' if p.get('required') else ''}</li>"
        for p in operation.get("parameters", [])
    )
    body = operation.get("requestBody", {}).get("content", {})
    bodies = "".join(
        f"<details><summary>{html.escape(kind)}</summary><pre>"
        f"{html.escape(json.dumps(content.get('schema', {}), indent=1))}</pre></details>"
        for kind, content in body.items()
    )
    return (
        f"<section class=card><h2><code>{method.upper()} {html.escape(path)}</code></h2>"
        f"<p>{html.escape(operation.get('summary', ''))}. "
        f"{html.escape(operation.get('description', ''))}</p><ul>{parameters}</ul>{bodies}</section>"
    )
