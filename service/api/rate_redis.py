"""Requests counted in Redis, for deployments that have one. Needs the extra `redis`."""

import time
from collections.abc import Callable
from typing import Any, Final

from service.api.rate_limit import BURST_S, whole_seconds
from service.telemetry import log

# As store.rates: the time at which all that was taken is due, at most a burst ahead.
_TAKE: Final = """
local now, interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + interval
if due > now + burst then return tostring(due - burst - now) end
redis.call('SET', KEYS[1], string.format('%.6f', due), 'EX', math.ceil(burst) + 1)
return false
"""


class RedisRate:
    """Counted by all processes that share the Redis of `url`, e.g. redis://127.0.0.1:6379/0."""

    def __init__(self, url: str, per_minute: int, clock: Callable[[], float] = time.time) -> None:
        import redis.asyncio as redis  # of the extra

        self._redis: Any = redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0)
        self._take = self._redis.register_script(_TAKE)
        self._fault: type[Exception] = redis.RedisError
        self._interval_s = 60 / per_minute
        self._clock = clock

    async def take(self, key: str, cost: int = 1) -> int | None:
        """As RateLimit says; while Redis is away, requests go on: nobody is sent back for its sake."""
        spent_s = min(self._interval_s * cost, BURST_S)
        try:
            wait = await self._take(
                keys=[f"prescreen:rate:{key}"], args=[self._clock(), spent_s, BURST_S]
            )
        except (self._fault, OSError) as fault:
            log().warning("rate.uncounted", error_class=type(fault).__name__)
            return None
        return None if wait is None else whole_seconds(float(wait))

    async def close(self) -> None:
        """Closes the connections."""
        await self._redis.aclose()
