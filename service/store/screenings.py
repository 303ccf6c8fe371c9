"""Queries over screenings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, Text, and_, func, or_, select, type_coerce, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from service.screening.match.pictures import is_same_picture, words_of
from service.store.sealed import digest_of
from service.store.tables import Picture, Screening, ScreeningCode

_ACCEPTED = "accepted"
_TURNED_AWAY = ("retake", "rejected")
_MOST_SAME = 20
_MOST_ALIKE = 200
"""Pictures looked at for each word of a fingerprint: even grounds may share one by the thousand."""


@dataclass(frozen=True, slots=True)
class ScreeningFilter:
    """What a list is narrowed to; None leaves a field open."""

    standing: str | None = None
    code: str | None = None
    reference: str | None = None
    customer_id: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    key_id: str | None = None


async def list_screenings(
    session: AsyncSession, wanted: ScreeningFilter, *, limit: int, before: str | None
) -> Sequence[Screening]:
    """Newest first, at most `limit`, older than the id `before`."""
    query = select(Screening).order_by(Screening.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Screening.id < before)
    for column, value in (
        (Screening.standing, wanted.standing),
        (Screening.customer_id, wanted.customer_id),
        (Screening.kind, wanted.kind),
        (Screening.key_id, wanted.key_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.reference is not None:
        digest = digest_of(session.sync_session, "reference", wanted.reference)
        in_clear = type_coerce(Screening.reference, Text) == wanted.reference
        query = query.where(
            or_(
                Screening.reference_digest == digest,
                and_(in_clear, Screening.reference_digest.is_(None)),
            )
        )
    if wanted.since is not None:
        query = query.where(Screening.created_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Screening.created_at < wanted.until)
    if wanted.code is not None:
        query = query.join(ScreeningCode, ScreeningCode.screening_id == Screening.id).where(
            ScreeningCode.code == wanted.code
        )
    return (await session.scalars(query)).all()


async def count_by_standing(session: AsyncSession) -> dict[str, int]:
    """How many screenings stand at each verdict."""
    rows = await session.execute(
        select(Screening.standing, func.count()).group_by(Screening.standing)
    )
    return dict(rows.tuples().all())


async def count_attempts(session: AsyncSession, person: Sequence[str]) -> int:
    """Screenings of this person so far, by all names under which we know it."""
    count = await session.scalar(
        select(func.count()).select_from(Screening).where(Screening.person.in_(person))
    )
    return count or 0


async def has_code_before(session: AsyncSession, person: Sequence[str], code: str) -> bool:
    """Whether an earlier screening of this person had a finding."""
    found = await session.scalar(
        select(Screening.id)
        .join(ScreeningCode, ScreeningCode.screening_id == Screening.id)
        .where(Screening.person.in_(person), ScreeningCode.code == code)
        .limit(1)
    )
    return found is not None


async def same_file(
    session: AsyncSession, sha256: str, *, not_of: Sequence[str] = ()
) -> Sequence[Screening]:
    """Screenings of exactly these bytes; of other people alone than `not_of`, by all their names."""
    query = (
        select(Screening)
        .join(Picture, Picture.screening_id == Screening.id)
        .where(Picture.sha256 == sha256, Picture.rendition == "original")
    )
    return (await session.scalars(_of_others(query, not_of).limit(_MOST_SAME))).all()


async def same_picture(
    session: AsyncSession, fingerprint: str, *, not_of: Sequence[str] = ()
) -> Sequence[Screening]:
    """The same of one picture, re-encoded or retouched, newest first."""
    columns = (Picture.word_0, Picture.word_1, Picture.word_2, Picture.word_3)
    alike = [
        # Each by its own index: a database may look through all rows for any of four.
        select(Picture.screening_id, Picture.fingerprint)
        .where(column == word)
        .limit(_MOST_ALIKE)
        .subquery()
        .select()
        for column, word in zip(columns, words_of(fingerprint), strict=False)
    ]
    if not alike:
        return ()
    found = await session.execute(union_all(*alike))
    same = {one for one, other in found.tuples() if is_same_picture(fingerprint, other or "")}
    query = select(Screening).where(Screening.id.in_(same)).order_by(Screening.id.desc())
    return (await session.scalars(_of_others(query, not_of).limit(_MOST_SAME))).all()


async def same_number(
    session: AsyncSession, digest: str, *, not_of: Sequence[str] = ()
) -> Sequence[Screening]:
    """The same of a document with this number and issuer."""
    query = select(Screening).where(Screening.number_digest == digest)
    return (await session.scalars(_of_others(query, not_of).limit(_MOST_SAME))).all()


def _of_others(query: Select[Screening], person: Sequence[str]) -> Select[Screening]:
    """Only screenings whose person is known and another one; all where none is given."""
    return query.where(Screening.person.not_in(person)) if person else query


def is_accepted(screening: Screening) -> bool:
    """Whether it stands as accepted, by verdict or by an analyst, and is all there."""
    return screening.standing == _ACCEPTED and screening.erased_at is None and screening.is_whole


def was_turned_away(screening: Screening) -> bool:
    """Whether it stands as retake or rejected."""
    return screening.standing in _TURNED_AWAY


async def pictures_of(session: AsyncSession, screening_id: str) -> Sequence[Picture]:
    """All stored files of a screening."""
    return (
        await session.scalars(select(Picture).where(Picture.screening_id == screening_id))
    ).all()


async def picture(
    session: AsyncSession, screening_id: str, side: str, rendition: str
) -> Picture | None:
    """One stored file."""
    return await session.get(Picture, (screening_id, side, rendition))
