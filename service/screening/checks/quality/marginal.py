"""Did the picture pass within a tenth of a limit?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.quality import (
    edges,
    exposure,
    glare,
    obstruction,
    resolution,
    sharpness,
    size,
    tilt,
)
from service.screening.evidence import Evidence
from service.screening.findings import Check, Finding, Limit, NotRun, Reason

MARGINAL: Final = Reason(
    "image_marginal", Outcome.INFO, "The picture passed close to a limit: {check}."
)
REASONS: Final = (MARGINAL,)
CLOSE: Final = Limit("close", 0.1, "of the limit", "the catalogue of reasons")
LIMITS: Final = (CLOSE,)
_MEASURING: Final[Mapping[str, Check]] = {
    "quality.exposure": exposure,
    "quality.glare": glare,
    "quality.sharpness": sharpness,
    "quality.resolution": resolution,
    "quality.size": size,
    "quality.edges": edges,
    "quality.tilt": tilt,
    "quality.obstruction": obstruction,
}


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """Asks the checks of quality again under limits a tenth stricter: what they find is close."""
    close = policy.limit("quality.marginal", CLOSE.name)
    tightened = {name: _tightened(name, at, close) for name, at in policy.limits.items()}
    stricter = replace(policy, limits=tightened)
    found: list[Finding] = []
    for name, module in _MEASURING.items():
        if module.check(evidence, policy):  # failed, or not run
            continue
        close_calls = module.check(evidence, stricter)
        if isinstance(close_calls, NotRun):
            continue
        in_force = {
            tightened[one]: at for one, at in policy.limits.items() if one.startswith(f"{name}.")
        }
        words = (("check", name),)
        found += [
            replace(one, reason=MARGINAL, limit=in_force.get(one.limit or 0.0), words=words)
            for one in close_calls
        ]
    return found


def _tightened(name: str, limit: float, close: float) -> float:
    return limit * (1 + close) if name.endswith("_min") else limit * (1 - close)
