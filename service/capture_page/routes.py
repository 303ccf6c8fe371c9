"""Serves the component to every page, and a page that shows it where the operator wants that."""

from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, ConfigDict, Field

from service.actions.issue_key import Role
from service.actions.issue_upload_token import issue_upload_token
from service.actions.parts import Parts
from service.actions.sign_in import network_of
from service.api.client_address import address_of_client
from service.capture_page.component import component
from service.capture_page.samples import find_samples
from service.capture_page.texts import texts_in
from service.locales.translate import LANGUAGES
from service.store.engine import read_only
from service.store.keys import find_named_key
from service.store.rates import key_of_address

_HERE: Final = Path(__file__).parent
_FOR_ANYBODY: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"
_FOR_A_WHILE: Final = "public, max-age=300"
_PAGE_HEADERS: Final = {
    # No inline style or script: what the component needs, a host with a strict policy allows.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'",
    "Permissions-Policy": "camera=(self)",
    "Cache-Control": "no-store",
}

_COST: Final = 10
"""As how many requests a token counts for its address: all together have the key's rate, so that one
has a tenth of it."""

assets = APIRouter(prefix="/capture", include_in_schema=False)
page = APIRouter(prefix="/capture", include_in_schema=False)
templates = Jinja2Templates(directory=_HERE / "templates")


def mount_capture(app: FastAPI, page_key: str) -> None:
    """Adds the component's files and, where a key is named, the page: it gives tokens to anybody.

    Args:
        page_key: id or name of the frontend key whose tokens they are; empty: no page.

    """
    app.include_router(assets)
    if page_key:
        app.state.capture_page_key = page_key
        app.mount("/capture/static", StaticFiles(directory=_HERE / "static"), name="capture-static")
        app.include_router(page)


@assets.get("/document-capture.js")
async def script(request: Request, v: str = "") -> Response:
    """The component. With `?v=` of its version it may be kept for good."""
    one = component()
    headers = {
        **_FOR_ANYBODY,
        "Cache-Control": _FOR_GOOD if v == one.version else _FOR_A_WHILE,
        "ETag": f'"{one.version}"',
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = one.plain
    if "gzip" in request.headers.get("accept-encoding", ""):
        content = one.compressed
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type="text/javascript", headers=headers)


@assets.get("/document-capture.d.ts")
async def types() -> Response:
    """Its types."""
    return FileResponse(
        _HERE / "static" / "document-capture.d.ts", media_type="text/plain", headers=_FOR_ANYBODY
    )


@assets.get("/version.json")
async def version() -> JSONResponse:
    """How to load exactly this version."""
    one = component()
    return JSONResponse(
        {
            "version": one.version,
            "src": f"/capture/document-capture.js?v={one.version}",
            "integrity": one.integrity,
        },
        headers=_FOR_ANYBODY | {"Cache-Control": _FOR_A_WHILE},
    )


@assets.get("/texts/{language}.json")
async def texts(language: str) -> Response:
    """What the component says in one of the catalogue's languages."""
    if language not in LANGUAGES:
        return JSONResponse({}, 404, headers=_FOR_ANYBODY)
    return JSONResponse(
        texts_in(language),
        headers=_FOR_ANYBODY | {"Cache-Control": _FOR_A_WHILE, "Content-Language": language},
    )


class TokenWanted(BaseModel):
    """What the page would know of its customer."""

    model_config = ConfigDict(extra="forbid")

    country: str = Field(max_length=2)
    customer_type: str = Field(max_length=16)
    document_type: str = Field("", max_length=40)


@page.get("")
async def show(request: Request) -> Response:
    """The component with the sample documents and what it tells its page."""
    context = {"samples": find_samples(), "languages": LANGUAGES, "component": component()}
    return templates.TemplateResponse(request, "capture.html", context, headers=_PAGE_HEADERS)


@page.post("/tokens")
async def token(request: Request, wanted: TokenWanted) -> Response:
    """Stands in for the frontend's own backend, which holds the key."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return Response(status_code=403)
    parts: Parts = request.app.state.parts
    async with read_only(parts.sessions) as session:
        key = await find_named_key(session, request.app.state.capture_page_key, Role.FRONTEND.value)
    if key is None:
        return Response(status_code=404)
    rate: Any = request.app.state.rate
    address = key_of_address(network_of(address_of_client(request)), parts.session_secret)
    for counted, cost in ((address, _COST), (key.id, 1)):
        if (wait_s := await rate.take(counted, cost)) is not None:
            return Response(status_code=429, headers={"Retry-After": str(wait_s)})
    _, secret = await issue_upload_token(
        parts.sessions,
        {name: text for name, text in wanted.model_dump().items() if text},
        key.id,
        parts.now(),
        is_customer_read=False,
    )
    return JSONResponse({"token": secret}, headers={"Cache-Control": "no-store"})


@page.get("/samples/{name}")
async def sample(name: str) -> Response:
    """A file of the sample documents."""
    files = {path.name: path for one in find_samples() for path in one.files}
    if name not in files:
        return Response(status_code=404)
    return FileResponse(files[name])
