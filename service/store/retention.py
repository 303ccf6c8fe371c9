"""What is kept longer than it may be, and whose turn it is to look."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.handover import UNFINISHED
from service.store.submissions import blobs_of
from service.store.tables import (
    DataKey,
    HeldUpdate,
    IncomingEvent,
    OutgoingEvent,
    PeriodicRun,
    Picture,
    Screening,
    Submission,
)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long pictures and personal fields are kept; audit entries and bare verdicts stay.

    Attributes:
        forwarded: of accepted ones, after Blaaiz had the last of their files.
        accepted: of accepted ones that did not get there, from the decision on.
        retake: from the screening on.
        decided: of rejected ones and those in review, from the decision on.
        events: webhooks after they were settled, and digests of received ones.

    """

    forwarded: timedelta = timedelta(days=30)
    accepted: timedelta = timedelta(days=90)
    retake: timedelta = timedelta(days=7)
    decided: timedelta = timedelta(days=90)
    events: timedelta = timedelta(days=30)


async def expired(
    session: AsyncSession, keep: Retention, now: datetime, limit: int, after: str = ""
) -> Sequence[tuple[str, str]]:
    """Id and standing of screenings past their time, by id.

    None of them has a submission that has not ended.
    """
    forwarded = _submission(Submission.state == "forwarded")
    lately = _submission(
        and_(Submission.state == "forwarded", Submission.updated_at >= now - keep.forwarded)
    )
    too_old = or_(
        _stood_since(("retake",), now - keep.retake),
        _stood_since(("rejected", "review"), now - keep.decided),
        and_(_stood_since(("accepted",), now - keep.accepted), ~forwarded),
        and_(
            Screening.standing == "accepted",
            Screening.created_at < now - keep.forwarded,
            forwarded,
            not_(lately),
        ),
    )
    rows = await session.execute(
        select(Screening.id, Screening.standing)
        .where(
            Screening.erased_at.is_(None),
            Screening.id > after,
            too_old,
            ~_submission(Submission.state.in_(UNFINISHED)),
        )
        .order_by(Screening.id)
        .limit(limit)
    )
    return rows.tuples().all()


async def shredded(session: AsyncSession, limit: int, after: str = "") -> Sequence[tuple[str, str]]:
    """Screenings whose key is gone though they are not erased: what came back from a backup."""
    sealed = func.substr(cast_to(Screening.wire, Text), 1, 10) == '{"sealed":'
    rows = await session.execute(
        select(Screening.id, Screening.standing)
        .where(
            Screening.erased_at.is_(None),
            Screening.id > after,
            ~exists().where(DataKey.id == Screening.id),
            sealed,
        )
        .order_by(Screening.id)
        .limit(limit)
    )
    return rows.tuples().all()


async def blobs_named(session: AsyncSession, screening_ids: Collection[str]) -> set[str]:
    """Names of the blobs that are kept of these screenings.

    One statement, which sees one moment: a file passes from a held update to its submission.
    """
    rows = await session.scalars(
        union_all(
            select(Picture.blob).where(Picture.screening_id.in_(screening_ids)),
            *(
                select(cast_to(kind.extra_files, Text)).where(kind.screening_id.in_(screening_ids))
                for kind in (HeldUpdate, Submission)
            ),
        )
    )
    found: set[str] = set()
    for one in rows:
        found.update(blobs_of(json.loads(one)) if one.startswith("{") else (one,))
    return found


async def drop_old_events(session: AsyncSession, before: datetime) -> int:
    """Webhooks that were settled by then, and digests of received ones; how many."""
    settled_at = func.coalesce(OutgoingEvent.delivered_at, OutgoingEvent.given_up_at)
    return await _deleted(session, OutgoingEvent, settled_at < before) + await _deleted(
        session, IncomingEvent, IncomingEvent.received_at < before
    )


async def take_turn(session: AsyncSession, name: str, now: datetime, every: timedelta) -> bool:
    """Whether this process does what is due now; the others find it not due any more.

    Stands with the commit. One that is killed over it leaves the rest to the next turn.
    """
    taken = await session.execute(
        update(PeriodicRun)
        .where(PeriodicRun.name == name, PeriodicRun.due_at <= now)
        .values(due_at=now + every)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", taken).rowcount == 1:
        return True
    if await session.get(PeriodicRun, name) is not None:
        return False
    session.add(PeriodicRun(name=name, due_at=now + every))
    try:
        await session.flush()
    except IntegrityError:
        await session.rollback()
        return False
    return True


async def end_turn(session: AsyncSession, name: str, now: datetime) -> None:
    """What was due is done; stands with the commit."""
    await _change_turn(session, name, ended_at=now)


async def give_turn_back(session: AsyncSession, name: str, due_at: datetime) -> None:
    """It was not done, and is due again by then; stands with the commit."""
    await _change_turn(session, name, due_at=due_at)


async def last_end(session: AsyncSession, name: str) -> datetime | None:
    """When it was last done, by whichever process; None: never."""
    return await session.scalar(select(PeriodicRun.ended_at).where(PeriodicRun.name == name))


async def _change_turn(session: AsyncSession, name: str, **values: datetime) -> None:
    await session.execute(
        update(PeriodicRun)
        .where(PeriodicRun.name == name)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _stood_since(standings: Sequence[str], moment: datetime) -> ColumnElement[bool]:
    # None was decided before it was made: the second condition is for the index.
    settled_at = func.coalesce(Screening.decided_at, Screening.created_at)
    return and_(
        Screening.standing.in_(standings), Screening.created_at < moment, settled_at < moment
    )


def _submission(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(and_(Submission.screening_id == Screening.id, condition))


async def _deleted(session: AsyncSession, table: type[Any], where: ColumnElement[bool]) -> int:
    done = await session.execute(
        delete(table).where(where).execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", done).rowcount
