"""Words that find a screening: of its id, reference and customer id, never a person's data."""

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import Screening, ScreeningTerm

MOST_FOUND: Final = 500
"""What a search gives at most: beyond it the words say too little."""
_LONGEST: Final = 160
_SHOWN: Final = 8
"""The end of an id by which people know it from a page."""
_MOST_WORDS: Final = 8
_HIGHEST: Final = "\U0010ffff"


def terms_of(screening_id: str, reference: str | None, customer_id: str | None) -> set[str]:
    """Each text whole, and its words."""
    found = {screening_id.lower()[-_SHOWN:]}
    for text in (screening_id, reference or "", customer_id or ""):
        small = text.lower()
        words = re.split(r"[\W_]+", small)[:_MOST_WORDS]
        found |= {small[:_LONGEST], *words}
    return {term for term in found if term}


def add(
    session: AsyncSession, screening_id: str, reference: str | None, customer_id: str | None
) -> None:
    """Makes a screening findable."""
    session.add_all(
        ScreeningTerm(term=term, screening_id=screening_id)
        for term in terms_of(screening_id, reference, customer_id)
    )


async def forget(
    session: AsyncSession, screening_id: str, reference: str | None, customer_id: str | None
) -> None:
    """From now on only its id finds it."""
    words = terms_of(screening_id, reference, customer_id) - terms_of(screening_id, None, None)
    await session.execute(
        delete(ScreeningTerm).where(
            ScreeningTerm.term.in_(words), ScreeningTerm.screening_id == screening_id
        )
    )


async def find(session: AsyncSession, text: str) -> Sequence[str] | None:
    """Ids of screenings that have a term beginning with each word; None where there are too many.

    Words that are rare enough are looked up; the others are then tried on what those found.
    """
    whole = text.strip().lower()[:_LONGEST]
    if not whole:
        return []
    found = await _beginning_with(session, whole)
    words = whole.split()
    if found or len(words) == 1:
        return found
    by_word = {word: await _beginning_with(session, word) for word in words[:_MOST_WORDS]}
    rare = [set(ids) for ids in by_word.values() if ids is not None]
    if not rare:
        return None
    frequent = [word for word, ids in by_word.items() if ids is None]
    rows = await session.execute(
        select(Screening.id, Screening.reference, Screening.customer_id).where(
            Screening.id.in_(set.intersection(*rare))
        )
    )
    return sorted(
        screening_id
        for screening_id, reference, customer_id in rows
        if _has_all(terms_of(screening_id, reference, customer_id), frequent)
    )


def _has_all(terms: set[str], beginnings: Sequence[str]) -> bool:
    return all(any(term.startswith(word) for term in terms) for word in beginnings)


async def _beginning_with(session: AsyncSession, prefix: str) -> Sequence[str] | None:
    exact = select(ScreeningTerm.screening_id).where(ScreeningTerm.term == prefix)
    longer = select(ScreeningTerm.screening_id).where(
        ScreeningTerm.term > prefix, ScreeningTerm.term < prefix + _HIGHEST
    )
    found: list[str] = []
    for query in (exact.order_by(ScreeningTerm.screening_id.desc()), longer):
        left = MOST_FOUND + 1 - len(found)
        found += (await session.scalars(query.limit(left))).all()
        if len(found) > MOST_FOUND:
            return None
    return sorted(set(found))
