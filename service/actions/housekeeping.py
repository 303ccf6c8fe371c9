"""Does from time to time what nobody asks for; once, however many processes there are."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from service.actions.purge_expired import purge_expired
from service.actions.sweep_blobs import sweep_blobs
from service.store.engine import Sessions
from service.store.pictures import Blobs
from service.store.retention import Retention, end_turn, give_turn_back, last_end, take_turn
from service.telemetry import Metrics, log

_PURGE: Final = "purge"
_SWEEP: Final = "sweep"
_SWEEP_EVERY: Final = timedelta(days=1)
_LOOKS: Final = 12
"""How often in the time between two runs a process looks whether one is due; one that failed is due
again after such a part of it."""


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

        async def purge() -> None:
            counts = await purge_expired(
                self._sessions, self._blobs, self._keep, "retention", self._now(), self._metrics
            )
            log().info("purge.done", erased=counts.total())

        return await self._in_turn(_PURGE, self._every, purge, self._metrics.purged.set)

    async def sweep_if_due(self) -> bool:
        """The same of files that no row names."""

        async def sweep() -> None:
            gone = await sweep_blobs(self._sessions, self._blobs, self._now(), self._metrics)
            log().info("sweep.done", erased=gone)

        return await self._in_turn(_SWEEP, _SWEEP_EVERY, sweep, self._metrics.last_sweep.set)

    async def _in_turn(
        self,
        name: str,
        every: timedelta,
        work: Callable[[], Awaitable[None]],
        tell: Callable[[float], None],
    ) -> bool:
        """Whether it was this process's turn; in any case tells when it was last done by anyone."""
        async with self._sessions() as session:
            is_ours = await take_turn(session, name, self._now(), every)
            ended_at = await last_end(session, name)
            await session.commit()
        if is_ours:
            try:
                await work()
            except BaseException:
                # Also where it is stopped: what is left is done soon, not after the whole time.
                async with self._sessions() as session:
                    await give_turn_back(session, name, self._now() + every / _LOOKS)
                    await session.commit()
                raise
            ended_at = self._now()
            async with self._sessions() as session:
                await end_turn(session, name, ended_at)
                await session.commit()
        if ended_at is not None:
            tell(ended_at.timestamp())
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
