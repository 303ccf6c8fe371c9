"""The worklist on both databases: order, filters, pages, search, bounded counts."""

from datetime import timedelta

import pytest

from service.store import terms, worklist
from service.store.worklist import Attention, Place, TooMany, Wanted
from tests.triage.rows import NOW, keep, screening


async def ids_of(session, wanted: Wanted, limit: int = 50) -> list[str]:
    """All pages, one after the other."""
    found: list[str] = []
    after: Place | None = None
    while True:
        page = await worklist.read_page(session, wanted, limit=limit, after=after, now=NOW)
        found += [row.id for row in page.rows]
        if page.after is None:
            return found
        after = page.after


async def test_review_comes_first_then_appeals_then_people_who_try_in_vain(sessions) -> None:
    async with sessions() as session:
        repeated = screening(1, minutes=500, verdict="retake", attempt=3)
        appealed = screening(2, minutes=400, verdict="rejected", attention=Attention.APPEALED)
        young, old = screening(3, minutes=5), screening(4, minutes=90)
        first_time = screening(5, verdict="retake")
        accepted = screening(6, verdict="accepted")
        await keep(session, repeated, appealed, young, old, first_time, accepted)
        assert await ids_of(session, Wanted()) == [old.id, young.id, appealed.id, repeated.id]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_pages_of_any_size_hold_each_row_once(sessions, limit: int) -> None:
    async with sessions() as session:
        rows = [
            screening(n, minutes=n * 3, verdict=("review", "retake")[n % 2], attempt=2)
            for n in range(1, 12)
        ]
        await keep(session, *rows)
        needs = await ids_of(session, Wanted(), limit)
        assert needs == await ids_of(session, Wanted(), 50)
        assert sorted(needs) == sorted(row.id for row in rows)
        everything = await ids_of(session, Wanted(is_all=True), limit)
        assert everything == sorted((row.id for row in rows), reverse=True)


async def test_filters_narrow_together(sessions) -> None:
    async with sessions() as session:
        glare, blur = ("image_glare", "retake"), ("image_blurred", "retake")
        wanted = screening(
            1, minutes=61, verdict="retake", kind="visa", country="KE", codes=[glare]
        )
        await keep(
            session,
            wanted,
            screening(2, minutes=62, verdict="retake", kind="visa", country="KE", codes=[blur]),
            screening(3, minutes=63, verdict="retake", kind="visa", country="NG", codes=[glare]),
            screening(4, minutes=64, verdict="retake", country="KE", codes=[glare]),
            screening(5, minutes=65, verdict="rejected", kind="visa", country="KE", codes=[glare]),
            screening(6, minutes=1, verdict="retake", kind="visa", country="KE", codes=[glare]),
        )
        narrow = Wanted(
            standing="retake",
            kind="visa",
            country="KE",
            code="image_glare",
            until=NOW - timedelta(hours=1),
        )
        assert await ids_of(session, narrow) == [wanted.id]
        assert await worklist.count(session, narrow, NOW) == 1


async def test_moving_a_screening_moves_it_in_lists_by_code_too(sessions) -> None:
    async with sessions() as session:
        row = screening(1, codes=[("document_special_status", "review")])
        await keep(session, row)
        await worklist.move(session, row, "accepted", None)
        await session.commit()
        assert await ids_of(session, Wanted(code="document_special_status")) == []
        settled = Wanted(standing="accepted", code="document_special_status")
        assert await ids_of(session, settled) == [row.id]


async def test_a_new_attempt_takes_the_earlier_ones_off_the_list(sessions) -> None:
    async with sessions() as session:
        early = screening(1, minutes=9, verdict="retake", attempt=2, person="p")
        other = screening(2, minutes=8, verdict="retake", attempt=2, person="q")
        late = screening(3, minutes=1, verdict="retake", attempt=3, person="p")
        await keep(session, early, other, late)
        await worklist.supersede(session, ("p",), late.id)
        await session.commit()
        assert await ids_of(session, Wanted()) == [other.id, late.id]


async def test_words_find_ids_references_and_customers(sessions) -> None:
    async with sessions() as session:
        row = screening(1, reference="Order 77/B", customer_id="7D0F-aa", minutes=1)
        await keep(session, row, screening(2, reference="order 78", minutes=2))
        for words in (row.id, row.id[-8:], "order 77/b", "ORDER 77", "77", "7d0f", "7d0f-aa"):
            assert await ids_of(session, Wanted(is_all=True, words=words)) == [row.id], words
        assert len(await ids_of(session, Wanted(is_all=True, words="order"))) == 2
        assert await ids_of(session, Wanted(is_all=True, words="nothing")) == []
        assert await ids_of(session, Wanted(standing="accepted", words="order")) == []


async def test_words_that_fit_too_much_are_said_to(sessions) -> None:
    async with sessions() as session:
        await keep(session, *(screening(n, minutes=n / 60) for n in range(terms.MOST_FOUND + 2)))
        with pytest.raises(TooMany):
            await ids_of(session, Wanted(is_all=True, words="signup"))
        assert len(await ids_of(session, Wanted(is_all=True, words="signup 7"))) > 0
        assert await worklist.count(session, Wanted(), NOW) == terms.MOST_FOUND + 2


async def test_counts_stop_where_nobody_counts_on(sessions, monkeypatch) -> None:
    monkeypatch.setattr(worklist, "COUNTED_TO", 3)
    async with sessions() as session:
        await keep(session, *(screening(n) for n in range(5)))
        assert await worklist.count(session, Wanted(), NOW) == 3
