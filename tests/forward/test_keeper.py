"""Who is alive, who is dead, and who must stop: workers through outages of their database."""

import asyncio
import time
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from service.forward.keeper import Keeper
from service.store.tables import ForwardWorker, Submission
from tests.forward.world import World

TAKEOVER_S = 1.5


class Engine:
    """What a keeper asks of the engine, with the moments at which it was asked."""

    def __init__(self) -> None:
        self.is_grounded = self.has_left_overs = False
        self.grounded_at: list[float] = []
        self.flown_at: list[float] = []
        self.resumed: list[tuple[str, float]] = []

    def ground(self) -> None:
        self.is_grounded = self.has_left_overs = True
        self.grounded_at.append(time.monotonic())

    async def give_back(self) -> None:
        self.has_left_overs = False

    def fly(self) -> None:
        if self.is_grounded and not self.has_left_overs:
            self.is_grounded = False
            self.flown_at.append(time.monotonic())

    async def resume_of(self, worker_id: str) -> int:
        self.resumed.append((worker_id, time.monotonic()))
        return 0

    async def workers_at_work(self) -> set[str]:
        return set()

    async def forget_old(self, limit: int) -> None:
        """Nothing is remembered here."""


class Worker:
    """A keeper whose database can go away."""

    def __init__(self, world: World, name: str) -> None:
        self.name, self.is_cut_off, self._sessions = name, False, world.sessions
        self.engine = Engine()
        self.keeper = Keeper(
            self.sessions,
            self.engine,
            name,
            world.clock,
            interval_s=60,
            takeover_s=TAKEOVER_S,
            forwards=False,
            delivers=False,
        )

    def sessions(self):
        if self.is_cut_off:
            raise OperationalError("SELECT 1", None, ConnectionError())
        return self._sessions()

    async def start(self) -> None:
        await self.keeper.show()
        await self.keeper.start()


@pytest.fixture
async def workers(world: World):
    several = [Worker(world, name) for name in ("wrk_a", "wrk_b")]
    for one in several:
        await one.start()
    await asyncio.sleep(TAKEOVER_S)
    yield several
    for one in several:
        await one.keeper.stop()


async def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


async def test_after_an_outage_the_living_bury_nobody_and_all_go_on(
    world: World, workers: list[Worker]
) -> None:
    for one in workers:
        one.is_cut_off = True
    await until(lambda: all(one.engine.grounded_at for one in workers))
    await asyncio.sleep(2 * TAKEOVER_S)
    assert not any(one.engine.flown_at for one in workers)
    # The first that is back sees beats that have stood for long.
    workers[0].is_cut_off = False
    await until(lambda: workers[0].engine.flown_at)
    workers[1].is_cut_off = False
    await until(lambda: workers[1].engine.flown_at)
    await asyncio.sleep(TAKEOVER_S)
    assert [one.engine.resumed for one in workers] == [[], []]
    async with world.sessions() as session:
        found = (await session.scalars(select(ForwardWorker.id))).all()
    assert sorted(found) == ["wrk_a", "wrk_b"]


async def test_one_that_is_cut_off_alone_stops_before_it_is_taken_over_and_comes_back(
    world: World, workers: list[Worker]
) -> None:
    cut_off, other = workers
    submission_id = await world.submit(
        world.customer()["id"], {}, state="uploading", worker=cut_off.name
    )
    before = (await world.get(submission_id)).version
    cut_off.is_cut_off = True
    await until(lambda: other.engine.resumed)
    ((whose, taken_over_at),) = other.engine.resumed
    assert whose == cut_off.name
    assert cut_off.engine.grounded_at
    assert cut_off.engine.grounded_at[0] < taken_over_at
    await until_version(world, submission_id, before + 1)
    cut_off.is_cut_off = False
    await until(lambda: cut_off.engine.flown_at)
    await asyncio.sleep(TAKEOVER_S)
    assert len(other.engine.resumed) == 1
    assert cut_off.engine.resumed == []


async def test_one_that_was_buried_alive_stops_what_it_has_before_it_goes_on(
    world: World, workers: list[Worker]
) -> None:
    async with world.sessions() as session:
        await session.delete(await session.get_one(ForwardWorker, "wrk_a"))
        await session.commit()
    engine = workers[0].engine
    await until(lambda: engine.flown_at)
    assert engine.grounded_at[0] < engine.flown_at[0]
    async with world.sessions() as session:
        assert await session.get(ForwardWorker, "wrk_a") is not None


async def test_one_that_died_is_taken_over_once(world: World, workers: list[Worker]) -> None:
    await workers[0].keeper.stop()
    other = workers[1].engine
    await until(lambda: other.resumed)
    await asyncio.sleep(TAKEOVER_S)
    assert [name for name, _ in other.resumed] == ["wrk_a"]
    assert other.grounded_at == []


async def until_version(world: World, submission_id: str, version: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        async with world.sessions() as session:
            if (await session.get_one(Submission, submission_id)).version == version:
                return
        await asyncio.sleep(0.05)
    raise AssertionError("its writes are not stopped")
