"""Attempts to sign in, counted in the database: the same for all processes."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import SignInAttempts


@dataclass(frozen=True, slots=True)
class Counted:
    """Attempts of one source, this one included, since its window began."""

    attempts: int
    since: datetime


def source_of(kind: str, value: str, secret: str) -> str:
    """A name or an address as it is stored: nobody reads it back without the secret."""
    return f"{kind}:{hmac.new(secret.encode(), value.encode(), sha256).hexdigest()}"


async def count(session: AsyncSession, source: str, now: datetime, window: timedelta) -> Counted:
    """Counts an attempt, in a new window where the last one is over; stands with the commit."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    is_over = SignInAttempts.since <= now - window
    statement = (
        insert(SignInAttempts)
        .values(source=source, attempts=1, since=now)
        .on_conflict_do_update(
            index_elements=[SignInAttempts.source],
            set_={
                "attempts": case((is_over, 1), else_=SignInAttempts.attempts + 1),
                "since": case((is_over, now), else_=SignInAttempts.since),
            },
        )
        .returning(SignInAttempts.attempts, SignInAttempts.since)
    )
    attempts, since = (await session.execute(statement)).one()
    return Counted(attempts, since)


async def forget(session: AsyncSession, source: str) -> None:
    """Forgets all attempts of a source."""
    await session.execute(delete(SignInAttempts).where(SignInAttempts.source == source))


async def take_back(session: AsyncSession, source: str) -> None:
    """Takes back one attempt that was none against anybody."""
    await session.execute(
        update(SignInAttempts)
        .where(SignInAttempts.source == source, SignInAttempts.attempts > 0)
        .values(attempts=SignInAttempts.attempts - 1)
        .execution_options(synchronize_session=False)
    )


async def purge(session: AsyncSession, before: datetime) -> None:
    """Drops windows that began before this."""
    await session.execute(delete(SignInAttempts).where(SignInAttempts.since <= before))
