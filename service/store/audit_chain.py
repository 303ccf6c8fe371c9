"""The chain of the audit log: its format, and the walk that finds where it is broken.

The hash of an entry is SHA-256, in lower-case hexadecimal, of the UTF-8 bytes of a JSON object with
the members `action`, `actor`, `at`, `details`, `id`, `previous`, `seq` and `subject`, and no others:
members sorted by name at every depth, no white space, no escapes but those that JSON demands, whole
numbers only. `at` is RFC 3339 in UTC with six decimals and `+00:00`; `previous` is the hash of
the entry before, 64 zeros at the first; `seq` counts from 1 without a gap.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import Audit, AuditHead

BEGINNING: Final = "0" * 64
HEAD_ID: Final = 1
_PAGE: Final = 1000
_UNREADABLE: Final = (ValueError, TypeError, AttributeError, RecursionError)
"""What reading raises where SQLite holds text that is no time or no JSON."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry's number and hash. Kept elsewhere, it proves that nothing before was cut."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold."""

    seq: int
    problem: str


def content_of(entry: Audit) -> dict[str, Any]:
    """What is hashed of an entry, as JSON values; with its hash, a line of the export."""
    return {
        "seq": entry.seq,
        "id": entry.id,
        "at": time_of(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
        "previous": entry.previous,
    }


def time_of(at: datetime) -> str:
    """A time as it is hashed."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def hash_of(entry: Audit) -> str:
    """The hash that the entry must have."""
    return digest(content_of(entry))


def digest(content: Mapping[str, Any]) -> str:
    """The hash of what `content_of` gives."""
    text = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


async def head_of(session: AsyncSession) -> Head | None:
    """The head as its row says; None where the row is gone."""
    found = (
        await session.execute(select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == HEAD_ID))
    ).one_or_none()
    return Head(found.seq, found.hash) if found else None


async def entries(
    session: AsyncSession, *, after: int = 0
) -> AsyncIterator[tuple[int, Audit | None]]:
    """All entries in order by their number, in pages: memory does not grow with them.

    None where somebody wrote what is no entry, so that it cannot be read.
    """
    while True:
        wanted = select(Audit.seq).where(Audit.seq > after).order_by(Audit.seq).limit(_PAGE)
        numbers = (await session.scalars(wanted)).all()
        try:
            for entry in await _page(session, numbers):
                yield entry.seq, entry
        except _UNREADABLE:
            for number in numbers:
                yield number, await _one(session, number)
        if len(numbers) < _PAGE:
            return
        after = numbers[-1]
        session.expunge_all()


async def _page(session: AsyncSession, numbers: Sequence[int]) -> Sequence[Audit]:
    if not numbers:
        return ()
    wanted = select(Audit).where(Audit.seq.between(numbers[0], numbers[-1])).order_by(Audit.seq)
    return (await session.scalars(wanted)).all()


async def _one(session: AsyncSession, number: int) -> Audit | None:
    try:
        return await session.scalar(select(Audit).where(Audit.seq == number))
    except _UNREADABLE:
        return None


async def find_breaks(session: AsyncSession, kept: Head | None = None) -> AsyncIterator[Break]:
    """Every place where the log was changed, cut or added to past the chain.

    Args:
        session: others may go on writing meanwhile.
        kept: a head noted earlier outside the database: whoever can rewrite the whole chain and
            its head cannot rewrite that.

    """
    head = await head_of(session)
    if head is None:
        yield Break(0, "the row that holds the head is gone")
    last = Head(0, BEGINNING)
    is_kept_found = kept is None or kept == last
    async for seq, entry in entries(session):
        if head is not None and seq > head.seq:
            break
        if seq != last.seq + 1:
            yield Break(last.seq + 1, _missing(last.seq + 1, seq - 1))
        elif entry is not None and last.hash and entry.previous != last.hash:
            yield Break(seq, f"{entry.id} does not follow the entry before it")
        if entry is None or not _is_as_written(entry):
            yield Break(seq, "was changed: its content has another hash")
        last = Head(seq, entry.hash if entry is not None else "")
        if kept is not None and kept.seq == last.seq:
            is_kept_found = True
            if kept.hash != last.hash:
                yield Break(last.seq, "is not the entry whose hash was kept elsewhere")
    if head is not None and last.seq < head.seq:
        yield Break(last.seq + 1, f"{_missing(last.seq + 1, head.seq)}: the end was cut off")
    elif head is not None and last != head:
        yield Break(last.seq, "the head holds another hash than the last entry")
    if kept is not None and not is_kept_found:
        yield Break(kept.seq, "the entry whose hash was kept elsewhere is gone")
    async for one in _outside(session):
        yield one


def _is_as_written(entry: Audit) -> bool:
    try:
        return hash_of(entry) == entry.hash
    except _UNREADABLE:
        return False


def _missing(first: int, last: int) -> str:
    return (
        f"entry {first} is missing" if first == last else f"entries {first} to {last} are missing"
    )


async def _outside(session: AsyncSession) -> AsyncIterator[Break]:
    # One statement sees one moment: writers move the head and add entries together.
    first = select(func.coalesce(func.min(Audit.seq), 1)).scalar_subquery()
    newest = select(func.coalesce(func.max(Audit.seq), 0)).scalar_subquery()
    found = (
        await session.execute(select(AuditHead.seq, first, newest).where(AuditHead.id == HEAD_ID))
    ).one_or_none()
    if found is not None and found[1] < 1:
        yield Break(found[1], "an entry stands before the first")
    if found is not None and found[2] > found[0]:
        yield Break(found[0] + 1, "entries were added past the head")
