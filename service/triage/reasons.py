"""What a finding means, for analysts: people are told less where a check is still under way."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_PLAIN: Final = {
    "document_kind_unknown": "What kind of document this is could not be told with certainty.",
    "document_special_status": "A special document: refugee, stateless, emergency or diplomatic.",
    "customer_country_uncertain": "Whose document it is could not be told with certainty.",
    "mrz_check_digit_failed_again": "Check digits disagree, as at an earlier attempt.",
    "barcode_not_of_issuer": "The barcode is not of the standard that this issuer keeps.",
    "mrz_dates_invalid": "The zone holds dates that cannot be.",
    "mrz_country_unknown": "The zone names a state that no table knows.",
}
_NOT_RUN: Final = "document_check_not_run"


def in_plain_words(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings with `plain` and a `number`; checks that did not run are one line together."""
    told: list[dict[str, Any]] = []
    not_run: dict[str, Any] | None = None
    checks: list[str] = []
    for finding in findings:
        if finding["code"] != _NOT_RUN:
            plain = _PLAIN.get(finding["code"]) or finding["message"]
            told.append({**finding, "plain": plain})
            continue
        if finding.get("check") not in {None, "ledger"}:
            checks.append(str(finding["check"]))
        if not_run is None:
            not_run = {**finding, "check": None}
            told.append(not_run)
    if not_run is not None:
        many = (
            "Checks that must run did not" if len(checks) > 1 else "A check that must run did not"
        )
        not_run["plain"] = f"{many}: {', '.join(checks)}." if checks else f"{many}."
    return [{**finding, "number": number} for number, finding in enumerate(told, start=1)]
