"""The worklist: its page, what renews it, claims, bulk actions, views, and the way to the next case."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from service.actions.claim_screening import claim_next, claim_screening, release_screening
from service.actions.decide_screening import (
    Decision,
    DecisionRefused,
    DecisionRequest,
    ScreeningMissing,
    awaits_second,
    decide_screening,
)
from service.actions.save_view import ViewRefused, drop_view, save_view
from service.policy.policy import Outcome
from service.screening.catalogue import REASONS
from service.screening.claim import Kind
from service.store import claims, views, worklist
from service.store.engine import read_only
from service.store.tables import Screening
from service.store.worklist import COUNTED_TO, Attention, TooMany
from service.triage.address import (
    AGES,
    SHOWN,
    Address,
    address_of,
    address_of_query,
    place_in_words,
    place_of,
)
from service.triage.live import Feed
from service.triage.page import Genuine, SignedIn, age_in_words, page, parts_of
from service.triage.session import Analyst
from service.triage.undo import undoable

router = APIRouter(prefix="/triage", include_in_schema=False)
_PAGE: Final = 40
_MOST_AT_ONCE: Final = 50
_TITLES: Final[Mapping[str, str]] = {
    "needs": "Needs a person",
    "mine": "Claimed by me",
    "review": "Review",
    "rejected": "Rejected",
    "retake": "Retake",
    "accepted": "Accepted",
    "all": "Everything",
}
_WHY: Final = {
    Attention.REVIEW: "review",
    Attention.APPEALED: "appealed",
    Attention.REPEATED: "repeated",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the worklist.

    Attributes:
        late: "late", "soon" or "" of one that waits for a person.
        claim: "mine", "theirs" or "".

    """

    row: Screening
    why: str
    outcome: str
    message: str
    age: str
    late: str
    claim: str
    awaits_second: bool


@router.get("")
async def show_queue(request: Request, analyst: SignedIn, done: str = "") -> Response:
    """The worklist as its address says; only the list itself where a script asks for that."""
    parts, now = parts_of(request), parts_of(request).now()
    address = address_of(request.query_params)
    wanted = address.wanted(analyst.account_id, now)
    after = place_of(request.query_params.get("after"))
    is_partial = "hx-request" in request.headers
    found, total, problem = worklist.Page([], None), 0, ""
    async with read_only(parts.sessions) as session:
        try:
            found = await worklist.read_page(session, wanted, limit=_PAGE, after=after, now=now)
            total = await worklist.count(session, wanted, now)
        except TooMany:
            problem = "More than 500 screenings fit these words: type more of them."
        counts = await worklist.count_lanes(session, analyst.account_id, now)
        saved = await views.views_of(session, analyst.account_id)
        undo = await undoable(session, done, analyst.account_id, now)
    return page(
        request,
        "renewed.html" if is_partial else "queue.html",
        analyst=analyst,
        address=address,
        lines=[_line(row, analyst, now, parts.triage.answer_within) for row in found.rows],
        after=place_in_words(found.after) if found.after else None,
        is_first=after is None,
        total=total,
        counted_to=COUNTED_TO,
        problem=problem,
        counts=counts,
        shown=[(one, _TITLES[one]) for one in SHOWN],
        title=_TITLES[address.show],
        saved=saved,
        kinds=[kind.value for kind in Kind],
        codes=_codes(),
        ages=AGES,
        retakes=_retakes(),
        undo=undo,
    )


def _line(row: Screening, analyst: Analyst, now: datetime, answer_within: timedelta) -> Line:
    age = now - row.created_at
    late = ""
    if row.attention is not None and age >= answer_within / 2:
        late = "late" if age >= answer_within else "soon"
    reason = REASONS.get(row.first_code or "")
    holder = claims.holder_of(row, now)
    claim = "theirs" if holder else ""
    if holder == analyst.account_id:
        claim = "mine"
    return Line(
        row=row,
        why=_WHY[Attention(row.attention)] if row.attention else "",
        outcome=reason.outcome.value if reason else "accepted",
        message=reason.message if reason else "Nothing was found.",
        age=age_in_words(age),
        late=late,
        claim=claim,
        awaits_second=awaits_second(row),
    )


def _codes() -> Sequence[tuple[str, Sequence[str]]]:
    """Codes by their prefix, for the filter."""
    groups: dict[str, list[str]] = {}
    for code in sorted(REASONS):
        groups.setdefault(code.partition("_")[0], []).append(code)
    return list(groups.items())


def _retakes() -> Sequence[str]:
    """Codes that ask for a new picture."""
    return [code for code, reason in REASONS.items() if reason.outcome is Outcome.RETAKE]


