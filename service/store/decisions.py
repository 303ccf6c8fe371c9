"""Decisions, corrections and held updates of a screening."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.sealed import Bound
from service.store.submissions import blobs_of
from service.store.tables import Correction, DecisionEntry, HeldUpdate


async def decisions_of(session: AsyncSession, screening_id: str) -> Sequence[DecisionEntry]:
    """All decisions, newest first, also those undone."""
    return (
        await session.scalars(
            select(DecisionEntry)
            .where(DecisionEntry.screening_id == screening_id)
            .order_by(DecisionEntry.id.desc())
        )
    ).all()


async def corrections_of(session: AsyncSession, screening_id: str) -> Sequence[Correction]:
    """Corrections of fields, newest first."""
    return (
        await session.scalars(
            select(Correction)
            .where(Correction.screening_id == screening_id)
            .order_by(Correction.id.desc())
        )
    ).all()


async def newest(session: AsyncSession) -> str:
    """The id of the last decision: changes when one is taken."""
    return await session.scalar(select(func.max(DecisionEntry.id))) or ""


async def forget(session: AsyncSession, screening_id: str) -> list[str]:
    """Notes, corrections and the held update of an erased screening go; blobs of its files.

    Its key is gone by now: what stays of the notes is written as it is, empty.
    """
    await session.execute(
        update(DecisionEntry)
        .where(DecisionEntry.screening_id == screening_id)
        .values(note=Bound("", ""), before=Bound({}, {}))
        .execution_options(synchronize_session=False)
    )
    await session.execute(delete(Correction).where(Correction.screening_id == screening_id))
    held = await session.get(HeldUpdate, screening_id)
    if held is None:
        return []
    await session.delete(held)
    return blobs_of(held.extra_files)
