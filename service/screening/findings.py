"""The words in which checks speak: reasons, limits, findings, and checks that could not run."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from service.policy.policy import Outcome, Policy
from service.screening.claim import Side
from service.screening.evidence import Evidence

Region = tuple[tuple[float, float], ...]
Word = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """What can be wrong, declared once by the check that finds it.

    Attributes:
        code: the stable name on the wire.
        outcome: the default; a policy may set another.
        message: what is wrong, in plain English; may hold `{placeholders}` filled by a finding.
        hint: what the person can do.
        retryable: whether another upload by the person can help.

    """

    code: str
    outcome: Outcome
    message: str
    hint: str = ""
    retryable: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold with its unit, and the measurement that set it."""

    name: str
    default: float
    unit: str
    set_by: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason found in this screening.

    Attributes:
        region: corners as fractions of the upright picture, clockwise from the top left.
        measured, limit, unit: the number that decided, beside its threshold.
        words: what fills the message's placeholders; several are listed as the language does.

    """

    reason: Reason
    side: Side | None = None
    field: str | None = None
    region: Region | None = None
    measured: float | None = None
    limit: float | None = None
    unit: str | None = None
    words: tuple[tuple[str, Word], ...] = ()


class NotRunWhy(StrEnum):
    """Why a check has no answer."""

    NOT_APPLICABLE = "not_applicable"
    NO_DOCUMENT = "no_document"
    MRZ_UNREADABLE = "mrz_unreadable"
    MRZ_ABSENT = "mrz_absent"
    TEXT_UNREADABLE = "text_unreadable"
    NOTHING_CLAIMED = "nothing_claimed"
    SIDE_MISSING = "side_missing"
    KIND_UNKNOWN = "kind_unknown"
    STAGE_FAILED = "stage_failed"
    OUT_OF_TIME = "out_of_time"


@dataclass(frozen=True, slots=True)
class NotRun:
    """The check could not answer. `NOT_APPLICABLE` and `NOTHING_CLAIMED` never hold up a verdict.

    The reason is for the ledger; a required check that did not run for another reason becomes the
    finding `document_check_not_run`.
    """

    why: NotRunWhy
    fault: str | None = None


class Check(Protocol):
    """A module of `service.screening.checks`: pure, one question, declared whole."""

    @property
    def REASONS(self) -> tuple[Reason, ...]:  # noqa: N802 - a module's constant
        """All that it can find."""
        ...

    @property
    def LIMITS(self) -> tuple[Limit, ...]:  # noqa: N802
        """Its thresholds."""
        ...

    def check(self, evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
        """Findings, none where all is well, or why it could not be told."""
        ...
