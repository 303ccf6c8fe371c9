"""The application with a clock of ours, and browsers that ask it."""

import dataclasses
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from service.actions.manage_account import AccountRole, add_account
from service.actions.parts import Parts
from service.api.app import create_app
from service.api.rate_limit import OwnRate
from service.bootstrap import open_parts, provider_of
from service.settings import Settings
from service.store import passwords
from service.store.tables import Audit
from tests.conftest import KEY

PASSWORD = "seven green kettles sing"
HOME = "https://console.example"


class Console:
    """The running application. `now` is what its clock shows."""

    def __init__(self, settings: Settings, *, is_dev: bool) -> None:
        self.now = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
        self.parts: Parts
        self.settings = settings

        @asynccontextmanager
        async def opened() -> AsyncIterator[Parts]:
            async with open_parts(settings, is_dev=is_dev, with_workers=False) as parts:
                self.parts = dataclasses.replace(parts, now=lambda: self.now)
                yield self.parts

        self.app = create_app(
            opened,
            rate_of=lambda _: OwnRate(6000),
            identity_provider=provider_of(settings),
            capture_page_key=settings.capture_page,
        )

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)

    def browser(self, address: str = "192.0.2.1", home: str = HOME) -> "Browser":
        return Browser(self, address, home)

    async def add(self, name: str, role: AccountRole = AccountRole.ANALYST) -> str:
        made = await add_account(self.parts.sessions, name, role, PASSWORD, "test", self.now)
        return made.id

    async def audited(self) -> list[tuple[str, str, str]]:
        async with self.parts.sessions() as session:
            rows = await session.scalars(select(Audit).order_by(Audit.seq))
            return [(row.action, row.actor, row.subject) for row in rows]


class Browser(httpx.AsyncClient):
    """Keeps cookies, follows redirects when told; other hosts are asked over the network."""

    def __init__(self, console: Console, address: str, home: str) -> None:
        transport = httpx.ASGITransport(console.app, client=(address, 50_000))
        super().__init__(base_url=home, mounts={home: transport}, timeout=60)

    async def form_of(self, path: str) -> str:
        page = await self.get(path)
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
        assert found, page.text
        return found[1]

    async def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        csrf = await self.form_of("/triage/sign-in")
        form = {"csrf": csrf, "name": name, "password": password}
        return await self.post("/triage/sign-in", data=form)

    async def is_in(self) -> bool:
        return (await self.get("/triage/account")).status_code == 200


@asynccontextmanager
async def running(settings: Settings, *, is_dev: bool = False) -> AsyncIterator[Console]:
    console = Console(settings, is_dev=is_dev)
    async with console.app.router.lifespan_context(console.app):
        yield console


def settings_for(database_url: str, folder: Path, **more: object) -> Settings:
    return Settings(
        database_url=database_url,
        blobs_url="memory://",
        log=folder / "service.log",
        secret="a-secret-of-the-tests-only",
        encryption_key=KEY,
        public_url=HOME,
        **more,
    )


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Still Argon2id, but hundreds of those that the service makes take a minute."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    monkeypatch.setattr(passwords, "_NOBODYS", hasher.hash("of nobody"))


@pytest.fixture
async def console(database_url: str, tmp_path: Path) -> AsyncIterator[Console]:
    async with running(settings_for(database_url, tmp_path)) as one:
        yield one
