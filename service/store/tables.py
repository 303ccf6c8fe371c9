"""All tables. Wire forms are kept as JSON beside the columns that queries need."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import (
    BigInteger,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    bindparam,
    event,
    text,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column, validates

from service.screening.match.pictures import WORDS
from service.store.columns import BlaaizId, Table, UtcDateTime
from service.store.sealed import Bound, DataKey, SealedJson, SealedText, Sealing

__all__ = ["DataKey", "Table", "UtcDateTime"]


class Key(Table):
    """An API key: only the hash of its secret is kept."""

    __tablename__ = "keys"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    account_id: Mapped[str | None] = mapped_column(String(40), index=True, default=None)
    """the person who holds it, where that person has an account too: four eyes count people"""


class Account(Table):
    """A person who works at the triage console: signs in by password, or through a provider."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    sign_in_name: Mapped[str | None] = mapped_column(String(128), unique=True)
    """case-folded; None where a provider vouches for the person"""
    password_hash: Mapped[str | None] = mapped_column(String(255))
    issuer: Mapped[str | None] = mapped_column(String(255))
    subject: Mapped[str | None] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class TriageSession(Table):
    """Somebody signed in: the cookie's secret is stored as its hash only."""

    __tablename__ = "triage_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40), index=True)
    """an account, or the API key that was signed in with"""
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class SignInAttempts(Table):
    """Attempts of a name or an address within a window; neither is readable from its digest."""

    __tablename__ = "sign_in_attempts"

    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    attempts: Mapped[int]
    since: Mapped[datetime] = mapped_column(index=True)


class UploadToken(Sealing, Table):
    """Lets one browser send one screening: what it says of the customer was fixed at the issue."""

    __tablename__ = "upload_tokens"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("keys.id"))
    """whose screening it will be"""
    bound: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    """parts of the screening by name; emptied when the token is used"""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    screening_id: Mapped[str | None] = mapped_column(String(40))


_KEPT: Final = text("erased_at IS NULL")
_REFERENCE_IS_CLEAR: Final = text("reference IS NOT NULL AND reference_digest IS NULL")
"""Of rows from before there was encryption."""


