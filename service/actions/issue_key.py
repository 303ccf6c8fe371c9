"""Makes and revokes API keys. The secret is told once and never stored."""

from datetime import datetime
from enum import StrEnum

from service.ids import new_id, new_key
from service.store import audit
from service.store.accounts import find_by_name
from service.store.engine import Sessions
from service.store.keys import find_key, hash_of, revoke_key
from service.store.tables import Key


class Role(StrEnum):
    """What a key's holder may do; an analyst may do what a frontend may, an admin all."""

    FRONTEND = "frontend"
    ANALYST = "analyst"
    ADMIN = "admin"


class KeyHolderUnknown(Exception):
    """There is no such account, or it is disabled."""


async def issue_key(
    sessions: Sessions,
    role: Role,
    name: str,
    actor: str,
    now: datetime,
    secret: str | None = None,
    account: str | None = None,
) -> tuple[Key, str]:
    """The key and its secret. A given secret (of --dev) that is known already is left as it is.

    Args:
        sessions: of the store.
        role: what it may do.
        name: whose it is, for people.
        actor: who makes it.
        now: the time.
        secret: None: a new one.
        account: the sign-in name of the person who gets it: decisions with it are that person's.

    Raises:
        KeyHolderUnknown: see there.

    """
    secret = secret or new_key()
    async with sessions() as session:
        known = await find_key(session, secret)
        if known is not None:
            return known, secret
        holder = None
        if account is not None:
            holder = await find_by_name(session, account, for_update=True)
            if holder is None or holder.disabled_at is not None:
                raise KeyHolderUnknown
        key = Key(
            account_id=holder.id if holder is not None else None,
            id=new_id("key"),
            secret_hash=hash_of(secret),
            role=role.value,
            name=name,
            created_at=now,
            revoked_at=None,
        )
        session.add(key)
        audit.record(
            session,
            at=now,
            actor=actor,
            action="key.created",
            subject=key.id,
            details={"role": role.value},
        )
        await session.commit()
        return key, secret


async def withdraw_key(sessions: Sessions, key_id: str, actor: str, now: datetime) -> bool:
    """Whether there was such a key; from now on it opens nothing."""
    async with sessions() as session:
        if not await revoke_key(session, key_id, now):
            return False
        audit.record(session, at=now, actor=actor, action="key.revoked", subject=key_id)
        await session.commit()
        return True
