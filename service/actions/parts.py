"""All parts of a running service, as `bootstrap` builds them and the edges use them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service.actions.screen_document import Screener
from service.actions.submit_update import Submitter
from service.blaaiz.client import BlaaizClient
from service.policy.policy import Policy
from service.pool import ScreeningPool
from service.store.engine import Sessions
from service.store.pictures import Blobs
from service.store.retention import Retention
from service.telemetry import Metrics


@dataclass(frozen=True, slots=True)
class Limited:
    """What a caller is told of our limits."""

    max_file_bytes: int
    max_pixels: int


@dataclass(frozen=True, slots=True)
class Parts:
    """All parts of a running service."""

    limited: Limited
    sessions: Sessions
    blobs: Blobs
    pool: ScreeningPool
    policy: Policy
    blaaiz: BlaaizClient | None
    screener: Screener
    submitter: Submitter
    metrics: Metrics
    retention: Retention
    blaaiz_webhook_secret: str
    session_secret: str
    is_dev: bool
    now: Callable[[], datetime]