class Screening(Sealing, Table):
    """One screening: its wire form, and what lists and histories ask for.

    What tells of the person is sealed; what is asked for is in clear and tells nothing, or is a
    keyed digest.
    """

    digests: ClassVar[Mapping[str, str]] = {"reference": "reference_digest"}

    __tablename__ = "screenings"
    __table_args__ = (
        Index("ix_screenings_person_verdict", "person", "id", "verdict"),
        # Of the version before: dropped in the release after this one (docs/operations.md).
        Index("ix_screenings_person", "person", "created_at"),
        Index("ix_screenings_verdict", "standing", "id"),
        Index("ix_screenings_customer", "customer_id", "id"),
        Index("ix_screenings_business", "business_id"),
        Index("ix_screenings_reference", "reference_digest", "id"),
        Index(
            "ix_screenings_clear_reference",
            "reference",
            sqlite_where=_REFERENCE_IS_CLEAR,
            postgresql_where=_REFERENCE_IS_CLEAR,
        ),
        Index("ix_screenings_number", "number_digest"),
        # All that Insight counts of a screening: no figure opens these rows, which are large.
        Index(
            "ix_screenings_figures",
            "id",
            "verdict",
            "person",
            "kind",
            "country",
            "first_code",
            "key_id",
            "created_at",
        ),
        # One for each set of filters of the worklist: a page is found where it begins.
        Index("ix_screenings_kind", "standing", "kind", "id"),
        Index("ix_screenings_country", "standing", "country", "id"),
        Index("ix_screenings_kind_country", "standing", "kind", "country", "id"),
        Index(
            "ix_screenings_attention",
            "attention",
            "id",
            "kind",
            "country",
            sqlite_where=text("attention IS NOT NULL"),
            postgresql_where=text("attention IS NOT NULL"),
        ),
        Index(
            "ix_screenings_claimed",
            "claimed_by",
            "id",
            sqlite_where=text("claimed_by IS NOT NULL"),
            postgresql_where=text("claimed_by IS NOT NULL"),
        ),
        Index(
            "ix_screenings_kept",
            "standing",
            "created_at",
            sqlite_where=_KEPT,
            postgresql_where=_KEPT,
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    created_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(40), index=True)
    person: Mapped[str | None] = mapped_column(String(300))
    """whose attempts are counted together: the customer, or a digest of the caller's reference"""
    customer_id: Mapped[str | None] = mapped_column(BlaaizId(128))
    business_id: Mapped[str | None] = mapped_column(BlaaizId(128), default=None)
    """the business at Blaaiz whose owner's document this is"""
    reference: Mapped[str | None] = mapped_column(SealedText)
    reference_digest: Mapped[str | None] = mapped_column(String(64), default=None)
    verdict: Mapped[str] = mapped_column(String(16))
    standing: Mapped[str] = mapped_column(String(16))
    """the verdict, or what an analyst decided in its place"""
    kind: Mapped[str] = mapped_column(String(40))
    country: Mapped[str | None] = mapped_column(String(2))
    attempt: Mapped[int]
    number_digest: Mapped[str | None] = mapped_column(String(64))
    wire: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    decision: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    """when the decision that stands was made, for retention: the decision itself is sealed"""
    erased_at: Mapped[datetime | None]
    attention: Mapped[int | None] = mapped_column(default=None)
    """why a person is needed, the most urgent first: `worklist.Attention`; None: nobody is"""
    first_code: Mapped[str | None] = mapped_column(String(64), default=None)
    """the first finding's code: lists need not open the wire form"""
    customer_country: Mapped[str | None] = mapped_column(String(2), default=None)
    claimed_by: Mapped[str | None] = mapped_column(String(64), default=None)
    claimed_name: Mapped[str | None] = mapped_column(String(128), default=None)
    claimed_until: Mapped[datetime | None] = mapped_column(default=None)

    @validates("decision")
    def _note_when(self, _: str, decision: Mapping[str, Any] | Bound | None) -> Any:
        if isinstance(decision, Bound):
            return decision
        is_final = isinstance(decision, Mapping) and decision.get("state") == "final"
        self.decided_at = datetime.fromisoformat(decision["at"]) if decision and is_final else None
        return decision

    def remains(self, name: str) -> Any:
        """Of the wire form, what the other columns say."""
        if name != "wire":
            return None
        return {
            "id": self.id,
            "object": "screening",
            "created_at": self.created_at.isoformat(),
            "verdict": self.verdict,
            "findings": [],
            "document": {"type": self.kind, "country": self.country},
            "erased": True,
        }


class ScreeningCode(Table):
    """A finding's code, with what lists filter by beside it: see `worklist.move`."""

    __tablename__ = "screening_codes"
    __table_args__ = (
        Index("ix_codes_standing", "code", "standing", "screening_id", "kind", "country"),
        Index(
            "ix_codes_attention",
            "code",
            "attention",
            "screening_id",
            "kind",
            "country",
            sqlite_where=text("attention IS NOT NULL"),
            postgresql_where=text("attention IS NOT NULL"),
        ),
    )

    screening_id: Mapped[str] = mapped_column(
        ForeignKey("screenings.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    standing: Mapped[str] = mapped_column(String(16), default="")
    attention: Mapped[int | None] = mapped_column(default=None)
    kind: Mapped[str] = mapped_column(String(40), default="")
    country: Mapped[str | None] = mapped_column(String(2), default=None)


class ScreeningTerm(Table):
    """A word that finds a screening: of its ids in clear, of its reference as a keyed digest."""

    __tablename__ = "screening_terms"
    __table_args__ = (Index("ix_terms_screening", "screening_id"),)

    # Compared by bytes, so that a prefix is a range on every database.
    term: Mapped[str] = mapped_column(
        String(160).with_variant(String(160, collation="C"), "postgresql"), primary_key=True
    )
    screening_id: Mapped[str] = mapped_column(
        ForeignKey("screenings.id", ondelete="CASCADE"), primary_key=True
    )


class OfScreening(Sealing):
    """A row about a screening: sealed under its key, and erased with it."""

    sealed_under: ClassVar[str] = "screening_id"
    makes_key: ClassVar[bool] = False


class DecisionEntry(OfScreening, Table):
    """Each decision of an analyst, also those undone: what the figures of codes are made of."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_screening", "screening_id", "id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    screening_id: Mapped[str] = mapped_column(ForeignKey("screenings.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    decision: Mapped[str] = mapped_column(String(16))
    code: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(SealedText)
    state: Mapped[str] = mapped_column(String(16))
    """`final`, `awaiting_second` or `undone`"""
    verdict: Mapped[str] = mapped_column(String(16))
    """of the screening, as it was judged"""
    standing: Mapped[str] = mapped_column(String(16))
    """of the screening, afterwards"""
    effective_at: Mapped[datetime]
    """until then it can be undone, and nothing is sent"""
    before: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    """standing, attention and decision as they were"""


class Correction(OfScreening, Table):
    """What a misread field really says: truth for training, where there is consent."""

    __tablename__ = "corrections"
    __table_args__ = (Index("ix_corrections_screening", "screening_id", "field"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    screening_id: Mapped[str] = mapped_column(ForeignKey("screenings.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    field: Mapped[str] = mapped_column(String(48))
    source: Mapped[str] = mapped_column(String(16))
    """which reading was wrong: mrz, barcode, text or text_layer"""
    read: Mapped[str] = mapped_column(SealedText)
    truth: Mapped[str] = mapped_column(SealedText)
    may_train: Mapped[bool]
    """whether the person agreed that it is learnt from"""


class HeldUpdate(OfScreening, Table):
    """An update whose document a person looks at first: it goes on once that is accepted."""

    __tablename__ = "held_updates"

    screening_id: Mapped[str] = mapped_column(
        ForeignKey("screenings.id", ondelete="CASCADE"), primary_key=True
    )
    created_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(40))
    customer_id: Mapped[str] = mapped_column(BlaaizId(128))
    owner_id: Mapped[str | None] = mapped_column(BlaaizId(128))
    update: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    extra_files: Mapped[dict[str, Any]]


class SavedView(Table):
    """A set of filters that an analyst gave a name."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("owner", "name"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(600))
    created_at: Mapped[datetime]


class ShadowJudgement(Table):
    """What another policy would have said of a screening."""

    __tablename__ = "shadow_judgements"
    __table_args__ = (Index("ix_shadow_policy", "policy", "differs", "screening_id"),)

    screening_id: Mapped[str] = mapped_column(
        ForeignKey("screenings.id", ondelete="CASCADE"), primary_key=True
    )
    policy: Mapped[str] = mapped_column(String(64), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(16))
    shadow_verdict: Mapped[str] = mapped_column(String(16))
    gained: Mapped[list[Any]]
    """codes that only the other policy gives weight"""
    lost: Mapped[list[Any]]
    differs: Mapped[bool]


class Picture(Table):
    """A stored file of a screening: where its blob lies, and how to know it again.

    Only the picture as it was sent has a fingerprint, and its words, by which copies are found
    (service/screening/match/pictures.py).
    """

    __tablename__ = "pictures"
    __table_args__ = (
        Index("ix_pictures_sha256", "sha256"),
        *(
            Index(
                f"ix_pictures_word_{n}",
                f"word_{n}",
                sqlite_where=text(f"word_{n} IS NOT NULL"),
                postgresql_where=text(f"word_{n} IS NOT NULL"),
            )
            for n in range(WORDS)
        ),
        # Of the version before: dropped in the release after this one (docs/operations.md).
        Index("ix_pictures_fingerprint", "fingerprint"),
    )

    screening_id: Mapped[str] = mapped_column(
        ForeignKey("screenings.id", ondelete="CASCADE"), primary_key=True
    )
    side: Mapped[str] = mapped_column(String(8), primary_key=True)
    rendition: Mapped[str] = mapped_column(String(16), primary_key=True)
    blob: Mapped[str] = mapped_column(String(128))
    media_type: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str | None] = mapped_column(String(144), default=None)
    word_0: Mapped[int | None] = mapped_column(BigInteger, default=None)
    word_1: Mapped[int | None] = mapped_column(BigInteger, default=None)
    word_2: Mapped[int | None] = mapped_column(BigInteger, default=None)
    word_3: Mapped[int | None] = mapped_column(BigInteger, default=None)


class IdempotentAnswer(Sealing, Table):
    """The first answer to a key of idempotency; `status` is 0 while it is being made."""

    sealed_under: ClassVar[str] = "about"
    makes_key: ClassVar[bool] = False

    __tablename__ = "idempotent_answers"

    key_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    token: Mapped[str] = mapped_column(String(255), primary_key=True)
    """a keyed digest of the caller's"""
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(SealedText)
    about: Mapped[str | None] = mapped_column(String(40), index=True, default=None)
    """the screening or submission that the answer tells of; it is sealed and erased with it"""
    created_at: Mapped[datetime]
    made: Mapped[str | None] = mapped_column(String(40), default=None)
    """what the request made, noted in the transaction that made it"""
    alive_at: Mapped[datetime]
    """renewed while it is being made: one that stands still belongs to a process that died"""


class Audit(Table):
    """Who did what to which record; triggers refuse all but adding. See `store/audit_chain.py`."""

    __tablename__ = "audit"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, unique=True)
    """1, 2, 3, ... without a gap"""
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(48))
    subject: Mapped[str] = mapped_column(String(64), index=True)
    details: Mapped[dict[str, Any]]


