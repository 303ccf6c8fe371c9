"""Workers that hang, die, eat or lie cost one request; a full queue answers at once."""

import asyncio
import io
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from service.confinement import Allowance
from service.intake.errors import FileCorrupt
from service.pool import (
    PoolFull,
    ScreeningJob,
    ScreeningPool,
    ScreeningTimedOut,
    WorkerDied,
    WorkerSettings,
)
from service.screening.claim import Claim, History
from service.worker_process import WorkerFailed, WorkerLost
from tests.conftest import ROOT

LONG_S = 60


def job(content: str) -> ScreeningJob:
    return ScreeningJob(content.encode(), None, Claim("GB"), History(), date(2026, 1, 1))


def pool_of(**given) -> ScreeningPool:
    wanted = {"workers": 1, "queue_limit": 2, "timeout_s": LONG_S, "wait_s": LONG_S} | given
    return ScreeningPool(WorkerSettings(), module="tests.pool.odd_worker", **wanted)


@pytest.fixture
async def pool(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRESCREEN_SECRET", "not for workers")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not for workers")
    one = pool_of(allowance=Allowance(memory_bytes=400 * 1024 * 1024))
    await one.start()
    yield one
    await one.close()


async def test_a_picture_that_kills_its_worker_costs_one_request(pool: ScreeningPool) -> None:
    with pytest.raises(WorkerDied):
        await pool.screen(job("die"))
    assert (await pool.screen(job("next")))[1] == b"next"


async def test_a_worker_killed_by_chance_costs_nobody_anything(
    pool: ScreeningPool, tmp_path: Path
) -> None:
    answer = await pool.screen(job(f"die-once {tmp_path}/died"))
    assert answer[1].startswith(b"die-once")
    running = asyncio.create_task(pool.screen(job("slow")))
    await asyncio.sleep(0.2)
    os.kill(answer[0], signal.SIGKILL)
    assert (await running)[1] == b"slow"


async def test_a_worker_that_hangs_is_ended_and_the_next_one_is_loaded_beside() -> None:
    pool = pool_of(timeout_s=2)
    await pool.start()
    with pytest.raises(ScreeningTimedOut):
        await pool.screen(job("hang"))
    # Loading the new worker is none of the next request's time.
    assert (await pool.screen(job("next")))[1] == b"next"
    await pool.close()


async def test_processor_time_is_bounded_for_each_job_anew() -> None:
    pool = pool_of(allowance=Allowance(cpu_s=1))
    await pool.start()
    with pytest.raises(ScreeningTimedOut):
        await pool.screen(job("burn"))
    assert (await pool.screen(job("next")))[1] == b"next"
    await pool.close()


async def test_memory_is_bounded(pool: ScreeningPool) -> None:
    assert await pool.screen(job("eat 100")) == 100 * 1024 * 1024
    with pytest.raises(WorkerDied):
        await pool.screen(job("eat 500"))
    assert (await pool.screen(job("next")))[1] == b"next"


async def test_files_are_bounded(pool: ScreeningPool, tmp_path: Path) -> None:
    with pytest.raises(WorkerFailed, match="OSError"):
        await pool.screen(job(f"write {tmp_path}/large"))
    assert (tmp_path / "large").stat().st_size <= 256 * 1024 * 1024


async def test_others_do_not_notice_a_death() -> None:
    pool = pool_of(workers=2, queue_limit=8)
    await pool.start()
    others = [asyncio.create_task(pool.screen(job("slow"))) for _ in range(3)]
    with pytest.raises(WorkerDied):
        await pool.screen(job("die"))
    assert [one[1] for one in await asyncio.gather(*others)] == [b"slow"] * 3
    await pool.close()


async def test_a_full_queue_answers_at_once_and_the_rest_are_served(pool: ScreeningPool) -> None:
    running = [asyncio.create_task(pool.screen(job("slow"))) for _ in range(3)]
    await asyncio.sleep(0.1)
    with pytest.raises(PoolFull):
        pool.require_room()
    with pytest.raises(PoolFull) as raised:
        await pool.screen(job("too many"))
    assert raised.value.retry_after_s >= 1
    assert [one[1] for one in await asyncio.gather(*running)] == [b"slow"] * 3
    pool.require_room()


