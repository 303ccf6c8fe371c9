"""Whether what a zone or a barcode states stands in print, as engines read print."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from rapidfuzz import fuzz

from service.mrz.parse import Zone
from service.screening.evidence import TextLine
from service.screening.match.numbers import compact
from service.screening.match.spellings import spellings
from service.screening.read.printed_dates import YEARS_AHEAD, dates_in

CLEARLY: Final = 0.9
"""Likelihood of a line from which what it says is held against another source."""
_NEARLY: Final = 75.0
"""Likeness of two values, 0 to 100: of nine characters two may be misread."""
_SHORTEST_NEARLY: Final = 5
NAMES: Final = ("surname", "given_names")
DATES: Final = ("date_of_birth", "date_of_expiry")


def is_nearly_in(value: str, text: str) -> bool:
    """Whether a line holds the value but for a misread character or two."""
    wanted, line = compact(value), compact(text)
    return len(line) >= len(wanted) - 2 and fuzz.partial_ratio(wanted, line) >= _NEARLY


def is_name_in(name: str, text: str) -> bool:
    """Whether a line holds the first word of a zone's name in any of its spellings.

    Nearly, where the word is long enough to be told from any other then.
    """
    first = name.split(" ", 1)[0]
    lines = (compact(text), *spellings(text))
    if len(first) < _SHORTEST_NEARLY:
        return any(first in line for line in lines)
    return any(is_nearly_in(first, line) for line in lines)


def days_in(lines: Iterable[TextLine], today: date) -> frozenset[date]:
    """All days in print, by both orders of day and month, and of both centuries."""
    return frozenset(
        day
        for line in lines
        for month_first in (True, False)
        for ahead in (0, YEARS_AHEAD)
        for day in dates_in(line.text, month_first=month_first, today=today, years_ahead=ahead)
    )


def fields_of(zone: Zone) -> frozenset[str]:
    """Number, names, day of birth and day of expiry, as far as a zone states them."""
    values = (zone.number, zone.surname, zone.given_names, zone.date_of_birth, zone.date_of_expiry)
    names = ("number", *NAMES, *DATES)
    return frozenset(
        name
        for name, value in zip(names, values, strict=True)
        if value and (name not in DATES or isinstance(value, date))
    )


def stated_in_print(zone: Zone, lines: Sequence[TextLine], today: date) -> frozenset[str]:
    """Which of a zone's fields, as `fields_of` names them, stand in these lines."""
    days = days_in(lines, today)

    def is_stated(name: str) -> bool:
        value = getattr(zone, name)
        if name in DATES:
            return value in days
        is_in = is_name_in if name in NAMES else is_nearly_in
        return any(is_in(value, line.text) for line in lines)

    return frozenset(name for name in fields_of(zone) if is_stated(name))
