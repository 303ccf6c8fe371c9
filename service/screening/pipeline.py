"""The stages as one readable list: from captures to a Screening."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from service.policy.policy import Policy
from service.screening.checks import CHECKS
from service.screening.claim import Claim, History, Side
from service.screening.evidence import (
    Evidence,
)
from service.screening.examine import examine, glance
from service.screening.findings import Check
from service.screening.judge import judge
from service.screening.readers import Readers
from service.screening.result import Screening
from service.screening.stopwatch import Stopwatch
from service.screening.verdict import verdict_of
from service.screening.weigh import weigh_sides
from service.vision.capture import Capture


def screen(
    captures: Mapping[Side, Capture],
    claim: Claim,
    history: History,
    policy: Policy,
    readers: Readers,
    today: date,
) -> Screening:
    """One judgement of one document, both sides where there are two.

    Errors of decoding (`service.intake.errors`) pass through; whatever else breaks in a stage
    leaves `Failed` as its evidence, and the verdict at best `review`.
    """
    watch = Stopwatch(dict.fromkeys(("decode", "quality", "locate", "read", "decide"), 0.0))
    started = time.perf_counter()
    sides = {side: examine(capture, readers, today, watch) for side, capture in captures.items()}
    evidence = watch.run("decide", lambda: weigh_sides(sides, claim, history, today))
    return _judge(evidence, policy, readers, watch, started)


def preview(
    capture: Capture, claim: Claim, policy: Policy, readers: Readers, today: date
) -> Screening:
    """What a camera page needs while the person aims: a glance at one side, no text read but the MRZ."""
    checks = {
        name: check
        for name, check in CHECKS.items()
        if name.startswith(
            ("quality.", "document.national_id", "document.presence", "mrz.readable")
        )
    }
    watch = Stopwatch(dict.fromkeys(("decode", "quality", "locate", "read", "decide"), 0.0))
    started = time.perf_counter()
    sides = {Side.FRONT: glance(capture, readers, today, watch)}
    evidence = weigh_sides(sides, claim, History(), today)
    return _judge(evidence, policy, readers, watch, started, checks)


def _judge(
    evidence: Evidence,
    policy: Policy,
    readers: Readers,
    watch: Stopwatch,
    started: float,
    checks: Mapping[str, Check] = CHECKS,
) -> Screening:
    if checks is not CHECKS:
        policy = replace(policy, required_checks={})
    findings, ledger = watch.run("decide", lambda: judge(evidence, policy, checks))
    timings = {stage: round(spent, 1) for stage, spent in watch.spent_ms.items()}
    timings["total"] = round((time.perf_counter() - started) * 1000, 1)
    return Screening(
        verdict=verdict_of(one.outcome for one in findings),
        findings=findings,
        ledger=ledger,
        evidence=evidence,
        policy_version=policy.version,
        timings_ms=timings,
        models=dict(readers.versions),
    )
