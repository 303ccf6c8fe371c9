"""What waits in our rows and is handed to the engine: the same queries over submissions and webhooks.

A row is handed over once for each of its goes. A go that ended, or that the engine lost, is
followed by the next one, and what is still said of the earlier one changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, exists, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.store.tables import OutgoingEvent, Submission

UNFINISHED: Final = ("queued", "updating", "uploading", "attaching")

Row = TypeVar("Row", Submission, OutgoingEvent)


@dataclass(frozen=True, slots=True)
class Lane(Generic[Row]):
    """One table whose rows are handed over.

    Attributes:
        go: name of the column that counts the goes.
        is_open: whether a row has not ended.
        is_first: whether no other row must end before it.

    """

    table: type[Row]
    go: str
    is_open: ColumnElement[bool]
    is_first: ColumnElement[bool]

    def go_of(self, row: Row) -> int:
        """Which go a row is at."""
        go: int = getattr(row, self.go)
        return go


_earlier = aliased(Submission)
SUBMISSIONS: Final = Lane(
    Submission,
    "go",
    Submission.state.in_(UNFINISHED),
    # Of one customer the first unfinished one only.
    ~exists().where(
        and_(
            _earlier.customer_id == Submission.customer_id,
            _earlier.turn < Submission.turn,
            _earlier.state.in_(UNFINISHED),
        )
    ),
)
EVENTS: Final = Lane(
    OutgoingEvent,
    "attempts",
    and_(OutgoingEvent.delivered_at.is_(None), OutgoingEvent.given_up_at.is_(None)),
    true(),
)


async def waiting(session: AsyncSession, lane: Lane[Row], limit: int) -> Sequence[Row]:
    """Those to hand over, oldest first.

    Locked where the database can: another process takes others meanwhile.
    """
    found = await session.scalars(
        select(lane.table)
        .where(lane.is_open, lane.table.handed_over_at.is_(None), lane.is_first)
        .order_by(lane.table.created_at, lane.table.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=lane.table)
    )
    return found.all()


async def mark_handed_over(session: AsyncSession, lane: Lane[Row], one: Row, at: datetime) -> None:
    """Unless it has come to its next go meanwhile."""
    await _change(session, lane, one, {"handed_over_at": at})


async def handed_over_before(
    session: AsyncSession, lane: Lane[Row], before: datetime, limit: int
) -> Sequence[Row]:
    """Open ones that the engine has had for a while, the longest first."""
    found = await session.scalars(
        select(lane.table)
        .where(
            lane.is_open,
            lane.table.handed_over_at < before,
            lane.table.next_attempt_at < before,
        )
        .order_by(lane.table.handed_over_at)
        .limit(limit)
    )
    return found.all()


async def take_back(session: AsyncSession, lane: Lane[Row], one: Row) -> None:
    """Waits to be handed over again: the engine does not have it any more."""
    await _change(session, lane, one, {"handed_over_at": None, lane.go: lane.go_of(one) + 1})


async def _change(
    session: AsyncSession, lane: Lane[Row], one: Row, values: Mapping[str, object]
) -> None:
    # Apart from the version of its way: a run that is under way after all is not disturbed.
    await session.execute(
        update(lane.table)
        .where(lane.table.id == one.id, getattr(lane.table, lane.go) == lane.go_of(one))
        .values(values)
        .execution_options(synchronize_session=False)
    )
