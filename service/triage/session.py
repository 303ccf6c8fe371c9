"""Sign-in of analysts with their key: a signed cookie that holds the key's id, never the key."""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from fastapi import Request
from fastapi.responses import Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from service.actions.issue_key import Role
from service.actions.parts import Parts
from service.store.engine import read_only
from service.store.tables import Key

COOKIE: Final = "prescreen_session"
_LIFE_S: Final = 8 * 3600


@dataclass(frozen=True, slots=True)
class Analyst:
    """Who is signed in, with the token that forms must send back."""

    key_id: str
    name: str
    csrf: str


def _serialiser(parts: Parts) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(parts.session_secret, salt="triage")


def sign_in(parts: Parts, response: Response, key_id: str, *, is_https: bool) -> None:
    """Sets the cookie: for this site only, out of reach of scripts."""
    value = _serialiser(parts).dumps({"key": key_id, "nonce": secrets.token_hex(8)})
    response.set_cookie(
        COOKIE,
        value,
        max_age=_LIFE_S,
        httponly=True,
        samesite="strict",
        secure=is_https,
        path="/triage",
    )


def sign_out(response: Response) -> None:
    """Drops the cookie."""
    response.delete_cookie(COOKIE, path="/triage")


async def analyst_of(request: Request, parts: Parts) -> Analyst | None:
    """The analyst whose session this is; None where it is missing, old, or the key was revoked."""
    cookie = request.cookies.get(COOKIE, "")
    try:
        content = _serialiser(parts).loads(cookie, max_age=_LIFE_S)
    except BadSignature:
        return None
    async with read_only(parts.sessions) as session:
        key = await session.get(Key, content["key"])
    if key is None or key.revoked_at is not None or key.role == Role.FRONTEND.value:
        return None
    digest = hmac.new(parts.session_secret.encode(), cookie.encode(), sha256)
    return Analyst(key.id, key.name, digest.hexdigest())


def is_genuine(analyst: Analyst, token: str) -> bool:
    """Whether a form was made for this session."""
    return hmac.compare_digest(analyst.csrf.encode(), token.encode())
