"""Wire types of screenings."""

from typing import Any, Final, Generic, Literal, TypeVar

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


class RepairOut(_Open):
    """A character of a zone that its rules put right."""

    line: int
    column: int
    read: str = Field(alias="from")
    to: str
    because: str


class MrzOut(_Open):
    """The machine readable zone."""

    format: str
    lines: list[str]
    valid: bool
    checks: dict[str, bool | None]
    repairs: list[RepairOut] = Field(default_factory=list[RepairOut])
    side: Literal["front", "back"] | None = None


class DocumentOut(_Open):
    """What the picture shows. A preview names the type alone."""

    type: str
    national_id: bool | None = None
    country: str | None = None
    issuing_state: str | None = None
    nationality: str | None = None
    number: str | None = None
    surname: str | None = None
    given_names: str | None = None
    date_of_birth: str | None = None
    sex: str | None = None
    date_of_expiry: str | None = None
    company_name: str | None = None
    registration_number: str | None = None
    date_of_incorporation: str | None = None
    mrz: MrzOut | None = None
    sources: dict[str, str] | None = None
    confidence: float | None = None


class CustomerOut(_Open):
    """Whose document it should be."""

    id: str | None = None
    type: str | None = None
    country: str | None = None


class SideQualityOut(_Open):
    """What was measured of one picture."""

    width: int
    height: int
    legible: bool | None = None
    sharpness: float | None = None
    glare: float | None = None
    exposure: float | None = None
    text_height: float | None = None
    coverage: float | None = None
    rotation: float | None = None
    outline: list[list[float]] | None = None


class VersionsOut(_Open):
    """What judged it."""

    service: str
    rules: str
    models: dict[str, str]


class DecisionOut(_Open):
    """What an analyst said of it."""

    decision: str
    state: str
    code: str | None = None
    note: str | None = None


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
    document: DocumentOut | None = None
    customer: CustomerOut | None = None
    country_match: bool | None = None
    quality: dict[str, SideQualityOut] | None = None
    timings_ms: dict[str, float] | None = None
    versions: VersionsOut | None = None
    standing: str | None = None
    """the verdict, or what an analyst decided in its place"""
    decision: DecisionOut | None = None


class DecisionBody(BaseModel):
    """An analyst's decision."""

    decision: Literal["accept", "reject", "retake"]
    code: str | None = Field(None, max_length=64)
    note: str = Field(min_length=1, max_length=2000)


class Listed(BaseModel, Generic[T]):
    """A page of a list."""

    data: list[T]
    next_cursor: str | None


SCREENING_EXAMPLE: Final[dict[str, Any]] = {
    "id": "scr_01KB0000000000000000000000",
    "object": "screening",
    "created_at": "2026-11-25T09:30:00+00:00",
    "reference": "person-17",
    "verdict": "retake",
    "findings": [
        {
            "code": "image_blurred",
            "outcome": "retake",
            "side": "front",
            "field": "mrz",
            "retryable": True,
            "message": "The text is blurry.",
            "hint": "Hold the phone still, tap the document to focus, and try again.",
            "region": [[0.1, 0.7], [0.9, 0.7], [0.9, 0.95], [0.1, 0.95]],
            "measured": 4.1,
            "limit": 2.0,
            "unit": "edge width in strokes",
            "check": "quality.sharpness",
        }
    ],
    "checks": [
        {"check": "quality.sharpness", "state": "failed"},
        {"check": "mrz.check_digits", "state": "not_run", "why": "mrz_unreadable"},
    ],
    "attempt": 1,
    "attempts_left": 3,
    "document": {"type": "passport", "national_id": False, "country": None, "mrz": None},
    "customer": {"id": None, "type": "individual", "country": "GB"},
    "country_match": None,
    "quality": {"front": {"width": 4032, "height": 3024, "legible": False, "coverage": 0.62}},
    "timings_ms": {"decode": 40, "quality": 5, "locate": 30, "read": 60, "decide": 1, "total": 136},
    "versions": {"service": "0.1.0", "rules": "1", "models": {"mrz_reader": "1"}},
}