async def test_who_would_wait_too_long_is_told_before_waiting() -> None:
    pool = pool_of(queue_limit=100, wait_s=2.5)
    await pool.start()
    running = [asyncio.create_task(pool.screen(job("slow"))) for _ in range(3)]
    await asyncio.sleep(0.1)
    with pytest.raises(PoolFull):
        await pool.screen(job("slow"))
    assert len(await asyncio.gather(*running)) == 3
    await pool.close()


async def test_workers_know_no_secret(pool: ScreeningPool) -> None:
    for environment in await pool.screen(job("environment")):
        assert "PATH" in environment
        assert "PRESCREEN" not in str(environment)
        assert "AWS" not in str(environment)
        assert "not for workers" not in str(environment)


async def test_workers_reach_no_network(pool: ScreeningPool) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        try:
            answer = await pool.screen(job(f"call {listening.getsockname()[1]}"))
        except WorkerFailed:
            return
    assert answer == "connected"
    pytest.skip("this kernel gives this user no network of its own")


async def test_a_taken_over_worker_cannot_make_the_web_process_act(pool: ScreeningPool) -> None:
    with pytest.raises(WorkerDied):
        await pool.screen(job("attack"))


async def test_refusals_come_as_they_were_raised_and_faults_by_name_alone(
    pool: ScreeningPool,
) -> None:
    with pytest.raises(FileCorrupt):
        await pool.screen(job("refuse"))
    with pytest.raises(WorkerFailed, match=r"^KeyError$"):
        await pool.screen(job("break"))


async def test_what_codecs_print_goes_nowhere(pool: ScreeningPool, capfd) -> None:
    assert (await pool.screen(job("print")))[1] == b"print"
    assert "MUSTERMANN" not in "".join(capfd.readouterr())


async def test_a_caller_who_leaves_does_not_take_the_worker_along(pool: ScreeningPool) -> None:
    task = asyncio.create_task(pool.screen(job("slow")))
    await asyncio.sleep(0.1)
    task.cancel()
    assert (await pool.screen(job("next")))[1] == b"next"


async def test_closing_finishes_what_was_taken() -> None:
    pool = pool_of()
    await pool.start()
    running = asyncio.create_task(pool.screen(job("slow")))
    await asyncio.sleep(0.1)
    pids = list(pool.pids)
    await pool.close()
    assert (await running)[1] == b"slow"
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


async def test_a_picture_beside_the_document_is_drawn_anew() -> None:
    pool = ScreeningPool(WorkerSettings(), workers=1, queue_limit=1, timeout_s=LONG_S)
    await pool.start()
    stream = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(stream, "PNG")
    drawn = await pool.redraw(stream.getvalue() + b"<script>")
    await pool.close()
    assert drawn.startswith(b"\xff\xd8\xff")
    assert b"script" not in drawn


def test_a_service_that_is_killed_leaves_no_worker_behind() -> None:
    code = """
import asyncio, time
from service.pool import ScreeningPool, WorkerSettings
pool = ScreeningPool(
    WorkerSettings(), workers=2, queue_limit=1, timeout_s=9, module="tests.pool.odd_worker"
)
asyncio.run(pool.start())
print(*pool.pids, flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as service:
        pids = [int(word) for word in service.stdout.readline().split()]
        service.kill()
    assert len(pids) == 2
    until = time.monotonic() + LONG_S
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < until
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_a_worker_that_cannot_start_stops_the_start() -> None:
    pool = ScreeningPool(
        WorkerSettings(Path("/nonexistent/policy.toml")), workers=1, queue_limit=1, timeout_s=5
    )
    with pytest.raises(WorkerLost):
        await pool.start()
    assert not pool.is_ready
