"""`prescreen worker` beside `serve`: it can be watched, and stops when it is told."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
from typer.testing import CliRunner

from service.cli import app
from tests.conftest import KEY, ROOT, RunningServer, free_port


def test_a_worker_answers_its_metrics_and_ends_in_order(
    migrated_sqlite: Path, tmp_path: Path, stand_in: RunningServer
) -> None:
    database = tmp_path / "worker.db"
    database.write_bytes(migrated_sqlite.read_bytes())
    port = free_port()
    settings = {
        "PRESCREEN_DATABASE_URL": f"sqlite+aiosqlite:///{database}",
        "PRESCREEN_BLOBS_URL": f"file://{tmp_path}/blobs",
        "PRESCREEN_BLAAIZ_URL": stand_in.url,
        "PRESCREEN_METRICS_PORT": str(port),
        "PRESCREEN_SECRET": "a long and random text of the tests",
        "PRESCREEN_ENCRYPTION_KEY": KEY,
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", "from service.cli import main; main()", "worker"],
        cwd=ROOT,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        deadline = time.monotonic() + 90
        while True:
            try:
                told = httpx.get(f"http://127.0.0.1:{port}/metrics").text
                break
            except httpx.TransportError:
                assert worker.poll() is None, worker.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    finally:
        worker.kill()
        worker.communicate()
    assert "prescreen_build_info" in told


def test_migrate_makes_the_tables(tmp_path: Path) -> None:
    database = tmp_path / "new.db"
    variables = {"PRESCREEN_DATABASE_URL": f"sqlite+aiosqlite:///{database}"}
    for _ in range(2):  # nothing is left to do the second time
        assert CliRunner().invoke(app, ["migrate"], env=variables).exit_code == 0
    audited = CliRunner().invoke(app, ["audit", "verify"], env=variables)
    assert audited.exit_code == 0, audited.stdout
