"""Queries over submissions. Their rows are the truth; the engine only runs what they say."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.store.tables import Picture, Submission

UNFINISHED = ("queued", "updating", "uploading", "attaching")
ATTACHING_SINCE: Final = "attaching_since"
"""Among a submission's notes: when its documents began to be attached."""
_CLOCKS_DIFFER: Final = timedelta(seconds=5)
"""Also by how much Blaaiz's whole seconds are early; no person judges a document sooner."""
_LOOKED_AT: Final = 50


async def waiting(session: AsyncSession, limit: int) -> Sequence[Submission]:
    """Those to hand to the engine, oldest first; of one customer only the first unfinished.

    Locked where the database can: another process takes others meanwhile.
    """
    earlier = aliased(Submission)
    return (
        await session.scalars(
            select(Submission)
            .where(
                Submission.state.in_(UNFINISHED),
                Submission.handed_over_at.is_(None),
                ~exists().where(
                    and_(
                        earlier.customer_id == Submission.customer_id,
                        earlier.id < Submission.id,
                        earlier.state.in_(UNFINISHED),
                    )
                ),
            )
            .order_by(Submission.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=Submission)
        )
    ).all()


async def mark_handed_over(session: AsyncSession, one: Submission, at: datetime) -> None:
    """Unless it has come to its next go meanwhile."""
    await session.execute(
        update(Submission)
        .where(Submission.id == one.id, Submission.go == one.go)
        .values(handed_over_at=at)
        .execution_options(synchronize_session=False)
    )


async def handed_over_before(
    session: AsyncSession, before: datetime, limit: int
) -> Sequence[Submission]:
    """Unfinished ones that the engine has had for a while, the longest first."""
    return (
        await session.scalars(
            select(Submission)
            .where(
                Submission.state.in_(UNFINISHED),
                Submission.handed_over_at < before,
                Submission.next_attempt_at < before,
            )
            .order_by(Submission.handed_over_at)
            .limit(limit)
        )
    ).all()


async def take_back(session: AsyncSession, one: Submission) -> None:
    """Waits to be handed over again: the engine does not have it any more."""
    await session.execute(
        update(Submission)
        .where(Submission.id == one.id, Submission.go == one.go)
        .values(handed_over_at=None, go=Submission.go + 1)
        .execution_options(synchronize_session=False)
    )


async def list_submissions(
    session: AsyncSession, *, state: str | None, key_id: str | None, limit: int, before: str | None
) -> Sequence[Submission]:
    """Newest first."""
    query = select(Submission).order_by(Submission.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Submission.state == state)
    if key_id is not None:
        query = query.where(Submission.key_id == key_id)
    if before is not None:
        query = query.where(Submission.id < before)
    return (await session.scalars(query)).all()


async def of_screening(session: AsyncSession, screening_id: str) -> Sequence[Submission]:
    """Submissions of one screening, newest first."""
    return (
        await session.scalars(
            select(Submission)
            .where(Submission.screening_id == screening_id)
            .order_by(Submission.id.desc())
        )
    ).all()


async def sent_before(
    session: AsyncSession, customer_id: str, said_at: datetime
) -> Submission | None:
    """The customer's last submission whose documents may have reached Blaaiz by then.

    One that still attaches counts: Blaaiz may answer before we have noted that it has them all.
    """
    found = await session.scalars(
        select(Submission)
        .where(
            Submission.customer_id == customer_id,
            Submission.owner_id.is_(None),
            Submission.state.in_(("attaching", "forwarded")),
        )
        .order_by(Submission.id.desc())
        .limit(_LOOKED_AT)
    )
    latest = said_at + _CLOCKS_DIFFER
    return next((one for one in found if _attaching_since(one) <= latest), None)


def _attaching_since(one: Submission) -> datetime:
    """Of those from before it was noted, only when they were made."""
    noted = one.steps.get(ATTACHING_SINCE)
    return datetime.fromisoformat(str(noted)) if noted else one.created_at


async def await_outcome(session: AsyncSession, submission_id: str) -> None:
    """Pending, unless Blaaiz has answered already; of owners it says nothing."""
    await session.execute(
        update(Submission)
        .where(
            Submission.id == submission_id,
            Submission.outcome.is_(None),
            Submission.owner_id.is_(None),
        )
        .values(outcome="pending")
        .execution_options(synchronize_session=False)
    )


async def set_outcome(
    session: AsyncSession, submission_id: str, outcome: str, at: datetime
) -> None:
    """What Blaaiz said, unless it said something later; apart from the version of its way there."""
    await session.execute(
        update(Submission)
        .where(
            Submission.id == submission_id,
            or_(Submission.outcome_at.is_(None), Submission.outcome_at <= at),
        )
        .values(outcome=outcome, outcome_at=at)
        .execution_options(synchronize_session=False)
    )


async def has_newer_under_way(session: AsyncSession, one: Submission) -> bool:
    """Whether a later submission of the customer has begun to change it."""
    found = await session.scalar(
        select(Submission.id)
        .where(
            Submission.customer_id == one.customer_id,
            Submission.owner_id.is_not_distinct_from(one.owner_id),
            Submission.id > one.id,
            Submission.state.in_(("updating", "uploading", "attaching", "forwarded")),
        )
        .limit(1)
    )
    return found is not None


async def lock_customer(session: AsyncSession, customer_id: str) -> None:
    """Until the transaction ends, no other of ours adds a submission of this customer."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(customer_id, 0)))
        )
        return
    # SQLite has one writer: whoever writes first, if only nothing, is it.
    await session.execute(
        update(Submission)
        .where(Submission.id == "")
        .values(key_id="")
        .execution_options(synchronize_session=False)
    )


async def same_under_way(session: AsyncSession, new: Submission) -> Submission | None:
    """One that brings the customer, or its owner, the same update and the same files."""
    found = await session.scalars(
        select(Submission)
        .where(
            Submission.customer_id == new.customer_id,
            Submission.owner_id.is_not_distinct_from(new.owner_id),
            Submission.state.in_(UNFINISHED),
        )
        .order_by(Submission.id)
    )
    files = await _files_of(session, new)
    for one in found.all():
        if _as_text(one.update) == _as_text(new.update) and await _files_of(session, one) == files:
            return one
    return None


async def _files_of(session: AsyncSession, one: Submission) -> set[tuple[str, str]]:
    """Side or category of each file, and its checksum."""
    rows = await session.execute(
        select(Picture.side, Picture.sha256).where(
            Picture.screening_id == one.screening_id, Picture.rendition == "original"
        )
    )
    extra = {(name, str(file.get("sha256"))) for name, file in one.extra_files.items()}
    return {(side, sha256) for side, sha256 in rows} | extra


def _as_text(update: object) -> str:
    """Apart from the order of its fields; 1 and true differ."""
    return json.dumps(update, sort_keys=True)
