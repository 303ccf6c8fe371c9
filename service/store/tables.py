"""All tables. Wire forms are kept as JSON beside the columns that queries need."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """Times in UTC on every database; SQLite forgets the zone, this puts it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """The time with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    """What all tables share: how Python types become columns."""

    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


class Key(Table):
    """An API key: only the hash of its secret is kept."""

    __tablename__ = "keys"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Screening(Table):
    """One screening: its wire form, and what lists and histories ask for."""

    __tablename__ = "screenings"
    __table_args__ = (
        Index("ix_screenings_person", "person", "created_at"),
        Index("ix_screenings_verdict", "standing", "id"),
        Index("ix_screenings_customer", "customer_id", "id"),
        Index("ix_screenings_reference", "reference", "id"),
        Index("ix_screenings_number", "number_digest"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    created_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(40), index=True)
    person: Mapped[str | None] = mapped_column(String(300))
    customer_id: Mapped[str | None] = mapped_column(String(128))
    reference: Mapped[str | None] = mapped_column(String(128))
    verdict: Mapped[str] = mapped_column(String(16))
    standing: Mapped[str] = mapped_column(String(16))
    """the verdict, or what an analyst decided in its place"""
    kind: Mapped[str] = mapped_column(String(40))
    country: Mapped[str | None] = mapped_column(String(2))
    attempt: Mapped[int]
    number_digest: Mapped[str | None] = mapped_column(String(64))
    wire: Mapped[dict[str, Any]]
    decision: Mapped[dict[str, Any] | None]
    erased_at: Mapped[datetime | None]


class ScreeningCode(Table):
    """A finding's code, for the filter of lists."""

    __tablename__ = "screening_codes"

    screening_id: Mapped[str] = mapped_column(
        ForeignKey("screenings.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)


class Picture(Table):
    """A stored file of a screening: where its blob lies, and how to know it again."""

    __tablename__ = "pictures"
    __table_args__ = (Index("ix_pictures_sha256", "sha256"),)

    screening_id: Mapped[str] = mapped_column(
        ForeignKey("screenings.id", ondelete="CASCADE"), primary_key=True
    )
    side: Mapped[str] = mapped_column(String(8), primary_key=True)
    rendition: Mapped[str] = mapped_column(String(16), primary_key=True)
    blob: Mapped[str] = mapped_column(String(128))
    media_type: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str | None] = mapped_column(String(16), index=True)


class IdempotentAnswer(Table):
    """The first answer to a key of idempotency; `status` is 0 while it is being made."""

    __tablename__ = "idempotent_answers"

    key_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    token: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class Audit(Table):
    """Who did what to which record; rows are only ever added."""

    __tablename__ = "audit"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(48))
    subject: Mapped[str] = mapped_column(String(64), index=True)
    details: Mapped[dict[str, Any]]


class Submission(Table):
    """An update and an accepted screening on their way to Blaaiz."""

    __tablename__ = "submissions"
    __table_args__ = (
        Index("ix_submissions_waiting", "state", "handed_over_at"),
        Index("ix_submissions_customer", "customer_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(40))
    customer_id: Mapped[str] = mapped_column(String(128))
    owner_id: Mapped[str | None] = mapped_column(String(128), default=None)
    """the beneficial owner whose document this is; None: the customer's own"""
    screening_id: Mapped[str] = mapped_column(String(40))
    update: Mapped[dict[str, Any]]
    extra_files: Mapped[dict[str, Any]]
    """file field to its blob and media type: proof of address, liveness check"""
    state: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str | None] = mapped_column(String(16))
    steps: Mapped[dict[str, Any]]
    """what each step left behind, e.g. file ids: read before a step is repeated"""
    errors: Mapped[list[Any]]
    last_error: Mapped[str | None] = mapped_column(String(300))
    attempts: Mapped[int]
    """failed tries of the present step in a row"""
    next_attempt_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """when trying ends as failed"""
    outcome_at: Mapped[datetime | None]
    """when Blaaiz said what `outcome` says"""
    go: Mapped[int] = mapped_column(default=0)
    """counts the times it is handed to the engine; a workflow of an earlier go does nothing"""
    handed_over_at: Mapped[datetime | None] = mapped_column(default=None)
    """None while it waits to be handed to the engine"""
    worker: Mapped[str | None] = mapped_column(String(40), default=None)
    version: Mapped[int] = mapped_column()
    """raised by each write: a worker that was taken over notices at its next one"""

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ForwardWorker(Table):
    """A process that forwards. `beat` grows while it lives; another takes over when it stands."""

    __tablename__ = "forward_workers"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    beat: Mapped[int]
    seen_at: Mapped[datetime]


class OutgoingEvent(Table):
    """A webhook of ours that waits for delivery."""

    __tablename__ = "outgoing_events"
    __table_args__ = (Index("ix_outgoing_waiting", "delivered_at", "handed_over_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    type: Mapped[str] = mapped_column(String(48))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    tried_since: Mapped[datetime]
    """when it was made, or replayed"""
    handed_over_at: Mapped[datetime | None] = mapped_column(default=None)
    """None while it waits to be handed to the engine"""


class Rate(Table):
    """When all requests that a key has made are due, at its steady rate."""

    __tablename__ = "rates"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    due_s: Mapped[float] = mapped_column(Double)
    """seconds since the epoch"""


class IncomingEvent(Table):
    """A webhook of Blaaiz's that was taken; its digest refuses a replay."""

    __tablename__ = "incoming_events"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    type: Mapped[str] = mapped_column(String(48))
    received_at: Mapped[datetime]
