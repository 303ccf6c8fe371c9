"""Processes that forward: each counts up while it lives."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import ForwardWorker

GONE = -1
"""The beat of a process that stopped in order: it need not be waited for."""


async def beat(session: AsyncSession, worker_id: str, count: int, at: datetime) -> bool:
    """Shows that this process lives; False where none knew it: it is new, or was buried."""
    done = await session.execute(
        update(ForwardWorker)
        .where(ForwardWorker.id == worker_id)
        .values(beat=count, seen_at=at)
        .execution_options(synchronize_session=False)
    )
    is_known = done.rowcount == 1  # type: ignore[attr-defined]
    if not is_known:
        session.add(ForwardWorker(id=worker_id, beat=count, seen_at=at))
    return is_known


async def others(session: AsyncSession, worker_id: str) -> Sequence[ForwardWorker]:
    """All processes but this one."""
    return (await session.scalars(select(ForwardWorker).where(ForwardWorker.id != worker_id))).all()


async def bury(session: AsyncSession, worker_id: str, count: int) -> bool:
    """Whether it was us who took the dead one's place, and nobody else; stands with the commit."""
    done = await session.execute(
        delete(ForwardWorker)
        .where(ForwardWorker.id == worker_id, ForwardWorker.beat == count)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount == 1  # type: ignore[attr-defined]
