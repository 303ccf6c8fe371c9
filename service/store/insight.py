"""Figures over a span of time: what was said, what came of it, who was right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.ids import first_id_of
from service.store.tables import (
    DecisionEntry,
    Key,
    Screening,
    ScreeningCode,
    ShadowJudgement,
    Submission,
)

Dimension = Literal["day", "kind", "country", "first_code", "frontend"]
_ACCEPTED: Final = "accepted"
_LISTED: Final = 200


@dataclass(frozen=True, slots=True)
class VerdictCount:
    """Screenings of one sort by verdict; `name` empty where nothing was found or known."""

    name: str
    accepted: int
    review: int
    retake: int
    rejected: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.accepted + self.review + self.retake + self.rejected


@dataclass(frozen=True, slots=True)
class RetakeCount:
    """Retakes of people who can be known again, by first reason, and how many came through."""

    code: str
    asked: int
    tried_again: int
    succeeded: int


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """What analysts, and then Blaaiz, made of screenings with one code."""

    code: str
    decided: int
    accepted: int
    forwarded: int
    verified: int
    refused: int


@dataclass(frozen=True, slots=True)
class ShadowCount:
    """How often two policies said this and that."""

    policy: str
    verdict: str
    shadow_verdict: str
    number: int


async def verdicts_by(
    session: AsyncSession, dimension: Dimension, since: datetime, until: datetime
) -> Sequence[VerdictCount]:
    """By day: in order of time; else the most frequent first."""
    sort = _column(session, dimension)
    query = (
        select(sort, Screening.verdict, func.count())
        .where(*_within(Screening.id, since, until))
        .group_by(sort, Screening.verdict)
    )
    if dimension == "frontend":
        query = query.outerjoin(Key, Key.id == Screening.key_id)
    found: dict[str, dict[str, int]] = {}
    for name, verdict, number in (await session.execute(query)).tuples():
        found.setdefault(str(name or ""), {})[verdict] = number
    counts = [
        VerdictCount(
            name,
            by.get(_ACCEPTED, 0),
            by.get("review", 0),
            by.get("retake", 0),
            by.get("rejected", 0),
        )
        for name, by in found.items()
    ]
    if dimension == "day":
        return sorted(counts, key=lambda one: one.name)
    return sorted(counts, key=lambda one: (-one.total, one.name))


async def retakes(session: AsyncSession, since: datetime, until: datetime) -> Sequence[RetakeCount]:
    """By the reason that the person was told first."""
    later = aliased(Screening)
    again = and_(later.person == Screening.person, later.id > Screening.id)
    # Of a column: for `*` SQLite would open the row.
    tried = exists(later.id).where(again)
    came = exists(later.id).where(again, later.verdict == _ACCEPTED)
    query = (
        select(
            Screening.first_code,
            func.count(),
            _number_of(tried),
            _number_of(came),
        )
        .where(
            *_within(Screening.id, since, until),
            Screening.verdict == "retake",
            Screening.person.is_not(None),
        )
        .group_by(Screening.first_code)
    )
    rows = (await session.execute(query)).tuples()
    counts = [RetakeCount(code or "", asked, tries, good) for code, asked, tries, good in rows]
    return sorted(counts, key=lambda one: -one.asked)


async def agreement(
    session: AsyncSession, since: datetime, until: datetime
) -> Sequence[CodeAgreement]:
    """By code of any finding: what analysts decided finally, what Blaaiz said of what was sent."""
    decided = await session.execute(
        select(
            ScreeningCode.code,
            func.count(),
            _number_of(DecisionEntry.standing == _ACCEPTED),
        )
        .join(DecisionEntry, DecisionEntry.screening_id == ScreeningCode.screening_id)
        .where(*_within(DecisionEntry.screening_id, since, until), DecisionEntry.state == "final")
        .group_by(ScreeningCode.code)
    )
    by_analysts = {code: (number, accepted) for code, number, accepted in decided.tuples()}
    # The state is counted, not filtered by: no planner then begins at all that was ever forwarded.
    is_sent = Submission.state == "forwarded"
    sent = await session.execute(
        select(
            ScreeningCode.code,
            _number_of(is_sent),
            _number_of(and_(is_sent, Submission.outcome == "verified")),
            _number_of(and_(is_sent, Submission.outcome == "rejected")),
        )
        .join(Submission, Submission.screening_id == ScreeningCode.screening_id)
        .where(*_within(Submission.screening_id, since, until))
        .group_by(ScreeningCode.code)
        .having(_number_of(is_sent) > 0)
    )
    by_blaaiz = {code: (n, good, bad) for code, n, good, bad in sent.tuples()}
    return [
        CodeAgreement(code, *by_analysts.get(code, (0, 0)), *by_blaaiz.get(code, (0, 0, 0)))
        for code in sorted(by_analysts.keys() | by_blaaiz.keys())
    ]


async def shadow_counts(
    session: AsyncSession, since: datetime, until: datetime
) -> Sequence[ShadowCount]:
    """How often another policy said this where that was said."""
    rows = await session.execute(
        select(
            ShadowJudgement.policy,
            ShadowJudgement.verdict,
            ShadowJudgement.shadow_verdict,
            func.count(),
        )
        .where(*_within(ShadowJudgement.screening_id, since, until))
        .group_by(ShadowJudgement.policy, ShadowJudgement.verdict, ShadowJudgement.shadow_verdict)
        .order_by(ShadowJudgement.policy, ShadowJudgement.verdict)
    )
    return [ShadowCount(*row) for row in rows.tuples()]


async def shadow_differences(
    session: AsyncSession, since: datetime, until: datetime
) -> Sequence[ShadowJudgement]:
    """The last screenings of which another policy says something else, newest first."""
    differing = await session.scalars(
        select(ShadowJudgement)
        .where(
            *_within(ShadowJudgement.screening_id, since, until), ShadowJudgement.differs.is_(True)
        )
        .order_by(ShadowJudgement.screening_id.desc())
        .limit(_LISTED)
    )
    return differing.all()


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _within(key: Any, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return key >= first_id_of("scr", since), key < first_id_of("scr", until)


def _column(session: AsyncSession, dimension: Dimension) -> Any:
    match dimension:
        case "day":
            at: Any = Screening.created_at
            if session.get_bind().dialect.name == "postgresql":
                at = func.timezone("UTC", at)
            return func.date(at)
        case "kind":
            return Screening.kind
        case "country":
            return Screening.country
        case "first_code":
            return Screening.first_code
        case "frontend":
            return func.coalesce(Key.name, Screening.key_id)
