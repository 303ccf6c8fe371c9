"""Requests of one key counted by all processes that share the database."""

from sqlalchemy import case, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import Rate


async def take(
    session: AsyncSession, key: str, now_s: float, interval_s: float, burst_s: float
) -> float | None:
    """None where the request may go on, else the seconds until one may.

    The generic cell rate algorithm (ITU-T I.371): one number a key, the time at which all that was
    taken is due; it may lie at most `burst_s` ahead. One statement, so two processes cannot both
    take the last.

    Args:
        now_s: seconds since the epoch.
        interval_s: between two requests of a steady caller.
        burst_s: how much may be taken at once, as time.

    """
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    due = case((Rate.due_s > now_s, Rate.due_s), else_=now_s) + interval_s
    taken = await session.scalar(
        insert(Rate)
        .values(key=key, due_s=now_s + interval_s)
        .on_conflict_do_update(
            index_elements=[Rate.key], set_={"due_s": due}, where=due <= now_s + burst_s
        )
        .returning(Rate.due_s)
    )
    if taken is not None:
        return None
    due_s = await session.scalar(select(Rate.due_s).where(Rate.key == key))
    return max(0.0, (due_s or now_s) + interval_s - burst_s - now_s)
