"""The ways in and out: password, provider, key."""

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.actions.keep_session import end_session
from service.actions.parts import Parts
from service.actions.sign_in import RoleMissing, SignInLocked, SignInRefused
from service.api.client_address import address_of_client
from service.store.accounts import has_passwords
from service.store.engine import read_only
from service.triage import account, visit
from service.triage.flow import FlowRefused, ProviderFailed
from service.triage.guard import TriageGuard
from service.triage.page import page, parts_of, to_sign_in
from service.triage.session import (
    analyst_of,
    cookie_of,
    give_cookie,
    is_genuine,
    take_cookie,
)

if TYPE_CHECKING:
    from service.triage.identity_provider import IdentityProvider

_RETURN: Final = "/triage/sign-in/return"
_WRONG: Final = "The name or the password is wrong."
_WRONG_KEY: Final = "This key opens nothing here. Use a key of role analyst or admin."
_STALE: Final = "The page was too old. Please try again."
_DISABLED: Final = "Your account is disabled here. Ask an administrator."
_NO_ROLE: Final = (
    "Your organisation knows you, but you have no role here yet. Ask an administrator for one."
)
_FAILED: Final = "Your organisation's sign-in does not answer as it should. Try again, or tell IT."
_BROKEN_OFF: Final = "The sign-in was broken off. Please try again."

router = APIRouter(prefix="/triage", include_in_schema=False)


def mount_access(app: FastAPI) -> None:
    """Adds the pages of sign-in and accounts, and the guard of the whole console."""
    app.include_router(router)
    app.include_router(account.router)
    app.add_middleware(TriageGuard)


def _provider(request: Request) -> "IdentityProvider | None":
    provider: IdentityProvider | None = request.app.state.identity_provider
    return provider


@router.get("/sign-in")
async def sign_in_page(request: Request, goes_to: str = visit.HOME) -> Response:
    """Offers the ways in that are open."""
    return await _page(request, goes_to=goes_to)


async def _page(
    request: Request,
    problem: str = "",
    status: int = 200,
    goes_to: str = visit.HOME,
    wait: timedelta | None = None,
) -> HTMLResponse:
    parts = parts_of(request)
    async with read_only(parts.sessions) as session:
        takes_passwords = await has_passwords(session)
    fresh = visit.new_visit(goes_to, visit.visit_of(request, parts))
    response = page(
        request,
        "sign_in.html",
        status,
        problem=problem,
        csrf=fresh.csrf,
        takes_passwords=takes_passwords,
        takes_keys=parts.takes_keys,
        has_provider=_provider(request) is not None,
    )
    if wait is not None:
        response.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
    visit.remember(request, parts, response, fresh)
    return response


@router.post("/sign-in")
async def take_password(
    request: Request,
    csrf: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Opens a session for a local account."""
    parts = parts_of(request)
    here = visit.visit_of(request, parts)
    if here is None or not here.is_genuine(csrf):
        return await _page(request, _STALE, 403)
    try:
        token = await parts.sign_in.by_password(
            name,
            password,
            address_of_client(request),
            parts.now(),
            instead_of=cookie_of(request, parts),
        )
    except SignInRefused:
        return await _page(request, _WRONG, 401, here.goes_to)
    except SignInLocked as locked:
        return await _locked(request, locked, here.goes_to)
    return _let_in(request, parts, token, here.goes_to)


@router.post("/sign-in/key")
async def take_key(
    request: Request,
    csrf: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
) -> Response:
    """Opens a session for an analyst's or admin's key, where the operator lets keys in."""
    parts = parts_of(request)
    if not parts.takes_keys:
        return Response(status_code=404)
    here = visit.visit_of(request, parts)
    if here is None or not here.is_genuine(csrf):
        return await _page(request, _STALE, 403)
    try:
        token = await parts.sign_in.by_key(
            key.strip(),
            address_of_client(request),
            parts.now(),
            instead_of=cookie_of(request, parts),
        )
    except SignInRefused:
        return await _page(request, _WRONG_KEY, 401, here.goes_to)
    except SignInLocked as locked:
        return await _locked(request, locked, here.goes_to)
    return _let_in(request, parts, token, here.goes_to)


@router.get("/sign-in/provider")
async def go_to_provider(request: Request) -> Response:
    """Sends the browser to the organisation's own sign-in."""
    parts, provider = parts_of(request), _provider(request)
    if provider is None:
        return Response(status_code=404)
    before = visit.visit_of(request, parts)
    try:
        flow = await provider.begin(_return_of(request, parts))
    except ProviderFailed:
        return await _page(request, _FAILED, 502)
    response = RedirectResponse(flow.url, 303)
    goes_to = before.goes_to if before else visit.HOME
    visit.remember(request, parts, response, visit.new_visit(goes_to, before, flow))
    return response


@router.get("/sign-in/return")
async def come_back(request: Request) -> Response:
    """Takes what the provider says of the person."""
    parts, provider = parts_of(request), _provider(request)
    if provider is None:
        return Response(status_code=404)
    here = visit.visit_of(request, parts)
    if here is None or here.flow is None:
        return await _page(request, _BROKEN_OFF, 400)
    try:
        vouched = await provider.finish(here.flow, request.query_params, _return_of(request, parts))
        token = await parts.sign_in.by_provider(
            vouched, parts.now(), instead_of=cookie_of(request, parts)
        )
    except FlowRefused:
        return await _page(request, _BROKEN_OFF, 400, here.goes_to)
    except ProviderFailed:
        return await _page(request, _FAILED, 502, here.goes_to)
    except RoleMissing:
        return await _page(request, _NO_ROLE, 403)
    except SignInRefused:
        return await _page(request, _DISABLED, 403)
    return _let_in(request, parts, token, here.goes_to)


@router.post("/sign-out")
async def leave(request: Request, csrf: Annotated[str, Form()] = "") -> Response:
    """Ends the session, in the database too."""
    parts = parts_of(request)
    analyst = await analyst_of(request, parts)
    token = cookie_of(request, parts)
    response = to_sign_in()
    if analyst is not None and token is not None and is_genuine(analyst, csrf):
        await end_session(parts.sessions, token, analyst.account_id, parts.now())
        take_cookie(response)
    return response


def _return_of(request: Request, parts: Parts) -> str:
    """Where the provider sends the browser back; it knows this address beforehand."""
    return f"{parts.public_url or str(request.base_url).rstrip('/')}{_RETURN}"


def _let_in(request: Request, parts: Parts, token: str, goes_to: str) -> Response:
    response = RedirectResponse(goes_to, 303)
    give_cookie(request, parts, response, token)
    visit.forget(response)
    return response


async def _locked(request: Request, locked: SignInLocked, goes_to: str) -> Response:
    minutes = max(1, math.ceil(locked.wait.total_seconds() / 60))
    problem = f"Too many attempts. Try again in {minutes} minute{'s' if minutes > 1 else ''}."
    return await _page(request, problem, 429, goes_to, locked.wait)
