"""From evidence to findings and ledger. Needs no engine: the web process judges again without any."""

from collections.abc import Mapping
from dataclasses import replace

from service.policy.policy import Outcome, Policy
from service.screening.checks import CHECKS
from service.screening.checks.customer.attempts import LIMIT_REACHED
from service.screening.evidence import Evidence
from service.screening.findings import Check
from service.screening.ledger import run_checks
from service.screening.result import JudgedFinding, LedgerEntry, Screening
from service.screening.verdict import verdict_of


def judge(
    evidence: Evidence, policy: Policy, checks: Mapping[str, Check] = CHECKS
) -> tuple[tuple[JudgedFinding, ...], tuple[LedgerEntry, ...]]:
    """What the checks find in it, the most telling first, and what became of each check."""
    findings, ledger = run_checks(checks, evidence, policy)
    return _without_more_attempts(findings), ledger


def judge_again(judged: Screening, policy: Policy) -> Screening:
    """The same evidence under another policy: no picture is needed, and no stage runs again."""
    findings, ledger = judge(judged.evidence, policy)
    return replace(
        judged,
        verdict=verdict_of(one.outcome for one in findings),
        findings=findings,
        ledger=ledger,
        policy_version=policy.version,
    )


def _without_more_attempts(findings: tuple[JudgedFinding, ...]) -> tuple[JudgedFinding, ...]:
    """Once the attempts are used up, what would be one more retake is for a person."""
    if not any(one.finding.reason is LIMIT_REACHED for one in findings):
        return findings
    settled = [
        replace(one, outcome=Outcome.REVIEW) if one.outcome is Outcome.RETAKE else one
        for one in findings
    ]
    settled.sort(
        key=lambda one: (one.outcome is not Outcome.REJECT, one.finding.reason is not LIMIT_REACHED)
    )
    return tuple(settled)
