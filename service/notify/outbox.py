"""Puts a webhook of ours into the transaction of the change that it tells of."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from service.ids import new_id
from service.store.tables import OutgoingEvent


def announce(
    session: AsyncSession,
    kind: str,
    content: Mapping[str, object],
    now: datetime,
    *,
    not_before: datetime | None = None,
) -> str:
    """Adds an event and gives its id. `content` holds ids, states and codes, no personal data."""
    event_id = new_id("evt")
    payload = {"id": event_id, "type": kind, "created_at": now.isoformat(), "data": dict(content)}
    session.add(
        OutgoingEvent(
            id=event_id,
            type=kind,
            payload=payload,
            created_at=now,
            attempts=0,
            next_attempt_at=not_before or now,
            delivered_at=None,
            given_up_at=None,
            tried_since=now,
        )
    )
    return event_id


async def withdraw(session: AsyncSession, event_id: str) -> None:
    """Takes back an event that nobody has been told of yet."""
    await session.execute(
        delete(OutgoingEvent).where(OutgoingEvent.id == event_id, OutgoingEvent.attempts == 0)
    )
