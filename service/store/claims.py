"""Who works on a screening: a claim of some minutes, one holder at a time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import Screening


def holder_of(row: Screening, now: datetime) -> str | None:
    """Whose it is, as long as the claim stands."""
    return row.claimed_by if row.claimed_until is not None and row.claimed_until > now else None


async def take(
    session: AsyncSession, screening_id: str, holder: str, name: str, now: datetime, until: datetime
) -> bool:
    """Whether it is the holder's now: free, lapsed, or his already. One statement decides."""
    done = await session.execute(
        update(Screening)
        .where(
            Screening.id == screening_id,
            Screening.erased_at.is_(None),
            or_(
                Screening.claimed_by.is_(None),
                Screening.claimed_by == holder,
                Screening.claimed_until <= now,
            ),
        )
        .values(claimed_by=holder, claimed_name=name[:128], claimed_until=until)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount == 1  # type: ignore[attr-defined]


async def release(
    session: AsyncSession, screening_id: str, holder: str, until: datetime | None
) -> bool:
    """Whether it was the holder's; now it is nobody's. `until` names one claim, None any of his."""
    which = [Screening.id == screening_id, Screening.claimed_by == holder]
    if until is not None:
        which.append(Screening.claimed_until == until)
    done = await session.execute(
        update(Screening)
        .where(*which)
        .values(claimed_by=None, claimed_name=None, claimed_until=None)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount == 1  # type: ignore[attr-defined]


async def standing_claims(session: AsyncSession, now: datetime) -> Sequence[tuple[str, str]]:
    """Screening and holder of each claim that stands; at most a few a person."""
    rows = await session.execute(
        select(Screening.id, Screening.claimed_by)
        .where(Screening.claimed_by.is_not(None), Screening.claimed_until > now)
        .order_by(Screening.claimed_by, Screening.id)
        .limit(500)
    )
    return [(screening_id, holder or "") for screening_id, holder in rows]
