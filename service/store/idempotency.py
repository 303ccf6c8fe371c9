"""First answers to keys of idempotency, kept for a day, and what their requests made."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import delete, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import IdempotentAnswer

KEPT = timedelta(hours=24)
RENEWED = timedelta(seconds=5)
"""How often a process that makes an answer says that it still does."""
_ABANDONED = 4 * RENEWED
"""An answer in the making that was not renewed for this long belongs to a process that died."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A request's hold on its key: whose, which, and since when."""

    key_id: str
    token: str
    begun_at: datetime


class ClaimLost(Exception):
    """Another request has the key by now: what this one would make, that one makes."""


async def begin(
    session: AsyncSession, key_id: str, token: str, request_digest: str, now: datetime
) -> IdempotentAnswer | None:
    """None where this request is the first and may go on; else the answer that is there."""
    found = await session.get(IdempotentAnswer, (key_id, token))
    if found is not None:
        expired = now - found.created_at > KEPT
        abandoned = found.status == 0 and found.made is None and now - found.alive_at > _ABANDONED
        # An abandoned request may have had an effect: only the same one goes on in its place.
        if not expired and not (abandoned and found.request_digest == request_digest):
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
            alive_at=now,
        )
    )
    try:
        await session.flush()
    except IntegrityError:
        await session.rollback()
        return await session.get(IdempotentAnswer, (key_id, token))
    return None


async def note_made(session: AsyncSession, claim: Claim, made: str) -> None:
    """In the transaction that makes it: a repeat finds it, whatever becomes of the process.

    Raises:
        ClaimLost: the row is another request's by now.

    """
    noted = await session.execute(
        update(IdempotentAnswer)
        .where(
            IdempotentAnswer.key_id == claim.key_id,
            IdempotentAnswer.token == claim.token,
            IdempotentAnswer.created_at == claim.begun_at,
            IdempotentAnswer.made.is_(None),
        )
        .values(made=made)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", noted).rowcount != 1:
        raise ClaimLost


async def renew(session: AsyncSession, key_id: str, token: str, now: datetime) -> None:
    """Says that the answer is still being made."""
    await session.execute(
        update(IdempotentAnswer)
        .where(IdempotentAnswer.key_id == key_id, IdempotentAnswer.token == token)
        .values(alive_at=now)
        .execution_options(synchronize_session=False)
    )


async def finish(session: AsyncSession, key_id: str, token: str, status: int, body: str) -> None:
    """Keeps the answer."""
    found = await session.get(IdempotentAnswer, (key_id, token))
    if found is not None:
        found.status, found.body = status, body


async def forget(session: AsyncSession, key_id: str, token: str) -> None:
    """Lets the request be tried again: it failed, and made nothing."""
    await session.execute(
        delete(IdempotentAnswer)
        .where(
            IdempotentAnswer.key_id == key_id,
            IdempotentAnswer.token == token,
            IdempotentAnswer.made.is_(None),
        )
        .execution_options(synchronize_session=False)
    )


async def forget_answers_about(session: AsyncSession, record_id: str) -> None:
    """Drops the answers that tell of a record: it is erased."""
    tells_of_it = IdempotentAnswer.body.contains(record_id, autoescape=True)
    await session.execute(delete(IdempotentAnswer).where(tells_of_it))


async def purge(session: AsyncSession, now: datetime) -> None:
    """Drops what is older than a day."""
    await session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < now - KEPT))
