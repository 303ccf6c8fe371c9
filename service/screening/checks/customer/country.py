"""Is the document's country the customer's?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.evidence import Absent, Evidence
from service.screening.findings import Finding, NotRun, NotRunWhy, Reason

MISMATCH: Final = Reason(
    "customer_country_mismatch",
    Outcome.REJECT,
    "The document's country differs from the one you gave.",
    "Check the country, or use a document of that country.",
)
UNCERTAIN: Final = Reason(
    "customer_country_uncertain",
    Outcome.REVIEW,
    "We're checking your document.",
    "You don't need to do anything now.",
)
REASONS: Final = (MISMATCH, UNCERTAIN)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """A difference that was read by machine rejects; the rest is for a person.

    That is a territory's customer with the parent's document, an organisation's document, or a
    country read from print alone that differs.
    """
    country = evidence.country
    if isinstance(country, Absent):
        return NotRun(NotRunWhy.TEXT_UNREADABLE)
    counts_as = policy.countries.get(country.issuing_state, country.alpha2)
    claimed = evidence.claim.country.upper()
    if counts_as == claimed and claimed not in country.also:
        return ()
    if counts_as is None or claimed in country.also or country.status == "stateless_or_refugee":
        return [Finding(UNCERTAIN, field="country")]
    reason = MISMATCH if country.is_proven else UNCERTAIN
    return [Finding(reason, field="country")]
