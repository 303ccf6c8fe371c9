"""Is the issuing state one that exists?"""

from collections.abc import Sequence
from typing import Final

from service.policy.policy import Outcome, Policy
from service.screening.checks.reading import mrz_of
from service.screening.evidence import Absent, Evidence, ReadingState
from service.screening.findings import Finding, NotRun, NotRunWhy, Reason

UNKNOWN: Final = Reason(
    "mrz_country_unknown",
    Outcome.REVIEW,
    "We're checking your document.",
    "You don't need to do anything now.",
)
SPECIAL: Final = Reason(
    "country_special_code_used", Outcome.INFO, "The code {code} counts as {country}."
)
REASONS: Final = (UNKNOWN, SPECIAL)
LIMITS: Final = ()


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Codes outside ISO and Doc 9303, or of withdrawn states, are for a person."""
    found = mrz_of(evidence)
    country = evidence.country
    if found is None:
        return NotRun(NotRunWhy.MRZ_ABSENT)
    if isinstance(country, Absent) or found[1].state is not ReadingState.READ:
        return NotRun(NotRunWhy.MRZ_UNREADABLE)
    if country.status in {"unknown", "unrecognised", "withdrawn"}:
        return [Finding(UNKNOWN, found[0], "issuing_state")]
    if country.is_special and country.alpha2:
        words = (("code", country.issuing_state), ("country", country.alpha2))
        return [Finding(SPECIAL, found[0], "issuing_state", words=words)]
    return ()