class AuditHead(Table):
    """The last entry of the audit log, one row: who adds entries holds it until the commit."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


class CustomerQueue(Table):
    """The last turn that a customer's submissions were given."""

    __tablename__ = "customer_queues"

    customer_id: Mapped[str] = mapped_column(BlaaizId(128), primary_key=True)
    last_turn: Mapped[int]


NEXT_TURN: Final = text(
    "INSERT INTO customer_queues (customer_id, last_turn) VALUES (:customer_id, 1) "
    "ON CONFLICT (customer_id) DO UPDATE SET last_turn = customer_queues.last_turn + 1 "
    "RETURNING last_turn"
).bindparams(bindparam("customer_id", type_=BlaaizId()))
"""The queue's row is locked until the commit: turns become visible in their order."""
LOCK_QUEUE: Final = text(
    "INSERT INTO customer_queues (customer_id, last_turn) VALUES (:customer_id, 0) "
    "ON CONFLICT (customer_id) DO UPDATE SET last_turn = customer_queues.last_turn"
).bindparams(bindparam("customer_id", type_=BlaaizId()))
"""The lock alone, before it is known whether there will be a turn."""

_UNDER_WAY: Final = text("state IN ('updating', 'uploading', 'attaching')")


class Submission(Sealing, Table):
    """An update and an accepted screening on their way to Blaaiz."""

    __tablename__ = "submissions"
    __table_args__ = (
        Index("ix_submissions_waiting", "state", "handed_over_at"),
        Index("ix_submissions_customer", "customer_id", "turn", unique=True),
        Index("ix_submissions_outcome", "screening_id", "state", "outcome"),
        # Of the version before, as ix_screenings_person.
        Index("ix_submissions_screening", "screening_id"),
        # The order of turns keeps to it as well; here the database refuses what would break it.
        Index(
            "ix_submissions_one_under_way",
            "customer_id",
            unique=True,
            sqlite_where=_UNDER_WAY,
            postgresql_where=_UNDER_WAY,
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(40))
    customer_id: Mapped[str] = mapped_column(BlaaizId(128))
    turn: Mapped[int] = mapped_column()
    """its place among the submissions of the customer, given by the database; see `NEXT_TURN`"""
    owner_id: Mapped[str | None] = mapped_column(BlaaizId(128), default=None)
    """the beneficial owner whose document this is; None: the customer's own"""
    screening_id: Mapped[str] = mapped_column(String(40))
    update: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    extra_files: Mapped[dict[str, Any]]
    """file field to its blobs and media type; the files are sealed under the screening's key"""
    state: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str | None] = mapped_column(String(16))
    steps: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    """what each step left behind, e.g. file ids: read before a step is repeated"""
    errors: Mapped[list[Any]] = mapped_column(SealedJson)
    last_error: Mapped[str | None] = mapped_column(String(300))
    attempts: Mapped[int]
    """failed tries of the present step in a row"""
    next_attempt_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """when trying ends as failed; counted anew when its turn comes"""
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

    def remains(self, name: str) -> Any:
        """Nothing that was to be sent, and no notes."""
        return [] if name == "errors" else {}


@event.listens_for(Submission, "before_insert")
def _take_turn(_: object, connection: Connection, submission: Submission) -> None:
    values = {"customer_id": submission.customer_id}
    submission.turn = connection.execute(NEXT_TURN, values).scalar_one()


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
    """When all requests of a key, or of an address by its digest, are due at the steady rate."""

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


class PeriodicRun(Table):
    """When something that is done from time to time is due: whoever moves that on does it."""

    __tablename__ = "periodic_runs"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    """when it was last done to the end"""
