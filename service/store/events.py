"""Queries over webhooks, ours and Blaaiz's."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import IncomingEvent, OutgoingEvent


async def waiting(session: AsyncSession, limit: int) -> Sequence[OutgoingEvent]:
    """Those to hand to the engine, oldest first; locked where the database can."""
    return (
        await session.scalars(
            _open()
            .where(OutgoingEvent.handed_over_at.is_(None))
            .order_by(OutgoingEvent.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()


async def mark_handed_over(session: AsyncSession, one: OutgoingEvent, at: datetime) -> None:
    """Unless it was tried meanwhile."""
    await session.execute(
        update(OutgoingEvent)
        .where(OutgoingEvent.id == one.id, OutgoingEvent.attempts == one.attempts)
        .values(handed_over_at=at)
        .execution_options(synchronize_session=False)
    )


async def handed_over_before(
    session: AsyncSession, before: datetime, limit: int
) -> Sequence[OutgoingEvent]:
    """Undelivered ones that the engine has had for a while, the longest first."""
    return (
        await session.scalars(
            _open()
            .where(OutgoingEvent.handed_over_at < before, OutgoingEvent.next_attempt_at < before)
            .order_by(OutgoingEvent.handed_over_at)
            .limit(limit)
        )
    ).all()


async def take_back(session: AsyncSession, one: OutgoingEvent) -> None:
    """Waits to be handed over again: the engine does not have it any more."""
    await session.execute(
        update(OutgoingEvent)
        .where(OutgoingEvent.id == one.id, OutgoingEvent.attempts == one.attempts)
        .values(handed_over_at=None, attempts=OutgoingEvent.attempts + 1)
        .execution_options(synchronize_session=False)
    )


async def settled(
    session: AsyncSession,
    *,
    event_ids: Sequence[str],
    since: datetime | None,
    undelivered_only: bool,
) -> Sequence[OutgoingEvent]:
    """Events that are not under way any more: those named, or those made since; oldest first."""
    query = select(OutgoingEvent).where(
        or_(OutgoingEvent.delivered_at.is_not(None), OutgoingEvent.given_up_at.is_not(None))
    )
    if event_ids:
        query = query.where(OutgoingEvent.id.in_(event_ids))
    if since is not None:
        query = query.where(OutgoingEvent.created_at >= since)
    if undelivered_only:
        query = query.where(OutgoingEvent.delivered_at.is_(None))
    return (await session.scalars(query.order_by(OutgoingEvent.id))).all()


def _open() -> Select[OutgoingEvent]:
    return select(OutgoingEvent).where(
        OutgoingEvent.delivered_at.is_(None), OutgoingEvent.given_up_at.is_(None)
    )


async def was_received(session: AsyncSession, digest: str) -> bool:
    """Whether this very webhook came before."""
    found = await session.scalar(select(IncomingEvent.id).where(IncomingEvent.digest == digest))
    return found is not None
