"""Tells open pages that the worklist changed: server-sent events, bounded, from one look at a time.

One task a process looks for changes while anybody listens, whatever the number of pages. A page
that is refused for want of room asks by itself now and then.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from service.store import claims, decisions, worklist
from service.store.engine import Sessions, read_only
from service.telemetry import log

_MOST: Final = 100
_MOST_OF_ONE: Final = 6
_LOOK_S: Final = 2.0
_BREATH_S: Final = 20.0
"""A line without meaning, so that nothing between us and the page closes an idle connection."""


@dataclass(eq=False, slots=True)
class _Ear:
    """One open page, and the state of the worklist that it was last told of."""

    state: object
    called: asyncio.Event = field(default_factory=asyncio.Event)


class Feed:
    """The listeners of one process."""

    def __init__(self, look_s: float = _LOOK_S) -> None:
        self._look_s = look_s
        self._ears: set[_Ear] = set()
        self._of: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._is_closing = False

    def has_room(self, analyst: str) -> bool:
        """Whether one more page of this analyst may listen."""
        return not self._is_closing and len(self._ears) < _MOST and self._of[analyst] < _MOST_OF_ONE

    def close(self) -> None:
        """Lets all pages go: a server that stops waits for none of them."""
        self._is_closing = True
        for ear in self._ears:
            ear.called.set()

    async def listen(
        self, analyst: str, sessions: Sessions, now: Callable[[], datetime]
    ) -> AsyncIterator[str]:
        """Lines for one page. It renews itself at hello, and misses nothing from then on."""
        ear = _Ear(None)
        self._ears.add(ear)
        self._of[analyst] += 1
        try:
            ear.state = await _read(sessions, now())
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._look(sessions, now))
            yield "retry: 3000\nevent: hello\ndata: -\n\n"
            while not self._is_closing:
                try:
                    await asyncio.wait_for(ear.called.wait(), _BREATH_S)
                except TimeoutError:
                    yield ": -\n\n"
                    continue
                ear.called.clear()
                if not self._is_closing:
                    yield "event: worklist\ndata: -\n\n"
        finally:
            self._ears.discard(ear)
            self._of[analyst] -= 1

    async def _look(self, sessions: Sessions, now: Callable[[], datetime]) -> None:
        while self._ears and not self._is_closing:
            await asyncio.sleep(self._look_s)
            try:
                state = await _read(sessions, now())
            except Exception as fault:
                # A database that is away comes back: the pages then learn what they missed.
                log().warning("triage.feed_broke", error_class=type(fault).__name__)
                continue
            for ear in self._ears:
                if ear.state is not None and ear.state != state:
                    ear.state = state
                    ear.called.set()


async def _read(sessions: Sessions, now: datetime) -> object:
    """What changes with the worklist: what came, was decided, appealed, claimed."""
    async with read_only(sessions) as session:
        return (
            await worklist.newest(session),
            await decisions.newest(session),
            await worklist.count(session, worklist.Wanted(), now),
            tuple(await claims.standing_claims(session, now)),
        )
