"""The analysts' worklist: pages and bounded counts that cost the same among a million screenings.

A page is read from one index at the place where it begins. Wide filters (standing, kind, country,
code) each have an index of their own; narrow ones (words, a customer, own claims) find few rows,
which the others then sift.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

from sqlalchemy import Select, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from service.ids import first_id_of
from service.store import terms
from service.store.tables import Screening, ScreeningCode

COUNTED_TO: Final = 1000
"""Counts stop here: more than this nobody works off today, and counting it costs."""
STANDINGS: Final = ("review", "rejected", "retake", "accepted")
_TURNED_AWAY: Final = frozenset({"retake", "rejected"})
_LISTED: Final = (
    Screening.id,
    Screening.created_at,
    Screening.reference,
    Screening.customer_id,
    Screening.customer_country,
    Screening.verdict,
    Screening.standing,
    Screening.kind,
    Screening.country,
    Screening.attempt,
    Screening.attention,
    Screening.first_code,
    Screening.claimed_by,
    Screening.claimed_name,
    Screening.claimed_until,
    Screening.decision,
    Screening.erased_at,
    Screening.wrapped_key,
)


class Attention(IntEnum):
    """Why a person is needed, the most urgent first."""

    REVIEW = 1
    APPEALED = 2
    REPEATED = 3


class TooMany(Exception):
    """The words of a search fit more screenings than are looked through."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the worklist is narrowed to; None leaves a field open.

    Attributes:
        standing: one of STANDINGS; None: all that need a person, the most urgent and oldest first.
        is_all: all standings, newest first.
        since, until: bounds of the time of screening.
        words: of id, reference or customer id.
        claimed_by: whose claims; only those that stand at `now`.

    """

    standing: str | None = None
    is_all: bool = False
    kind: str | None = None
    country: str | None = None
    code: str | None = None
    customer_id: str | None = None
    claimed_by: str | None = None
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_oldest_first(self) -> bool:
        """Whether what waits longest comes first."""
        return self.standing is None and not self.is_all

    @property
    def is_narrow(self) -> bool:
        """Whether few rows can fit, whatever else is asked."""
        return bool(self.words or self.customer_id or self.claimed_by)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after this row."""

    attention: int
    screening_id: str


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with the columns that lists show, and the place after them where there are more."""

    rows: Sequence[Screening]
    after: Place | None


async def read_page(
    session: AsyncSession, wanted: Wanted, *, limit: int, after: Place | None, now: datetime
) -> Page:
    """One page. Raises TooMany."""
    found = await _places(session, wanted, limit=limit + 1, after=after, now=now)
    ids = [place.screening_id for place in found[:limit]]
    rows = await session.scalars(
        select(Screening).where(Screening.id.in_(ids)).options(load_only(*_LISTED, raiseload=True))
    )
    by_id = {row.id: row for row in rows}
    more = found[limit - 1] if len(found) > limit else None
    return Page([by_id[one] for one in ids if one in by_id], more)


async def count(session: AsyncSession, wanted: Wanted, now: datetime) -> int:
    """How many fit, at most COUNTED_TO. Raises TooMany."""
    return len(await _places(session, wanted, limit=COUNTED_TO, after=None, now=now))


async def _places(
    session: AsyncSession, wanted: Wanted, *, limit: int, after: Place | None, now: datetime
) -> Sequence[Place]:
    if wanted.is_narrow:
        return await _narrow(session, wanted, limit=limit, after=after, now=now)
    if wanted.is_oldest_first:
        found: list[Place] = []
        first = Attention(after.attention) if after else Attention.REVIEW
        for lane in (one for one in Attention if one >= first):
            start = after.screening_id if after and lane == first else None
            query = _lane(wanted, "attention", lane.value, start, is_rising=True)
            fitting = await session.scalars(query.limit(limit - len(found)))
            found += [Place(lane.value, one) for one in fitting]
            if len(found) == limit:
                break
        return found
    standings = STANDINGS if wanted.is_all else (wanted.standing,)
    ids: list[str] = []
    for standing in standings:
        start = after.screening_id if after else None
        query = _lane(wanted, "standing", standing, start, is_rising=False)
        ids += (await session.scalars(query.limit(limit))).all()
    return [Place(0, one) for one in sorted(ids, reverse=True)[:limit]]


def _lane(
    wanted: Wanted, column: str, value: int | str | None, start: str | None, *, is_rising: bool
) -> Select[str]:
    """Ids of one lane in order, from the index that fits the filters."""
    table, key = (Screening, Screening.id)
    query = select(key)
    if wanted.code is not None:
        table, key = ScreeningCode, ScreeningCode.screening_id
        query = select(key).where(ScreeningCode.code == wanted.code)
    query = query.where(getattr(table, column) == value)
    if column == "attention":
        # Said once more, so that the partial index is seen to hold all of it.
        query = query.where(table.attention.is_not(None))
    if wanted.kind is not None:
        query = query.where(table.kind == wanted.kind)
    if wanted.country is not None:
        query = query.where(table.country == wanted.country)
    if wanted.since is not None:
        query = query.where(key >= first_id_of("scr", wanted.since))
    if wanted.until is not None:
        query = query.where(key < first_id_of("scr", wanted.until))
    if start is not None:
        query = query.where(key > start if is_rising else key < start)
    return query.order_by(key if is_rising else key.desc())


async def _narrow(
    session: AsyncSession, wanted: Wanted, *, limit: int, after: Place | None, now: datetime
) -> Sequence[Place]:
    query = select(
        Screening.id, Screening.attention, Screening.standing, Screening.kind, Screening.country
    )
    if wanted.words:
        ids = await terms.find(session, wanted.words)
        if ids is None:
            raise TooMany
        query = query.where(Screening.id.in_(ids))
    if wanted.customer_id:
        query = query.where(Screening.customer_id == wanted.customer_id)
    if wanted.claimed_by:
        query = query.where(
            and_(Screening.claimed_by == wanted.claimed_by, Screening.claimed_until > now)
        )
    query = query.order_by(Screening.id.desc()).limit(terms.MOST_FOUND + 1)
    rows = (await session.execute(query)).all()
    with_code = await _having(session, wanted.code, [row.id for row in rows])
    fitting = [
        Place(row.attention or 0, row.id)
        for row in rows
        if (wanted.is_all or wanted.standing is not None or row.attention is not None)
        and (wanted.standing is None or row.standing == wanted.standing)
        and (wanted.kind is None or row.kind == wanted.kind)
        and (wanted.country is None or row.country == wanted.country)
        and (wanted.since is None or row.id >= first_id_of("scr", wanted.since))
        and (wanted.until is None or row.id < first_id_of("scr", wanted.until))
        and (with_code is None or row.id in with_code)
    ]
    if wanted.is_oldest_first:
        fitting.sort(key=lambda one: (one.attention, one.screening_id))
        start = (after.attention, after.screening_id) if after else (0, "")
        return [one for one in fitting if (one.attention, one.screening_id) > start][:limit]
    fitting = [Place(0, one.screening_id) for one in fitting]
    return [one for one in fitting if not after or one.screening_id < after.screening_id][:limit]


async def _having(session: AsyncSession, code: str | None, ids: Sequence[str]) -> set[str] | None:
    if code is None:
        return None
    found = await session.scalars(
        select(ScreeningCode.screening_id).where(
            ScreeningCode.screening_id.in_(ids), ScreeningCode.code == code
        )
    )
    return set(found)


async def count_lanes(session: AsyncSession, holder: str, now: datetime) -> dict[str, int]:
    """How many stand at each standing, need a person, are the holder's; each to COUNTED_TO."""
    lanes = {standing: Wanted(standing=standing) for standing in STANDINGS}
    lanes |= {"needs": Wanted(), "mine": Wanted(is_all=True, claimed_by=holder)}
    return {name: await count(session, lane, now) for name, lane in lanes.items()}


