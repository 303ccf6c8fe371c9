"""The feed: bounded, told of changes, gone when the server stops."""

import asyncio

from service.triage.live import Feed
from tests.triage.rows import NOW, keep, screening


async def test_pages_are_told_of_a_change_and_let_go(sessions) -> None:
    feed = Feed(look_s=0.05)
    lines = feed.listen("a", sessions, lambda: NOW)
    assert "hello" in await anext(lines)
    waiting = asyncio.create_task(anext(lines))
    await asyncio.sleep(0.3)
    assert not waiting.done()  # nothing changed yet
    async with sessions() as session:
        await keep(session, screening(1))
    assert "event: worklist" in await asyncio.wait_for(waiting, 20)
    ended = asyncio.create_task(anext(lines, "the end"))
    await asyncio.sleep(0)
    feed.close()
    assert await asyncio.wait_for(ended, 20) == "the end"
    assert not feed.has_room("a")


async def test_there_is_room_for_so_many_pages_of_one_analyst(sessions) -> None:
    feed = Feed(look_s=60)
    pages = [feed.listen("a", sessions, lambda: NOW) for _ in range(6)]
    for one in pages:
        await anext(one)
    assert not feed.has_room("a")
    assert feed.has_room("b")
    await pages[0].aclose()
    assert feed.has_room("a")
    for one in pages[1:]:
        await one.aclose()
    feed.close()
