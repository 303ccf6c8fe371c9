"""Makes, changes and disables accounts; whatever takes rights away ends sessions at once."""

import asyncio
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.ids import new_id
from service.store import audit, triage_sessions
from service.store.accounts import find_by_name, folded
from service.store.engine import Sessions
from service.store.passwords import hash_password
from service.store.tables import Account, Key

SHORTEST_PASSWORD: Final = 15
"""NIST SP 800-63B-4, 3.1.1.2, where a password is all there is."""
LONGEST_PASSWORD: Final = 256
_LONGEST_NAME: Final = 128


class AccountRole(StrEnum):
    """What an account may do at the console; each may do what the ones before may."""

    ANALYST = "analyst"
    LEAD = "lead"
    ADMIN = "admin"

    def covers(self, other: "AccountRole") -> bool:
        """Whether this role may do what the other may."""
        ranks = list(AccountRole)
        return ranks.index(self) >= ranks.index(other)


class AccountRefused(Exception):
    """The account cannot be made or changed so; the message says why."""


def check_password(password: str, name: str) -> None:
    """Refuses passwords that are guessed first.

    Raises:
        AccountRefused: with what to do.

    """
    if len(password) < SHORTEST_PASSWORD:
        raise AccountRefused(
            f"Use at least {SHORTEST_PASSWORD} characters: a few words are easy to remember."
        )
    if len(password) > LONGEST_PASSWORD:
        raise AccountRefused(f"Use at most {LONGEST_PASSWORD} characters.")
    plain = password.casefold()
    if len(set(plain)) < SHORTEST_PASSWORD // 3 or folded(name) in plain or "prescreen" in plain:
        raise AccountRefused("This password is too easy to guess.")


async def add_account(
    sessions: Sessions, name: str, role: AccountRole, password: str, actor: str, now: datetime
) -> Account:
    """A new local account.

    Raises:
        AccountRefused: the name is taken or none, or the password is weak.

    """
    name = name.strip()
    if not name or len(folded(name)) > _LONGEST_NAME or not name.isprintable():
        raise AccountRefused(f"A name has 1 to {_LONGEST_NAME} printable characters.")
    check_password(password, name)
    hashed = await asyncio.to_thread(hash_password, password)
    async with sessions() as session:
        if await find_by_name(session, name) is not None:
            raise AccountRefused("There is an account of this name.")
        account = Account(
            id=new_id("acc"),
            name=name,
            sign_in_name=folded(name),
            password_hash=hashed,
            issuer=None,
            subject=None,
            role=role.value,
            created_at=now,
            disabled_at=None,
        )
        session.add(account)
        audit.record(
            session,
            at=now,
            actor=actor,
            action="account.created",
            subject=account.id,
            details={"role": role.value},
        )
        await session.commit()
        return account


async def disable_account(sessions: Sessions, name_or_id: str, actor: str, now: datetime) -> None:
    """Ends its sessions, revokes its keys; it opens nothing until it is enabled again."""
    async with sessions() as session:
        account = await _account(session, name_or_id)
        if account.disabled_at is not None:
            raise AccountRefused("It is disabled already.")
        account.disabled_at = now
        await session.execute(
            update(Key)
            .where(Key.account_id == account.id, Key.revoked_at.is_(None))
            .values(revoked_at=now)
            .execution_options(synchronize_session=False)
        )
        await triage_sessions.end_all(session, [account.id])
        audit.record(session, at=now, actor=actor, action="account.disabled", subject=account.id)
        await session.commit()


async def enable_account(sessions: Sessions, name_or_id: str, actor: str, now: datetime) -> None:
    """Lets it sign in again; its keys stay revoked."""
    async with sessions() as session:
        account = await _account(session, name_or_id)
        if account.disabled_at is None:
            raise AccountRefused("It is not disabled.")
        account.disabled_at = None
        audit.record(session, at=now, actor=actor, action="account.enabled", subject=account.id)
        await session.commit()


async def change_role(
    sessions: Sessions, name_or_id: str, role: AccountRole, actor: str, now: datetime
) -> None:
    """Gives a local account another role, from its next page on."""
    async with sessions() as session:
        account = await _account(session, name_or_id)
        if account.issuer is not None:
            raise AccountRefused("The provider says which role this account has.")
        account.role = role.value
        audit.record(
            session,
            at=now,
            actor=actor,
            action="account.role_changed",
            subject=account.id,
            details={"role": role.value},
        )
        await session.commit()


async def change_password(
    sessions: Sessions, name_or_id: str, password: str, actor: str, now: datetime
) -> Account:
    """Sets a new password and ends every session that the old one opened."""
    async with sessions() as session:
        named = await _account(session, name_or_id)
    if named.sign_in_name is None:
        raise AccountRefused("This account signs in through a provider and has no password.")
    check_password(password, named.name)
    hashed = await asyncio.to_thread(hash_password, password)
    async with sessions() as session:
        account = await _account(session, named.id)
        account.password_hash = hashed
        await triage_sessions.end_all(session, [account.id])
        audit.record(
            session, at=now, actor=actor, action="account.password_changed", subject=account.id
        )
        await session.commit()
        return account


async def _account(session: AsyncSession, name_or_id: str) -> Account:
    by_id = select(Account).where(Account.id == name_or_id.replace("\0", "")).with_for_update()
    found = await session.scalar(by_id) or await find_by_name(session, name_or_id, for_update=True)
    if found is None:
        raise AccountRefused("There is no such account: prescreen accounts list")
    return found
