"""One process that forwards, for the drills of `forwarding.py` to start and to kill."""

import asyncio
import base64
import os
from datetime import UTC, datetime

import structlog

from service.blaaiz.client import BlaaizClient
from service.blaaiz.token import BlaaizCredentials
from service.forward.pauses import Pauses
from service.forward.worker import Forwarder
from service.store.encryption import Vault
from service.store.engine import open_engine, sessions_of
from service.store.key_source import ring_of
from service.store.pictures import Blobs
from service.telemetry import Metrics

KEY = "drill:" + base64.b64encode(b"a key of the drills, 32 bytes ..").decode()
SECRET = "a drill's own long and random text"
VAULT = Vault(ring_of(KEY), SECRET)


def work(database_url: str, folder: str, stand_in: str, pauses: Pauses) -> None:
    """Forwards until it is killed."""
    silent = open(os.devnull, "w")  # noqa: SIM115, PTH123 - for the life of the process
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(silent))
    asyncio.run(_work(database_url, folder, stand_in, pauses))


async def _work(database_url: str, folder: str, stand_in: str, pauses: Pauses) -> None:
    forwarder = Forwarder(
        database_url,
        sessions_of(open_engine(database_url), VAULT),
        Blobs(f"file://{folder}/blobs"),
        BlaaizClient(stand_in, BlaaizCredentials("sandbox-client", "sandbox-secret")),
        None,
        Metrics(),
        lambda: datetime.now(UTC),
        interval_s=0.1,
        takeover_s=5.0,
        pauses=pauses,
    )
    await forwarder.start()
    await asyncio.Event().wait()
