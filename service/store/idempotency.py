"""First answers to keys of idempotency, kept for a day, and what their requests made."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Text, and_, delete, or_, type_coerce, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.sealed import digest_of
from service.store.tables import IdempotentAnswer, Screening, Submission

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
    token = _kept_as(session, token)
    found = await session.get(IdempotentAnswer, (key_id, token))
    if found is not None:
        # What its key was erased of has nothing to answer any more.
        expired = now - found.created_at > KEPT or not found.is_whole
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
            IdempotentAnswer.token == _kept_as(session, claim.token),
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
    token = _kept_as(session, token)
    await session.execute(
        update(IdempotentAnswer)
        .where(IdempotentAnswer.key_id == key_id, IdempotentAnswer.token == token)
        .values(alive_at=now)
        .execution_options(synchronize_session=False)
    )


async def finish(session: AsyncSession, key_id: str, token: str, status: int, body: str) -> None:
    """Keeps the answer, under the key of the record that it tells of."""
    found = await session.get(IdempotentAnswer, (key_id, _kept_as(session, token)))
    if found is None:
        return
    about = _record_of(body)
    found.about = about
    found.status, found.body = status, body
    # Written first: whoever erases the record meanwhile sees the answer, or is seen here.
    await session.flush()
    if about is not None and await _is_erased(session, about):
        await session.delete(found)


async def forget(session: AsyncSession, key_id: str, token: str) -> None:
    """Lets the request be tried again: it failed, and made nothing."""
    await session.execute(
        delete(IdempotentAnswer)
        .where(
            IdempotentAnswer.key_id == key_id,
            IdempotentAnswer.token == _kept_as(session, token),
            IdempotentAnswer.made.is_(None),
        )
        .execution_options(synchronize_session=False)
    )


async def forget_answers_about(session: AsyncSession, record_id: str) -> None:
    """Drops the answers that tell of a record: it is erased."""
    in_clear = type_coerce(IdempotentAnswer.body, Text).contains(record_id, autoescape=True)
    await session.execute(
        delete(IdempotentAnswer)
        .where(
            or_(
                IdempotentAnswer.about == record_id,
                and_(IdempotentAnswer.about.is_(None), in_clear),
            )
        )
        .execution_options(synchronize_session=False)
    )


async def purge(session: AsyncSession, now: datetime) -> int:
    """Drops what is older than a day; how many."""
    done = await session.execute(
        delete(IdempotentAnswer)
        .where(IdempotentAnswer.created_at < now - KEPT)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", done).rowcount


def _kept_as(session: AsyncSession, token: str) -> str:
    """Callers may put anything into their keys."""
    return digest_of(session.sync_session, "idempotency", token)


def _record_of(body: str) -> str | None:
    try:
        answer: object = json.loads(body)
    except ValueError:
        return None
    found = cast("dict[str, Any]", answer).get("id") if isinstance(answer, dict) else None
    return found[:40] if isinstance(found, str) else None


async def _is_erased(session: AsyncSession, record_id: str) -> bool:
    submission = await session.get(Submission, record_id)
    screening_id = record_id if submission is None else submission.screening_id
    screening = await session.get(Screening, screening_id, with_for_update={"read": True})
    return screening is not None and screening.erased_at is not None
