"""Hands what waits in our rows to the engine, and takes the place of workers that died."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from service.forward.workflow import Engine, run_id
from service.store import handover, submissions, workers
from service.store.engine import Sessions
from service.store.handover import EVENTS, SUBMISSIONS, Lane, Row
from service.telemetry import log

_BATCH: Final = 50
_LOOKED_FOR: Final = 500
_TRUSTED_FOR: Final = timedelta(seconds=30)
"""Longer than the engine needs from taking a run to telling of it."""
_STILL_TRUSTED: Final = 0.7
"""Of the take-over time: so long after its last beat a process may still have work under way. The
others wait for the whole of it, so that none begins before the first has stopped."""


class Keeper:
    """Background work beside the engine of one process; several processes share the rows.

    A process that cannot show that it lives stops its own work before the others may take it, and
    goes on when it can again. Whoever cannot see the others meanwhile, as while the database is
    away, believes none of them dead.

    Args:
        takeover_s: how long another worker's beat may stand before it counts as dead. It is
            measured by this process's own clock, so that clocks that differ do no harm.

    """

    def __init__(
        self,
        sessions: Sessions,
        engine: Engine,
        worker_id: str,
        now: Callable[[], datetime],
        *,
        interval_s: float,
        takeover_s: float,
        forwards: bool,
        delivers: bool,
    ) -> None:
        self._sessions, self._engine, self._worker_id, self._now = sessions, engine, worker_id, now
        self._interval_s, self._takeover_s = interval_s, takeover_s
        self._forwards, self._delivers = forwards, delivers
        self._beats: dict[str, tuple[int, float]] = {}
        self._looked_at = 0.0
        self._count = 0
        self._watchdog: asyncio.TimerHandle | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def show(self) -> None:
        """Shows that it lives, before the engine takes work: else none would miss it."""
        await self._beat()

    async def start(self) -> None:
        """Starts."""
        self._tasks = [
            asyncio.create_task(self._every(self._interval_s, self.hand_over)),
            # Apart: whoever is busy with the dead must not be taken for one.
            asyncio.create_task(self._every(self._takeover_s / 5, self._beat)),
            asyncio.create_task(self._every(self._takeover_s / 5, self._look_for_dead)),
            asyncio.create_task(self._every(max(self._takeover_s, 5.0), self.look_for_lost)),
        ]

    async def stop(self) -> None:
        """Stops looking; `leave` follows when the engine has stopped."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._watchdog is not None:
            self._watchdog.cancel()

    async def leave(self) -> None:
        """Tells the others that they need not wait before they take what is left."""
        async with self._sessions() as session:
            await workers.beat(session, self._worker_id, workers.GONE, self._now())
            await session.commit()

    async def hand_over(self) -> None:
        """All that waits, in batches."""
        while self._forwards and await self._hand_over(SUBMISSIONS) == _BATCH:
            pass
        while self._delivers and await self._hand_over(EVENTS) == _BATCH:
            pass

    async def _hand_over(self, lane: Lane[Row]) -> int:
        async with self._sessions() as session:
            found = await handover.waiting(session, lane, _BATCH)
            now = self._now()
            for one in found:
                delay_s = (one.next_attempt_at - now).total_seconds()
                await self._engine.enqueue(lane.table, one.id, lane.go_of(one), delay_s)
                await handover.mark_handed_over(session, lane, one, now)
            await session.commit()
        return len(found)

    async def look_for_lost(self) -> None:
        """Rows whose run the engine lost or broke off: handed over again."""
        before = self._now() - _TRUSTED_FOR
        await self._take_back_lost(SUBMISSIONS, before)
        await self._take_back_lost(EVENTS, before)
        await self._engine.forget_old(_LOOKED_FOR)

    async def _take_back_lost(self, lane: Lane[Row], before: datetime) -> None:
        async with self._sessions() as session:
            found = await handover.handed_over_before(session, lane, before, _LOOKED_FOR)
            ours = {run_id(one.id, lane.go_of(one)): one for one in found}
            if not ours:
                return
            for name in await self._engine.lost(list(ours)):
                log().warning("forward.lost_run", queue=lane.table.__tablename__)
                await handover.take_back(session, lane, ours[name])
            await session.commit()

    async def _look_for_dead(self) -> None:
        # Asked first: whoever is at work by then is listed, as none begins before it is.
        at_work = await self._engine.workers_at_work()
        async with self._sessions() as session:
            seen = await workers.others(session, self._worker_id)
        now = time.monotonic()
        if now - self._looked_at > self._takeover_s / 2:
            # We could not see them: that their beats stand as they did proves nothing.
            self._beats = {}
        self._looked_at = now
        beats = {one.id: (one.beat, now) for one in seen}
        for one in seen:
            known = self._beats.get(one.id)
            if known is not None and known[0] == one.beat:
                beats[one.id] = known
        self._beats = beats
        # One that took up a run just when it was buried.
        for unknown in at_work - beats.keys() - {self._worker_id}:
            await self._engine.resume_of(unknown)
        for one in seen:
            if one.beat == workers.GONE or now - beats[one.id][1] > self._takeover_s:
                await self._take_over(one.id, one.beat)

    async def _beat(self) -> None:
        if self._engine.is_grounded:
            await self._engine.give_back()
        self._count += 1
        async with self._sessions() as session:
            is_known = await workers.beat(session, self._worker_id, self._count, self._now())
            if not is_known and self._count > 1:
                # Taken for dead: what was ours has been given to others.
                log().warning("forward.was_buried", worker=self._worker_id)
                self._engine.ground()
            shown_at = time.monotonic()
            await session.commit()
        self._trust_until(shown_at + self._takeover_s * _STILL_TRUSTED)
        self._engine.fly()

    def _trust_until(self, moment: float) -> None:
        """Work here is broken off then, unless a beat has been shown meanwhile."""
        if self._watchdog is not None:
            self._watchdog.cancel()
        delay_s = moment - time.monotonic()
        self._watchdog = asyncio.get_running_loop().call_later(delay_s, self._stop_work)

    def _stop_work(self) -> None:
        log().warning("forward.stopped_work", worker=self._worker_id)
        self._engine.ground()

    async def _take_over(self, worker_id: str, beat: int) -> None:
        """In the transaction that buries it: only one of us does it, and none half."""
        async with self._sessions() as session:
            if not await workers.bury(session, worker_id, beat):
                return
            await submissions.fence(session, worker_id)
            resumed = await self._engine.resume_of(worker_id)
            await session.commit()
        log().warning("forward.took_over", worker=worker_id, queue=resumed)

    async def _every(self, pause_s: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception as fault:
                # A database that is away comes back; what waits, waits in its rows.
                log().error("forward.broke", error_class=type(fault).__name__)
            await asyncio.sleep(pause_s)
