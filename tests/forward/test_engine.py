"""The engine under real processes: it starts, stops, is taken over, and finds what it lost."""

import asyncio
import base64
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from service.forward.journey import Journeys
from service.forward.pauses import Pauses
from service.forward.worker import Forwarder
from service.forward.workflow import EngineBusy
from service.notify.deliver import Courier
from service.notify.outbox import announce
from service.store.engine import migrate, open_engine, sessions_of
from service.store.tables import OutgoingEvent
from service.telemetry import Metrics
from tests.conftest import KEY, VAULT, Cluster, new_database
from tests.forward.world import World

QUICK = Pauses(first_s=0.05, longest_s=0.5, credentials_s=0.1, spread_s=0.1)


def courier_of(world: World, received: list[httpx.Request] | None = None) -> Courier:
    def take(request: httpx.Request) -> httpx.Response:
        (received if received is not None else []).append(request)
        return httpx.Response(200)

    transport = httpx.MockTransport(take)
    return Courier(world.sessions, "http://receiver/hook", "secret", world.clock, transport)


def forwarder_of(world: World, database_url: str, courier: Courier | None = None) -> Forwarder:
    return Forwarder(
        database_url,
        world.sessions,
        world.blobs,
        world.blaaiz,
        courier,
        Metrics(),
        world.clock,
        interval_s=0.05,
        takeover_s=1.0,
        pauses=QUICK,
    )


async def until(condition: Callable, timeout_s: float = 40.0) -> None:
    deadline = asyncio.get_running_loop().time() + timeout_s
    while not await condition():
        assert asyncio.get_running_loop().time() < deadline, "it did not happen in time"
        await asyncio.sleep(0.05)


async def test_background_work_starts_forwards_through_faults_and_stops(
    world: World, database_url: str
) -> None:
    ids = [
        await world.submit(c["id"], {"first_name": "Kim"})
        for c in world.state()["customers"]
        if c["type"] == "individual" and c["verification_status"] == "PENDING"
    ]
    world.break_with({"kind": "status", "value": 503, "times": 3, "method": "PUT"})
    forwarder = forwarder_of(world, database_url)
    await forwarder.start()
    try:
        with pytest.raises(EngineBusy):
            await forwarder_of(world, database_url).start()

        async def all_done() -> bool:
            return all([(await world.get(one)).state == "forwarded" for one in ids])

        await until(all_done)
    finally:
        await forwarder.stop()
    assert await asyncio.to_thread(lambda: True), "the loop's threads outlive the engine's"


def worker(database_url: str, world: World, blobs: Path, **settings: str) -> subprocess.Popen:
    """`prescreen worker` as a process of its own."""
    ours = {
        "PRESCREEN_DATABASE_URL": database_url,
        "PRESCREEN_BLOBS_URL": f"file://{blobs}",
        "PRESCREEN_SECRET": VAULT.secret,
        "PRESCREEN_ENCRYPTION_KEY": KEY,
        "PRESCREEN_BLAAIZ_URL": world.stand_in.url,
        "PRESCREEN_BLAAIZ_CLIENT_ID": "sandbox-client",
        "PRESCREEN_BLAAIZ_CLIENT_SECRET": "sandbox-secret",
        "PRESCREEN_FORWARD_INTERVAL_S": "0.1",
        "PRESCREEN_FORWARD_TAKEOVER_S": "1.5",
    }
    return subprocess.Popen(
        [sys.executable, "-c", "from service.cli import main; main()", "worker"],
        cwd=Path(__file__).parents[2],
        env=os.environ | ours | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


async def started(process: subprocess.Popen) -> None:
    assert process.stdout is not None
    line = await asyncio.to_thread(process.stdout.readline)
    assert b"Forwarding" in line


@pytest.mark.slow
async def test_another_process_takes_over_from_one_that_was_killed(
    sessions, stand_in, database_url: str, tmp_path: Path
) -> None:
    world = World(sessions, stand_in, f"file://{tmp_path}/blobs")
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {"first_name": "Kim"})
    # The first process hangs in the middle of the upload until it is killed.
    world.break_with({"kind": "latency", "value": 6, "path": "/storage/"})
    first = worker(database_url, world, tmp_path / "blobs")
    second = None
    try:

        async def is_uploading() -> bool:
            return (await world.get(submission_id)).state == "uploading"

        await until(is_uploading)
        first.send_signal(signal.SIGKILL)
        first.wait()
        killed = await world.get(submission_id)
        second = worker(database_url, world, tmp_path / "blobs")

        async def is_done() -> bool:
            return (await world.get(submission_id)).state == "forwarded"

        await until(is_done)
        done = await world.get(submission_id)
        assert done.go == killed.go, "the same run went on, by the engine"
        assert done.worker != killed.worker
        held = world.held(customer["id"])
        assert len(held["history"]) == 1
        assert len(held["files"]["id_file"]) == 1
    finally:
        await world.close()
        for process in (first, second):
            if process is not None:
                process.kill()
                process.wait()


