"""Bearer keys and their roles."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from service.actions.issue_key import Role
from service.actions.parts import Parts
from service.api.problems import Problem
from service.store.engine import read_only
from service.store.keys import find_key

_RANK = {Role.FRONTEND: 0, Role.ANALYST: 1, Role.ADMIN: 2}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    key_id: str
    role: Role

    def may(self, role: Role) -> bool:
        """Whether this caller has at least that role."""
        return _RANK[self.role] >= _RANK[role]


def parts_of(request: Request) -> Parts:
    """The service's parts, as the factory left them."""
    parts: Any = request.app.state.parts
    return parts


PartsDep = Annotated[Parts, Depends(parts_of)]


async def caller_of(request: Request) -> Caller:
    """The caller by the Authorization header, within the rate of its key."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not secret:
        raise Problem(
            401,
            "key_missing",
            "Send Authorization: Bearer <key>.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    parts = parts_of(request)
    async with read_only(parts.sessions) as session:
        key = await find_key(session, secret.strip())
    if key is None:
        raise Problem(
            401,
            "key_unknown",
            "This key is unknown or was revoked.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    wait = await request.app.state.rate.take(key.id)
    if wait is not None:
        raise Problem(
            429,
            "rate_limited",
            "Too many requests with this key. Slow down.",
            headers={"Retry-After": str(wait), "RateLimit": f'"key";r=0;t={wait}'},
        )
    request.state.key_id = key.id
    return Caller(key.id, Role(key.role))


def at_least(role: Role) -> Callable[[Caller], Awaitable[Caller]]:
    """A dependency that lets only this role and above through."""

    async def check(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
        if not caller.may(role):
            raise Problem(403, "role_too_low", f"This needs a key of role {role}.")
        return caller

    return check


Frontend = Annotated[Caller, Depends(at_least(Role.FRONTEND))]
Analyst = Annotated[Caller, Depends(at_least(Role.ANALYST))]
Admin = Annotated[Caller, Depends(at_least(Role.ADMIN))]
