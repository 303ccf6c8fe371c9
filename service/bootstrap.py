"""Builds every part once from the settings, passes each what it needs, and closes it."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import FastAPI

from service.actions.housekeeping import Housekeeper
from service.actions.keep_session import SessionLimits
from service.actions.parts import Limited, Parts, Triage
from service.actions.screen_document import Screener
from service.actions.sign_in import SignIn
from service.actions.submit_update import Submitter
from service.api.app import create_app
from service.api.rate_limit import DatabaseRate, OwnRate, RateLimit
from service.api.rate_redis import RedisRate
from service.blaaiz.client import BlaaizClient, BlaaizCredentials
from service.confinement import Allowance, hide_memory
from service.cores import usable_cores
from service.forward.worker import Forwarder
from service.intake.limits import Limits
from service.notify.deliver import Courier
from service.policy.policy import load_policy
from service.pool import ScreeningPool, WorkerSettings
from service.settings import Settings
from service.store.encryption import Vault
from service.store.engine import Sessions, migrate, open_engine, sessions_of
from service.store.key_source import (
    KeysInvalid,
    file_beside,
    make_key_file,
    read_key_file,
    ring_of,
)
from service.store.pictures import Blobs
from service.store.retention import Retention
from service.telemetry import Metrics, configure_logs
from service.tracing import TracingMissing, trace_to

if TYPE_CHECKING:
    from service.triage.identity_provider import IdentityProvider

_SHORTEST_SECRET = 24


class SettingsUnsafe(Exception):
    """A setting is missing that a real service must have; the message names it."""


def check_settings(settings: Settings) -> None:
    """Refuses settings that a real service must not start with.

    Raises:
        SettingsUnsafe, PolicyInvalid: with what to set.

    """
    if len(settings.secret.get_secret_value()) < _SHORTEST_SECRET:
        raise SettingsUnsafe(
            "Set PRESCREEN_SECRET to a long random text (openssl rand -base64 32)."
        )
    load_policy(settings.policy)
    if settings.shadow_policy is not None:
        load_policy(settings.shadow_policy)
    if settings.oidc_discovery_url:
        if not settings.oidc_client_id or not settings.public_url:
            raise SettingsUnsafe(
                "A provider needs PRESCREEN_OIDC_CLIENT_ID and PRESCREEN_PUBLIC_URL as well."
            )
        if not _is_private(settings.oidc_discovery_url):
            raise SettingsUnsafe("PRESCREEN_OIDC_DISCOVERY_URL must begin with https://.")
    vault_of(settings, serves=True)


def _is_private(url: str) -> bool:
    """Whether nobody on the way can read or change what is sent there."""
    parsed = urlsplit(url)
    return parsed.scheme == "https" or parsed.hostname in {"127.0.0.1", "::1", "localhost"}


def provider_of(settings: Settings) -> "IdentityProvider | None":
    """The operator's OpenID Connect provider; None where none is set."""
    if not settings.oidc_discovery_url:
        return None
    # A tenth of the start, for those who have one.
    from service.triage.identity_provider import IdentityProvider, ProviderSettings

    return IdentityProvider(
        ProviderSettings(
            discovery_url=settings.oidc_discovery_url,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value(),
            scope=settings.oidc_scope,
            role_claim=settings.oidc_role_claim,
            roles=settings.oidc_roles,
        )
    )


