"""Fields of the visual zone: by the label beside or above them, or by a licence's field number."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from service.screening.evidence import Field, Quad, TextLine
from service.screening.read.labelled import labelled
from service.screening.read.numbered import (
    SURE_NUMBERS,
    bare_fields,
    before_marks,
    is_aamva_style,
    numbered_fields,
)
from service.screening.read.placement import Placed, below, place, right_of
from service.screening.read.printed_dates import dates_in

SOURCE: Final = "text"

# Numbers of Directive 2006/126/EC annex I and ISO 18013-1.
_NUMBERED: Final = {
    "1": "surname",
    "2": "given_names",
    "3": "date_of_birth",
    "4a": "date_of_issue",
    "4b": "date_of_expiry",
    "5": "number",
    "5a": "number",
}
_REACH: Final = 12.0
"""How far right of its label a value may begin, in heights of the label."""
_NUMBER_REACH: Final = 2.5
"""The same of field 5, which follows at once: what begins further off may have lost its start."""
_COLUMN: Final = 1.5
"""Heights by which lines of one column begin apart, where the card leans."""
_DATES: Final = frozenset({"date_of_birth", "date_of_expiry", "date_of_issue"})
_NUMBER_VALUE: Final = re.compile(r"^(?=(?:.*\d){3})[A-Z0-9][A-Z0-9 /.\-]{3,28}$", re.IGNORECASE)
# DL or DLN set close before a number that begins with a letter; before figures nobody can tell,
# nor where the field's number, 4d, is read as one more letter before it.
_GLUED_LABEL: Final = re.compile(r"^DLN(?=\d).*|^\w{1,2}DLN(?=[A-Z]?\d{3}).*|^DLN?(?=[A-Z]\d)")
# A date in the same line: the number of its field may have joined the number before it. Poland's
# numbers are five, two and four figures.
_DATE_BEHIND: Final = re.compile(r"(?!^\d{5}/\d\d/\d{4}$)^.*\d/\d{1,2}/\d{4}\b")
_DATE_VALUE: Final = re.compile(r"^\d{1,4}[ ./\-]{1,2}\d{1,2}[ ./\-]{1,2}\d{1,4}$")
# A British licence prints the count of its issues after the driver's number.
_BRITISH_ISSUE: Final = re.compile(r"(?<=^[A-Z9]{5}\d{6}[A-Z9]{2}\d[A-Z]{2})\s+\d{2}$")
_BIRTH: Final = "date_of_birth"
_CLEARLY: Final = 0.9
_LEGEND: Final = frozenset({"1", "2"})
"""Surname and given names on one line: a back says what the numbers mean."""
# AKW48291AA17 CLASS B: the next field on the line of a number, which has 29 characters at most.
_NEXT_FIELD: Final = re.compile(r"(?<=\d)(\S{0,28})\s+[^\W\d_]{3,}(?!\S).*$")
# The first column of the table on a licence's back, beside a legend that says what 1 and 2 mean.
_CATEGORIES: Final = frozenset({"AM", "BE", "CE", "DE"})
_NAME_VALUE: Final = re.compile(r"^[^\W\d_][^\d_]{0,60}$")


def read_fields(lines: Sequence[TextLine], *, month_first: bool, today: date) -> dict[str, Field]:
    """Values by field name (those of `Printed`, and `date_of_issue`), best label first.

    Args:
        lines: all lines of one side, with quads of one frame.
        month_first: how the issuer writes dates in figures.
        today: settles two-digit years.

    """
    placed = place(lines)
    found: dict[str, Field] = {}
    numbered = _numbered(placed)
    alone = [entry for entry, _, rest in numbered if not rest]
    values = [value for entry in alone for value in right_of(entry, placed, _REACH)[:1]]
    for entry, number, rest in numbered:
        if name := _NUMBERED.get(number):
            reach = _REACH
            if name == "number" and not _is_in_column(entry, values, placed):
                reach = _NUMBER_REACH
            _take(found, name, rest, entry, placed, month_first, today, reach)
    marked = [(p, one) for p in placed if (one := labelled(p.line.text))]
    # "Licence No." before "No.", which may be the number of anything.
    marked.sort(key=lambda pair: not pair[1][0].is_own)
    for entry, (label, rest) in marked:
        _take(found, label.field, rest, entry, placed, month_first, today)
    return found


def _numbered(placed: Sequence[Placed]) -> list[tuple[Placed, str, str]]:
    """Lines with the numbers of their fields, each with what follows it.

    A figure without a mark is the number of a field only where others are numbered for certain,
    and alone only in their column. American cards number other fields so: 5 DD.
    """
    sure: list[Placed] = []
    is_american = False
    for entry in placed:
        for number, rest in numbered_fields(entry.line.text):
            sure += [entry] if number in SURE_NUMBERS else []
            is_american |= is_aamva_style(rest)
    found: list[tuple[Placed, str, str]] = []
    for entry in placed:
        marked = numbered_fields(entry.line.text)
        fields = marked or (bare_fields(entry.line.text) if sure else [])
        if {number for number, _ in fields} >= _LEGEND:
            continue
        for number, rest in fields:
            is_bare = not marked and (not rest or number == "5")
            if is_bare and (is_american or not _begins_with(entry, sure)):
                continue
            found.append((entry, number, rest))
    return found


def _begins_with(entry: Placed, others: Sequence[Placed]) -> bool:
    """Whether a line begins where one of the others does."""
    return any(abs(entry.left - other.left) <= _COLUMN * other.height for other in others)


def _is_in_column(entry: Placed, values: Sequence[Placed], placed: Sequence[Placed]) -> bool:
    """Whether the value right of a number begins where those of other fields do: with its start."""
    value = next(iter(right_of(entry, placed, _REACH)), None)
    return value is not None and _begins_with(value, [one for one in values if one is not value])


def names_in(text: str) -> set[str]:
    """Fields that a line names, by their numbers or by a label at its start."""
    label = labelled(text)
    named = {_NUMBERED[number] for number, _ in numbered_fields(text) if number in _NUMBERED}
    return named | ({label[0].field} if label else set())


def births_in(lines: Sequence[TextLine], *, today: date) -> list[tuple[frozenset[date], Quad]]:
    """Each place that clearly names a day of birth, with the days that its figures may mean.

    A licence's field 3 says it on its own line, or right of its number: legends list numbers as well.
    """
    placed = place(lines)
    numbered = _numbered(placed)
    found: list[tuple[frozenset[date], Quad]] = []
    for entry in placed:
        fields = [(number, rest) for one, number, rest in numbered if one is entry]
        label = None if fields else labelled(entry.line.text)
        stated = [(rest, entry) for number, rest in fields if _NUMBERED.get(number) == _BIRTH]
        if stated and not stated[0][0]:
            values = right_of(entry, placed, _REACH)[:1]
            stated = [(before_marks(value.line.text), value) for value in values]
        if label is not None and label[0].field == _BIRTH:
            stated = [(label[1], entry), *((n.line.text, n) for n in _neighbours(entry, placed))]
        for text, where in stated:
            days = frozenset(
                day
                for month_first in (False, True)
                for day in dates_in(text, month_first=month_first, today=today, years_ahead=0)[:1]
            )
            if days:
                if where.line.likelihood >= _CLEARLY:
                    found.append((days, where.line.quad))
                break
    return found


def _take(
    found: dict[str, Field],
    name: str,
    rest: str,
    entry: Placed,
    placed: Sequence[Placed],
    month_first: bool,  # noqa: FBT001
    today: date,
    reach: float = _REACH,
) -> None:
    if name in found:
        return
    candidates = [(rest, entry.line.likelihood)] if rest.strip(" .:-") else []
    candidates += [
        (before_marks(n.line.text), n.line.likelihood)
        for n in _neighbours(entry, placed, reach)
        if not labelled(n.line.text)
    ]
    for text, likelihood in candidates:
        value = _value(name, text, month_first=month_first, today=today)
        if value:
            found[name] = Field(value, SOURCE, likelihood)
            return


def _value(name: str, text: str, *, month_first: bool, today: date) -> str | None:
    text = text.strip(" .:-*#")
    if name in _DATES:
        ahead = {"years_ahead": 0} if name == "date_of_birth" else {}
        days = dates_in(text, month_first=month_first, today=today, **ahead)
        # A label over two dates names both, "issued / expires": the last is the later.
        return (days[-1] if name == "date_of_expiry" else days[0]).isoformat() if days else None
    if name == "number":
        compact = _BRITISH_ISSUE.sub("", text.split("  ")[0])
        compact = _NEXT_FIELD.sub(r"\1", _GLUED_LABEL.sub("", compact))
        is_date = _DATE_VALUE.match(compact) or _DATE_BEHIND.search(text)
        is_number = _NUMBER_VALUE.match(compact) and not is_date
        return compact.replace(" ", "") if is_number else None
    if name == "sex":
        first = text[:1].upper()
        return first if first in {"M", "F", "X"} and len(text) <= 8 else None
    if labelled(text):
        return None
    return text if _NAME_VALUE.match(text) and text not in _CATEGORIES else None


def _neighbours(entry: Placed, placed: Sequence[Placed], reach: float = _REACH) -> Iterable[Placed]:
    """Lines where a label's value stands: right of it on its line, or just below it."""
    return [*right_of(entry, placed, reach)[:1], *below(entry, placed, 1.8)[:2]]
