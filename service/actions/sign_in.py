"""Who may open a session, and how often one may try."""

import asyncio
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from service.actions.keep_session import Means, SessionLimits, open_session, person_of
from service.actions.manage_account import LONGEST_PASSWORD, AccountRole
from service.ids import new_id
from service.store import audit, sign_in_attempts, triage_sessions
from service.store.accounts import find_by_name, find_by_subject, folded
from service.store.engine import Sessions, read_only
from service.store.keys import find_key
from service.store.passwords import hash_password, is_outdated, verify_password
from service.store.tables import Account, Key

WINDOW: Final = timedelta(minutes=15)
"""OWASP's Authentication Cheat Sheet: locked for a while, so that nobody is locked out for good."""
TRIES_BY_NAME: Final = 10
TRIES_BY_ADDRESS: Final = 50
"""An office shares one address."""
_AT_ONCE: Final = 2
"""Passwords checked at a time: each takes 64 MiB and a core."""
_UNKNOWN: Final = "unknown"


class SignInRefused(Exception):
    """The name or secret is wrong, or the account is disabled: nobody is told which."""


class SignInLocked(Exception):
    """Too many attempts; `wait` is how long none is looked at."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many attempts")
        self.wait = wait


class RoleMissing(Exception):
    """The provider knows the person, but says of no role here."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """A person as a provider vouches for: `subject` stays the same for ever, the rest may change."""

    issuer: str
    subject: str
    name: str
    role: AccountRole | None


class SignIn:
    """The ways in. Each gives the secret of a new session."""

    def __init__(self, sessions: Sessions, secret: str, limits: SessionLimits) -> None:
        self._sessions, self._secret, self.limits = sessions, secret, limits
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def by_password(
        self, name: str, password: str, address: str, now: datetime, *, instead_of: str | None
    ) -> str:
        """For a local account. Takes as long for one that does not exist.

        Raises:
            SignInRefused, SignInLocked: see there.

        """
        account = await self.check_password(name, password, address, now)
        renewed = None
        if account.password_hash is not None and is_outdated(account.password_hash):
            renewed = await asyncio.to_thread(hash_password, password)
        async with self._sessions() as session:
            # Looked at again: it may have been disabled while the password was checked.
            again = await find_by_name(session, name, for_update=True)
            if (
                again is None
                or again.disabled_at is not None
                or again.password_hash != account.password_hash
            ):
                raise SignInRefused
            again.password_hash = renewed or again.password_hash
            token = await open_session(
                session, again, Means.PASSWORD, self.limits, now, instead_of=instead_of
            )
            await session.commit()
            return token

    async def check_password(
        self, name: str, password: str, address: str, now: datetime
    ) -> Account:
        """The account whose password this is, counted as an attempt where it is not.

        Raises:
            SignInRefused, SignInLocked: see there.

        """
        by_name = self._source("name", folded(name))
        by_address = self._source("address", network_of(address))
        await self._count({by_name: TRIES_BY_NAME, by_address: TRIES_BY_ADDRESS}, now)
        async with read_only(self._sessions) as session:
            account = await find_by_name(session, name)
        kept = account.password_hash if account is not None else None
        async with self._turn:
            is_right = await asyncio.to_thread(
                verify_password, kept, password[: LONGEST_PASSWORD + 1]
            )
        if account is None or account.disabled_at is not None or not is_right:
            await self._note("sign_in.failed", account.id if account else _UNKNOWN, now)
            raise SignInRefused
        async with self._sessions() as session:
            await sign_in_attempts.forget(session, by_name)
            await sign_in_attempts.take_back(session, by_address)
            await session.commit()
        return account

    async def by_key(
        self, secret: str, address: str, now: datetime, *, instead_of: str | None
    ) -> str:
        """For an API key of an analyst or admin.

        Raises:
            SignInRefused, SignInLocked: see there.

        """
        by_address = self._source("address", network_of(address))
        await self._count({by_address: TRIES_BY_ADDRESS}, now)
        async with self._sessions() as session:
            key: Key | None = await find_key(session, secret)
            if key is None or person_of(key) is None:
                await self._note("sign_in.failed", key.id if key else _UNKNOWN, now)
                raise SignInRefused
            await sign_in_attempts.take_back(session, by_address)
            token = await open_session(
                session, key, Means.KEY, self.limits, now, instead_of=instead_of
            )
            await session.commit()
            return token

    async def by_provider(self, vouched: Vouched, now: datetime, *, instead_of: str | None) -> str:
        """For whom a provider vouches; the account is made at the first time.

        Raises:
            SignInRefused: the account was disabled here.
            RoleMissing: and sessions from when there was a role are ended.

        """
        async with self._sessions() as session:
            account = await find_by_subject(session, vouched.issuer, vouched.subject)
            if vouched.role is None:
                await self._refuse(session, account, now)
                raise RoleMissing
            if account is None:
                account = _account_of(vouched, vouched.role, now)
                session.add(account)
                audit.record(
                    session,
                    at=now,
                    actor=account.id,
                    action="account.created",
                    subject=account.id,
                    details={"role": account.role},
                )
            elif account.disabled_at is not None:
                await self._refuse(session, account, now)
                raise SignInRefused
            elif account.role != vouched.role.value:
                account.role = vouched.role.value
                audit.record(
                    session,
                    at=now,
                    actor=account.id,
                    action="account.role_changed",
                    subject=account.id,
                    details={"role": account.role},
                )
            account.name = vouched.name
            token = await open_session(
                session, account, Means.PROVIDER, self.limits, now, instead_of=instead_of
            )
            await session.commit()
            return token

    async def _refuse(self, session: AsyncSession, account: Account | None, now: datetime) -> None:
        who = account.id if account is not None else _UNKNOWN
        if account is not None:
            await triage_sessions.end_all(session, [account.id])
        audit.record(session, at=now, actor=who, action="sign_in.refused", subject=who)
        await session.commit()

    def _source(self, kind: str, value: str) -> str:
        return sign_in_attempts.source_of(kind, value, self._secret)

    async def _count(self, tries: dict[str, int], now: datetime) -> None:
        """Counts before anything is checked: what runs at the same time counts as well."""
        wait = timedelta(0)
        async with self._sessions() as session:
            await sign_in_attempts.purge(session, now - WINDOW)
            await session.commit()
        async with self._sessions() as session:
            for source in sorted(tries):
                counted = await sign_in_attempts.count(session, source, now, WINDOW)
                if counted.attempts > tries[source]:
                    wait = max(wait, counted.since + WINDOW - now)
                if counted.attempts == tries[source] + 1:
                    audit.record(
                        session,
                        at=now,
                        actor=_UNKNOWN,
                        action="sign_in.locked",
                        subject=source.partition(":")[0],
                    )
            await session.commit()
        if wait > timedelta(0):
            raise SignInLocked(wait)

    async def _note(self, action: str, who: str, now: datetime) -> None:
        async with self._sessions() as session:
            audit.record(session, at=now, actor=_UNKNOWN, action=action, subject=who)
            await session.commit()


def _account_of(vouched: Vouched, role: AccountRole, now: datetime) -> Account:
    return Account(
        id=new_id("acc"),
        name=vouched.name,
        sign_in_name=None,
        password_hash=None,
        issuer=vouched.issuer,
        subject=vouched.subject,
        role=role.value,
        created_at=now,
        disabled_at=None,
    )


def network_of(address: str) -> str:
    """The address, or the part of an IPv6 one that a single subscriber has (RFC 6177)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
