"""The decision that was just taken, as long as it can be undone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import DecisionEntry


@dataclass(frozen=True, slots=True)
class Undoable:
    """What the page offers to take back, and for how many seconds."""

    decision_id: str
    screening_id: str
    said: str
    seconds_left: int


_SAID = {"accept": "Accepted", "reject": "Rejected", "retake": "Asked for a retake"}


async def undoable(
    session: AsyncSession, decision_id: str, actor: str, now: datetime
) -> Undoable | None:
    """None where it is another's, undone already, or too late."""
    entry = await session.get(DecisionEntry, decision_id[:40]) if decision_id else None
    if entry is None or entry.actor != actor or entry.state == "undone":
        return None
    left = int((entry.effective_at - now).total_seconds())
    if left <= 0:
        return None
    said = _SAID[entry.decision]
    if entry.state == "awaiting_second":
        said = f"{said}, once a second analyst agrees"
    return Undoable(entry.id, entry.screening_id, said, left)
