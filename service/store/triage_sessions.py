"""Sessions of the triage console by the hash of their cookie's secret."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.keys import hash_of
from service.store.tables import TriageSession


async def find(session: AsyncSession, token: str) -> TriageSession | None:
    """The session of a secret, ended by time or not."""
    return await session.get(TriageSession, hash_of(token))


async def touch(session: AsyncSession, token: str, now: datetime) -> None:
    """Notes that its holder was here; one that was ended meanwhile does not come back."""
    await session.execute(
        update(TriageSession)
        .where(TriageSession.token_hash == hash_of(token))
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


async def end(session: AsyncSession, token: str) -> None:
    """Ends one."""
    await session.execute(delete(TriageSession).where(TriageSession.token_hash == hash_of(token)))


async def end_all(session: AsyncSession, holders: Sequence[str]) -> None:
    """Ends all sessions of these accounts or keys."""
    await session.execute(delete(TriageSession).where(TriageSession.holder.in_(holders)))


async def purge(session: AsyncSession, now: datetime, idle_since: datetime) -> None:
    """Drops what time has ended."""
    await session.execute(
        delete(TriageSession).where(
            or_(TriageSession.ends_at <= now, TriageSession.seen_at <= idle_since)
        )
    )
