"""Real parts for the tests: PostgreSQL, the stand-in over HTTP, the service with its workers."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import uvicorn

from service.blaaiz_sandbox.app import create_sandbox
from service.blaaiz_sandbox.sandbox import SandboxConfig
from service.store.engine import migrate, open_engine, sessions_of

ROOT = Path(__file__).parent.parent
SPECIMENS = ROOT / "sample_docs" / "specimens"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningServer:
    """An application under uvicorn in a thread, on loopback."""

    def __init__(self, app) -> None:
        self.app, self.port = app, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(app, host="127.0.0.1", port=self.port, log_config=None)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> "RunningServer":
        self.thread.start()
        deadline = time.monotonic() + 60
        while not self.server.started:
            if time.monotonic() > deadline or not self.thread.is_alive():
                raise RuntimeError("the server did not start")
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(30)


@pytest.fixture
def stand_in() -> Iterator[RunningServer]:
    """Blaaiz's stand-in, fresh, over real HTTP."""
    with RunningServer(create_sandbox(SandboxConfig())) as server:
        yield server


def _postgres_bin() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A private PostgreSQL cluster on a loopback port."""
    binaries = _postgres_bin()
    if binaries is None:
        pytest.skip("the Debian package postgresql is not installed")
    data = tmp_path_factory.mktemp("pg") / "data"
    as_user: list[str] = []
    if os.geteuid() == 0:
        # The server refuses to run as root.
        data.parent.chmod(0o777)
        for parent in data.parents:
            if parent.is_relative_to(tmp_path_factory.getbasetemp().parent):
                parent.chmod(parent.stat().st_mode | 0o755)
        as_user = ["runuser", "-u", "postgres", "--"]
    run = lambda *command: subprocess.run(  # noqa: E731
        [*as_user, *command], check=True, capture_output=True, cwd="/"
    )
    port = free_port()
    run(str(binaries / "initdb"), "-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8")
    options = f"-p {port} -k {data} -c listen_addresses=127.0.0.1 -c fsync=off"
    run(
        str(binaries / "pg_ctl"),
        "-D",
        str(data),
        "-o",
        options,
        "-w",
        "-l",
        str(data / "log"),
        "start",
    )
    yield f"127.0.0.1:{port}"
    # A busy disk may keep it longer than pg_ctl waits; nothing is asked of it any more.
    with contextlib.suppress(subprocess.CalledProcessError):
        run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "-t", "120", "stop")
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to copy: migrating anew for each test takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "migrated.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(postgres_url: str) -> str:
    """A database to copy, by name."""
    asyncio.run(migrate(_new_database(postgres_url, "migrated")))
    return "migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each engine that we support."""
    return str(request.param)


@pytest.fixture
def empty_database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if backend == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/empty.db"
    return _new_database(request.getfixturevalue("postgres_url"), f"t{os.urandom(6).hex()}")


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database."""
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "test.db")
        return f"sqlite+aiosqlite:///{tmp_path}/test.db"
    address = request.getfixturevalue("postgres_url")
    template = request.getfixturevalue("migrated_postgresql")
    return _new_database(address, f"t{os.urandom(6).hex()}", template)


def _new_database(address: str, name: str, template: str = "template1") -> str:
    import psycopg

    with psycopg.connect(f"postgresql://tester@{address}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return f"postgresql+asyncpg://tester@{address}/{name}"


@pytest.fixture
async def sessions(database_url: str) -> AsyncIterator:
    """Sessions on a migrated database."""
    engine = open_engine(database_url)
    yield sessions_of(engine)
    await engine.dispose()


@pytest.fixture(autouse=True)
def _no_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("PRESCREEN_")]:
        monkeypatch.delenv(name)
