"""Is the name on the document the customer's?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import mrz_of
from service.screening.evidence import Evidence
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason
from service.screening.match.names import likeness

MISMATCH: Final = Reason(
    "customer_name_mismatch",
    Outcome.REVIEW,
    "The name differs from the one you gave.",
    "Enter it as printed on the document.",
)
REASONS: Final = (MISMATCH,)
LIKENESS: Final = Limit(
    "likeness_min", 0.9, "of 1", "generated pairs of names, benchmarks/names.py"
)
LIMITS: Final = (LIKENESS,)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """By the rule of `match.names`; a zone's cut names by their beginnings."""
    claim = evidence.claim
    if not claim.first_name and not claim.last_name:
        return NotRun(NotRunWhy.NOTHING_CLAIMED)
    values = evidence.printed.values
    given, surname = (
        values[name].value if name in values else "" for name in ("given_names", "surname")
    )
    if not given and not surname:
        return NotRun(NotRunWhy.TEXT_UNREADABLE)
    limit = policy.limit("customer.names", LIKENESS.name)
    found = mrz_of(evidence)
    is_cut = found is not None and found[1].zone is not None and found[1].zone.is_name_cut
    score = likeness(
        claim.first_name or "", claim.last_name or "", given, surname, may_be_cut=is_cut
    )
    if score < limit:
        return [
            Finding(
                MISMATCH, field="name", measured=round(score, 3), limit=limit, unit=LIKENESS.unit
            )
        ]
    return ()
