"""Does from time to time what nobody asks for; once, however many processes there are."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from service.actions.purge_expired import purge_expired
from service.actions.sweep_blobs import sweep_blobs
from service.store.engine import Sessions
from service.store.pictures import Blobs
from service.store.retention import Retention, take_turn
from service.telemetry import Metrics, log

_PURGE: Final = "purge"
_SWEEP: Final = "sweep"
_SWEEP_EVERY: Final = timedelta(days=1)
_LOOKS: Final = 12
"""How often in the time between two runs a process looks whether one is due."""


class Housekeeper:
    """Erases what was kept for its time, and deletes files that no row names.

    Turns are taken in the database: see `take_turn`.
    """

    def __init__(
        self,
        sessions: Sessions,
        blobs: Blobs,
        keep: Retention,
        metrics: Metrics,
        now: Callable[[], datetime],
        *,
        every: timedelta,
    ) -> None:
        self._sessions, self._blobs, self._keep = sessions, blobs, keep
        self._metrics, self._now, self._every = metrics, now, every
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts."""
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Stops; what is left is done at the next turn, here or elsewhere."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def purge_if_due(self) -> bool:
        """Whether it was this process's turn."""
        is_ours = await self._take(_PURGE, self._every)
        if is_ours:
            counts = await purge_expired(
                self._sessions, self._blobs, self._keep, "retention", self._now(), self._metrics
            )
            self._metrics.purged.set(self._now().timestamp())
            log().info("purge.done", erased=counts.total())
        return is_ours

    async def sweep_if_due(self) -> bool:
        """The same of files that no row names."""
        is_ours = await self._take(_SWEEP, _SWEEP_EVERY)
        if is_ours:
            gone = await sweep_blobs(self._sessions, self._blobs, self._now(), self._metrics)
            log().info("sweep.done", erased=gone)
        return is_ours

    async def _take(self, what: str, every: timedelta) -> bool:
        async with self._sessions() as session:
            is_ours = await take_turn(session, what, self._now(), every)
            await session.commit()
        return is_ours

    async def _work(self) -> None:
        while True:
            for name, run in (("purge", self.purge_if_due), ("sweep", self.sweep_if_due)):
                try:
                    await run()
                except Exception as fault:
                    # A database or blob store that is away comes back; the next turn finds the rest.
                    log().error(f"{name}.broke", error_class=type(fault).__name__)
            await asyncio.sleep(self._every.total_seconds() / _LOOKS)
