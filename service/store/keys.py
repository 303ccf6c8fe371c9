"""API keys by the hash of their secret."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import Key


def hash_of(secret: str) -> str:
    """SHA-256, hexadecimal: enough for secrets of 256 random bits, and quick on each request."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def find_key(session: AsyncSession, secret: str) -> Key | None:
    """The key of a secret, unless it was revoked."""
    found = await session.scalar(select(Key).where(Key.secret_hash == hash_of(secret)))
    return None if found is None or found.revoked_at is not None else found


async def find_named_key(session: AsyncSession, wanted: str, role: str) -> Key | None:
    """The key with this id, or the newest with this name, of a role; None where it was revoked."""
    return await session.scalar(
        select(Key)
        .where(
            or_(Key.id == wanted, Key.name == wanted),
            Key.role == role,
            Key.revoked_at.is_(None),
        )
        .order_by(Key.id.desc())
        .limit(1)
    )


async def list_keys(session: AsyncSession) -> Sequence[Key]:
    """All keys, newest first."""
    return (await session.scalars(select(Key).order_by(Key.id.desc()))).all()


async def revoke_key(session: AsyncSession, key_id: str, at: datetime) -> bool:
    """Whether there was such a key that still stood."""
    key = await session.get(Key, key_id)
    if key is None or key.revoked_at is not None:
        return False
    key.revoked_at = at
    return True
