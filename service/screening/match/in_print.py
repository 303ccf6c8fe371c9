"""Whether what a zone or a barcode states stands in print, as engines read print."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from service.aamva.elements import Licence
from service.mrz.parse import Zone
from service.screening.evidence import TextLine
from service.screening.match.numbers import compact
from service.screening.match.spellings import spellings
from service.screening.read.numbered import bare_fields
from service.screening.read.printed_dates import YEARS_AHEAD, dates_in

CLEARLY: Final = 0.9
"""Likelihood of a line from which what it says is held against another source."""
_NEARLY: Final = 75.0
"""Likeness of two values, 0 to 100: of nine characters two may be misread."""
_SURELY: Final = 0.97
"""Of a line in which one character of a value may be misread, no more: letters with marks that an
engine does not know are misread with less."""
FAINTLY: Final = 65.0
"""Of a value and the doubtful line that may be it; labels are less like any name."""
_SHORTEST_NEARLY: Final = 5
NAMES: Final = ("surname", "given_names")
DATES: Final = ("date_of_birth", "date_of_expiry")
_SPELLED_IN_TWO: Final = {"AE": "A", "OE": "O", "UE": "U", "AA": "A", "SS": "S"}
"""How zones spell letters (Doc 9303 part 3, table A) whose marks engines drop."""
_LOOK_ALIKE: Final = str.maketrans("OIL", "011")
"""Of numbers."""
_MONTH_UNKNOWN: Final = re.compile(r"(?<!\d)(\d{1,2})\b\D{1,14}\b((?:19|20)\d{2})(?!\d)")
_WORD: Final = re.compile(r"[^\W_]+")


def is_nearly_in(value: str, text: str) -> bool:
    """Whether a line holds the value but for a misread character or two."""
    return _is_like(compact(value), compact(text), _NEARLY)


def _is_number_in(number: str, line: TextLine, nearly: float) -> bool:
    wanted, printed = (compact(one).translate(_LOOK_ALIKE) for one in (number, line.text))
    if nearly < _NEARLY and line.likelihood < _SURELY and printed.isdecimal() and printed in wanted:
        return True  # perforated figures are found in pieces
    return _is_like(wanted, printed, _nearly_of(line, nearly))


def _is_name_in(name: str, lines: Sequence[TextLine], nearly: float) -> bool:
    """Whether the lines hold a zone's name in any of its spellings: as a whole, or each word."""
    return any(_is_word_in(name, line, nearly) for line in lines) or all(
        any(_is_word_in(word, line, nearly) for line in lines) for word in name.split()
    )


def _is_word_in(word: str, line: TextLine, nearly: float) -> bool:
    """Nearly, where a word is long enough to be told from any other then.

    A shorter one, which may be cut off in the zone, as the beginning of a word.
    """
    wanted, lines = _one_spelling(word), (line.text, *spellings(line.text))
    if len(wanted) >= _SHORTEST_NEARLY or (nearly < _NEARLY and line.likelihood < _SURELY):
        return any(_is_like(wanted, _one_spelling(one), _nearly_of(line, nearly)) for one in lines)
    words = (one for word in _WORD.findall(line.text) for one in (word, *spellings(word)))
    return any(_one_spelling(one).startswith(wanted) for one in words)


def _one_spelling(text: str) -> str:
    """Capitals, with one spelling for letters whose marks the zone spells and engines drop."""
    plain = compact(text)
    for two, one in _SPELLED_IN_TWO.items():
        plain = plain.replace(two, one)
    return plain


def _nearly_of(line: TextLine, nearly: float) -> float | None:
    return nearly if line.likelihood < _SURELY else None


def _is_like(wanted: str, line: str, nearly: float | None) -> bool:
    """Whether a line holds a value at least `nearly`; but for one character where that is None."""
    if len(line) < len(wanted) - 2:
        return False
    at = fuzz.partial_ratio_alignment(wanted, line) if len(line) > len(wanted) else None
    start, end = (at.dest_start, at.dest_end) if at else (0, len(line))
    if nearly is not None:
        return fuzz.ratio(wanted, line[start:end]) >= nearly
    # One character more or less moves either end of the part by one.
    return any(
        Levenshtein.distance(wanted, line[first:last]) <= 1
        for first in range(max(0, start - 1), start + 2)
        for last in range(end - 1, end + 2)
    )


def days_in(lines: Iterable[TextLine], today: date) -> frozenset[date]:
    """All days in print, by both orders of day and month, and of both centuries.

    A month in a word of no known language may be any, and the number of a field is no day: 3. 06.05.80.
    """
    texts = (text for line in lines for text in (line.text, *_values_in(line.text)))
    return frozenset(day for text in texts for day in _days_of(text, today))


def _values_in(text: str) -> list[str]:
    return [value for _, value in bare_fields(text)]


def _days_of(text: str, today: date) -> Iterable[date]:
    known = [
        day
        for month_first in (True, False)
        for ahead in (0, YEARS_AHEAD)
        for day in dates_in(text, month_first=month_first, today=today, years_ahead=ahead)
    ]
    return known or [
        date(int(year), month, int(day))
        for day, year in _MONTH_UNKNOWN.findall(text)
        for month in range(1, 13)
        if 1 <= int(day) <= monthrange(int(year), month)[1]
    ]


def fields_of(read: Zone | Licence) -> frozenset[str]:
    """Number, names, day of birth and day of expiry, as far as a zone or barcode states them."""
    values = (read.number, read.surname, read.given_names, read.date_of_birth, read.date_of_expiry)
    names = ("number", *NAMES, *DATES)
    return frozenset(
        name
        for name, value in zip(names, values, strict=True)
        if value and (name not in DATES or isinstance(value, date))
    )


def stated_in_print(
    read: Zone | Licence, lines: Sequence[TextLine], today: date, nearly: float = _NEARLY
) -> frozenset[str]:
    """Which fields of a zone or barcode, as `fields_of` names them, stand in these lines.

    `nearly` is how like a value, 0 to 100, a line that was read with doubt must be.
    """
    days = days_in(lines, today)

    def is_stated(name: str) -> bool:
        value = getattr(read, name)
        if name in DATES:
            return value in days
        if name in NAMES:
            return _is_name_in(value, lines, nearly)
        return any(_is_number_in(value, line, nearly) for line in lines)

    return frozenset(name for name in fields_of(read) if is_stated(name))
