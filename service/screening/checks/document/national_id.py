"""Is it a national identity card? The partner never takes one."""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import NATIONAL_ID_CODE, Outcome, Policy
from service.screening.claim import Kind
from service.screening.evidence import Evidence
from service.screening.findings import Finding, NotRun, Reason

NATIONAL_ID: Final = Reason(
    NATIONAL_ID_CODE,
    Outcome.REJECT,
    "We can't accept national ID cards.",
    "Use your passport, driver's licence or residence permit.",
)
REASONS: Final = (NATIONAL_ID,)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """One strong sign rejects. Signs as strong for another kind leave it to `document.kind`."""
    kind = evidence.kind
    if kind.kind is Kind.NATIONAL_ID and kind.is_certain and not kind.is_contradicted:
        return [Finding(NATIONAL_ID)]
    return ()
