"""The browser's side of a session: its cookie, who it stands for, and the token of its forms."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from fastapi import Request
from fastapi.responses import Response

from service.actions.keep_session import Means, resume_session
from service.actions.manage_account import AccountRole
from service.actions.parts import Parts

CSRF_HEADER: Final = "X-CSRF-Token"
"""Where htmx sends the token of forms."""
BACKGROUND_HEADER: Final = "X-Background"
"""Sent with what a page asks on its own: it does not put the idle time-out off."""
_COOKIE: Final = "prescreen_session"
_SECURE_COOKIE: Final = f"__Host-{_COOKIE}"
"""The prefix keeps other hosts of the domain from setting it (RFC 6265bis, 4.1.3.2)."""


@dataclass(frozen=True, slots=True)
class Analyst:
    """Who is signed in, with the token that forms must send back.

    `account_id` is one person's, however often and from wherever that person signs in: audit,
    claims and four eyes go by it. It is an API key's id where a key without an account signed in.
    """

    account_id: str
    name: str
    csrf: str
    role: AccountRole
    means: Means

    def may(self, role: AccountRole) -> bool:
        """Whether this analyst has at least that role."""
        return self.role.covers(role)


def is_secure(request: Request, parts: Parts) -> bool:
    """Whether people reach the console by HTTPS, perhaps through a proxy that ends it."""
    return parts.public_url.startswith("https://") or request.url.scheme == "https"


def give_cookie(request: Request, parts: Parts, response: Response, token: str) -> None:
    """Sets the cookie: out of reach of scripts, and sent by other sites' links at most.

    Lax, not Strict: the way back from the provider, and links to a case, begin at other sites. It
    has no end of its own: it goes with the browser, and the row says when the session ends.
    """
    is_https = is_secure(request, parts)
    response.set_cookie(
        _SECURE_COOKIE if is_https else _COOKIE,
        token,
        httponly=True,
        samesite="lax",
        secure=is_https,
        path="/",
    )


def take_cookie(response: Response) -> None:
    """Drops the cookie."""
    response.delete_cookie(_COOKIE, path="/", httponly=True, samesite="lax")
    response.delete_cookie(_SECURE_COOKIE, path="/", httponly=True, samesite="lax", secure=True)


def cookie_of(request: Request, parts: Parts) -> str | None:
    """The secret that the browser sent."""
    return request.cookies.get(_SECURE_COOKIE if is_secure(request, parts) else _COOKIE)


async def analyst_of(request: Request, parts: Parts) -> Analyst | None:
    """The analyst whose session this is; None where there is none, or it ended.

    A stream asks again with the request that opened it: its session may end meanwhile.
    """
    token = cookie_of(request, parts)
    if not token:
        return None
    is_stream = "text/event-stream" in request.headers.get("accept", "")
    person = await resume_session(
        parts.sessions,
        token,
        parts.sign_in.limits,
        parts.now(),
        is_active=not is_stream and BACKGROUND_HEADER not in request.headers,
    )
    if person is None:
        return None
    csrf = hmac.new(token.encode(), b"csrf", sha256).hexdigest()
    return Analyst(person.id, person.name, csrf, person.role, person.means)


def is_genuine(analyst: Analyst, token: str) -> bool:
    """Whether a form was made for this session."""
    return hmac.compare_digest(analyst.csrf.encode(), token.encode())


async def token_of(request: Request) -> str:
    """The token that came with a request: in htmx's header, or a form's field `csrf`."""
    if given := request.headers.get(CSRF_HEADER):
        return given
    field = (await request.form()).get("csrf")
    return field if isinstance(field, str) else ""
