"""The OAuth token: fetched once, kept, renewed a minute early, by one caller at a time."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx

from service.blaaiz.envelopes import parse_object
from service.blaaiz.errors import Unauthorized, Unavailable, Unreachable

SCOPES: Final = ("customer:read", "customer:write", "file:upload")
_RENEWED_EARLY_S: Final = 60.0
_ASSUMED_LIFE_S: Final = 900.0


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
        """A token good for a while. Raises Unauthorized, Unavailable or Unreachable."""
        async with self._lock:
            if self._clock() >= self._good_until:
                await self._renew()
            return self._token

    def forget(self, token: str) -> None:
        """Blaaiz did not take this one: the next call fetches another."""
        if token == self._token:
            self._good_until = 0.0

    async def _renew(self) -> None:
        try:
            reply = await self._http.post(
                "/oauth/token",
                data={
                    "grant_type": "client_credentials",
                    "client_id": self._credentials.client_id,
                    "client_secret": self._credentials.client_secret,
                    "scope": " ".join(SCOPES),
                },
            )
        except httpx.HTTPError as cause:
            raise Unreachable("token") from cause
        if reply.status_code >= 500 or reply.status_code == 429:
            raise Unavailable("token")
        body = parse_object(reply.content)
        token = body.get("access_token")
        if reply.status_code >= 400 or not isinstance(token, str):
            raise Unauthorized("token")
        life = float(body.get("expires_in") or _ASSUMED_LIFE_S)
        scope = body.get("scope")
        self.granted = frozenset(scope.split()) if isinstance(scope, str) else None
        self._token = token
        self._good_until = self._clock() + max(1.0, life - _RENEWED_EARLY_S)
