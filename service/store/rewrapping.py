"""Data keys under a new key-encryption key, and keys for what was stored before there were any."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.encryption import KeyRing, wrapped_by
from service.store.handover import UNFINISHED
from service.store.tables import DataKey, Screening, Submission


async def count_by_key(session: AsyncSession) -> dict[str, int]:
    """How many data keys each key-encryption key wraps."""
    rows = await session.execute(
        select(DataKey.wrapped_by, func.count()).group_by(DataKey.wrapped_by)
    )
    return dict(rows.tuples().all())


async def rewrap_some(session: AsyncSession, ring: KeyRing, limit: int) -> int:
    """Wraps some data keys with the key that wraps now; how many were left to look at.

    One that is erased meanwhile stays so, and one that another process was quicker with is its.
    """
    found = await session.execute(
        select(DataKey.id, DataKey.wrapped)
        .where(DataKey.wrapped_by != ring.writing)
        .order_by(DataKey.id)
        .limit(limit)
    )
    rows = found.tuples().all()
    for object_id, wrapped in rows:
        fresh = ring.rewrap(object_id, wrapped)
        await session.execute(
            update(DataKey)
            .where(DataKey.id == object_id, DataKey.wrapped == wrapped)
            .values(wrapped=fresh, wrapped_by=wrapped_by(fresh))
            .execution_options(synchronize_session=False)
        )
    return len(rows)


async def screenings_in_clear(session: AsyncSession, limit: int, after: str) -> Sequence[str]:
    """Ids of screenings without a key that are not erased, by id."""
    rows = await session.scalars(
        select(Screening.id)
        .outerjoin(DataKey, DataKey.id == Screening.id)
        .where(DataKey.id.is_(None), Screening.erased_at.is_(None), Screening.id > after)
        .order_by(Screening.id)
        .limit(limit)
    )
    return rows.all()


async def submissions_in_clear(session: AsyncSession, limit: int, after: str) -> Sequence[str]:
    """Ids of ended submissions without a key whose screening is not erased, by id."""
    rows = await session.scalars(
        select(Submission.id)
        .join(Screening, Screening.id == Submission.screening_id)
        .outerjoin(DataKey, DataKey.id == Submission.id)
        .where(
            DataKey.id.is_(None),
            Screening.erased_at.is_(None),
            Submission.state.not_in(UNFINISHED),
            Submission.id > after,
        )
        .order_by(Submission.id)
        .limit(limit)
    )
    return rows.all()


async def count_in_clear(session: AsyncSession) -> int:
    """Screenings and submissions without a key, of those not erased."""
    screenings = await session.scalar(
        select(func.count())
        .select_from(Screening)
        .outerjoin(DataKey, DataKey.id == Screening.id)
        .where(DataKey.id.is_(None), Screening.erased_at.is_(None))
    )
    submissions = await session.scalar(
        select(func.count())
        .select_from(Submission)
        .join(Screening, Screening.id == Submission.screening_id)
        .outerjoin(DataKey, DataKey.id == Submission.id)
        .where(DataKey.id.is_(None), Screening.erased_at.is_(None))
    )
    return (screenings or 0) + (submissions or 0)


async def is_under_way(session: AsyncSession, screening_id: str) -> bool:
    """Whether a submission of it has not ended: its files are being read."""
    found = await session.scalar(
        select(Submission.id)
        .where(Submission.screening_id == screening_id, Submission.state.in_(UNFINISHED))
        .limit(1)
    )
    return found is not None
