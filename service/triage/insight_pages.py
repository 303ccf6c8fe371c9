"""Insight: what was said, what came of it, and which threshold to change; every table as CSV."""

import csv
import io
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.locales.translate import fill, placeholders
from service.screening.catalogue import REASONS
from service.store import insight
from service.store.engine import read_only
from service.store.insight import Dimension, VerdictCount
from service.triage.page import SignedIn, page, parts_of

router = APIRouter(prefix="/triage", include_in_schema=False)
_SPANS: Final = (1, 7, 30, 90, 365)
_VERDICTS: Final = ("accepted", "review", "retake", "rejected")
_Cell = str | int | float


@dataclass(frozen=True, slots=True)
class TableView:
    """A table of the page and of its CSV.

    Attributes:
        words: what the rows tell, in a sentence.
        has_bar: whether the numbers but the last are verdicts, and parts of it.

    """

    name: str
    title: str
    words: str
    columns: Sequence[str]
    rows: Sequence[Sequence[_Cell]]
    has_bar: bool = False


class _Figures:
    """The figures of a span of time; what several tables tell of is counted once."""

    def __init__(self, session: AsyncSession, since: datetime, until: datetime) -> None:
        self.session, self.since, self.until = session, since, until
        self._by: dict[Dimension, Sequence[VerdictCount]] = {}

    async def verdicts_by(self, dimension: Dimension) -> Sequence[VerdictCount]:
        """As `insight.verdicts_by`."""
        if dimension not in self._by:
            self._by[dimension] = await insight.verdicts_by(
                self.session, dimension, self.since, self.until
            )
        return self._by[dimension]


@router.get("/insight")
async def show_insight(
    request: Request, analyst: SignedIn, days: Annotated[int, Query(ge=1, le=365)] = 30
) -> Response:
    """All figures of the last days."""
    async with read_only(parts_of(request).sessions) as session:
        figures = _figures(request, session, days)
        tables = [table for make in _TABLES.values() if (table := await make(figures)) is not None]
        by_day = await figures.verdicts_by("day")
    total = sum(one.total for one in by_day)
    return page(
        request,
        "insight.html",
        analyst=analyst,
        days=days,
        spans=_SPANS,
        tables=tables,
        series=json.dumps(_series(by_day)),
        total=total,
        shares=[
            (name, number, round(100 * number / total, 1) if total else 0.0)
            for name in _VERDICTS
            for number in (sum(getattr(one, name) for one in by_day),)
        ],
    )


@router.get("/insight/{name}.csv")
async def give_csv(
    request: Request,
    analyst: SignedIn,  # noqa: ARG001 - whoever is signed in
    name: str,
    days: Annotated[int, Query(ge=1, le=365)] = 30,
) -> Response:
    """One of the tables, for a spreadsheet."""
    table = None
    if (make := _TABLES.get(name)) is not None:
        async with read_only(parts_of(request).sessions) as session:
            table = await make(_figures(request, session, days))
    if table is None:
        return Response(status_code=404)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([[_harmless(cell) for cell in row] for row in table.rows])
    return Response(
        text.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{table.name}-{days}-days.csv"',
            "Cache-Control": "no-store",
        },
    )


def _figures(request: Request, session: AsyncSession, days: int) -> _Figures:
    until = parts_of(request).now() + timedelta(minutes=1)
    return _Figures(session, until - timedelta(days=days), until)


_Table = Callable[[_Figures], Awaitable[TableView | None]]


def _by(name: str, dimension: Dimension, title: str, words: str) -> _Table:
    """The table of verdicts by a column of screenings."""

    async def table(figures: _Figures) -> TableView:
        return _verdicts(name, title, words, await figures.verdicts_by(dimension))

    return table


async def _hints(figures: _Figures) -> TableView:
    rows = _by_hint(await figures.verdicts_by("first_code"))
    return _verdicts("hints", "By hint", "What the person was told to do.", rows)


def _verdicts(name: str, title: str, words: str, counts: Sequence[VerdictCount]) -> TableView:
    rows = [(one.name or "–", *(getattr(one, v) for v in _VERDICTS), one.total) for one in counts]
    columns = (title.removeprefix("By ").capitalize(), *(v.capitalize() for v in _VERDICTS), "All")
    return TableView(name, title, words, columns, rows, has_bar=True)


