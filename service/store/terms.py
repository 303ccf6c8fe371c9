"""Words that find a screening: of its id, reference and customer id, never a person's data.

Ids are found by how they begin; a reference, which callers may make of anything, is kept as keyed
digests, and found by the whole of it or by whole words.
"""

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from service.store.sealed import digest_of
from service.store.tables import Screening, ScreeningTerm

MOST_FOUND: Final = 500
"""What a search gives at most: beyond it the words say too little."""
_LONGEST: Final = 160
_SHOWN: Final = 8
"""The end of an id by which people know it from a page."""
_MOST_WORDS: Final = 8
_HIGHEST: Final = "\U0010ffff"
_MARK: Final = "\n"
"""Begins a digest. No word that is looked for has one: none finds a digest by its beginning."""
_READ: Final = (
    Screening.id,
    Screening.reference,
    Screening.customer_id,
    Screening.wrapped_key,
)


def terms_of(screening_id: str, customer_id: str | None) -> set[str]:
    """Those in clear: each id whole, and its words."""
    return {screening_id.lower()[-_SHOWN:]} | _words(screening_id) | _words(customer_id or "")


def hidden_terms(session: AsyncSession, reference: str | None) -> set[str]:
    """Those of the reference, which is sealed: keyed digests of the whole and of its words."""
    return {_hidden(session, word) for word in _words(reference or "")}


def add(
    session: AsyncSession, screening_id: str, reference: str | None, customer_id: str | None
) -> None:
    """Makes a screening findable."""
    session.add_all(
        ScreeningTerm(term=term, screening_id=screening_id)
        for term in terms_of(screening_id, customer_id) | hidden_terms(session, reference)
    )


async def forget(session: AsyncSession, screening_id: str) -> None:
    """From now on only its id finds it."""
    await session.execute(
        delete(ScreeningTerm)
        .where(
            ScreeningTerm.screening_id == screening_id,
            ScreeningTerm.term.not_in(terms_of(screening_id, None)),
        )
        .execution_options(synchronize_session=False)
    )


async def hide(
    session: AsyncSession, screening_id: str, reference: str | None, customer_id: str | None
) -> None:
    """The words of a reference that is sealed from now on, instead of those in clear."""
    await forget(session, screening_id)
    left = terms_of(screening_id, customer_id) | hidden_terms(session, reference)
    session.add_all(
        ScreeningTerm(term=term, screening_id=screening_id)
        for term in left - terms_of(screening_id, None)
    )


async def find(session: AsyncSession, text: str) -> Sequence[str] | None:
    """Ids of screenings that have each word, or the whole; None where there are too many.

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
    rows = await session.scalars(
        select(Screening)
        .where(Screening.id.in_(set.intersection(*rare)))
        .options(load_only(*_READ, raiseload=True))
    )
    return sorted(row.id for row in rows if _has_all(row, frequent))


def _has_all(row: Screening, beginnings: Sequence[str]) -> bool:
    terms = terms_of(row.id, row.customer_id) | _words(row.reference or "")
    return all(any(term.startswith(word) for term in terms) for word in beginnings)


def _words(text: str) -> set[str]:
    small = text.lower()
    return {small[:_LONGEST], *re.split(r"[\W_]+", small)[:_MOST_WORDS]} - {""}


def _hidden(session: AsyncSession, word: str) -> str:
    return _MARK + digest_of(session.sync_session, "term", word)


async def _beginning_with(session: AsyncSession, prefix: str) -> Sequence[str] | None:
    ids = select(ScreeningTerm.screening_id)
    # One term at a time: in the order of the index no row beyond the last is looked at.
    exact = [
        ids.where(ScreeningTerm.term == term).order_by(ScreeningTerm.screening_id.desc())
        for term in (prefix, _hidden(session, prefix))
    ]
    longer = ids.where(ScreeningTerm.term > prefix, ScreeningTerm.term < prefix + _HIGHEST)
    found: list[str] = []
    for query in (*exact, longer):
        left = MOST_FOUND + 1 - len(found)
        found += (await session.scalars(query.limit(left))).all()
        if len(found) > MOST_FOUND:
            return None
    return sorted(set(found))
