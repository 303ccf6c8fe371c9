"""Queries over webhooks, ours and Blaaiz's."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import IncomingEvent, OutgoingEvent


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


async def was_received(session: AsyncSession, digest: str) -> bool:
    """Whether this very webhook came before."""
    found = await session.scalar(select(IncomingEvent.id).where(IncomingEvent.digest == digest))
    return found is not None
