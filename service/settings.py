"""Every setting of the process: environment variables PRESCREEN_..., listed by `prescreen config`."""

import re
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# No star and no path: an origin is compared letter by letter (RFC 6454).
_ORIGIN: Final = re.compile(r"https?://[a-z0-9.\-]+(:\d{1,5})?")


class Settings(BaseSettings):
    """All settings with their defaults; a wrong value stops the start with its name."""

    model_config = SettingsConfigDict(env_prefix="PRESCREEN_", frozen=True)

    database_url: str = Field(
        default="sqlite+aiosqlite:///var/prescreen.db",
        description="SQLAlchemy URL: sqlite+aiosqlite:///FILE or postgresql+asyncpg://...",
    )
    blobs_url: str = Field(
        default="",
        description="file:///FOLDER, s3://BUCKET?endpoint=..., memory://; empty: var/blobs",
    )
    policy: Path | None = Field(default=None, description="TOML file laid over the default policy")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on")
    workers: int = Field(default=0, ge=0, le=256, description="screening processes; 0: one a core")
    queue_limit: int = Field(default=32, ge=0, description="requests that may wait for a worker")
    queue_wait_s: float = Field(
        default=6.0, gt=0, description="longest wait for a worker; who would wait longer gets 503"
    )
    screening_timeout_s: float = Field(
        default=12.0, gt=0, description="after which a worker is ended, of time and processor time"
    )
    worker_memory_mb: int = Field(
        default=1024, ge=0, description="memory of one worker; 0: no limit"
    )
    max_upload_mb: int = Field(default=20, ge=1, description="largest file taken")
    max_megapixels: int = Field(default=60, ge=1, description="largest picture taken")
    rate_per_minute: int = Field(default=600, ge=1, description="requests a minute and key")
    capture_page: str = Field(
        default="",
        description="id or name of the frontend key under which /capture lets anybody send pictures; "
        "empty: no such page; in --dev the development key",
    )
    cors_origins: str = Field(
        default="",
        description="origins whose pages may send with upload tokens, by commas; empty: none",
    )
    rate_url: SecretStr | None = Field(
        default=None,
        description="redis://... that counts requests for all processes; else PostgreSQL does",
    )
    metrics_port: int = Field(
        default=0, ge=0, le=65535, description="port of a worker's /metrics; 0: none"
    )
    otlp_endpoint: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="collector of traces, OTLP over HTTP: https://.../v1/traces; empty: none",
    )
    log: Path | None = Field(default=None, description="file for the log; empty: standard error")
    secret: SecretStr = Field(
        default=SecretStr(""), description="keys sign-in sessions and digests; needed outside --dev"
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^/?#\s]+)?$",
        description="scheme and host by which browsers reach the service; with a provider needed",
    )
    session_idle_minutes: int = Field(
        default=30, ge=1, description="without a click, after which an analyst is signed out"
    )
    session_hours: int = Field(
        default=12, ge=1, le=168, description="after which an analyst signs in anew in any case"
    )
    sign_in_with_keys: bool = Field(
        default=False, description="whether API keys open the triage console; in --dev they do"
    )
    oidc_discovery_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="OpenID Connect: .../.well-known/openid-configuration; empty: no provider",
    )
    oidc_client_id: str = Field(default="", description="our name at the provider")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="our secret there; empty for a public client"
    )
    oidc_scope: str = Field(default="openid profile", description="what is asked for there")
    oidc_role_claim: str = Field(
        default="roles", description="claim that holds the roles; dots go into objects"
    )
    oidc_roles: dict[str, Literal["analyst", "lead", "admin"]] = Field(
        default={"analyst": "analyst", "lead": "lead", "admin": "admin"},
        description="JSON object: the claim's values to roles; who has none is refused",
    )
    encryption_key: SecretStr = Field(
        default=SecretStr(""),
        description="id:base64 of 32 bytes, several apart by commas: the first encrypts, all "
        "decrypt; this or the file is needed outside --dev",
    )
    encryption_key_file: Path | None = Field(
        default=None, description="file with such entries, one a line"
    )
    encryption_key_command: str = Field(
        default="",
        description="unwraps keys that a KMS wrapped: gets id and base64 on two lines, prints the "
        "key in base64",
    )
    keep_forwarded_days: float = Field(
        default=30.0, gt=0, description="pictures and fields of accepted ones, after forwarding"
    )
    keep_accepted_days: float = Field(
        default=90.0, gt=0, description="the same of accepted ones that were not forwarded"
    )
    keep_retake_days: float = Field(
        default=7.0, gt=0, description="the same of those sent back for a better picture"
    )
    keep_decided_days: float = Field(
        default=90.0, gt=0, description="the same of rejected ones and of those in review"
    )
    keep_events_days: float = Field(
        default=30.0,
        gt=0,
        description="webhooks after their delivery, and digests of received ones",
    )
    purge_interval_h: float = Field(
        default=1.0,
        gt=0,
        le=24,
        description="how often what is kept too long is looked for and erased; at most 24, for "
        "PrescreenPurgeStands rings after 48",
    )
    blaaiz_url: str = Field(
        default="", description="base URL of Blaaiz; empty: nothing is forwarded"
    )
    blaaiz_client_id: str = Field(default="", description="OAuth client")
    blaaiz_client_secret: SecretStr = Field(default=SecretStr(""), description="its secret")
    blaaiz_concurrency: int = Field(
        default=8, ge=1, le=20, description="calls to Blaaiz at a time, of one process"
    )
    blaaiz_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="verifies webhooks from Blaaiz"
    )
    webhook_url: str = Field(default="", description="where our own webhooks go; empty: nowhere")
    webhook_secret: SecretStr = Field(default=SecretStr(""), description="signs our own webhooks")
    forward_interval_s: float = Field(
        default=0.5, gt=0, description="how often waiting work is looked for"
    )
    forward_takeover_s: float = Field(
        default=15.0, gt=0, description="silence after which another worker counts as dead"
    )
    forward_deadline_h: float = Field(
        default=24.0, gt=0, description="how long a submission is tried before it is failed"
    )
    forward_file: Literal["original", "upright"] = Field(
        default="original",
        description="which file is sent: the original (HEIC, WebP and the like as JPEG), or the "
        "upright JPEG without metadata",
    )
    triage_answer_minutes: float = Field(
        default=60.0, gt=0, description="age from which a case that waits for an analyst is late"
    )
    triage_claim_minutes: float = Field(
        default=5.0, gt=0, description="how long a claimed case stays its analyst's, page closed"
    )
    triage_undo_s: float = Field(
        default=60.0, ge=0, description="how long a decision can be undone; nothing is sent before"
    )
    shadow_policy: Path | None = Field(
        default=None, description="TOML file whose verdicts are recorded beside those that count"
    )
    dev_key_frontend: SecretStr | None = Field(default=None, description="fixed key in --dev")
    dev_key_analyst: SecretStr | None = Field(default=None, description="fixed key in --dev")
    dev_key_admin: SecretStr | None = Field(default=None, description="fixed key in --dev")

    @property
    def blobs(self) -> str:
        """The blob store's URL with its default filled in."""
        return self.blobs_url or f"file://{Path('var/blobs').absolute()}"

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins as browsers name them."""
        return tuple(one.strip() for one in self.cors_origins.split(",") if one.strip())

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        for one in filter(None, (part.strip() for part in value.split(","))):
            if not _ORIGIN.fullmatch(one):
                raise ValueError(
                    f"{one!r} is no origin: write scheme and host, https://example.com"
                )
        return value
