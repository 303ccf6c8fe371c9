"""Delivers our webhooks at least once, for a day, with growing pauses."""

import asyncio
import contextlib
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx

from service.notify.sign import sign
from service.store.engine import Sessions
from service.store.events import due_events
from service.store.tables import OutgoingEvent
from service.telemetry import log

_KEPT: Final = timedelta(hours=24)
_BATCH: Final = 20
_INTERVAL_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 3600.0
_TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)


class Courier:
    """Sends to one configured address, and to no other."""

    def __init__(
        self,
        sessions: Sessions,
        url: str,
        secret: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._sessions, self._url, self._secret, self._now = sessions, url, secret, now
        self._http = httpx.AsyncClient(timeout=_TIMEOUT, transport=transport)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts delivering, where an address is set."""
        if self._url:
            self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Stops; what is undelivered stays in the outbox."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._http.aclose()

    async def _work(self) -> None:
        while True:
            try:
                delivered = await self.deliver_due()
            except Exception as fault:
                log().error("webhook.broke", error_class=type(fault).__name__)
                delivered = 0
            if not delivered:
                await asyncio.sleep(_INTERVAL_S)

    async def deliver_due(self) -> int:
        """Tries every due event once; how many were tried."""
        async with self._sessions() as session:
            due = await due_events(session, self._now(), _BATCH)
        for event in due:
            is_taken = await self._send(event)
            async with self._sessions() as session:
                kept = await session.get(OutgoingEvent, event.id)
                if kept is not None:
                    self._note(kept, is_taken=is_taken)
                await session.commit()
        return len(due)

    def _note(self, event: OutgoingEvent, *, is_taken: bool) -> None:
        now = self._now()
        event.attempts += 1
        if is_taken:
            event.delivered_at = now
        elif now - event.created_at > _KEPT:
            event.given_up_at = now
            log().error("webhook.given_up", event_id=event.id)
        else:
            pause = min(_LONGEST_PAUSE_S, 2.0**event.attempts) * random.uniform(0.7, 1.3)
            event.next_attempt_at = now + timedelta(seconds=pause)

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
        except httpx.HTTPError:
            return False
        return 200 <= reply.status_code < 300
