"""One rate a key, in one process or over several."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from shutil import which

import pytest
from sqlalchemy import select

from service.api.rate_limit import DatabaseRate, OwnRate, RateLimit
from service.api.rate_redis import RedisRate
from service.store.engine import open_engine, sessions_of
from service.store.rates import drop_past
from service.store.tables import Rate
from tests.conftest import VAULT, free_port

PER_MINUTE = 6


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    if which("redis-server") is None:
        pytest.skip("the Debian package redis-server is not installed")
    port = free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        time.sleep(0.5)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


async def behaves(first: RateLimit, second: RateLimit, clock: Clock) -> None:
    """A burst, then one at a time; two counters that share are one."""
    for turn in range(PER_MINUTE):
        assert await (first, second)[turn % 2].take("key_1") is None
    assert await first.take("key_1") == 10
    assert await second.take("key_1") == 10
    assert await second.take("key_2") is None
    clock.now += 9.5
    assert await first.take("key_1") == 1
    clock.now += 0.6
    assert await second.take("key_1") is None
    assert await first.take("key_1") == 10
    clock.now += 3600
    taken = await asyncio.gather(*(first.take("key_1") for _ in range(PER_MINUTE * 2)))
    assert taken.count(None) == PER_MINUTE
    # What costs more than a minute's worth is let through once a minute.
    for cost, times in ((2, PER_MINUTE // 2), (PER_MINUTE * 10, 1)):
        spent = [await second.take(f"dear {cost}", cost) for _ in range(times + 1)]
        assert spent[:-1] == [None] * times
        assert spent[-1] is not None
    await first.close()
    await second.close()


async def test_one_process_counts_by_itself(clock: Clock) -> None:
    one = OwnRate(PER_MINUTE, clock)
    await behaves(one, one, clock)


async def test_several_processes_count_in_the_database(database_url: str, clock: Clock) -> None:
    engines = [open_engine(database_url) for _ in range(2)]
    rates = [DatabaseRate(sessions_of(engine, VAULT), PER_MINUTE, clock) for engine in engines]
    await behaves(rates[0], rates[1], clock)
    async with sessions_of(engines[0], VAULT)() as session:
        await drop_past(session, clock.now)
        assert "key_2" not in (left := set(await session.scalars(select(Rate.key))))
        assert "key_1" in left
        await drop_past(session, clock.now + 60)
        assert (await session.scalars(select(Rate.key))).all() == []
    for engine in engines:
        await engine.dispose()


async def test_or_in_redis(redis_url: str, clock: Clock) -> None:
    await behaves(
        RedisRate(redis_url, PER_MINUTE, clock), RedisRate(redis_url, PER_MINUTE, clock), clock
    )


async def test_a_redis_that_is_away_sends_nobody_back() -> None:
    rate = RedisRate(f"redis://127.0.0.1:{free_port()}/0", 1)
    assert [await rate.take("key_1") for _ in range(3)] == [None] * 3
    await rate.close()
