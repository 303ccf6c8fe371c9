"""The whole service over HTTP, with workers, stand-in and keys, once for all journeys."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.server import Development, development
from service.settings import Settings
from tests.conftest import free_port

ROOT = Path(__file__).parents[2]


class Running:
    """The service in a thread; `log` is the file that it logs to, `blobs` its folder of pictures."""

    def __init__(self, dev: Development, log: Path, blobs: Path) -> None:
        self.url, self.stand_in, self.log, self.blobs = dev.base_url, dev.sandbox_url, log, blobs
        self.webhook_secret = dev.webhook_secret
        self.keys = {role.value: key for role, key in dev.keys.items()}

    def headers(self, role: str = "frontend") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[role]}"}


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("service")
    settings = Settings(
        port=free_port(),
        workers=1,
        policy=ROOT / "sample_docs" / "policy.toml",
        database_url=f"sqlite+aiosqlite:///{home}/service.db",
        blobs_url=f"file://{home}/blobs",
        log=home / "service.log",
        forward_interval_s=0.1,
        rate_per_minute=6000,
        cors_origins="https://shop.example,http://localhost:18999",
        # A busy machine is none of these tests' matter.
        screening_timeout_s=120,
        queue_wait_s=60,
        triage_undo_s=8,
    )
    started, stop = threading.Event(), threading.Event()
    found: list[Running] = []
    failed: list[BaseException] = []

    async def live() -> None:
        async with development(settings) as dev:
            found.append(Running(dev, settings.log, home / "blobs"))
            started.set()
            while not stop.is_set():
                await asyncio.sleep(0.1)

    def work() -> None:
        try:
            asyncio.run(live())
        except BaseException as fault:
            failed.append(fault)
        finally:
            started.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    started.wait(90)
    if failed:
        raise failed[0]
    yield found[0]
    stop.set()
    thread.join(60)
