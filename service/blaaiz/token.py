"""The OAuth token: fetched once, kept, renewed a minute early, by one caller at a time."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx

from service.blaaiz.envelopes import parse_object
from service.blaaiz.errors import RateLimited, Unauthorized, Unavailable
from service.blaaiz.exchange import ReplyLost, exchange

SCOPES: Final = ("customer:read", "customer:write", "file:upload")
_RENEWED_EARLY_S: Final = 60.0
_ASSUMED_LIFE_S: Final = 900.0
_LONGEST_LIFE_S: Final = 86_400.0
_WHOLE_CALL_S: Final = 15.0
_REPLY_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class BlaaizCredentials:
    """The OAuth client."""

    client_id: str
    client_secret: str


class TokenKeeper:
    """Client credentials at `{base}/oauth/token`.

    Attributes:
        granted: scopes of the last token, where the reply says them (RFC 6749, 5.1).

    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        credentials: BlaaizCredentials,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http, self._credentials, self._clock = http, credentials, clock
        self._token = ""
        self.granted: frozenset[str] | None = None
        self._good_until = 0.0
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """A token good for a while.

        Raises:
            Unauthorized, Unavailable, Unreachable, RateLimited: see there.

        """
        async with self._lock:
            if self._clock() >= self._good_until:
                await self._renew()
            return self._token

    def forget(self, token: str) -> None:
        """Blaaiz did not take this one: the next call fetches another."""
        if token == self._token:
            self._good_until = 0.0

    async def _renew(self) -> None:
        request = self._http.build_request(
            "POST",
            "/oauth/token",
            data={
                "grant_type": "client_credentials",
                "client_id": self._credentials.client_id,
                "client_secret": self._credentials.client_secret,
                "scope": " ".join(SCOPES),
            },
        )
        try:
            reply = await exchange(
                self._http, request, within_s=_WHOLE_CALL_S, max_bytes=_REPLY_BYTES
            )
        except ReplyLost as cause:
            # A token more or less: nothing was written with it.
            raise Unavailable("token") from cause
        if reply.status == 429:
            raise RateLimited(reply.retry_after_s)
        body = parse_object(reply.content)
        if (
            reply.status >= 500
            or 300 <= reply.status < 400
            or not (body or reply.status in {400, 401})
        ):
            raise Unavailable("token")
        token = body.get("access_token")
        if reply.status >= 400 or not isinstance(token, str) or not _is_sendable(token):
            raise Unauthorized("token")
        life = _life_s(body.get("expires_in"))
        scope = body.get("scope")
        self.granted = frozenset(scope.split()) if isinstance(scope, str) else None
        self._token = token
        self._good_until = self._clock() + max(1.0, life - _RENEWED_EARLY_S)


def _life_s(told: object) -> float:
    """Seconds, as a number or a text; what is none of both counts as not told."""
    text = str(told)
    if not text.isascii() or not text.replace(".", "", 1).isdecimal() or len(text) > 16:
        return _ASSUMED_LIFE_S
    return min(float(text), _LONGEST_LIFE_S) or _ASSUMED_LIFE_S


def _is_sendable(token: str) -> bool:
    """Whether it can stand in a header."""
    return token.isascii() and token.isprintable() and token != ""
