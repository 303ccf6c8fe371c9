"""A person does not agree with being turned away: a colleague looks at the document."""

from datetime import datetime

from service.actions.decide_screening import ScreeningMissing
from service.store import audit, worklist
from service.store.engine import Sessions
from service.store.tables import Screening


class AppealRefused(Exception):
    """Only what was turned away can be appealed."""


async def appeal_screening(
    sessions: Sessions, screening_id: str, actor: str, now: datetime
) -> Screening:
    """The screening, now on the worklist. Appealing twice is once.

    Raises:
        ScreeningMissing, AppealRefused: see there.

    """
    async with sessions() as session:
        row = await session.get(Screening, screening_id, with_for_update=True)
        if row is None or row.erased_at is not None:
            raise ScreeningMissing(screening_id)
        if row.standing not in {"retake", "rejected"}:
            raise AppealRefused(
                f"This screening stands as {row.standing}; only retake and rejected are appealed."
            )
        if row.attention != worklist.Attention.APPEALED:
            await worklist.move(session, row, row.standing, worklist.Attention.APPEALED)
            audit.record(session, at=now, actor=actor, action="screening.appealed", subject=row.id)
            await session.commit()
        return row