async def newest(session: AsyncSession) -> str:
    """The id of the last screening: changes when one comes in."""
    return await session.scalar(select(func.max(Screening.id))) or ""


# Where a screening stands in the worklist


def attention_of(standing: str, attempt: int) -> Attention | None:
    """Of a fresh screening: what is unsure, and people who try again in vain."""
    if standing == "review":
        return Attention.REVIEW
    return Attention.REPEATED if standing in _TURNED_AWAY and attempt > 1 else None


async def move(session: AsyncSession, row: Screening, standing: str, attention: int | None) -> None:
    """Where it stands from now on; its codes are told, so that filters by code find it there."""
    row.standing, row.attention = standing, attention
    await session.execute(
        update(ScreeningCode)
        .where(ScreeningCode.screening_id == row.id)
        .values(standing=standing, attention=attention)
        .execution_options(synchronize_session=False)
    )


async def supersede(session: AsyncSession, person: Sequence[str], screening_id: str) -> None:
    """A new attempt came: of this person's earlier ones that were turned away nobody is needed."""
    earlier = (
        Screening.person.in_(person),
        Screening.id < screening_id,
        Screening.attention == Attention.REPEATED,
    )
    ids = (await session.scalars(select(Screening.id).where(*earlier))).all()
    for table, key in ((Screening, Screening.id), (ScreeningCode, ScreeningCode.screening_id)):
        await session.execute(
            update(table)
            .where(key.in_(ids))
            .values(attention=None)
            .execution_options(synchronize_session=False)
        )
