"""Queries over submissions. Their rows are the truth; the engine only runs what they say."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.store.tables import Submission

UNFINISHED = ("queued", "updating", "uploading", "attaching")


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


async def latest_sent(session: AsyncSession, customer_id: str) -> Submission | None:
    """The customer's last submission whose documents reached Blaaiz.

    One that still attaches counts: Blaaiz may answer before we have noted that it has them all.
    """
    return await session.scalar(
        select(Submission)
        .where(
            Submission.customer_id == customer_id,
            Submission.owner_id.is_(None),
            Submission.state.in_(("attaching", "forwarded")),
        )
        .order_by(Submission.id.desc())
        .limit(1)
    )


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