@router.get("/events")
async def events(request: Request, analyst: SignedIn) -> Response:
    """Server-sent events while the page is open; 204 where there is no room: ask by yourself."""
    feed: Feed = request.app.state.triage_feed
    parts = parts_of(request)
    if not feed.has_room(analyst.account_id):
        return Response(status_code=204)
    return StreamingResponse(
        feed.listen(analyst.account_id, parts.sessions, parts.now),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.post("/next")
async def take_next(
    request: Request, analyst: Genuine, view: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    """Claims the most urgent free case of a view and opens it."""
    return await to_next(request, analyst, address_of_query(view), "")


async def to_next(request: Request, analyst: Analyst, address: Address, done: str) -> Response:
    """The next case of a view, now the analyst's; the list where none is free."""
    parts = parts_of(request)
    now = parts.now()
    try:
        found = await claim_next(
            parts.sessions,
            address.wanted(analyst.account_id, now),
            analyst.account_id,
            analyst.name,
            now,
            parts.triage.claim_lasts,
        )
    except TooMany:
        found = None
    return RedirectResponse(address.link(f"/triage/{found}" if found else "/triage", done), 303)


@router.post("/bulk")
async def act_on_many(
    request: Request,
    analyst: Genuine,
    act: Annotated[Literal["claim", "release", "retake"], Form()],
    ids: Annotated[list[str], Form()],
    code: Annotated[str, Form(max_length=64)] = "",
    view: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Claims, releases, or asks for a new picture of many. Accepting is done one by one."""
    parts, done = parts_of(request), 0
    for screening_id in ids[:_MOST_AT_ONCE]:
        match act:
            case "claim":
                done += await _claim(request, analyst, screening_id)
            case "release":
                done += await release_screening(parts.sessions, screening_id, analyst.account_id)
            case "retake":
                done += await _ask_again(request, analyst, screening_id, code)
    acted = {"worklist-acted": {"done": done, "asked": len(ids)}}
    headers = {"HX-Trigger": json.dumps(acted)}
    if "hx-request" in request.headers:
        return Response(status_code=204, headers=headers)
    return RedirectResponse(address_of_query(view).link(), 303)


async def _claim(request: Request, analyst: Analyst, screening_id: str) -> bool:
    parts = parts_of(request)
    return await claim_screening(
        parts.sessions,
        screening_id,
        analyst.account_id,
        analyst.name,
        parts.now(),
        parts.triage.claim_lasts,
    )


async def _ask_again(request: Request, analyst: Analyst, screening_id: str, code: str) -> bool:
    parts, now = parts_of(request), parts_of(request).now()
    if code not in _retakes():
        return False
    # Whoever works on it is not interrupted.
    if not await _claim(request, analyst, screening_id):
        return False
    wanted = DecisionRequest(
        Decision.RETAKE, code, "Asked of several at once.", can_undo_for=parts.triage.undo_within
    )
    try:
        await decide_screening(parts.sessions, screening_id, wanted, analyst.account_id, now)
    except (DecisionRefused, ScreeningMissing):
        return False
    return True


@router.post("/views")
async def keep_view(
    request: Request,
    analyst: Genuine,
    name: Annotated[str, Form(max_length=200)],
    view: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Saves the filters under a name; words and customers name a person and are left out."""
    parts = parts_of(request)
    address = address_of_query(view).lasting
    try:
        await save_view(parts.sessions, analyst.account_id, name, address.query, parts.now())
    except ViewRefused as refusal:
        return page(request, "problem.html", 422, title=str(refusal), analyst=analyst)
    return RedirectResponse(address.link(), 303)


@router.post("/views/{view_id}/drop")
async def remove_view(request: Request, analyst: Genuine, view_id: str) -> Response:
    """Drops one of one's own views."""
    await drop_view(parts_of(request).sessions, analyst.account_id, view_id)
    return RedirectResponse("/triage", 303)


@router.post("/{screening_id}/claim")
async def keep_claim(request: Request, analyst: Genuine, screening_id: str) -> Response:
    """Takes the case or keeps it; an open page asks again and again."""
    parts = parts_of(request)
    is_mine = await _claim(request, analyst, screening_id)
    async with read_only(parts.sessions) as session:
        row = await session.get(Screening, screening_id)
    until = row.claimed_until if row else None
    return JSONResponse(
        {
            "mine": is_mine,
            "holder": row.claimed_name if row else None,
            "until": until.isoformat() if until else None,
            "again_s": min(60.0, parts.triage.claim_lasts.total_seconds() / 3),
        }
    )


@router.post("/{screening_id}/release")
async def leave_case(
    request: Request,
    analyst: Genuine,
    screening_id: str,
    until: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Leaves it to others. `until` names the claim: one taken meanwhile by another page stays."""
    parts = parts_of(request)
    try:
        known = datetime.fromisoformat(until) if until else None
    except ValueError:
        return Response(status_code=422)
    await release_screening(parts.sessions, screening_id, analyst.account_id, known)
    return Response(status_code=204)
