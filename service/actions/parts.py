"""All parts of a running service, as `bootstrap` builds them and the edges use them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.actions.screen_document import Screener
from service.actions.sign_in import SignIn
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
class Triage:
    """How analysts work.

    Attributes:
        answer_within: age from which a case that waits is late.
        claim_lasts: how long a claim stands after its page was last seen open.
        undo_within: how long a decision can be undone; nothing is sent before.
        forward_deadline: how long an accepted document is tried to be forwarded.

    """

    answer_within: timedelta
    claim_lasts: timedelta
    undo_within: timedelta
    forward_deadline: timedelta


@dataclass(frozen=True, slots=True)
class Parts:
    """All parts of a running service."""

    limited: Limited
    triage: Triage
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
    sign_in: SignIn
    takes_keys: bool
    """whether API keys open the console"""
    public_url: str
    """the address by which people reach us, without a slash at its end; empty: as they asked"""
    is_dev: bool
    now: Callable[[], datetime]
