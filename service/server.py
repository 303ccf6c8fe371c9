"""Runs the application under uvicorn, alone or, for development, with the stand-in beside it."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from pydantic import SecretStr

from service.actions.issue_key import Role, issue_key
from service.bootstrap import build_app, check_settings, open_parts, utc_now
from service.connections import BoundedConnection
from service.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

_GRACE_S = 25
_DEV_NAME = "dev {}"
"""Of the key of a role in --dev."""


async def run_service(settings: Settings) -> None:
    """Serves until it is told to stop; what was taken is finished."""
    check_settings(settings)
    await _server(build_app(settings), settings.host, settings.port).serve()


async def run_dev(settings: Settings, tell: Callable[[str], None]) -> None:
    """Serves with the stand-in for Blaaiz and prints addresses and keys."""
    async with development(settings) as dev:
        for line in dev.introduction():
            tell(line)
        await dev.stopped.wait()


class Development:
    """A running service with its stand-in, and the keys to it."""

    def __init__(
        self, base_url: str, sandbox_url: str, keys: dict[Role, str], webhook_secret: str
    ) -> None:
        self.base_url, self.sandbox_url, self.keys = base_url, sandbox_url, keys
        self.webhook_secret = webhook_secret
        self.stopped = asyncio.Event()

    def introduction(self) -> list[str]:
        """Addresses and keys, for people."""
        return [
            f"API docs     {self.base_url}/docs",
            f"Triage       {self.base_url}/triage",
            f"Stand-in     {self.sandbox_url}/sandbox",
            *(f"Key {role.value:<8} {secret}" for role, secret in self.keys.items()),
        ]


@asynccontextmanager
async def development(settings: Settings) -> AsyncGenerator[Development]:
    """Starts both servers on loopback; the next free ports where the wanted ones are taken."""
    # A real service does not wait for the stand-in to be loaded.
    from service.blaaiz_sandbox.app import create_sandbox
    from service.blaaiz_sandbox.sandbox import SandboxConfig

    port = free_port(settings.port)
    sandbox_port = free_port(port + 1)
    base_url = f"http://127.0.0.1:{port}"
    sandbox_url = f"http://127.0.0.1:{sandbox_port}"
    webhook_secret = secrets.token_urlsafe(24)
    sandbox = create_sandbox(
        SandboxConfig(
            webhook_url=f"{base_url}/v1/blaaiz/webhooks",
            webhook_secret=webhook_secret,
            public_url=sandbox_url,
        )
    )
    Path("var").mkdir(exist_ok=True)
    settings = settings.model_copy(
        update={
            "host": "127.0.0.1",
            "port": port,
            "blaaiz_url": settings.blaaiz_url or sandbox_url,
            "blaaiz_client_id": settings.blaaiz_client_id or "sandbox-client",
            "blaaiz_client_secret": settings.blaaiz_client_secret
            if settings.blaaiz_client_secret.get_secret_value()
            else SecretStr("sandbox-secret"),
            "blaaiz_webhook_secret": SecretStr(webhook_secret),
            "capture_page": settings.capture_page or _DEV_NAME.format(Role.FRONTEND.value),
        }
    )
    keys = await _dev_keys(settings)
    servers = [
        _server(sandbox, "127.0.0.1", sandbox_port),
        _server(build_app(settings, is_dev=True), "127.0.0.1", port),
    ]
    dev = Development(base_url, sandbox_url, keys, webhook_secret)
    tasks = [asyncio.create_task(server.serve()) for server in servers]
    try:
        while not all(server.started for server in servers):
            for task in tasks:
                if task.done():
                    task.result()
                    raise RuntimeError("a server stopped before it had started")
            await asyncio.sleep(0.05)
        for task in tasks:
            task.add_done_callback(lambda _: dev.stopped.set())
        yield dev
    finally:
        for server in servers:
            server.should_exit = True
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError, SystemExit):
                await task


async def _dev_keys(settings: Settings) -> dict[Role, str]:
    given = {
        Role.FRONTEND: settings.dev_key_frontend,
        Role.ANALYST: settings.dev_key_analyst,
        Role.ADMIN: settings.dev_key_admin,
    }
    keys: dict[Role, str] = {}
    async with open_parts(settings, is_dev=True, with_workers=False) as parts:
        for role, secret in given.items():
            plain = secret.get_secret_value() if secret else None
            _, keys[role] = await issue_key(
                parts.sessions, role, _DEV_NAME.format(role.value), "serve --dev", utc_now(), plain
            )
    return keys


def free_port(wanted: int) -> int:
    """The wanted port on loopback, or the next one that is free; 0 takes any."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise RuntimeError(f"no free port from {wanted} on")


class _Server(uvicorn.Server):
    """Lets pages that listen go before it waits for all connections to end."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As ever, but the listeners first."""
        feed = getattr(getattr(self.config.app, "state", None), "triage_feed", None)
        if feed is not None:
            feed.close()
        await super().shutdown(sockets)


def _server(app: "FastAPI", host: str, port: int) -> uvicorn.Server:
    return _Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=20,
            timeout_graceful_shutdown=_GRACE_S,
            http=BoundedConnection,
            ws="none",
            h11_max_incomplete_event_size=64 * 1024,
        )
    )
