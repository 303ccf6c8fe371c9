"""Is it the customer's company?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.claim import Kind
from service.screening.evidence import Evidence
from service.screening.findings import Finding, Limit, NotRun, NotRunWhy, Reason
from service.screening.match.company import company_likeness
from service.screening.match.numbers import is_same_registration

MISMATCH: Final = Reason(
    "customer_company_mismatch",
    Outcome.REVIEW,
    "The company details differ.",
    "Check the company's name and registration number.",
)
REASONS: Final = (MISMATCH,)
LIKENESS: Final = Limit(
    "likeness_min", 0.9, "of 1", "a slip of the reader in a word of ten letters"
)
LIMITS: Final = (LIKENESS,)


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """By the rules of `match.company` and `match.numbers`; each is a finding of its own."""
    claim = evidence.claim
    if evidence.kind.kind is not Kind.CERTIFICATE_OF_INCORPORATION:
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    if not claim.business_name and not claim.registration_number:
        return NotRun(NotRunWhy.NOTHING_CLAIMED)
    values = evidence.printed.values
    found: list[Finding] = []
    compared = 0
    if claim.business_name and "company_name" in values:
        compared += 1
        limit = policy.limit("customer.company", LIKENESS.name)
        score = company_likeness(claim.business_name, values["company_name"].value)
        if score < limit:
            found.append(
                Finding(
                    MISMATCH,
                    field="business_name",
                    measured=round(score, 3),
                    limit=limit,
                    unit=LIKENESS.unit,
                )
            )
    if claim.registration_number and "registration_number" in values:
        compared += 1
        if not is_same_registration(claim.registration_number, values["registration_number"].value):
            found.append(Finding(MISMATCH, field="registration_number"))
    claimed = bool(claim.business_name) + bool(claim.registration_number)
    return found if found or compared == claimed else NotRun(NotRunWhy.TEXT_UNREADABLE)
