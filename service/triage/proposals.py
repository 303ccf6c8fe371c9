"""What each decision would most likely be explained by: an analyst confirms or changes it."""

from dataclasses import dataclass
from typing import Any

from service.actions.decide_screening import FRAUD, awaits_second
from service.policy.policy import Outcome
from service.screening.catalogue import REASONS
from service.store.tables import Screening


@dataclass(frozen=True, slots=True)
class Proposal:
    """Code and note that the form begins with."""

    code: str
    note: str


def proposals_for(row: Screening) -> dict[str, Proposal]:
    """By decision: accept, retake, reject, fraud."""
    found = [one["code"] for one in row.wire.get("findings", ())]
    pending: dict[str, Any] = row.decision or {}
    if awaits_second(row):
        agreed = Proposal(pending.get("code") or "", "I looked myself, and agree.")
        decision = pending["decision"]
        if decision == "reject" and agreed.code.startswith(FRAUD):
            decision = "fraud"
        return _fresh(found) | {decision: agreed}
    return _fresh(found)


def _fresh(found: list[str]) -> dict[str, Proposal]:
    retake = _first(found, Outcome.RETAKE) or "image_blurred"
    reject = _first(found, Outcome.REJECT) or "document_kind_not_accepted"
    fraud = next((code for code in found if code.startswith(FRAUD)), "authenticity_edited")
    return {
        "accept": Proposal("", "Pictures, fields and customer agree, seen by eye."),
        "retake": Proposal(retake, _as_found(retake, found)),
        "reject": Proposal(reject, _as_found(reject, found)),
        "fraud": Proposal(fraud, _as_found(fraud, found)),
    }


def _first(found: list[str], outcome: Outcome) -> str:
    return next(
        (code for code in found if code in REASONS and REASONS[code].outcome is outcome), ""
    )


def _as_found(code: str, found: list[str]) -> str:
    said = code.replace("_", " ").capitalize()
    return f"{said}: as found, seen by eye." if code in found else f"{said}, seen by eye."
