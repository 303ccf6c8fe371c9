"""Wire types of submissions."""

from typing import Any

from pydantic import BaseModel, Field

from service.store.tables import Submission


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
    screening_id: str
    state: str
    outcome: str | None
    attempts: int
    errors: list[dict[str, Any]]
    last_error: str | None
    steps: dict[str, Any]


def submission_out(row: Submission) -> SubmissionOut:
    """The wire form; the update itself is not repeated."""
    files = row.steps.get("file_ids", {})
    return SubmissionOut(
        id=row.id,
        created_at=row.created_at.isoformat(),
        updated_at=row.updated_at.isoformat(),
        customer_id=row.customer_id,
        screening_id=row.screening_id,
        state=row.state,
        outcome=row.outcome,
        attempts=row.attempts,
        errors=row.errors,
        last_error=row.last_error,
        steps={"uploaded": sorted(files), "attached": row.steps.get("attached", [])},
    )