def _by_hint(by_code: Sequence[VerdictCount]) -> Sequence[VerdictCount]:
    """Codes that tell the person the same are one row."""
    found: dict[str, list[VerdictCount]] = {}
    for one in by_code:
        reason = REASONS.get(one.name)
        hint = _with_dots(reason.hint) if reason else ""
        found.setdefault(hint, []).append(one)
    summed = [
        VerdictCount(hint, *(sum(getattr(one, v) for one in several) for v in _VERDICTS))
        for hint, several in found.items()
    ]
    return sorted(summed, key=lambda one: -one.total)


def _with_dots(text: str) -> str:
    """A hint without the words that each finding puts in."""
    return fill(text, dict.fromkeys(placeholders(text), "…")).replace("….", "…")


async def _retakes(figures: _Figures) -> TableView:
    counts = await insight.retakes(figures.session, figures.since, figures.until)
    rows = [
        (
            one.code or "–",
            one.asked,
            one.tried_again,
            one.succeeded,
            _percent(one.succeeded, one.tried_again),
        )
        for one in counts
    ]
    return TableView(
        "retakes",
        "Did a retake help?",
        "Of people who can be known again: how many tried again, and how many were accepted then.",
        ("Reason", "Asked", "Tried again", "Accepted then", "Of those who tried"),
        rows,
    )


async def _agreement(figures: _Figures) -> TableView:
    counts = await insight.agreement(figures.session, figures.since, figures.until)
    ordered = sorted(counts, key=lambda one: (-one.accepted, -one.decided, one.code))
    rows = [
        (
            one.code,
            one.decided,
            one.accepted,
            _percent(one.accepted, one.decided),
            one.forwarded,
            one.verified,
            one.refused,
            _percent(one.refused, one.verified + one.refused),
        )
        for one in ordered
    ]
    return TableView(
        "agreement",
        "Who overturned what",
        "A code whose cases analysts mostly accept asks for a looser threshold; "
        "one whose accepted cases Blaaiz rejects, for a stricter one.",
        (
            "Code",
            "Decided",
            "Accepted by analysts",
            "Overturned",
            "Forwarded",
            "Verified by Blaaiz",
            "Rejected by Blaaiz",
            "Of those answered",
        ),
        rows,
    )


async def _shadow(figures: _Figures) -> TableView | None:
    counts = await insight.shadow_counts(figures.session, figures.since, figures.until)
    if not counts:
        return None
    return TableView(
        "shadow",
        "The shadow policy",
        "What PRESCREEN_SHADOW_POLICY would have said.",
        ("Policy", "Said", "Would say", "Screenings"),
        [(one.policy, one.verdict, one.shadow_verdict, one.number) for one in counts],
    )


async def _shadow_differences(figures: _Figures) -> TableView | None:
    differing = await insight.shadow_differences(figures.session, figures.since, figures.until)
    if not differing:
        return None
    return TableView(
        "shadow-differences",
        "Where it differs",
        "The last screenings with another verdict.",
        ("Screening", "Said", "Would say", "Gained", "Lost"),
        [
            (
                one.screening_id,
                one.verdict,
                one.shadow_verdict,
                " ".join(one.gained),
                " ".join(one.lost),
            )
            for one in differing
        ],
    )


_TABLES: Final[Mapping[str, _Table]] = {
    "reasons": _by("reasons", "first_code", "By reason", "The first reason of each screening."),
    "hints": _hints,
    "kinds": _by("kinds", "kind", "By kind", "What the pictures show."),
    "countries": _by("countries", "country", "By country", "Whose document it is."),
    "frontends": _by("frontends", "frontend", "By frontend", "The key that sent it."),
    "retakes": _retakes,
    "agreement": _agreement,
    "shadow": _shadow,
    "shadow-differences": _shadow_differences,
    "days": _by("days", "day", "By day", "In UTC."),
}
"""In the order of the page."""


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def _series(by_day: Sequence[VerdictCount]) -> Mapping[str, Sequence[str | int]]:
    """What the chart draws."""
    return {"day": [one.name for one in by_day]} | {
        name: [getattr(one, name) for one in by_day] for name in _VERDICTS
    }


def _harmless(cell: _Cell) -> _Cell:
    """Spreadsheets take some texts for formulas."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t"} else cell
