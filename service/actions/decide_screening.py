"""An analyst settles or turns around a screening; fraud takes two."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from service.notify.outbox import announce
from service.screening.catalogue import REASONS
from service.store import audit
from service.store.engine import Sessions
from service.store.tables import Screening

_FRAUD = "authenticity_"


class Decision(StrEnum):
    """What an analyst can say."""

    ACCEPT = "accept"
    REJECT = "reject"
    RETAKE = "retake"


_STANDING = {Decision.ACCEPT: "accepted", Decision.REJECT: "rejected", Decision.RETAKE: "retake"}


class ScreeningMissing(Exception):
    """No screening of this id, or none that the caller may see."""


class DecisionRefused(Exception):
    """The decision cannot stand; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class DecisionRequest:
    """A decision with the code from the catalogue and the note that explain it."""

    decision: Decision
    code: str | None
    note: str


async def decide_screening(
    sessions: Sessions, screening_id: str, request: DecisionRequest, actor: str, now: datetime
) -> Screening:
    """The screening after the decision.

    A national identity card is never accepted, whoever says so. A decision with an authenticity
    code waits for a second analyst who says the same.

    Raises:
        ScreeningMissing, DecisionRefused: see there.

    """
    if not request.note.strip():
        raise DecisionRefused("Say why in a note.")
    if request.code is not None and request.code not in REASONS:
        raise DecisionRefused("Use a code of GET /v1/reason-codes.")
    async with sessions() as session:
        row = await session.get(Screening, screening_id, with_for_update=True)
        if row is None or row.erased_at is not None:
            raise ScreeningMissing(screening_id)
        if request.decision is Decision.ACCEPT and row.kind in {"national_id", "none"}:
            raise DecisionRefused(
                "National identity cards, and pictures of no document, cannot be accepted: "
                "the partner refuses them."
            )
        entry: dict[str, Any] = {
            "decision": request.decision.value,
            "code": request.code,
            "note": request.note.strip(),
            "by": actor,
            "at": now.isoformat(),
            "state": "final",
        }
        if request.code is not None and request.code.startswith(_FRAUD):
            first = row.decision
            is_second = (
                first is not None
                and first.get("state") == "awaiting_second"
                and first.get("code") == request.code
                and first.get("decision") == request.decision.value
            )
            if is_second and first is not None and first["by"] == actor:
                raise DecisionRefused("A second analyst must confirm this; you were the first.")
            if is_second and first is not None:
                entry["first_by"] = first["by"]
            else:
                entry["state"] = "awaiting_second"
        row.decision = entry
        if entry["state"] == "final":
            row.standing = _STANDING[request.decision]
            announce(
                session,
                "screening.decided",
                {"screening_id": row.id, "verdict": row.standing, "code": request.code},
                now,
            )
        audit.record(
            session,
            at=now,
            actor=actor,
            action=f"screening.{request.decision.value}",
            subject=row.id,
            details={"code": request.code, "state": entry["state"]},
        )
        await session.commit()
        return row
