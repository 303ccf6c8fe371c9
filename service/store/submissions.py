"""Queries over submissions; claiming one is a guarded update, safe from several workers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.store.tables import Submission

UNFINISHED = ("queued", "updating", "uploading", "attaching")


async def claim_due(
    session: AsyncSession, owner: str, now: datetime, lease: timedelta
) -> Submission | None:
    """The oldest due submission, leased to `owner`; one at a time for each customer.

    A lease that ran out belongs to a worker that died: whoever comes next takes over.
    """
    earlier = aliased(Submission)
    candidates = await session.scalars(
        select(Submission.id)
        .where(
            Submission.state.in_(UNFINISHED),
            Submission.next_attempt_at <= now,
            or_(Submission.lease_until.is_(None), Submission.lease_until < now),
            ~exists().where(
                and_(
                    earlier.customer_id == Submission.customer_id,
                    earlier.id < Submission.id,
                    earlier.state.in_(UNFINISHED),
                )
            ),
        )
        .order_by(Submission.id)
        .limit(5)
    )
    for submission_id in candidates.all():
        taken = await session.execute(
            update(Submission)
            .where(
                Submission.id == submission_id,
                or_(Submission.lease_until.is_(None), Submission.lease_until < now),
            )
            .values(lease_owner=owner, lease_until=now + lease)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount == 1:  # type: ignore[attr-defined]
            await session.commit()
            return await session.get(Submission, submission_id, populate_existing=True)
    return None


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


async def latest_forwarded(session: AsyncSession, customer_id: str) -> Submission | None:
    """The customer's last submission that reached Blaaiz."""
    return await session.scalar(
        select(Submission)
        .where(Submission.customer_id == customer_id, Submission.state == "forwarded")
        .order_by(Submission.id.desc())
        .limit(1)
    )
