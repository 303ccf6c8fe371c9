"""The Screening handed back: findings, ledger, verdict, and the evidence behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.policy.policy import Outcome
from service.screening.evidence import Evidence
from service.screening.findings import Finding, NotRunWhy
from service.screening.verdict import Verdict


class CheckState(StrEnum):
    """What became of a check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One check of the registry and what became of it; `failed` means that it found something.

    `fault` names the exception where the check itself broke: for logs, not for callers.
    """

    check: str
    state: CheckState
    why: NotRunWhy | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedFinding:
    """A finding with the outcome that the policy gives it and the check that made it."""

    finding: Finding
    outcome: Outcome
    check: str


@dataclass(frozen=True, slots=True)
class Screening:
    """One judgement of one document.

    Attributes:
        findings: worst and most useful first.
        timings_ms: duration of each stage: decode, quality, locate, read, decide, total.
        models: model name to version, of all that took part.

    """

    verdict: Verdict
    findings: tuple[JudgedFinding, ...]
    ledger: tuple[LedgerEntry, ...]
    evidence: Evidence
    policy_version: str
    timings_ms: Mapping[str, float]
    models: Mapping[str, str]
