"""The audit log: rows are only ever added."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.ids import new_id
from service.store.tables import Audit


def record(
    session: AsyncSession,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    details: Mapping[str, object] | None = None,
) -> None:
    """Adds an entry to the transaction. Details hold codes and ids, never personal data."""
    session.add(
        Audit(
            id=new_id("aud"),
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            details=dict(details or {}),
        )
    )


async def history_of(session: AsyncSession, subject: str) -> Sequence[Audit]:
    """Entries about one record, oldest first."""
    return (
        await session.scalars(select(Audit).where(Audit.subject == subject).order_by(Audit.id))
    ).all()
