"""The real server as an operator starts it, in a process of its own, its whole tree watched."""

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Self

import httpx

ROOT = Path(__file__).parents[1]
KEYS = {role: f"key-of-a-test-{role}-0123456789" for role in ("frontend", "analyst", "admin")}
COMMAND = "from service.cli import main; main()"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A server in a process of its own; `peak_mb` is the most that its tree used at once."""

    def __init__(
        self, home: Path, *, is_dev: bool = True, before: str = "", **settings: str
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.headers = {"Authorization": f"Bearer {KEYS['frontend']}"}
        self.peak_mb = 0.0
        self._log = (home / "server.log").open("wb")
        self.environment = os.environ | {
            "PRESCREEN_DATABASE_URL": f"sqlite+aiosqlite:///{home}/served.db",
            "PRESCREEN_BLOBS_URL": f"file://{home}/blobs",
            "PRESCREEN_WORKERS": "2",
            "PRESCREEN_RATE_PER_MINUTE": "100000",
            **{f"PRESCREEN_DEV_KEY_{role.upper()}": key for role, key in KEYS.items()},
            **{f"PRESCREEN_{name.upper()}": value for name, value in settings.items()},
            "PRESCREEN_PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", before + COMMAND, "serve", *["--dev"][: int(is_dev)]],
            cwd=home,
            env=self.environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._watching = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        try:
            self.wait_until_ready()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 120
        while True:
            assert self.process.poll() is None, Path(self._log.name).read_text()
            assert time.monotonic() < deadline, "the server did not start"
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        self._watcher.start()

    def close(self) -> None:
        self._watching.set()
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._log.close()

    def tree(self) -> list[int]:
        """Process ids of the server and all that it started."""
        parents: dict[int, int] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                try:
                    stat = (entry / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                parents[int(entry.name)] = int(stat[1])
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def memory_mb(self) -> float:
        """Resident memory of the tree; what processes share counts for each of them."""
        total = 0
        for pid in self.tree():
            try:
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            except OSError:
                continue
        return total * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024

    def _watch(self) -> None:
        while not self._watching.wait(0.1):
            self.peak_mb = max(self.peak_mb, self.memory_mb())
