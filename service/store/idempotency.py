"""First answers to keys of idempotency, kept for a day."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import IdempotentAnswer

KEPT = timedelta(hours=24)
_ABANDONED = timedelta(minutes=10)
"""An answer still being made after this long belongs to a process that died."""


async def begin(
    session: AsyncSession, key_id: str, token: str, request_digest: str, now: datetime
) -> IdempotentAnswer | None:
    """None where this request is the first and may go on; else the answer that is there."""
    found = await session.get(IdempotentAnswer, (key_id, token))
    if found is not None:
        expired = now - found.created_at > KEPT
        abandoned = found.status == 0 and now - found.created_at > _ABANDONED
        if not expired and not abandoned:
            return found
        await session.delete(found)
        await session.flush()
    session.add(
        IdempotentAnswer(
            key_id=key_id,
            token=token,
            request_digest=request_digest,
            status=0,
            body="",
            created_at=now,
        )
    )
    try:
        await session.flush()
    except IntegrityError:
        await session.rollback()
        return await session.get(IdempotentAnswer, (key_id, token))
    return None


async def finish(session: AsyncSession, key_id: str, token: str, status: int, body: str) -> None:
    """Keeps the answer."""
    found = await session.get(IdempotentAnswer, (key_id, token))
    if found is not None:
        found.status, found.body = status, body


async def forget(session: AsyncSession, key_id: str, token: str) -> None:
    """Lets the request be tried again: it failed for a reason of ours."""
    found = await session.get(IdempotentAnswer, (key_id, token))
    if found is not None:
        await session.delete(found)


async def purge(session: AsyncSession, now: datetime) -> None:
    """Drops what is older than a day."""
    await session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < now - KEPT))
