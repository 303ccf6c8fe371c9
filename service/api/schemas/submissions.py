"""Wire types of submissions."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field, field_validator

from service.api.json_body import is_plain
from service.forward.refusals import told
from service.store.outcomes import OutcomeCount
from service.store.tables import Submission

_ENDED = frozenset({"forwarded", "refused", "failed"})


class SubmissionBody(BaseModel):
    """Forwards an accepted screening with an update."""

    customer_id: str = Field(min_length=1, max_length=128, pattern=r"^[^\x00]+$")
    screening_id: str = Field(min_length=1, max_length=40, pattern=r"^[\w-]+$")
    update: dict[str, Any] = Field(default_factory=dict[str, Any])

    @field_validator("update", mode="before")
    @classmethod
    def _plain(cls, update: object) -> object:
        if not is_plain(update):
            raise ValueError("not plain")
        return update


class SubmissionOut(BaseModel):
    """A submission and how far it is."""

    id: str
    object: str = "submission"
    created_at: str
    updated_at: str
    customer_id: str
    owner_id: str | None
    screening_id: str
    state: str
    outcome: str | None
    outcome_at: str | None
    attempts: int
    next_attempt_at: str | None
    expires_at: str
    errors: list[dict[str, Any]]
    last_error: str | None
    steps: dict[str, Any]


def submission_out(row: Submission, language: str) -> SubmissionOut:
    """The wire form; the update itself is not repeated."""
    uploads = row.steps.get("uploads", {})
    return SubmissionOut(
        id=row.id,
        created_at=row.created_at.isoformat(),
        updated_at=row.updated_at.isoformat(),
        customer_id=row.customer_id,
        owner_id=row.owner_id,
        screening_id=row.screening_id,
        state=row.state,
        outcome=row.outcome,
        outcome_at=row.outcome_at.isoformat() if row.outcome_at else None,
        attempts=row.attempts,
        next_attempt_at=None if row.state in _ENDED else row.next_attempt_at.isoformat(),
        expires_at=row.expires_at.isoformat(),
        errors=[told(one, language) for one in row.errors],
        last_error=row.last_error,
        steps={
            "uploaded": sorted(uploads),
            "sha256": {name: one["sha256"] for name, one in sorted(uploads.items())},
            "attached": row.steps.get("attached", []),
        },
    )


class OutcomeRow(BaseModel):
    """What Blaaiz said of one sort of documents that we accepted."""

    document_type: str | None = None
    country: str | None = None
    code: str | None = None
    verified: int = 0
    rejected: int = 0
    pending: int = 0


class OutcomesOut(BaseModel):
    """How often Blaaiz agreed with us."""

    object: str = "outcomes"
    by_document: list[OutcomeRow]
    by_code: list[OutcomeRow]


def outcome_rows(counts: Sequence[OutcomeCount]) -> list[OutcomeRow]:
    """One row a sort, its outcomes beside each other."""
    rows: dict[tuple[str | None, str | None, str | None], OutcomeRow] = {}
    for one in counts:
        sort = (one.document_type, one.country, one.code)
        row = rows.setdefault(
            sort, OutcomeRow(document_type=sort[0], country=sort[1], code=sort[2])
        )
        match one.outcome:
            case "verified":
                row.verified += one.number
            case "rejected":
                row.rejected += one.number
            case _:
                row.pending += one.number
    return list(rows.values())
