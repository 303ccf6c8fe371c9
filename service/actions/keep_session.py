"""Sessions of the console: opened at sign-in, kept while somebody is there, ended in time."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from service.actions.issue_key import Role
from service.actions.manage_account import AccountRole
from service.store import audit, triage_sessions
from service.store.engine import Sessions, read_only
from service.store.keys import hash_of
from service.store.tables import Account, Key, TriageSession

_NOTED_EVERY: Final = timedelta(seconds=30)
"""How exact `seen_at` is: a page with ten pictures writes once."""
_ROLE_OF_KEY: Final = {
    Role.ANALYST.value: AccountRole.ANALYST,
    Role.ADMIN.value: AccountRole.ADMIN,
}


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """When a session ends by itself."""

    idle: timedelta
    longest: timedelta


class Means(StrEnum):
    """What lets somebody in."""

    PASSWORD = "password"  # noqa: S105 - a word
    KEY = "key"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in. Two sign-ins of one person have the same id."""

    id: str
    name: str
    role: AccountRole
    means: Means


def person_of(holder: Account | Key | None) -> Person | None:
    """The person behind an account or a key; None where it opens nothing, or no longer."""
    if isinstance(holder, Account) and holder.disabled_at is None:
        means = Means.PASSWORD if holder.password_hash is not None else Means.PROVIDER
        return Person(holder.id, holder.name, AccountRole(holder.role), means)
    if isinstance(holder, Key) and holder.revoked_at is None and holder.role in _ROLE_OF_KEY:
        role = _ROLE_OF_KEY[holder.role]
        return Person(holder.account_id or holder.id, holder.name, role, Means.KEY)
    return None


async def open_session(
    session: AsyncSession,
    holder: Account | Key,
    how: Means,
    limits: SessionLimits,
    now: datetime,
    *,
    instead_of: str | None,
) -> str:
    """The secret of a new session, for a cookie; joins the transaction.

    Args:
        session: of the store.
        holder: the account or key.
        how: what let the person in.
        limits: when it will end.
        now: the time.
        instead_of: the secret that the browser came with: a sign-in never goes on with it.

    """
    token = secrets.token_urlsafe(32)
    await triage_sessions.purge(session, now, now - limits.idle)
    if instead_of:
        await triage_sessions.end(session, instead_of)
    session.add(
        TriageSession(
            token_hash=hash_of(token),
            holder=holder.id,
            opened_at=now,
            seen_at=now,
            ends_at=now + limits.longest,
        )
    )
    who = holder.account_id or holder.id if isinstance(holder, Key) else holder.id
    audit.record(
        session,
        at=now,
        actor=who,
        action="session.opened",
        subject=holder.id,
        details={"by": how.value},
    )
    return token


async def resume_session(
    sessions: Sessions, token: str, limits: SessionLimits, now: datetime, *, is_active: bool
) -> Person | None:
    """Who holds this session; None where there is none, or it ended.

    Args:
        sessions: of the store.
        token: the secret that the browser sent.
        limits: when sessions end.
        now: the time.
        is_active: False for what a page asks on its own: it does not put the idle time-out off.

    """
    async with read_only(sessions) as session:
        found = await triage_sessions.find(session, token)
        if found is None or now >= found.ends_at or now - found.seen_at >= limits.idle:
            return None
        table = Account if found.holder.startswith("acc_") else Key
        person = person_of(await session.get(table, found.holder))
    if person is not None and is_active and now - found.seen_at >= _NOTED_EVERY:
        async with sessions() as session:
            await triage_sessions.touch(session, token, now)
            await session.commit()
    return person


async def end_session(sessions: Sessions, token: str, actor: str, now: datetime) -> None:
    """Ends it for every tab and copy of the cookie."""
    async with sessions() as session:
        await triage_sessions.end(session, token)
        audit.record(session, at=now, actor=actor, action="session.ended", subject=actor)
        await session.commit()
