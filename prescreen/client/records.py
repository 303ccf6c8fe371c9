"""What the service answers. Each record keeps the whole answer as `wire`: fields may be added."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

Wire = Mapping[str, Any]
Outcome = Literal["info", "review", "retake", "reject"]
Verdict = Literal["accepted", "review", "retake", "rejected"]
Side = Literal["front", "back"]
DocumentType = Literal[
    "passport", "drivers_license", "resident_permit", "certificate_of_incorporation"
]


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `rule` is its number in Blaaiz's update page."""

    field: str | None
    code: str
    message: str
    rule: int | None

    @classmethod
    def from_wire(cls, wire: Wire) -> Self:
        """From an entry of `errors`."""
        return cls(
            wire.get("field"), str(wire["code"]), str(wire.get("message", "")), wire.get("rule")
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason. Treat an unknown `code` by its `outcome`."""

    code: str
    outcome: Outcome
    message: str
    hint: str
    side: Side | None
    field: str | None
    retryable: bool
    wire: Wire = dataclasses.field(repr=False, compare=False)

    @classmethod
    def from_wire(cls, wire: Wire) -> Self:
        """From an entry of `findings`."""
        return cls(
            wire["code"],
            wire["outcome"],
            wire.get("message", ""),
            wire.get("hint", ""),
            wire.get("side"),
            wire.get("field"),
            bool(wire.get("retryable")),
            wire,
        )


def _told(findings: tuple[Finding, ...]) -> Finding | None:
    return next((one for one in findings if one.outcome != "info"), None)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a camera frame lacks. `document_type` is what it shows."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    document_type: str
    wire: Wire = dataclasses.field(repr=False, compare=False)

    @property
    def first(self) -> Finding | None:
        """The one thing to tell the person."""
        return _told(self.findings)

    @classmethod
    def from_wire(cls, wire: Wire) -> Self:
        """From an answer."""
        findings = tuple(Finding.from_wire(one) for one in wire["findings"])
        return cls(wire["verdict"], findings, wire["document"]["type"], wire)


@dataclass(frozen=True, slots=True)
class Screening:
    """One judgement of one document.

    Attributes:
        standing: the verdict, or what an analyst decided in its place.
        document: what the document says, by the API's names; texts, or None where unread.

    """

    id: str
    verdict: Verdict
    standing: str
    findings: tuple[Finding, ...]
    reference: str | None
    attempt: int | None
    attempts_left: int | None
    document: Wire
    wire: Wire = dataclasses.field(repr=False, compare=False)

    @property
    def first(self) -> Finding | None:
        """The one thing to tell the person; None where there is nothing to tell."""
        return _told(self.findings)

    @property
    def is_accepted(self) -> bool:
        """Whether it stands as accepted now."""
        return self.standing == "accepted"

    @classmethod
    def from_wire(cls, wire: Wire) -> Self:
        """From an answer."""
        return cls(
            str(wire.get("id") or ""),
            wire["verdict"],
            str(wire.get("standing") or wire["verdict"]),
            tuple(Finding.from_wire(one) for one in wire["findings"]),
            wire.get("reference"),
            wire.get("attempt"),
            wire.get("attempts_left"),
            wire.get("document") or {},
            wire,
        )


@dataclass(frozen=True, slots=True)
class UploadToken:
    """For a browser: one screening, until `expires_at`."""

    id: str
    token: str = dataclasses.field(repr=False)
    expires_at: datetime
    reference: str | None

    @classmethod
    def from_wire(cls, wire: Wire) -> Self:
        """From an answer."""
        return cls(
            wire["id"],
            wire["token"],
            datetime.fromisoformat(wire["expires_at"]),
            wire.get("reference"),
        )


@dataclass(frozen=True, slots=True)
class Requirement:
    """What to send of one kind of document."""

    document_type: DocumentType
    sides: tuple[Side, ...]
    formats: tuple[str, ...]
    max_bytes: int
    max_pixels: int
    least_width_px: int
    tips: tuple[str, ...]

    @classmethod
    def from_wire(cls, wire: Wire) -> Self:
        """From an entry of the list."""
        return cls(
            wire["document_type"],
            tuple(wire["sides"]),
            tuple(wire["formats"]),
            wire["max_bytes"],
            wire["max_pixels"],
            wire["least_width_px"],
            tuple(wire["tips"]),
        )


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """What a finding of this code says."""

    code: str
    outcome: Outcome
    message: str
    hint: str
    retryable: bool

    @classmethod
    def from_wire(cls, wire: Wire) -> Self:
        """From an entry of the list."""
        return cls(wire["code"], wire["outcome"], wire["message"], wire["hint"], wire["retryable"])


@dataclass(frozen=True, slots=True)
class UpdateCheck:
    """Whether Blaaiz would take an update, by its rules."""

    allowed: bool
    errors: tuple[FieldError, ...]

    @classmethod
    def from_wire(cls, wire: Wire) -> Self:
        """From an answer."""
        return cls(wire["allowed"], tuple(FieldError.from_wire(one) for one in wire["errors"]))


@dataclass(frozen=True, slots=True)
class Submission:
    """An update on its way to Blaaiz; `outcome` is what Blaaiz made of the customer."""

    id: str
    state: str
    outcome: str | None
    customer_id: str
    screening_id: str
    errors: tuple[FieldError, ...]
    wire: Wire = dataclasses.field(repr=False, compare=False)

    @property
    def is_ended(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state in {"forwarded", "refused", "failed"}

    @classmethod
    def from_wire(cls, wire: Wire) -> Self:
        """From an answer."""
        return cls(
            wire["id"],
            wire["state"],
            wire.get("outcome"),
            wire["customer_id"],
            wire["screening_id"],
            tuple(FieldError.from_wire(one) for one in wire.get("errors", ())),
            wire,
        )
