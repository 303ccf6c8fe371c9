"""Wire types of submissions."""

from typing import Any

from pydantic import BaseModel, Field

from service.store.tables import Submission

_ENDED = frozenset({"forwarded", "refused", "failed"})


class SubmissionBody(BaseModel):
    """Forwards an accepted screening with an update."""

    customer_id: str = Field(min_length=1, max_length=128)
    screening_id: str = Field(min_length=1, max_length=40)
    update: dict[str, Any] = Field(default_factory=dict[str, Any])


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


def submission_out(row: Submission) -> SubmissionOut:
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
        errors=row.errors,
        last_error=row.last_error,
        steps={
            "uploaded": sorted(uploads),
            "sha256": {name: one["sha256"] for name, one in sorted(uploads.items())},
            "attached": row.steps.get("attached", []),
        },
    )
