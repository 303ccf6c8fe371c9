"""Makes and revokes API keys. The secret is told once and never stored."""

from datetime import datetime
from enum import StrEnum

from service.ids import new_id, new_key
from service.store import audit
from service.store.engine import Sessions
from service.store.keys import find_key, hash_of, revoke_key
from service.store.tables import Key


class Role(StrEnum):
    """What a key's holder may do; an analyst may do what a frontend may, an admin all."""

    FRONTEND = "frontend"
    ANALYST = "analyst"
    ADMIN = "admin"


async def issue_key(
    sessions: Sessions, role: Role, name: str, actor: str, now: datetime, secret: str | None = None
) -> tuple[Key, str]:
    """The key and its secret. A given secret (of --dev) that is known already is left as it is."""
    secret = secret or new_key()
    async with sessions() as session:
        known = await find_key(session, secret)
        if known is not None:
            return known, secret
        key = Key(
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
