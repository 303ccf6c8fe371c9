"""Sets of filters that analysts gave names."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import SavedView


async def views_of(session: AsyncSession, owner: str) -> Sequence[SavedView]:
    """An analyst's views by name."""
    return (
        await session.scalars(
            select(SavedView).where(SavedView.owner == owner).order_by(SavedView.name)
        )
    ).all()


async def named(session: AsyncSession, owner: str, name: str) -> SavedView | None:
    """One by its name."""
    return await session.scalar(
        select(SavedView).where(SavedView.owner == owner, SavedView.name == name)
    )


async def remove(session: AsyncSession, owner: str, view_id: str) -> None:
    """Drops it, if it is the owner's."""
    await session.execute(
        delete(SavedView).where(SavedView.owner == owner, SavedView.id == view_id)
    )