def vault_of(settings: Settings, *, is_dev: bool = False, serves: bool = False) -> Vault:
    """What seals and opens pictures and personal fields.

    Args:
        is_dev: a key is made beside the database where none is set.
        serves: False of a command, which may find the key that `serve --dev` made, or do without.

    Raises:
        SettingsUnsafe: with what to set.

    """
    try:
        text = settings.encryption_key.get_secret_value()
        if settings.encryption_key_file is not None:
            text += "\n" + read_key_file(settings.encryption_key_file)
        ring = ring_of(text, settings.encryption_key_command)
        beside = file_beside(settings.database_url)
        if ring.is_empty and is_dev:
            make_key_file(beside)
        is_of_dev = is_dev
        if ring.is_empty and (is_dev or (not serves and beside.is_file())):
            ring, is_of_dev = ring_of(read_key_file(beside)), True
    except KeysInvalid as cause:
        raise SettingsUnsafe(str(cause)) from cause
    if ring.is_empty and serves:
        raise SettingsUnsafe(
            "Set PRESCREEN_ENCRYPTION_KEY or PRESCREEN_ENCRYPTION_KEY_FILE: pictures and personal "
            "fields are stored encrypted. `prescreen encryption new-key` prints a new key; keep a "
            "copy of it apart from the backups of the database."
        )
    secret = settings.secret.get_secret_value()
    # Outside --dev a command may do without, as long as it digests nothing.
    return Vault(ring, secret or (ring.derive("secret") if is_of_dev else ""))


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def retention_of(settings: Settings) -> Retention:
    """How long what is kept."""
    return Retention(
        forwarded=timedelta(days=settings.keep_forwarded_days),
        accepted=timedelta(days=settings.keep_accepted_days),
        retake=timedelta(days=settings.keep_retake_days),
        decided=timedelta(days=settings.keep_decided_days),
        events=timedelta(days=settings.keep_events_days),
    )


def client_of(settings: Settings, metrics: Metrics | None = None) -> BlaaizClient | None:
    """The client of the configured account; None where no Blaaiz is set."""
    if not settings.blaaiz_url:
        return None
    return BlaaizClient(
        settings.blaaiz_url,
        BlaaizCredentials(
            settings.blaaiz_client_id, settings.blaaiz_client_secret.get_secret_value()
        ),
        concurrent=settings.blaaiz_concurrency,
        watch=metrics.called_blaaiz if metrics else None,
    )


def _pool_of(settings: Settings) -> ScreeningPool:
    return ScreeningPool(
        WorkerSettings(
            settings.policy,
            Limits(
                max_bytes=settings.max_upload_mb * 1024 * 1024,
                max_pixels=settings.max_megapixels * 1_000_000,
            ),
        ),
        workers=settings.workers or usable_cores(),
        queue_limit=settings.queue_limit,
        wait_s=settings.queue_wait_s,
        timeout_s=settings.screening_timeout_s,
        allowance=Allowance(
            memory_bytes=settings.worker_memory_mb * 1024 * 1024,
            cpu_s=settings.screening_timeout_s,
        ),
    )


async def _end_pool(pool: ScreeningPool, starting: asyncio.Task[None]) -> None:
    await asyncio.wait([starting])
    await pool.close()


def _traces(endpoint: str) -> Callable[[], None]:
    try:
        return trace_to(endpoint)
    except TracingMissing as missing:
        raise SettingsUnsafe("PRESCREEN_OTLP_ENDPOINT needs the extra otel.") from missing


@asynccontextmanager
async def open_sessions(settings: Settings) -> AsyncGenerator[Sessions]:
    """The database alone and as it is: not migrated, nothing started."""
    engine = open_engine(settings.database_url)
    try:
        yield sessions_of(engine, await asyncio.to_thread(vault_of, settings))
    finally:
        await engine.dispose()


