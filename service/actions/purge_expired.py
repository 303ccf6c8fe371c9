"""Erases what was kept for its time: screenings by verdict, kept answers, webhooks."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from service.actions.decide_screening import ScreeningMissing
from service.actions.erase_screening import BY_REQUEST, BY_RETENTION, erase_screening
from service.store import idempotency, rates
from service.store.engine import Sessions
from service.store.pictures import Blobs
from service.store.retention import Retention, drop_old_events, expired, shredded
from service.store.upload_tokens import drop_old_upload_tokens
from service.telemetry import Metrics

_BATCH: Final = 100

Find = Callable[[AsyncSession, str], Awaitable[Sequence[tuple[str, str]]]]


async def purge_expired(
    sessions: Sessions,
    blobs: Blobs,
    keep: Retention,
    actor: str,
    now: datetime,
    metrics: Metrics | None = None,
) -> Counter[str]:
    """How many were erased by standing, and `answers` and `events`.

    One after the other, each in a transaction of its own: another process may do the same at the
    same time, and one that is killed leaves the rest to the next run.
    """
    counts: Counter[str] = Counter()

    async def find(session: AsyncSession, after: str) -> Sequence[tuple[str, str]]:
        return await expired(session, keep, now, _BATCH, after)

    await _erase_all(sessions, blobs, find, counts, actor, now, BY_RETENTION, metrics)
    async with sessions() as session:
        counts["answers"] = await idempotency.purge(session, now)
        counts["events"] = await drop_old_events(session, now - keep.events)
        await drop_old_upload_tokens(session, now)
        await rates.drop_past(session, now.timestamp())
        await session.commit()
    return +counts


async def finish_erasures(
    sessions: Sessions, blobs: Blobs, actor: str, now: datetime
) -> Counter[str]:
    """Erases again what came back from a backup without its key; how many by standing."""
    counts: Counter[str] = Counter()

    async def find(session: AsyncSession, after: str) -> Sequence[tuple[str, str]]:
        return await shredded(session, _BATCH, after)

    await _erase_all(sessions, blobs, find, counts, actor, now, BY_REQUEST)
    return counts


async def _erase_all(
    sessions: Sessions,
    blobs: Blobs,
    find: Find,
    counts: Counter[str],
    actor: str,
    now: datetime,
    why: str,
    metrics: Metrics | None = None,
) -> None:
    after = ""
    while True:
        async with sessions() as session:
            found = await find(session, after)
        for screening_id, standing in found:
            after = screening_id
            try:
                await erase_screening(sessions, blobs, screening_id, actor, now, why, metrics)
            except ScreeningMissing:
                continue  # another process was quicker
            counts[standing] += 1
        if len(found) < _BATCH:
            return
