"""Workers that hang or die cost one request, and a full queue answers at once."""

import asyncio
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from service.pool import (
    PoolFull,
    ScreeningJob,
    ScreeningPool,
    ScreeningTimedOut,
    WorkerDied,
    WorkerSettings,
)
from service.screening.claim import Claim, History


def job(content: bytes) -> ScreeningJob:
    return ScreeningJob(content, None, Claim("GB"), History(), date(2026, 1, 1))


def work(what: ScreeningJob):
    if what.front == b"die":
        os._exit(9)
    if what.front == b"hang":
        time.sleep(60)
    if what.front == b"slow":
        time.sleep(0.6)
    secrets = [name for name in os.environ if name.startswith("PRESCREEN_")]
    return SimpleNamespace(echo=what.front, secrets=secrets)


@pytest.fixture
async def pool(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRESCREEN_SECRET", "not for workers")
    one = ScreeningPool(
        WorkerSettings(), workers=1, queue_limit=2, timeout_s=4, judge=work, look=work
    )
    await one.start()
    yield one
    await one.close()


async def test_a_worker_that_dies_costs_one_request(pool: ScreeningPool) -> None:
    with pytest.raises(WorkerDied):
        await pool.screen(job(b"die"))
    assert (await pool.screen(job(b"next"))).echo == b"next"


async def test_a_worker_that_hangs_is_ended(pool: ScreeningPool) -> None:
    with pytest.raises(ScreeningTimedOut):
        await pool.screen(job(b"hang"))
    # The new worker loads its models first.
    pool._timeout_s = 30
    assert (await pool.screen(job(b"next"))).echo == b"next"


async def test_a_full_queue_answers_at_once_and_the_rest_are_served(pool: ScreeningPool) -> None:
    running = [asyncio.create_task(pool.screen(job(b"slow"))) for _ in range(3)]
    await asyncio.sleep(0.1)
    with pytest.raises(PoolFull):
        await pool.screen(job(b"too many"))
    assert [one.echo for one in await asyncio.gather(*running)] == [b"slow"] * 3


async def test_workers_do_not_know_the_keys(pool: ScreeningPool) -> None:
    assert (await pool.screen(job(b"look"))).secrets == []


async def test_a_caller_who_leaves_does_not_take_the_worker_along(pool: ScreeningPool) -> None:
    task = asyncio.create_task(pool.screen(job(b"slow")))
    await asyncio.sleep(0.1)
    task.cancel()
    assert (await pool.screen(job(b"next"))).echo == b"next"


SERVICE = """
import asyncio
from service.pool import ScreeningPool, WorkerSettings

async def main():
    pool = ScreeningPool(WorkerSettings(), workers=1, queue_limit=2, timeout_s=60)
    await pool.start()
    slot = pool._slots.get_nowait()
    print(*slot._processes, flush=True)
    await asyncio.sleep(600)

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_a_service_that_is_killed_leaves_no_worker_behind(tmp_path: Path) -> None:
    script = tmp_path / "service_alone.py"
    script.write_text(SERVICE)
    service = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert service.stdout is not None
    worker = Path(f"/proc/{int(await asyncio.to_thread(service.stdout.readline))}")
    assert worker.exists()
    service.kill()
    service.communicate()
    deadline = time.monotonic() + 30
    while _is_running(worker) and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    assert not _is_running(worker)


def _is_running(process: Path) -> bool:
    try:
        # After the name in brackets: Z is one that ended and that nobody asked after.
        return process.joinpath("stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