@asynccontextmanager
async def open_parts(
    settings: Settings,
    *,
    is_dev: bool = False,
    with_workers: bool = True,
    serves: bool | None = None,
) -> AsyncGenerator[Parts]:
    """All parts, migrated and started; closed in reverse order.

    Args:
        with_workers: False for commands that screen nothing.
        serves: whether this process forwards and erases what is due; None: where it screens.

    Raises:
        SettingsUnsafe, PolicyInvalid: with what to set.

    """
    serves = with_workers if serves is None else serves
    if with_workers and serves and not is_dev:
        check_settings(settings)
    if with_workers:
        hide_memory()
    vault = await asyncio.to_thread(vault_of, settings, is_dev=is_dev, serves=serves and not is_dev)
    # A command may do without: it signs nobody in.
    secret = vault.secret or secrets.token_urlsafe(32)
    policy = load_policy(settings.policy)
    async with AsyncExitStack() as stack:
        if settings.otlp_endpoint:
            stack.callback(_traces(settings.otlp_endpoint))
        pool = _pool_of(settings)
        # Workers load their models while the database is made ready.
        starting = asyncio.create_task(pool.start()) if with_workers else None
        if starting is not None:
            stack.push_async_callback(_end_pool, pool, starting)
        await migrate(settings.database_url)
        engine = open_engine(settings.database_url)
        stack.push_async_callback(engine.dispose)
        sessions = sessions_of(engine, vault)
        blobs = Blobs(settings.blobs)
        metrics = Metrics()
        blaaiz = client_of(settings, metrics)
        if blaaiz is not None:
            stack.push_async_callback(blaaiz.close)
        if starting is not None:
            await starting
        if serves and (blaaiz is not None or settings.webhook_url):
            courier = None
            if settings.webhook_url:
                courier = Courier(
                    sessions,
                    settings.webhook_url,
                    settings.webhook_secret.get_secret_value(),
                    utc_now,
                )
                stack.push_async_callback(courier.close)
            forwarder = Forwarder(
                settings.database_url,
                sessions,
                blobs,
                blaaiz,
                courier,
                metrics,
                utc_now,
                interval_s=settings.forward_interval_s,
                takeover_s=settings.forward_takeover_s,
                rendition=settings.forward_file,
                deadline=timedelta(hours=settings.forward_deadline_h),
            )
            await forwarder.start()
            stack.push_async_callback(forwarder.stop)
        shadow = load_policy(settings.shadow_policy) if settings.shadow_policy else None
        retention = retention_of(settings)
        if serves:
            housekeeper = Housekeeper(
                sessions,
                blobs,
                retention,
                metrics,
                utc_now,
                every=timedelta(hours=settings.purge_interval_h),
            )
            housekeeper.start()
            stack.push_async_callback(housekeeper.stop)
        screener = Screener(sessions, blobs, pool, policy, blaaiz, metrics, vault, utc_now, shadow)
        yield Parts(
            limited=Limited(
                max_file_bytes=settings.max_upload_mb * 1024 * 1024,
                max_pixels=settings.max_megapixels * 1_000_000,
            ),
            triage=Triage(
                answer_within=timedelta(minutes=settings.triage_answer_minutes),
                claim_lasts=timedelta(minutes=settings.triage_claim_minutes),
                undo_within=timedelta(seconds=settings.triage_undo_s),
                forward_deadline=timedelta(hours=settings.forward_deadline_h),
            ),
            blaaiz_webhook_secret=settings.blaaiz_webhook_secret.get_secret_value(),
            sessions=sessions,
            blobs=blobs,
            pool=pool,
            policy=policy,
            blaaiz=blaaiz,
            screener=screener,
            submitter=Submitter(screener, blaaiz, timedelta(hours=settings.forward_deadline_h)),
            metrics=metrics,
            retention=retention,
            session_secret=secret,
            sign_in=SignIn(
                sessions,
                secret,
                SessionLimits(
                    idle=timedelta(minutes=settings.session_idle_minutes),
                    longest=timedelta(hours=settings.session_hours),
                ),
            ),
            takes_keys=is_dev or settings.sign_in_with_keys,
            public_url=settings.public_url,
            is_dev=is_dev,
            now=utc_now,
        )


def build_app(settings: Settings, *, is_dev: bool = False) -> FastAPI:
    """The application over these settings; its parts open when it starts and close with it."""
    configure_logs(settings.log)
    return create_app(
        lambda: open_parts(settings, is_dev=is_dev),
        rate_of=lambda parts: rate_of(settings, parts),
        identity_provider=provider_of(settings),
        origins=settings.origins,
        capture_page_key=settings.capture_page,
    )


def rate_of(settings: Settings, parts: Parts) -> RateLimit:
    """Where requests are counted: in Redis if it is set, in the database if processes share one."""
    if settings.rate_url:
        return RedisRate(settings.rate_url.get_secret_value(), settings.rate_per_minute)
    if settings.database_url.startswith("sqlite"):
        return OwnRate(settings.rate_per_minute)
    return DatabaseRate(parts.sessions, settings.rate_per_minute)