@pytest.mark.slow
async def test_workers_stop_while_their_database_is_away_and_all_go_on_after(
    own_cluster: Cluster, stand_in, tmp_path: Path
) -> None:
    database_url = new_database(own_cluster.address, "outage")
    await migrate(database_url)
    engine = open_engine(database_url)
    world = World(sessions_of(engine, VAULT), stand_in, f"file://{tmp_path}/blobs")
    people = [
        one["id"]
        for one in world.state()["customers"]
        if (one["type"], one["verification_status"]) == ("individual", "PENDING")
    ]
    ids = [await world.submit(one, {"first_name": "Kim"}) for one in people]
    world.break_with({"kind": "latency", "value": 4, "path": "/storage/", "times": -1})
    logs = [tmp_path / "first.log", tmp_path / "second.log"]
    several = [
        worker(database_url, world, tmp_path / "blobs", PRESCREEN_LOG=str(log)) for log in logs
    ]
    try:

        async def are_uploading() -> bool:
            return any([(await world.get(one)).state == "uploading" for one in ids])

        async def all_done() -> bool:
            return all([(await world.get(one)).state == "forwarded" for one in ids])

        await until(are_uploading)
        await asyncio.to_thread(own_cluster.stop)
        await asyncio.sleep(4)  # more than twice the take-over time
        world.break_with()
        await asyncio.to_thread(own_cluster.start)
        await until(all_done, 150)
        for one in several:
            assert one.poll() is None, "it lives on"
    finally:
        for one in several:
            one.kill()
            one.wait()
        await world.close()
        await engine.dispose()
    told = "".join(log.read_text() for log in logs)
    assert "forward.stopped_work" in told
    for one in people:
        held = httpx.get(f"{stand_in.url}/sandbox/state").json()["customers"]
        (held,) = [customer for customer in held if customer["id"] == one]
        assert len(held["history"]) == 1
        assert len(held["files"]["id_file"]) == 1


async def test_a_run_that_the_engine_lost_is_handed_over_again(
    world: World, database_url: str, monkeypatch
) -> None:
    from datetime import timedelta

    from service.forward import keeper

    monkeypatch.setattr(keeper, "_TRUSTED_FOR", timedelta(seconds=-1))
    # Handed over, as the row says; but the engine's own tables are new.
    submission_id = await world.submit(
        world.customer()["id"], {}, state="uploading", handed_over_at=world.clock()
    )
    forwarder = forwarder_of(world, database_url)
    await forwarder.start()
    try:

        async def is_done() -> bool:
            return (await world.get(submission_id)).state == "forwarded"

        await until(is_done)
    finally:
        await forwarder.stop()


CANARY = "Canaryname"


async def test_the_engine_keeps_no_personal_data(world: World, database_url: str) -> None:
    submission_id = await world.submit(world.customer()["id"], {"first_name": CANARY})
    async with world.sessions() as session:
        announce(session, "x", {"submission_id": submission_id}, world.clock())
        await session.commit()
    forwarder = forwarder_of(world, database_url)
    await forwarder.start()
    try:

        async def is_done() -> bool:
            return (await world.get(submission_id)).state == "forwarded"

        await until(is_done)
    finally:
        await forwarder.stop()
    text = await _engine_rows(database_url)
    assert submission_id in text
    assert CANARY not in text


