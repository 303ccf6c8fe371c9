"""The update that waited for an analyst: held with its screening, sent once that is accepted."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.forward.states import State
from service.ids import new_id
from service.store import audit, submissions
from service.store.sealed import drop_key_of
from service.store.tables import HeldUpdate, Screening, Submission
from service.tracing import present_trace


def hold_update(
    session: AsyncSession,
    *,
    screening_id: str,
    customer_id: str,
    owner_id: str | None,
    update: Mapping[str, Any],
    extra_files: Mapping[str, Any],
    actor: str,
    now: datetime,
) -> None:
    """Keeps an update that breaks no rule while a person looks at its document."""
    session.add(
        HeldUpdate(
            screening_id=screening_id,
            created_at=now,
            key_id=actor,
            customer_id=customer_id,
            owner_id=owner_id,
            update=dict(update),
            extra_files=dict(extra_files),
        )
    )
    audit.record(session, at=now, actor=actor, action="update.held", subject=screening_id)


async def drop_held(session: AsyncSession, customer_id: str, owner_id: str | None) -> list[str]:
    """Drops what is held of this customer or owner; names of blobs to delete after the commit."""
    found = await session.scalars(
        select(HeldUpdate).where(
            HeldUpdate.customer_id == customer_id,
            HeldUpdate.owner_id.is_not_distinct_from(owner_id),
        )
    )
    blobs: list[str] = []
    for held in found:
        blobs += submissions.blobs_of(held.extra_files)
        await session.delete(held)
    await session.flush()
    return blobs


async def forward_held(
    session: AsyncSession,
    row: Screening,
    actor: str,
    now: datetime,
    not_before: datetime,
    deadline: timedelta,
) -> str | None:
    """The submission's id; None where no update is held, or it was changed. Every rule is checked again on its way."""
    held = await session.get(HeldUpdate, row.id)
    if held is None or not held.is_whole:
        return None
    submission = Submission(
        id=new_id("sub"),
        created_at=now,
        updated_at=now,
        key_id=held.key_id,
        customer_id=held.customer_id,
        owner_id=held.owner_id,
        screening_id=row.id,
        update=held.update,
        extra_files=held.extra_files,
        state=State.QUEUED.value,
        outcome=None,
        steps=submissions.begun(present_trace()),
        errors=[],
        last_error=None,
        attempts=0,
        next_attempt_at=not_before,
        expires_at=not_before + deadline,
        outcome_at=None,
    )
    session.add(submission)
    await session.delete(held)
    audit.record(
        session,
        at=now,
        actor=actor,
        action="submission.created",
        subject=submission.id,
        details={"screening_id": row.id},
    )
    return submission.id


async def withdraw_forwarding(
    session: AsyncSession, submission_id: str, actor: str, now: datetime
) -> None:
    """Nothing was sent yet: the update is held again. One that moved is stopped at its next step."""
    submission = await session.get(Submission, submission_id, with_for_update=True)
    if (
        submission is None
        or submission.state != State.QUEUED.value
        or submissions.has_begun(submission)
    ):
        return
    session.add(
        HeldUpdate(
            screening_id=submission.screening_id,
            created_at=now,
            key_id=submission.key_id,
            customer_id=submission.customer_id,
            owner_id=submission.owner_id,
            update=submission.update,
            extra_files=submission.extra_files,
        )
    )
    await session.delete(submission)
    await session.flush()
    await drop_key_of(session, submission_id)
    audit.record(session, at=now, actor=actor, action="submission.withdrawn", subject=submission_id)
