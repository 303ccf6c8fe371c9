"""Blaaiz tells what became of a customer: the outcome of the submission it can be about."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from sqlalchemy.exc import IntegrityError

from service.ids import new_id
from service.notify.outbox import announce
from service.store import submissions
from service.store.engine import Sessions
from service.store.events import was_received
from service.store.tables import IncomingEvent

_STATUS_CHANGED: Final = "customer.status_changed"
_OUTCOMES = {
    "VERIFIED": "verified",
    "REJECTED": "rejected",
    "DECLINED": "rejected",
    "BLACKLISTED": "rejected",
}


class EventReplayed(Exception):
    """The very same webhook came before."""


async def receive_blaaiz_event(
    sessions: Sessions, body: bytes, timestamp: str, event: Mapping[str, Any], now: datetime
) -> None:
    """Takes a verified webhook once.

    Raises:
        EventReplayed: the same bytes with the same time came before.

    """
    digest = hashlib.sha256(timestamp.encode() + b"." + body).hexdigest()
    change = _status_change(event, datetime.fromtimestamp(int(timestamp), UTC))
    async with sessions() as session:
        if await was_received(session, digest):
            raise EventReplayed
        kind = _kind(event)[:48]
        session.add(IncomingEvent(id=new_id("evt"), digest=digest, type=kind, received_at=now))
        if change is not None:
            sent = await submissions.sent_before(session, change.customer_id, change.at)
            if sent is not None:
                outcome = _OUTCOMES.get(change.status, "pending")
                await submissions.set_outcome(session, sent.id, outcome, change.at)
            announce(
                session,
                _STATUS_CHANGED,
                {
                    "customer_id": change.customer_id,
                    "status": change.status,
                    "submission_id": sent.id if sent else None,
                },
                now,
            )
        try:
            await session.commit()
        except IntegrityError as cause:
            raise EventReplayed from cause


@dataclass(frozen=True, slots=True)
class _StatusChange:
    """What became of a customer, and when."""

    customer_id: str
    status: str
    at: datetime


def _kind(event: Mapping[str, Any]) -> str:
    """Newer webhooks say `event_type`, and `type` only of what it is about."""
    told = (event.get("event_type"), event.get("event"), event.get("type"))
    return next((one for one in told if isinstance(one, str) and one), "")


def _status_change(event: Mapping[str, Any], sent_at: datetime) -> _StatusChange | None:
    """Of a webhook with its content at the top or under `data`; None of all others."""
    if _kind(event) != _STATUS_CHANGED:
        return None
    inner = event.get("data")
    content = cast("Mapping[str, Any]", inner) if isinstance(inner, dict) else event
    customer_id = content.get("customer_id") or content.get("id")
    told = [content.get(name) for name in ("new_status", "verification_status", "status")]
    status = next((one for one in told if isinstance(one, str) and one), None)
    if not isinstance(customer_id, str) or status is None:
        return None
    at = _time(content.get("updated_at")) or sent_at
    return _StatusChange(customer_id[:128], status.upper()[:32], min(at, sent_at))


def _time(told: object) -> datetime | None:
    """A webhook that is sent again has a new timestamp; what it tells of is as old as it was."""
    try:
        time = datetime.fromisoformat(str(told))
        return time.astimezone(UTC) if time.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
