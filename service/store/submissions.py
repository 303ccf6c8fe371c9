"""Queries over submissions. Their rows are the truth; the engine only runs what they say."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.handover import UNFINISHED
from service.store.tables import LOCK_QUEUE, NEXT_TURN, Picture, Submission

ATTACHING_SINCE: Final = "attaching_since"
"""Among a submission's notes: when its documents began to be attached."""
TRACE: Final = "trace"
"""Among a submission's notes: the trace of the request that it came with, as W3C's headers."""
_CLOCKS_DIFFER: Final = timedelta(seconds=5)
"""Also by how much Blaaiz's whole seconds are early; no person judges a document sooner."""
_LOOKED_AT: Final = 50


async def fence(session: AsyncSession, worker_id: str) -> None:
    """The next write of this worker to any of its submissions fails.

    A row that it writes at this moment is left out: whoever begins with it next waits for that.
    """
    its_own = (
        select(Submission.id)
        .where(Submission.worker == worker_id, Submission.state.in_(UNFINISHED))
        .with_for_update(skip_locked=True)
    )
    await session.execute(
        update(Submission)
        .where(Submission.id.in_(its_own))
        .values(version=Submission.version + 1)
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


async def of_screening(
    session: AsyncSession, screening_id: str, *, for_update: bool = False
) -> Sequence[Submission]:
    """Submissions of one screening, newest first."""
    query = (
        select(Submission)
        .where(Submission.screening_id == screening_id)
        .order_by(Submission.id.desc())
    )
    return (await session.scalars(query.with_for_update() if for_update else query)).all()


async def backlog(session: AsyncSession) -> tuple[int, datetime | None]:
    """How many submissions have not ended, and since when the oldest of them waits."""
    unfinished = Submission.state.in_(UNFINISHED)
    found = await session.execute(
        select(func.count(), func.min(Submission.created_at)).where(unfinished)
    )
    number, oldest = found.one()
    return number, oldest


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
        .order_by(Submission.turn.desc())
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


async def handed_in_after(session: AsyncSession, one: Submission) -> Submission | None:
    """The last one after it whose values this one's must not be written over.

    Each brings a document, so two of one person always write the same fields. One that was refused
    before anything of it was written is no obstacle.
    """
    later = await session.scalars(
        select(Submission)
        .where(
            Submission.customer_id == one.customer_id,
            Submission.owner_id.is_not_distinct_from(one.owner_id),
            Submission.turn > one.turn,
        )
        .order_by(Submission.turn.desc())
    )
    return next((row for row in later if row.state != "refused" or has_written(row)), None)


def begun(trace: Mapping[str, str]) -> dict[str, Any]:
    """The notes of a new submission."""
    return {TRACE: dict(trace)} if trace else {}


def has_begun(one: Submission) -> bool:
    """Whether any step left a note."""
    return bool(set(one.steps) - {TRACE})


def has_written(one: Submission) -> bool:
    """Whether Blaaiz may hold something of it."""
    return bool(one.steps.get("written") or one.steps.get("uploads"))


async def lock_customer(session: AsyncSession, customer_id: str) -> None:
    """Until the transaction ends, no other of ours adds a submission of this customer."""
    await session.execute(LOCK_QUEUE, {"customer_id": customer_id})


async def same_under_way(session: AsyncSession, new: Submission) -> Submission | None:
    """One that brings the customer, or its owner, the same update and the same files."""
    found = await session.scalars(
        select(Submission)
        .where(
            Submission.customer_id == new.customer_id,
            Submission.owner_id.is_not_distinct_from(new.owner_id),
            Submission.state.in_(UNFINISHED),
        )
        .order_by(Submission.turn)
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


async def next_turn(session: AsyncSession, customer_id: str) -> int:
    """After all that were handed in for the customer; none is handed in until the commit."""
    values = {"customer_id": customer_id}
    turn: int = (await session.execute(NEXT_TURN, values)).scalar_one()
    return turn


def blobs_of(extra_files: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Names of the blobs of files beside the document, as a submission keeps them."""
    files = extra_files.values()
    return [str(file[name]) for file in files for name in ("blob", "upright") if file.get(name)]


def strip(one: Submission) -> list[str]:
    """Takes what it says of a person out of the row; the names of the blobs to delete.

    Ids, codes, digests and states stay: they tell what was sent, not what it said.
    """
    blobs = blobs_of(one.extra_files)
    one.update, one.extra_files = {}, {}
    # Messages repeat values that Blaaiz did not like.
    one.errors = [error | {"message": "", "words": {}} for error in one.errors]
    return blobs
