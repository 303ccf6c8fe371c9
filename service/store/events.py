"""Queries over webhooks, ours and Blaaiz's."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import IncomingEvent, OutgoingEvent


async def due_events(session: AsyncSession, now: datetime, limit: int) -> Sequence[OutgoingEvent]:
    """Undelivered events whose time has come, oldest first."""
    return (
        await session.scalars(
            select(OutgoingEvent)
            .where(
                OutgoingEvent.delivered_at.is_(None),
                OutgoingEvent.given_up_at.is_(None),
                OutgoingEvent.next_attempt_at <= now,
            )
            .order_by(OutgoingEvent.id)
            .limit(limit)
        )
    ).all()


async def was_received(session: AsyncSession, digest: str) -> bool:
    """Whether this very webhook came before."""
    found = await session.scalar(select(IncomingEvent.id).where(IncomingEvent.digest == digest))
    return found is not None
