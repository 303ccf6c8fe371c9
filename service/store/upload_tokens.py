"""Upload tokens by the hash of their secret; each is used once."""

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.keys import hash_of
from service.store.tables import Key, UploadToken

KEPT = timedelta(days=1)
"""After its end a row is still good for saying why the token opens nothing any more."""


async def find_upload_token(session: AsyncSession, secret: str) -> UploadToken | None:
    """The token of a secret, old and used ones too, unless the key that issued it was revoked."""
    return await session.scalar(
        select(UploadToken)
        .join(Key, Key.id == UploadToken.key_id)
        .where(UploadToken.secret_hash == hash_of(secret), Key.revoked_at.is_(None))
    )


async def use_upload_token(
    session: AsyncSession, token_id: str, screening_id: str, now: datetime
) -> bool:
    """Whether it was unused until now. One statement: of two processes one is told True."""
    result = await session.execute(
        update(UploadToken)
        .where(UploadToken.id == token_id, UploadToken.used_at.is_(None))
        .values(used_at=now, screening_id=screening_id, bound={})
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


async def drop_old_upload_tokens(session: AsyncSession, now: datetime) -> None:
    """What was bound may name a person: unused tokens do not keep it for long."""
    await session.execute(
        update(UploadToken)
        .where(UploadToken.expires_at < now, UploadToken.used_at.is_(None))
        .values(bound={})
    )
    await session.execute(delete(UploadToken).where(UploadToken.expires_at < now - KEPT))
