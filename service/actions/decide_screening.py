"""An analyst settles or turns around a screening; fraud takes two; a minute to undo."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from service.actions.forward_held import forward_held, withdraw_forwarding
from service.ids import new_id
from service.notify.outbox import announce, withdraw
from service.policy.policy import NEVER_ACCEPTED_KINDS
from service.screening.catalogue import REASONS
from service.store import audit, worklist
from service.store.engine import Sessions
from service.store.tables import DecisionEntry, Screening

FRAUD: Final = "authenticity_"
"""Begins the codes that say that a document is not what it seems."""
_AWAITING: Final = "awaiting_second"
_FINAL: Final = "final"


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
    """A decision with the code from the catalogue and the note that explain it.

    Attributes:
        forward_within: sends the update that was held for this document, tried for so long; None:
            it stays. Never of a document that is suspected of fraud.
        can_undo_for: how long it can be undone; until then nothing is sent and nobody is told.
        seen: id of the decision that stood when the analyst looked, "" for none; None where the
            caller does not say, and decides whatever stands.

    """

    decision: Decision
    code: str | None
    note: str
    forward_within: timedelta | None = None
    can_undo_for: timedelta = timedelta(0)
    seen: str | None = None


async def decide_screening(
    sessions: Sessions, screening_id: str, request: DecisionRequest, actor: str, now: datetime
) -> Screening:
    """The screening after the decision.

    A national identity card is never accepted, whoever says so. Where fraud is suspected, by a
    check or by an analyst, a decision waits for a second analyst who says the same.

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
        if request.decision is Decision.ACCEPT and row.kind in NEVER_ACCEPTED_KINDS:
            raise DecisionRefused(
                "National identity cards, and pictures of no document, cannot be accepted: "
                "the partner refuses them."
            )
        if request.seen is not None and request.seen != (row.decision or {}).get("id", ""):
            raise DecisionRefused("Another analyst decided meanwhile: look at it again.")
        before = {
            "standing": row.standing,
            "attention": row.attention,
            "decision": row.decision,
        }
        entry = _entry(row, request, actor, now)
        if entry["state"] == _FINAL:
            await _settle(session, row, request, entry, actor, now)
        else:
            await worklist.move(session, row, row.standing, worklist.Attention.REVIEW)
        # Whole only now: what is added to it later would not be noticed.
        row.decision = entry
        row.claimed_by = row.claimed_name = row.claimed_until = None
        session.add(
            DecisionEntry(
                id=entry["id"],
                screening_id=row.id,
                at=now,
                actor=actor,
                decision=request.decision.value,
                code=request.code,
                note=entry["note"],
                state=entry["state"],
                verdict=row.verdict,
                standing=row.standing,
                effective_at=now + request.can_undo_for,
                before=before,
            )
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


async def undo_decision(
    sessions: Sessions, screening_id: str, decision_id: str, actor: str, now: datetime
) -> Screening:
    """The screening as it was before the decision, which must be the last, the actor's, and fresh.

    Raises:
        ScreeningMissing, DecisionRefused: see there.

    """
    async with sessions() as session:
        row = await session.get(Screening, screening_id, with_for_update=True)
        if row is None or row.erased_at is not None:
            raise ScreeningMissing(screening_id)
        entry = await session.get(DecisionEntry, decision_id)
        is_last = row.decision is not None and row.decision.get("id") == decision_id
        if entry is None or not entry.is_whole or not is_last or entry.actor != actor:
            raise DecisionRefused("Only your own last decision on this screening can be undone.")
        if now >= entry.effective_at:
            raise DecisionRefused("It is too late to undo this: decide anew instead.")
        decision = row.decision or {}
        if submission_id := decision.get("submission_id"):
            await withdraw_forwarding(session, submission_id, actor, now)
        if event_id := decision.get("event_id"):
            await withdraw(session, event_id)
        row.decision = entry.before["decision"]
        await worklist.move(session, row, entry.before["standing"], entry.before["attention"])
        entry.state = "undone"
        audit.record(
            session,
            at=now,
            actor=actor,
            action="screening.undone",
            subject=row.id,
            details={"decision": entry.decision, "code": entry.code},
        )
        await session.commit()
        return row


def is_suspected(row: Screening) -> bool:
    """Whether a check found a trace of fraud, or an analyst's suspicion waits for a second."""
    found = any(one["code"].startswith(FRAUD) for one in row.wire.get("findings", ()))
    decision = row.decision or {}
    return found or decision.get("state") == _AWAITING


def awaits_second(row: Screening) -> bool:
    """Whether one analyst has spoken and another must."""
    return (row.decision or {}).get("state") == _AWAITING


def effective_at(row: Screening) -> datetime | None:
    """When the decision takes effect; None where there is none to wait for."""
    at = (row.decision or {}).get("effective_at")
    return datetime.fromisoformat(at) if at else None


def _entry(row: Screening, request: DecisionRequest, actor: str, now: datetime) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": new_id("dec"),
        "decision": request.decision.value,
        "code": request.code,
        "note": request.note.strip(),
        "by": actor,
        "at": now.isoformat(),
        "effective_at": (now + request.can_undo_for).isoformat(),
        "state": _FINAL,
    }
    if not _takes_two(row, request):
        return entry
    first = row.decision or {}
    if _agrees(first, request):
        if first["by"] == actor:
            raise DecisionRefused("A second analyst must confirm this; you were the first.")
        return entry | {"first_by": first["by"]}
    if first.get("state") == _AWAITING and first["by"] == actor:
        raise DecisionRefused("You have spoken on this: a second analyst must look at it now.")
    return entry | {"state": _AWAITING}


def _takes_two(row: Screening, request: DecisionRequest) -> bool:
    """To call it fraud, to accept in spite of a trace of it, or to answer another's suspicion."""
    calls_it_fraud = request.code is not None and request.code.startswith(FRAUD)
    clears_it = request.decision is Decision.ACCEPT and is_suspected(row)
    return calls_it_fraud or clears_it or awaits_second(row)


def _agrees(first: Mapping[str, Any], request: DecisionRequest) -> bool:
    return (
        first.get("state") == _AWAITING
        and first.get("code") == request.code
        and first.get("decision") == request.decision.value
    )


async def _settle(
    session: AsyncSession,
    row: Screening,
    request: DecisionRequest,
    entry: dict[str, Any],
    actor: str,
    now: datetime,
) -> None:
    effective = now + request.can_undo_for
    await worklist.move(session, row, _STANDING[request.decision], None)
    entry["event_id"] = announce(
        session,
        "screening.decided",
        {"screening_id": row.id, "verdict": row.standing, "code": request.code},
        now,
        not_before=effective,
    )
    is_plain = request.decision is Decision.ACCEPT and "first_by" not in entry
    if is_plain and request.forward_within is not None:
        entry["submission_id"] = await forward_held(
            session, row, actor, now, effective, request.forward_within
        )
