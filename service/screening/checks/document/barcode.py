"""Can the barcode be read that this kind must show?"""

from collections.abc import Sequence
from typing import Final

from service.aamva.elements import parse_licence
from service.policy.policy import Outcome, Policy
from service.screening.claim import Kind, Side
from service.screening.evidence import Absent, Evidence
from service.screening.findings import Finding, NotRun, NotRunWhy, Reason

UNREADABLE: Final = Reason(
    "barcode_unreadable",
    Outcome.RETAKE,
    "The barcode on the back isn't clear.",
    "Photograph the back from closer, without reflections.",
    retryable=True,
)
FOREIGN: Final = Reason(
    "barcode_not_of_issuer",
    Outcome.REVIEW,
    "We're checking your document.",
    "You don't need to do anything now.",
)
REASONS: Final = (UNREADABLE, FOREIGN)
LIMITS: Final = ()
_ISSUERS_WITH_BARCODE: Final = frozenset({"US", "CA"})


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:  # noqa: ARG001
    """Licences of the United States and Canada carry an AAMVA barcode on the back."""
    if evidence.kind.kind is not Kind.DRIVERS_LICENSE or isinstance(evidence.country, Absent):
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    if evidence.country.alpha2 not in _ISSUERS_WITH_BARCODE:
        return NotRun(NotRunWhy.NOT_APPLICABLE)
    if Side.BACK not in evidence.sides:
        return NotRun(NotRunWhy.SIDE_MISSING)
    barcodes = [s.barcodes for s in evidence.sides.values() if isinstance(s.barcodes, tuple)]
    payloads = [one.payload for side in barcodes for one in side if one.symbology == "PDF417"]
    if not payloads:
        return [Finding(UNREADABLE, Side.BACK, "barcode")]
    if all(parse_licence(payload) is None for payload in payloads):
        return [Finding(FOREIGN, Side.BACK, "barcode")]
    return ()
