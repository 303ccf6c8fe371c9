"""Bearer keys and their roles, and upload tokens, which open three calls."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from service.actions.issue_key import Role
from service.actions.parts import Parts
from service.api.cors import comes_from_a_page
from service.api.problems import Problem
from service.ids import UPLOAD_PREFIX
from service.store.engine import read_only
from service.store.keys import find_key
from service.store.tables import UploadToken
from service.store.upload_tokens import find_upload_token

_RANK = {Role.FRONTEND: 0, Role.ANALYST: 1, Role.ADMIN: 2}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    key_id: str
    role: Role
    person_id: str
    """whose key it is: two keys of one person are not four eyes"""
    token: UploadToken | None = None
    """the upload token that came in place of the key"""

    @property
    def holder(self) -> str:
        """Whose Idempotency-Keys these are: browsers that share a key do not share them."""
        return self.token.id if self.token else self.key_id

    def may(self, role: Role) -> bool:
        """Whether this caller has at least that role."""
        return _RANK[self.role] >= _RANK[role]


def parts_of(request: Request) -> Parts:
    """The service's parts, as the factory left them."""
    parts: Any = request.app.state.parts
    return parts


PartsDep = Annotated[Parts, Depends(parts_of)]


async def caller_of(request: Request) -> Caller:
    """The caller by the key of the Authorization header, within its rate."""
    secret = _secret_of(request)
    if secret.startswith(UPLOAD_PREFIX):
        raise Problem(403, "role_too_low", "An upload token does not open this. Use a key.")
    async with read_only(parts_of(request).sessions) as session:
        key = await find_key(session, secret)
    if key is None:
        raise _unauthorized("key_unknown", "This key is unknown or was revoked.")
    if comes_from_a_page(request):
        raise Problem(
            403,
            "key_in_browser",
            "Keys stay on servers. Give the page a token of POST /v1/upload-tokens.",
        )
    await _within_rate(request, key.id)
    request.state.key_id = key.id
    return Caller(key.id, Role(key.role), key.account_id or key.id)


async def uploader_of(request: Request) -> Caller:
    """The caller by key, or by upload token with a rate of its own."""
    secret = _secret_of(request)
    if not secret.startswith(UPLOAD_PREFIX):
        return await caller_of(request)
    parts = parts_of(request)
    async with read_only(parts.sessions) as session:
        token = await find_upload_token(session, secret)
    if token is None:
        raise _unauthorized("upload_token_unknown", "This upload token is unknown.")
    if token.expires_at <= parts.now():
        raise _unauthorized("upload_token_expired", "This upload token is too old.")
    await _within_rate(request, token.id)
    request.state.key_id = token.key_id
    return Caller(token.key_id, Role.FRONTEND, token.key_id, token)


def _secret_of(request: Request) -> str:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not secret.strip():
        raise _unauthorized("key_missing", "Send Authorization: Bearer <key>.")
    return secret.strip()


def _unauthorized(code: str, detail: str) -> Problem:
    return Problem(401, code, detail, headers={"WWW-Authenticate": "Bearer"})


async def _within_rate(request: Request, holder: str) -> None:
    wait = await request.app.state.rate.take(holder)
    if wait is not None:
        raise Problem(
            429,
            "rate_limited",
            "Too many requests with this key. Slow down.",
            headers={"Retry-After": str(wait), "RateLimit": f'"key";r=0;t={wait}'},
        )


def at_least(role: Role) -> Callable[[Caller], Awaitable[Caller]]:
    """A dependency that lets only this role and above through."""

    async def check(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
        if not caller.may(role):
            raise Problem(403, "role_too_low", f"This needs a key of role {role}.")
        return caller

    return check


Uploader = Annotated[Caller, Depends(uploader_of)]
"""A key of any role, or an upload token."""
Frontend = Annotated[Caller, Depends(at_least(Role.FRONTEND))]
Analyst = Annotated[Caller, Depends(at_least(Role.ANALYST))]
Admin = Annotated[Caller, Depends(at_least(Role.ADMIN))]
