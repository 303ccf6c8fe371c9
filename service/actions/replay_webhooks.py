"""Sends webhooks of ours again: a receiver lost them, or was away for longer than we try."""

from collections.abc import Sequence
from datetime import datetime

from service.store import audit, events
from service.store.engine import Sessions


async def replay_webhooks(
    sessions: Sessions,
    *,
    event_ids: Sequence[str],
    since: datetime | None,
    undelivered_only: bool,
    actor: str,
    now: datetime,
) -> list[str]:
    """Ids of the events that wait for delivery again, with the ids they had: receivers know them.

    They are tried for a day from now, as new ones.
    """
    async with sessions() as session:
        found = await events.settled(
            session, event_ids=event_ids, since=since, undelivered_only=undelivered_only
        )
        for event in found:
            event.delivered_at = event.given_up_at = event.handed_over_at = None
            event.attempts += 1
            event.tried_since = event.next_attempt_at = now
            audit.record(session, at=now, actor=actor, action="webhook.replayed", subject=event.id)
        await session.commit()
    return [event.id for event in found]
