"""Insight: what was said, what came of it, and which threshold to change; every table as CSV."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class _Span:
    """The time that is told of."""

    since: datetime
    until: datetime


_BY_VERDICT: Mapping[str, tuple[Dimension, str, str]] = {
    "reasons": ("first_code", "By reason", "The first reason of each screening."),
    "hints": ("first_code", "By hint", "What the person was told to do."),
    "kinds": ("kind", "By kind", "What the pictures show."),
    "countries": ("country", "By country", "Whose document it is."),
    "frontends": ("frontend", "By frontend", "The key that sent it."),
    "days": ("day", "By day", "In UTC."),
}
_OTHERS: Final = ("retakes", "agreement", "shadow", "shadow-differences")
_IN_ORDER: Final = (*(name for name in _BY_VERDICT if name != "days"), *_OTHERS, "days")


@router.get("/insight")
async def show_insight(
    request: Request, analyst: SignedIn, days: Annotated[int, Query(ge=1, le=365)] = 30
) -> Response:
    """All figures of the last days."""
    async with read_only(parts_of(request).sessions) as session:
        tables, counts = await _tables(session, _span(request, days), _IN_ORDER)
    by_day = counts["day"]
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
    async with read_only(parts_of(request).sessions) as session:
        tables, _ = await _tables(session, _span(request, days), (name,))
    if not tables:
        return Response(status_code=404)
    [table] = tables
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


def _span(request: Request, days: int) -> _Span:
    until = parts_of(request).now() + timedelta(minutes=1)
    return _Span(until - timedelta(days=days), until)


async def _tables(
    session: AsyncSession, span: _Span, names: Sequence[str]
) -> tuple[Sequence[TableView], Mapping[Dimension, Sequence[VerdictCount]]]:
    """Those named, as far as there is such a table, and the counts from which they were made."""
    counts: dict[Dimension, Sequence[VerdictCount]] = {}
    dimensions: set[Dimension] = {_BY_VERDICT[name][0] for name in names if name in _BY_VERDICT}
    for dimension in dimensions:
        counts[dimension] = await insight.verdicts_by(session, dimension, span.since, span.until)
    tables: list[TableView] = []
    for name in names:
        match name:
            case "retakes":
                tables.append(_retakes(await insight.retakes(session, span.since, span.until)))
            case "agreement":
                tables.append(_agreement(await insight.agreement(session, span.since, span.until)))
            case "shadow":
                said = await insight.shadow_counts(session, span.since, span.until)
                tables += [_shadow(said)] if said else []
            case "shadow-differences":
                other = await insight.shadow_differences(session, span.since, span.until)
                tables += [_shadow_differences(other)] if other else []
            case _ if name in _BY_VERDICT:
                dimension, title, words = _BY_VERDICT[name]
                rows = counts[dimension]
                if name == "hints":
                    rows = _by_hint(rows)
                tables.append(_verdicts(name, title, words, rows))
            case _:
                pass
    return tables, counts


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


def _retakes(counts: Sequence[insight.RetakeCount]) -> TableView:
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


def _agreement(counts: Sequence[insight.CodeAgreement]) -> TableView:
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


def _shadow(counts: Sequence[insight.ShadowCount]) -> TableView:
    return TableView(
        "shadow",
        "The shadow policy",
        "What PRESCREEN_SHADOW_POLICY would have said.",
        ("Policy", "Said", "Would say", "Screenings"),
        [(one.policy, one.verdict, one.shadow_verdict, one.number) for one in counts],
    )


def _shadow_differences(differing: Sequence[insight.ShadowJudgement]) -> TableView:
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
