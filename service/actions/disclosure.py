"""What a caller may see of a screening, with messages in its language."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.actions.issue_key import Role
from service.locales.translate import LIST_SEPARATOR, fill, translate
from service.screening.catalogue import REASONS, UNDER_REVIEW

_FORENSIC = "authenticity"
_FOR_ANALYSTS = ("votes", "readings", "mrz_guess")
_OF_ZONES_FOR_ANALYSTS = ("check_digits", "character_confidence")


def disclosed(record: Mapping[str, Any], role: Role, language: str) -> dict[str, Any]:
    """The wire form. A frontend sees all authenticity findings as one, without evidence.

    A precise answer teaches a forger: the ledger hides those checks from a frontend as well.
    """
    is_frontend = role is Role.FRONTEND
    findings: list[dict[str, Any]] = []
    hidden = False
    for kept in record.get("findings", []):
        if is_frontend and kept["code"].startswith(_FORENSIC + "_"):
            if not hidden:
                findings.append(_worded(_bare(UNDER_REVIEW.code, kept["outcome"]), language))
            hidden = True
            continue
        findings.append(_worded(kept, language))
    checks = [
        check
        for check in record.get("checks", [])
        if not (is_frontend and check["check"].startswith(_FORENSIC + "."))
    ]
    told = {**record, "findings": findings, "checks": checks}
    document = dict(record.get("document") or {})
    if is_frontend:
        document = _without(document, _FOR_ANALYSTS)
        if document.get("mrz"):
            document["mrz"] = _without(document["mrz"], _OF_ZONES_FOR_ANALYSTS)
        if record.get("customer"):
            # Blaaiz may have said it: a frontend reads back only what it sent.
            told["customer"] = _without(record["customer"], ("claimed",))
    return {**told, "document": document}


def _without(wire: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in wire.items() if name not in names}


def _bare(code: str, outcome: str) -> dict[str, Any]:
    return {
        "code": code,
        "outcome": outcome,
        "side": None,
        "field": None,
        "retryable": False,
        "words": {},
        "region": None,
        "measured": None,
        "limit": None,
        "unit": None,
        "check": None,
    }


def _worded(kept: Mapping[str, Any], language: str) -> dict[str, Any]:
    reason = REASONS.get(kept["code"])
    words = {name: _word(word, language) for name, word in kept["words"].items()}
    wire = {name: value for name, value in kept.items() if name != "words"}
    message = translate(reason.message, language) if reason else ""
    hint = translate(reason.hint, language) if reason else ""
    return {**wire, "message": fill(message, words), "hint": fill(hint, words)}


def _word(word: str | Sequence[str], language: str) -> str:
    if isinstance(word, str):
        return translate(word, language)
    return translate(LIST_SEPARATOR, language).join(translate(one, language) for one in word)
