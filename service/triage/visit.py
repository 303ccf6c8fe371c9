"""Before somebody is signed in: a signed cookie that ties the sign-in page to one browser."""

import hmac
import secrets
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Final

from fastapi import Request
from fastapi.responses import Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from service.actions.parts import Parts
from service.triage.flow import Flow
from service.triage.session import is_secure

_COOKIE: Final = "prescreen_visit"
_LIFE_S: Final = 3600
HOME: Final = "/triage"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a browser that signs in brings back."""

    mark: str
    goes_to: str
    flow: Flow | None

    @property
    def csrf(self) -> str:
        """The token of the sign-in forms: nobody can sign another one in as themselves."""
        return hmac.new(self.mark.encode(), b"sign-in", sha256).hexdigest()

    def is_genuine(self, token: str) -> bool:
        """Whether a form was made for this browser."""
        return hmac.compare_digest(self.csrf.encode(), token.encode())


def new_visit(goes_to: str, before: Visit | None, flow: Flow | None = None) -> Visit:
    """A visit that ends at a page of the console, and nowhere else.

    It has the mark of the one before: forms in other tabs stay good.
    """
    mark = before.mark if before is not None else secrets.token_urlsafe(24)
    is_ours = (goes_to == HOME or goes_to.startswith((f"{HOME}/", f"{HOME}?"))) and (
        goes_to.isprintable() and "\\" not in goes_to and "/sign-" not in goes_to
    )
    return Visit(mark, goes_to if is_ours else HOME, flow)


def visit_of(request: Request, parts: Parts) -> Visit | None:
    """The visit of this browser; None where there is none, or it is an hour old."""
    try:
        kept = _serialiser(parts).loads(request.cookies.get(_COOKIE, ""), max_age=_LIFE_S)
        flow = kept["flow"]
        return Visit(kept["mark"], kept["goes_to"], Flow(**flow) if flow else None)
    except (BadSignature, KeyError, TypeError):
        return None


def remember(request: Request, parts: Parts, response: Response, visit: Visit) -> None:
    """Sets the cookie. Lax: the provider sends the browser back from another site."""
    response.set_cookie(
        _COOKIE,
        str(_serialiser(parts).dumps(asdict(visit))),
        max_age=_LIFE_S,
        httponly=True,
        samesite="lax",
        secure=is_secure(request, parts),
        path="/triage/sign-in",
    )


def forget(response: Response) -> None:
    """Drops the cookie: a flow is answered once."""
    response.delete_cookie(_COOKIE, path="/triage/sign-in", httponly=True, samesite="lax")


def _serialiser(parts: Parts) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(parts.session_secret, salt="triage-visit")
