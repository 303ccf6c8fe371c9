"""What the OpenAPI document allows, and what it does not, through the real server: never a fault of ours."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.served import KEYS, ROOT, Served


def search(served: Served, role: str, folder: Path, seconds: int) -> None:
    found = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            "run",
            str(ROOT / "docs" / "openapi.json"),
            f"--url={served.url}",
            f"--header=Authorization: Bearer {KEYS[role]}",
            "--phases=examples,coverage,fuzzing",
            "--checks=not_a_server_error,response_schema_conformance",
            "--max-response-time=20",
            f"--max-time={seconds}",
            "--continue-on-failure",
            "--warnings=off",
            "--suppress-health-check=all",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=220,
    )
    assert found.returncode == 0, found.stdout[-6000:]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_request_of_an_administrator_breaks_the_server(tmp_path: Path) -> None:
    # A server of its own: an administrator may revoke the keys of other tests.
    with Served(tmp_path, workers="1") as own:
        search(own, "admin", tmp_path, 12)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_request_of_a_frontend_breaks_the_server(served: Served, tmp_path: Path) -> None:
    search(served, "frontend", tmp_path, 6)
