"""An analyst takes a case, keeps it while it is open, and leaves it: two never work on one."""

from datetime import datetime, timedelta

from service.store import claims, worklist
from service.store.engine import Sessions
from service.store.worklist import Wanted

_LOOKED_AT = 50


async def claim_screening(
    sessions: Sessions, screening_id: str, actor: str, name: str, now: datetime, lasts: timedelta
) -> bool:
    """Whether the case is the actor's now, for `lasts` from now on."""
    async with sessions() as session:
        is_taken = await claims.take(session, screening_id, actor, name, now, now + lasts)
        if is_taken:
            await session.commit()
        return is_taken


async def release_screening(
    sessions: Sessions, screening_id: str, actor: str, until: datetime | None = None
) -> bool:
    """Whether it was the actor's; others can take it at once. `until` names one of his claims."""
    async with sessions() as session:
        was_held = await claims.release(session, screening_id, actor, until)
        if was_held:
            await session.commit()
        return was_held


async def claim_next(
    sessions: Sessions, wanted: Wanted, actor: str, name: str, now: datetime, lasts: timedelta
) -> str | None:
    """The most urgent free case that fits, now the actor's; None where none is free.

    A case that waits for a second analyst is not given to the first.
    """
    after = None
    while True:
        async with sessions() as session:
            page = await worklist.read_page(session, wanted, limit=_LOOKED_AT, after=after, now=now)
        for row in page.rows:
            is_theirs = claims.holder_of(row, now) not in {None, actor}
            spoke = row.decision is not None and row.decision.get("by") == actor
            if is_theirs or (spoke and row.attention is not None):
                continue
            if await claim_screening(sessions, row.id, actor, name, now, lasts):
                return row.id
        if page.after is None:
            return None
        after = page.after
