"""What belongs to a case beside its screening: the same person, document or picture elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.screenings import same_picture
from service.store.tables import Picture, Screening, Submission

_MOST = 20


@dataclass(frozen=True, slots=True)
class Related:
    """Another screening and what it shares: "person", "document", "file" or "picture"."""

    row: Screening
    shares: tuple[str, ...]


async def related_to(session: AsyncSession, row: Screening) -> Sequence[Related]:
    """Newest first: attempts of the same person, then the same document or picture anywhere."""
    found: dict[str, tuple[Screening, list[str]]] = {}

    def add(why: str, rows: Iterable[Screening]) -> None:
        for one in rows:
            if one.id != row.id:
                found.setdefault(one.id, (one, []))[1].append(why)

    async def take(why: str, condition: object) -> None:
        rows = await session.scalars(
            select(Screening)
            .where(condition, Screening.id != row.id)  # type: ignore[arg-type]
            .order_by(Screening.id.desc())
            .limit(_MOST)
        )
        add(why, rows)

    if row.person is not None:
        await take("person", Screening.person == row.person)
    if row.customer_id is not None:
        await take("person", Screening.customer_id == row.customer_id)
    if row.number_digest is not None:
        await take("document", Screening.number_digest == row.number_digest)
    pictures = await session.execute(
        select(Picture.sha256, Picture.fingerprint).where(
            Picture.screening_id == row.id, Picture.rendition == "original"
        )
    )
    for sha256, fingerprint in pictures.all():
        ids = select(Picture.screening_id).where(Picture.sha256 == sha256)
        others = (await session.scalars(ids.distinct().limit(_MOST + 1))).all()
        await take("file", Screening.id.in_(others))
        add("picture", await same_picture(session, fingerprint or ""))
    return [
        Related(one, tuple(dict.fromkeys(shares)))
        for one, shares in sorted(found.values(), key=lambda pair: pair[0].id, reverse=True)
    ]


async def submissions_of(
    session: AsyncSession, screening_id: str, customer_id: str | None
) -> Sequence[Submission]:
    """Of this screening and of its customer, newest first."""
    condition = Submission.screening_id == screening_id
    if customer_id is not None:
        condition = condition | (Submission.customer_id == customer_id)
    return (
        await session.scalars(
            select(Submission).where(condition).order_by(Submission.id.desc()).limit(_MOST)
        )
    ).all()
