"""How many calls at a time, and none while all fail: one gate a process to Blaaiz."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from circuitbreaker import CircuitBreaker

from service.blaaiz.errors import OutcomeUnknown, Paused, RateLimited, Unavailable, Unreachable

_OPENS_AFTER: Final = 5
"""Failures in a row: five calls at once may fail by one short break."""
_OPEN_S: Final = 10


class Gate:
    """Lets calls through, at most so many at a time.

    After failures in a row it answers Paused at once, and after a while lets calls try again; a
    pause that Blaaiz asks for (429) holds for all calls, not only for the one that was told.
    """

    def __init__(self, concurrent: int, opens_after: int = _OPENS_AFTER, open_s: int = _OPEN_S):  # noqa: ANN204
        self._places = asyncio.Semaphore(concurrent)
        self._breaker = CircuitBreaker(
            failure_threshold=opens_after,
            recovery_timeout=open_s,
            expected_exception=(Unreachable, Unavailable, OutcomeUnknown),
        )
        self._quiet_until = 0.0

    @asynccontextmanager
    async def passage(self) -> AsyncGenerator[None]:
        """Around one call. Raises Paused before it, where none is to be made now."""
        async with self._places:
            self._refuse_while_paused()
            with self._breaker:
                try:
                    yield
                except RateLimited as told:
                    self._quiet_until = time.monotonic() + told.retry_after_s
                    raise

    def _refuse_while_paused(self) -> None:
        if self._breaker.opened:
            raise Paused(float(self._breaker.open_remaining))
        left = self._quiet_until - time.monotonic()
        if left > 0:
            raise Paused(left)
