"""Every setting of the process: environment variables PRESCREEN_..., listed by `prescreen config`."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    screening_timeout_s: float = Field(
        default=20.0, gt=0, description="after which a worker is ended"
    )
    worker_memory_mb: int = Field(
        default=0, ge=0, description="address space of a worker; 0: no limit"
    )
    max_upload_mb: int = Field(default=20, ge=1, description="largest file taken")
    max_megapixels: int = Field(default=60, ge=1, description="largest picture taken")
    rate_per_minute: int = Field(default=600, ge=1, description="requests a minute and key")
    log: Path | None = Field(default=None, description="file for the log; empty: standard error")
    secret: SecretStr = Field(
        default=SecretStr(""), description="keys sign-in sessions and digests; needed outside --dev"
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
        default=1.0, gt=0, description="how often what is kept too long is looked for and erased"
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
        description="which file is sent: the original, or the upright JPEG without metadata",
    )
    dev_key_frontend: SecretStr | None = Field(default=None, description="fixed key in --dev")
    dev_key_analyst: SecretStr | None = Field(default=None, description="fixed key in --dev")
    dev_key_admin: SecretStr | None = Field(default=None, description="fixed key in --dev")

    @property
    def blobs(self) -> str:
        """The blob store's URL with its default filled in."""
        return self.blobs_url or f"file://{Path('var/blobs').absolute()}"