async def test_the_engine_keeps_of_a_broken_step_its_name_alone(
    world: World, database_url: str, monkeypatch
) -> None:
    async def broken(*_: object) -> bool:
        raise IntegrityError("INSERT INTO x", {"first_name": CANARY}, ValueError(CANARY))

    monkeypatch.setattr(Journeys, "take", broken)
    monkeypatch.setattr(Courier, "deliver", broken)
    await world.submit(world.customer()["id"], {})
    async with world.sessions() as session:
        announce(session, "x", {}, world.clock())
        await session.commit()
    forwarder = forwarder_of(world, database_url, courier_of(world))
    await forwarder.start()
    try:

        async def is_kept() -> bool:
            return (await _engine_rows(database_url)).count("IntegrityError") >= 4

        await until(is_kept)
    finally:
        await forwarder.stop()
    text = await _engine_rows(database_url)
    assert "StepBroke" in text
    assert CANARY not in text


async def test_a_process_leaves_what_it_cannot_carry_to_those_that_can(
    world: World, database_url: str
) -> None:
    async with world.sessions() as session:
        announce(session, "x", {}, world.clock())
        await session.commit()
        event = (await session.scalars(select(OutgoingEvent))).one()
    without = forwarder_of(world, database_url)
    await without.start()
    try:
        # Another process, which has a courier, hands it over.
        await without._engine.enqueue(OutgoingEvent, event.id, event.attempts, 0)
        await asyncio.sleep(1.5)
        assert "ENQUEUED" in await _engine_rows(database_url, "workflow_status")
        assert "PENDING" not in await _engine_rows(database_url, "workflow_status")
    finally:
        await without.stop()
    received: list[httpx.Request] = []
    able = forwarder_of(world, database_url, courier_of(world, received))
    await able.start()
    try:

        async def is_delivered() -> bool:
            return bool(received)

        await until(is_delivered)
    finally:
        await able.stop()


async def test_work_that_was_broken_off_here_goes_on_when_it_may(
    world: World, database_url: str
) -> None:
    world.break_with({"kind": "latency", "value": 3, "path": "/storage/"})
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {"first_name": "Kim"})
    forwarder = forwarder_of(world, database_url)
    await forwarder.start()
    try:

        async def is_uploading() -> bool:
            return (await world.get(submission_id)).state == "uploading"

        async def is_done() -> bool:
            return (await world.get(submission_id)).state == "forwarded"

        await until(is_uploading)
        # As when it finds that it was taken for dead; its next beat lets it go on.
        forwarder._engine.ground()
        await until(is_done)
    finally:
        await forwarder.stop()
    assert len(world.held(customer["id"])["history"]) == 1
    assert len(world.held(customer["id"])["files"]["id_file"]) == 1


async def test_the_engine_talks_to_nobody_but_the_database(
    world: World, database_url: str, monkeypatch
) -> None:
    called: list[str] = []
    real = socket.socket.connect

    def connect(self, address):
        called.append(str(address[0]) if isinstance(address, tuple) else "a socket file")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    forwarder = forwarder_of(world, database_url)
    await forwarder.start()
    await asyncio.sleep(0.5)
    await forwarder.stop()
    assert set(called) <= {"127.0.0.1", "::1", "a socket file"}
    assert "dbos_enterprise" not in sys.modules


async def _engine_rows(database_url: str, *tables: str) -> str:
    """All that the engine keeps, what it pickled as well."""
    if database_url.startswith("sqlite"):
        database_url += ".forwarding"
    engine = open_engine(database_url)
    async with engine.connect() as connection:
        is_postgresql = connection.dialect.name == "postgresql"
        schema = "dbos" if is_postgresql else None
        names = tables or await connection.run_sync(
            lambda one: inspect(one).get_table_names(schema=schema)
        )
        cells: list[str] = []
        for table in names:
            prefix = "dbos." if is_postgresql else ""
            found = await connection.exec_driver_sql(f'SELECT * FROM {prefix}"{table}"')
            cells += [str(cell) for row in found for cell in row]
    await engine.dispose()
    return "\n".join([*cells, *map(_decoded, cells)])


def _decoded(cell: str) -> str:
    try:
        return base64.b64decode(cell, validate=True).decode("latin-1")
    except ValueError:
        return ""
