"""What happened to a screening, as sentences in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from service.store.tables import Audit, DecisionEntry

_SAID: Final = {
    "screening.created": "sent it",
    "screening.accept": "accepted it",
    "screening.reject": "rejected it",
    "screening.retake": "asked for a new picture",
    "screening.undone": "took the decision back",
    "screening.appealed": "appealed",
    "screening.erased": "erased it",
    "picture.seen": "looked at",
    "field.corrected": "corrected",
    "update.held": "sent an update, which waits for the decision",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline. `looks`: how many looks at pictures it stands for."""

    at: datetime
    who: str
    said: str
    details: str
    note: str
    sort: str


def timeline_of(
    history: Sequence[Audit], taken: Sequence[DecisionEntry], names: Mapping[str, str]
) -> Sequence[Event]:
    """Newest first; one person's looks at pictures that follow each other are one line."""
    notes = {(one.actor, one.at): one for one in taken}
    events: list[Event] = []
    for entry in history:
        decision = notes.get((entry.actor, entry.at))
        event = Event(
            at=entry.at,
            who=names.get(entry.actor, entry.actor[-8:]),
            said=_SAID.get(entry.action, entry.action.replace(".", " ").replace("_", " ")),
            details=_details(entry.action, entry.details),
            note=decision.note if decision else "",
            sort=entry.action.partition(".")[0],
        )
        last = events[-1] if events else None
        if last and entry.action == "picture.seen" == last.sort + ".seen" and last.who == event.who:
            if event.details not in last.details:
                details = f"{last.details}, {event.details}"
                events[-1] = Event(event.at, event.who, event.said, details, "", event.sort)
            continue
        events.append(event)
    return events[::-1]


def _details(action: str, details: Mapping[str, Any]) -> str:
    match action:
        case "screening.created":
            return f"judged {details.get('verdict', '')}"
        case "picture.seen":
            rendition = {"upright": "picture", "mrz": "zone"}.get(
                details.get("rendition", ""), "file"
            )
            return f"{details.get('side', '')} {rendition}"
        case "field.corrected":
            return str(details.get("field", "")).replace("_", " ")
        case _:
            told = [str(details["code"])] if details.get("code") else []
            if details.get("state") == "awaiting_second":
                told.append("a second analyst must agree")
            return ", ".join(told)
