"""Large pictures of several workers come one after the other."""

import asyncio
import io
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from service.pool import PoolFull, ScreeningJob, ScreeningPool, WorkerSettings
from service.screening.claim import Claim, History
from service.turns import TurnTooFar, turn


def test_a_turn_is_one_processs_alone_and_ends_with_it(tmp_path: Path) -> None:
    file = tmp_path / "turn"
    code = f"""
import time
from pathlib import Path
from service.turns import turn
with turn(Path({str(file)!r}), 1):
    print("held", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        started = time.monotonic()
        with pytest.raises(TurnTooFar), turn(file, 0.3):
            pass
        assert time.monotonic() - started >= 0.3
        other.kill()
        other.wait()
        with turn(file, 5):
            pass


def test_without_a_file_it_is_always_ones_turn() -> None:
    with turn(None, 0), turn(None, 0):
        pass


@pytest.mark.slow
async def test_a_large_picture_waits_and_a_small_one_does_not() -> None:
    pool = ScreeningPool(WorkerSettings(), workers=2, queue_limit=8, timeout_s=90, wait_s=90)
    await pool.start()

    def job(side_px: int) -> ScreeningJob:
        stream = io.BytesIO()
        Image.new("1", (side_px, side_px)).save(stream, "PNG")
        return ScreeningJob(stream.getvalue(), None, Claim("GB"), History(), date(2026, 1, 1))

    with turn(pool._turn_files[0], 1):
        with pytest.raises(PoolFull):
            await pool.preview(job(6000))
        assert await pool.preview(job(600))
    assert await pool.preview(job(6000))
    both = await asyncio.gather(pool.preview(job(600)), pool.preview(job(601)))
    assert len(both) == 2
    await pool.close()
