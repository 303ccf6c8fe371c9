"""Real parts for the tests: PostgreSQL, the stand-in over HTTP, the service with its workers."""

import asyncio
import base64
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import certifi
import cv2
import pytest
import uvicorn

from service.blaaiz_sandbox.app import create_sandbox
from service.blaaiz_sandbox.sandbox import SandboxConfig
from service.screening.readers import Readers, load_readers
from service.store.encryption import Vault
from service.store.engine import migrate, open_engine, sessions_of
from service.store.key_source import ring_of
from service.worker_process import ONE_THREAD

ROOT = Path(__file__).parent.parent
KEY = f"test:{base64.b64encode(bytes(range(32))).decode()}"
VAULT = Vault(ring_of(KEY), "a long and random text of the tests")
"""What seals the rows of tests."""
SPECIMENS = ROOT / "sample_docs" / "specimens"
_LONG = (
    "journeys",
    "crash",
    "corpus",
    "hostile",
    "screening",
    "forward",
    "load",
    "triage",
    "store",
)
_LONGEST_FIRST = {folder: place for place, folder in enumerate(_LONG)}
"""So that no process has a long folder left when the others have none."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A folder's tests stay in one process, beside each other: they share what is dear to start."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_folder(item)))
    items.sort(key=lambda item: _LONGEST_FIRST.get(_folder(item), len(_LONGEST_FIRST)))


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT / "tests").parts[0]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningServer:
    """An application under uvicorn in a thread, on loopback; another may take its place."""

    def __init__(self, app) -> None:
        self.app, self.port = app, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            host="127.0.0.1",
            port=self.port,
            log_config=None,
            timeout_graceful_shutdown=1,  # answers that a test made too slow are not waited for
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    async def _answer(self, scope, receive, send) -> None:
        await self.app(scope, receive, send)

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


@pytest.fixture(scope="session")
def stand_in_server() -> Iterator[RunningServer]:
    """The server that all tests share: to stop one takes longer than many tests."""
    with RunningServer(create_sandbox(SandboxConfig())) as server:
        yield server


@pytest.fixture
def stand_in(stand_in_server: RunningServer) -> RunningServer:
    """Blaaiz's stand-in, fresh, over real HTTP."""
    stand_in_server.app = create_sandbox(SandboxConfig())
    return stand_in_server


def _postgres_bin() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class Cluster:
    """A private PostgreSQL server on a loopback port, which tests may stop and start."""

    def __init__(self, data: Path, binaries: Path) -> None:
        self._data, self._binaries, self._port = data, binaries, free_port()
        self.address = f"127.0.0.1:{self._port}"
        self._run("initdb", "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        options = f"-p {self._port} -k {self._data} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-o", options, "-w", "-l", str(self._data / "log"), "start")

    def stop(self) -> None:
        """At once, as when its machine dies."""
        self._run("pg_ctl", "-m", "immediate", "-t", "120", "stop")

    def _run(self, command: str, *given: str) -> None:
        # The server refuses to run as root.
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        line = [*as_user, str(self._binaries / command), "-D", str(self._data), *given]
        subprocess.run(line, check=True, capture_output=True, cwd="/")


def _memory() -> Path | None:
    """Where files lie in memory, if it has room for a cluster: a disk that others use is slow."""
    folder = Path("/dev/shm")
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > 4 * 1024**3 else None


def _running_cluster() -> Iterator[Cluster]:
    binaries = _postgres_bin()
    if binaries is None:
        pytest.skip("the Debian package postgresql is not installed")
    # Not in pytest's folder, which a second run beside this one closes to other users.
    with tempfile.TemporaryDirectory(
        prefix="prescreen-pg-", dir=_memory(), ignore_cleanup_errors=True
    ) as home:
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
        cluster = Cluster(Path(home) / "data", binaries)
        cluster.start()
        yield cluster
        # A busy disk may keep it longer than pg_ctl waits; nothing is asked of it any more.
        with contextlib.suppress(subprocess.CalledProcessError):
            cluster.stop()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Where the server that all tests share listens."""
    for cluster in _running_cluster():
        yield cluster.address


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A server of this test's own."""
    yield from _running_cluster()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to copy: migrating anew for each test takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "migrated.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(postgres_url: str) -> str:
    """A database to copy, by name."""
    asyncio.run(migrate(new_database(postgres_url, "migrated")))
    return "migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each engine that we support."""
    return str(request.param)


@pytest.fixture
def empty_database_url(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """A database without tables."""
    if backend == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/empty.db"
    else:
        yield from _passing_database(request.getfixturevalue("postgres_url"))


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database."""
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "test.db")
        yield f"sqlite+aiosqlite:///{tmp_path}/test.db"
    else:
        address = request.getfixturevalue("postgres_url")
        yield from _passing_database(address, request.getfixturevalue("migrated_postgresql"))


def new_database(address: str, name: str, template: str = "template1") -> str:
    _as_admin(address, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return f"postgresql+asyncpg://tester@{address}/{name}"


def _passing_database(address: str, template: str = "template1") -> Iterator[str]:
    name = f"t{os.urandom(6).hex()}"
    yield new_database(address, name, template)
    _as_admin(address, f'DROP DATABASE "{name}" WITH (FORCE)')


def _as_admin(address: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(f"postgresql://tester@{address}/postgres", autocommit=True) as admin:
        admin.execute(statement)


@pytest.fixture
async def sessions(database_url: str) -> AsyncIterator:
    """Sessions on a migrated database."""
    engine = open_engine(database_url)
    yield sessions_of(engine, VAULT)
    await engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def _one_certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Trusted by all clients, also of processes: each would read 150 at 20 ms, to call nobody."""
    first, end, _ = certifi.contents().partition("-----END CERTIFICATE-----")
    path = tmp_path_factory.mktemp("trusted") / "one.pem"
    path.write_text(first + end)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(path))
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """As in a worker. Threads that wait for a processor spin: two take twice the time of one."""
    cv2.setNumThreads(1)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ONE_THREAD.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def readers() -> Readers:
    """The engines, loaded once a process."""
    return load_readers()


@pytest.fixture(autouse=True)
def _no_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("PRESCREEN_")]:
        monkeypatch.delenv(name)
