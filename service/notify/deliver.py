"""Delivers our webhooks at least once, for a day, with growing pauses between the attempts."""

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import httpx

from service.notify.sign import sign
from service.store.engine import Sessions
from service.store.tables import OutgoingEvent
from service.telemetry import log

_KEPT: Final = timedelta(hours=24)
_LONGEST_PAUSE_S: Final = 3600.0
_TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)


class Courier:
    """Sends to one configured address, and to no other."""

    def __init__(
        self,
        sessions: Sessions,
        url: str,
        secret: str,
        now: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._sessions, self._url, self._secret, self._now = sessions, url, secret, now
        self._http = httpx.AsyncClient(timeout=_TIMEOUT, transport=transport)

    async def close(self) -> None:
        """Closes all connections."""
        await self._http.aclose()

    async def deliver(self, event_id: str, attempt: int) -> None:
        """One attempt; what became of it is noted. An attempt that is not the next is none."""
        async with self._sessions() as session:
            event = await session.get(OutgoingEvent, event_id)
        if event is None or event.attempts != attempt or _is_settled(event):
            return
        is_taken = await self._send(event)
        async with self._sessions() as session:
            kept = await session.get(OutgoingEvent, event_id, with_for_update=True)
            if kept is not None and kept.attempts == attempt:
                self._note(kept, is_taken=is_taken)
            await session.commit()

    def _note(self, event: OutgoingEvent, *, is_taken: bool) -> None:
        now = self._now()
        event.attempts += 1
        if is_taken:
            event.delivered_at = now
        elif now - event.tried_since > _KEPT:
            event.given_up_at = now
            log().error("webhook.given_up", event_id=event.id)
        else:
            pause = min(_LONGEST_PAUSE_S, 2.0**event.attempts) * random.uniform(0.7, 1.3)
            event.next_attempt_at = now + timedelta(seconds=pause)
            event.handed_over_at = None

    async def _send(self, event: OutgoingEvent) -> bool:
        body = json.dumps(event.payload, separators=(",", ":")).encode()
        stamp = int(self._now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "Prescreen-Timestamp": str(stamp),
            "Prescreen-Signature": sign(self._secret, stamp, body),
        }
        try:
            reply = await self._http.post(self._url, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return 200 <= reply.status_code < 300


def _is_settled(event: OutgoingEvent) -> bool:
    return event.delivered_at is not None or event.given_up_at is not None
