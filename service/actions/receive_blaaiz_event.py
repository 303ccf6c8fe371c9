"""Blaaiz tells what became of a customer: the outcome of its last submission."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from service.ids import new_id
from service.notify.outbox import announce
from service.store import submissions
from service.store.engine import Sessions
from service.store.events import was_received
from service.store.tables import IncomingEvent

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
    kind = str(event.get("event") or event.get("type") or "")[:48]
    data = event.get("data")
    async with sessions() as session:
        if await was_received(session, digest):
            raise EventReplayed
        session.add(IncomingEvent(id=new_id("evt"), digest=digest, type=kind, received_at=now))
        if kind == "customer.status_changed" and isinstance(data, dict):
            customer_id = str(data.get("customer_id") or data.get("id") or "")
            status = str(data.get("verification_status") or data.get("status") or "").upper()
            latest = await submissions.latest_sent(session, customer_id)
            if latest is not None:
                said_at = datetime.fromtimestamp(int(timestamp), UTC)
                outcome = _OUTCOMES.get(status, "pending")
                await submissions.set_outcome(session, latest.id, outcome, said_at)
            announce(
                session,
                "customer.status_changed",
                {
                    "customer_id": customer_id,
                    "status": status,
                    "submission_id": latest.id if latest else None,
                },
                now,
            )
        try:
            await session.commit()
        except IntegrityError as cause:
            raise EventReplayed from cause
