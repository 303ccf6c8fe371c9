"""The audit log: entries join the transaction of what they tell of, and the chain at its commit."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from service.ids import new_id
from service.store.audit_chain import HEAD_ID, hash_of
from service.store.tables import Audit, AuditHead


class AuditedSession(Session):
    """A session that holds the entries of its transaction back until the commit.

    The chain has one end, and who adds to it holds its row: taken at the last moment, it is held
    for a few statements, and after every other lock, so that no two transactions wait for each
    other.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.waiting: list[tuple[Audit, SessionTransaction | None]] = []


def audited_sessions() -> sessionmaker[AuditedSession]:
    """A factory of such sessions, for the sessions of `store.engine`."""
    factory = sessionmaker(class_=AuditedSession)
    event.listen(factory, "before_commit", _write)
    event.listen(factory, "after_soft_rollback", _forget_rolled_back)
    event.listen(factory, "after_transaction_end", _forget_ended)
    return factory


def record(
    session: AsyncSession,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    details: Mapping[str, object] | None = None,
) -> None:
    """Adds an entry to the transaction. Details hold codes and ids, never personal data.

    An entry cannot be erased with what it tells of, so nothing in it may have to be.
    """
    under = session.sync_session
    if not isinstance(under, AuditedSession):
        raise TypeError("an entry of the audit log needs a session of store.engine.sessions_of")
    if not under.in_transaction():
        under.begin()  # so that a rollback is one, though nothing was asked of the database yet
    entry = Audit(
        id=new_id("aud"),
        at=at.astimezone(UTC),
        actor=actor,
        action=action,
        subject=subject,
        details=dict(details or {}),
    )
    under.waiting.append((entry, under.get_nested_transaction()))


async def history_of(session: AsyncSession, subject: str) -> Sequence[Audit]:
    """Entries about one record, oldest first."""
    return (
        await session.scalars(select(Audit).where(Audit.subject == subject).order_by(Audit.seq))
    ).all()


def _write(session: AuditedSession) -> None:
    """Chains and inserts what waits; holds the head from here to the end of the transaction."""
    if session.in_nested_transaction() or not session.waiting:
        return
    entries = [entry for entry, _ in session.waiting]
    session.waiting = []
    session.flush()  # takes all other locks first
    seq, previous = session.execute(
        update(AuditHead)
        .where(AuditHead.id == HEAD_ID)
        .values(seq=AuditHead.seq + len(entries))
        .returning(AuditHead.seq, AuditHead.hash)
        .execution_options(synchronize_session=False)
    ).one()
    for number, entry in enumerate(entries, start=seq - len(entries) + 1):
        entry.seq, entry.previous = number, previous
        entry.hash = previous = hash_of(entry)
    session.add_all(entries)
    session.execute(
        update(AuditHead)
        .where(AuditHead.id == HEAD_ID)
        .values(hash=previous)
        .execution_options(synchronize_session=False)
    )


def _forget_rolled_back(session: AuditedSession, ended: SessionTransaction) -> None:
    """What was told within a savepoint goes with it."""
    session.waiting = [
        (entry, within) for entry, within in session.waiting if not _is_within(within, ended)
    ]


def _is_within(one: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while one is not None:
        if one is outer:
            return True
        one = one.parent
    return False


def _forget_ended(session: AuditedSession, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.waiting = []
