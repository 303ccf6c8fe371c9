"""Requests a minute and key; a burst of a whole minute's worth is let through."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from service.store import rates
from service.store.engine import Sessions

_MAX_KEYS = 10_000
BURST_S = 60.0
"""How much may be taken at once, as time."""


class RateLimit(Protocol):
    """Where requests are counted."""

    async def take(self, key: str, cost: int = 1) -> int | None:
        """None where the request may go on, else seconds to wait.

        Args:
            key: whose rate it is.
            cost: as how many requests it counts; one a minute is let through, whatever it costs.

        """
        ...

    async def close(self) -> None:
        """Lets go of what counting needs."""
        ...


class OwnRate:
    """Counted in this process: for one that is alone."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval_s = 60 / per_minute
        self._clock = clock
        self._due_s: OrderedDict[str, float] = OrderedDict()

    async def take(self, key: str, cost: int = 1) -> int | None:
        """As RateLimit says."""
        now = self._clock()
        spent_s = min(self._interval_s * cost, BURST_S)
        due = max(now, self._due_s.pop(key, now)) + spent_s
        is_taken = due <= now + BURST_S
        self._due_s[key] = due if is_taken else due - spent_s
        if len(self._due_s) > _MAX_KEYS:
            self._due_s.popitem(last=False)
        return None if is_taken else whole_seconds(due - BURST_S - now)

    async def close(self) -> None:
        """Nothing to let go of."""


class DatabaseRate:
    """Counted in the database, by all processes that share it."""

    def __init__(
        self, sessions: Sessions, per_minute: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._sessions = sessions
        self._interval_s = 60 / per_minute
        self._clock = clock

    async def take(self, key: str, cost: int = 1) -> int | None:
        """As RateLimit says."""
        spent_s = min(self._interval_s * cost, BURST_S)
        async with self._sessions() as session, session.begin():
            wait_s = await rates.take(session, key, self._clock(), spent_s, BURST_S)
        return None if wait_s is None else whole_seconds(wait_s)

    async def close(self) -> None:
        """Sessions belong to others."""


def whole_seconds(wait_s: float) -> int:
    """For Retry-After: at least one."""
    return max(1, math.ceil(wait_s))
