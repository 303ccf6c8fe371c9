"""Wire types of screenings."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")


class _Open(BaseModel):
    """Fields may be added; clients ignore what they do not know."""

    model_config = ConfigDict(extra="allow")


class FindingOut(_Open):
    """One reason, worst first in its list."""

    code: str
    outcome: Literal["info", "review", "retake", "reject"]
    side: str | None = None
    field: str | None = None
    retryable: bool = False
    message: str = ""
    hint: str = ""
    region: list[list[float]] | None = None
    measured: float | None = None
    limit: float | None = None
    unit: str | None = None
    check: str | None = None


class CheckOut(_Open):
    """What became of a check."""

    check: str
    state: Literal["passed", "failed", "not_run"]
    why: str | None = None


class ScreeningOut(_Open):
    """A screening."""

    id: str | None = None
    object: Literal["screening", "preview"] = "screening"
    created_at: str | None = None
    reference: str | None = None
    verdict: Literal["accepted", "review", "retake", "rejected"]
    findings: list[FindingOut]
    checks: list[CheckOut] = Field(default_factory=list[CheckOut])
    attempt: int | None = None
    attempts_left: int | None = None
    document: dict[str, Any] | None = None
    customer: dict[str, Any] | None = None
    country_match: bool | None = None
    quality: dict[str, Any] | None = None
    timings_ms: dict[str, float] | None = None
    versions: dict[str, Any] | None = None


class DecisionBody(BaseModel):
    """An analyst's decision."""

    decision: Literal["accept", "reject", "retake"]
    code: str | None = Field(None, max_length=64)
    note: str = Field(min_length=1, max_length=2000)


class Listed(BaseModel, Generic[T]):
    """A page of a list."""

    data: list[T]
    next_cursor: str | None
