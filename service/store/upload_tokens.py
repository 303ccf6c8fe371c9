"""Upload tokens by the hash of their secret; each is used once."""

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.ids import canonical_id
from service.store.keys import hash_of
from service.store.sealed import drop_key_of
from service.store.tables import DataKey, Key, UploadToken

KEPT = timedelta(days=1)
"""After its end a row is still good for saying why the token opens nothing any more."""


async def find_upload_token(session: AsyncSession, secret: str) -> UploadToken | None:
    """The token of a secret, old and used ones too, unless the key that issued it was revoked.

    None of one that was changed as well: what it was bound to is not known any more.
    """
    found = await session.scalar(
        select(UploadToken)
        .join(Key, Key.id == UploadToken.key_id)
        .where(UploadToken.secret_hash == hash_of(secret), Key.revoked_at.is_(None))
    )
    return found if found is not None and found.is_whole else None


async def use_upload_token(
    session: AsyncSession, token_id: str, screening_id: str, now: datetime
) -> bool:
    """Whether it was unused until now. One statement: of two processes one is told True."""
    result = await session.execute(
        update(UploadToken)
        .where(UploadToken.id == token_id, UploadToken.used_at.is_(None))
        .values(used_at=now, screening_id=screening_id)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(result, CursorResult) or result.rowcount != 1:
        return False
    row = await session.get_one(UploadToken, token_id, populate_existing=True)
    row.bound = {}
    return True


async def drop_old_upload_tokens(session: AsyncSession, now: datetime) -> None:
    """What was bound may name a person: unused tokens do not keep it for long."""
    too_old = await session.scalars(
        select(UploadToken).where(UploadToken.expires_at < now, UploadToken.used_at.is_(None))
    )
    for row in too_old:
        row.bound = {}
    await session.flush()
    gone = UploadToken.expires_at < now - KEPT
    await session.execute(
        delete(DataKey)
        .where(DataKey.id.in_(select(UploadToken.id).where(gone)))
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        delete(UploadToken).where(gone).execution_options(synchronize_session=False)
    )


async def drop_tokens_of_customer(session: AsyncSession, customer_id: str) -> int:
    """Unused tokens that were issued for a customer; how many. There are never many unused ones."""
    unused = await session.scalars(select(UploadToken).where(UploadToken.used_at.is_(None)))
    found = [one for one in unused if canonical_id(one.bound.get("customer_id", "")) == customer_id]
    for row in found:
        await session.delete(row)
        await session.flush()
        await drop_key_of(session, row.id)
    return len(found)
