"""Runs every check, keeps the ledger, and turns a missing required check into a finding."""

from collections.abc import Mapping
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.evidence import STAGES, Evidence, Failed
from service.screening.findings import Check, Finding, NotRun, NotRunWhy, Reason
from service.screening.result import CheckState, JudgedFinding, LedgerEntry
from service.screening.verdict import WORST_FIRST

LEDGER: Final = "ledger"
"""Stands as the check of findings that no single check makes."""

CHECK_NOT_RUN: Final = Reason(
    code="document_check_not_run",
    outcome=Outcome.REVIEW,
    message="We're checking your document.",
    hint="You don't need to do anything now.",
)

_HARMLESS: Final = frozenset({NotRunWhy.NOT_APPLICABLE, NotRunWhy.NOTHING_CLAIMED})


def run_checks(
    checks: Mapping[str, Check], evidence: Evidence, policy: Policy
) -> tuple[tuple[JudgedFinding, ...], tuple[LedgerEntry, ...]]:
    """Findings, worst and most useful first, and what became of each check.

    Acceptance is proved, never the absence of complaints: a check which the policy requires of
    this kind, and which could not run, is itself a finding. A check that breaks counts as not run
    and as required: a fault of ours must not let a document pass.
    """
    found: list[JudgedFinding] = []
    ledger: list[LedgerEntry] = []
    required = set(policy.required_checks.get(evidence.kind.kind, ()))
    for name, module in checks.items():
        answer = _ask(module, evidence, policy)
        if isinstance(answer, NotRun):
            ledger.append(LedgerEntry(name, CheckState.NOT_RUN, answer.why, answer.fault))
            if answer.why is NotRunWhy.STAGE_FAILED or (
                name in required and answer.why not in _HARMLESS
            ):
                outcome = policy.outcome(CHECK_NOT_RUN.code)
                finding = Finding(CHECK_NOT_RUN, words=(("check", name),))
                found.append(JudgedFinding(finding, outcome, name))
            continue
        ledger.append(LedgerEntry(name, CheckState.FAILED if answer else CheckState.PASSED))
        found += [JudgedFinding(one, policy.outcome(one.reason.code), name) for one in answer]
    is_clean = all(one.outcome is Outcome.INFO for one in found)
    if is_clean and policy.required_checks and not _is_provable(evidence, policy):
        outcome = policy.outcome(CHECK_NOT_RUN.code)
        found.append(JudgedFinding(Finding(CHECK_NOT_RUN), outcome, LEDGER))
    unknown = required - set(checks)
    found += [
        JudgedFinding(
            Finding(CHECK_NOT_RUN, words=(("check", name),)),
            policy.outcome(CHECK_NOT_RUN.code),
            LEDGER,
        )
        for name in sorted(unknown)
    ]
    order = {name: rank for rank, name in enumerate(checks)}
    found.sort(key=lambda one: (WORST_FIRST.index(one.outcome), order.get(one.check, len(order))))
    return tuple(found), tuple(ledger)


def _is_provable(evidence: Evidence, policy: Policy) -> bool:
    """Whether acceptance can be proved at all.

    A kind that is certain and that the policy knows how to prove, and no stage that broke on any
    side: what a broken stage did not see may be the zone of an identity card.
    """
    kind = evidence.kind
    is_known = kind.is_certain and not kind.is_contradicted and kind.kind in policy.required_checks
    has_failed = any(
        isinstance(getattr(side, stage), Failed)
        for side in evidence.sides.values()
        for stage in STAGES
    )
    return is_known and not has_failed


def _ask(module: Check, evidence: Evidence, policy: Policy) -> tuple[Finding, ...] | NotRun:
    try:
        answer = module.check(evidence, policy)
    except Exception as fault:
        return NotRun(NotRunWhy.STAGE_FAILED, fault=type(fault).__name__)
    return answer if isinstance(answer, NotRun) else tuple(answer)
