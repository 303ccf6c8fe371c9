"""Requests of one key counted by all processes that share the database."""

import hmac
from hashlib import sha256

from sqlalchemy import case, delete, select
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
        interval_s: between two such requests of a steady caller.
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


def key_of_address(address: str, secret: str) -> str:
    """What somebody without a key is counted by: nobody reads the address back without the secret."""
    return hmac.new(secret.encode(), f"rate of {address}".encode(), sha256).hexdigest()


async def drop_past(session: AsyncSession, now_s: float) -> None:
    """Drops what says no more than no row would: all that was taken is due."""
    await session.execute(
        delete(Rate).where(Rate.due_s <= now_s).execution_options(synchronize_session=False)
    )
