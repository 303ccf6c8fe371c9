"""Dates as sentences of certificates write them: "this Twelfth day of March, two thousand nineteen"."""

import re
from datetime import date
from typing import Final

from service.screening.read.printed_dates import dates_in

_UNITS: Final = {
    word: n
    for n, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS: Final = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "ninety": 90}
_ORDINALS: Final = {
    word: n
    for n, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        start=1,
    )
} | {"thirtieth": 30}
_ORDINAL: Final = re.compile(
    r"\b(?:(twenty|thirty)[\s-]?)?(" + "|".join(sorted(_ORDINALS, key=len, reverse=True)) + r")\b"
)
_YEAR: Final = re.compile(
    r"\btwo\s?thousand(?:\s?and)?(?:\s?(" + "|".join(_TENS) + r"))?"
    r"(?:[\s-]?(" + "|".join(sorted(_UNITS, key=len, reverse=True)) + r"))?\b"
)
_FIGURE_ORDINAL: Final = re.compile(r"(?<!\d)(\d{1,2})\s?(?:st|nd|rd|th)\b")
_DAY_OF: Final = re.compile(r"\bday\s?of\b|\ba\.?\s?d\.?(?=\W*\d{4})")


def dates_in_sentence(text: str, *, month_first: bool, today: date) -> tuple[date, ...]:
    """Every date in figures or in English words, in reading order."""
    plain = " ".join(text.casefold().split())
    plain = _YEAR.sub(_year, plain)
    plain = _ORDINAL.sub(_ordinal, plain)
    plain = _FIGURE_ORDINAL.sub(r"\1", plain)
    plain = _DAY_OF.sub(" ", plain)
    return dates_in(" ".join(plain.split()), month_first=month_first, today=today)


def _year(match: re.Match[str]) -> str:
    tens, units = match[1], match[2]
    return str(2000 + (_TENS[tens] if tens else 0) + (_UNITS[units] if units else 0))


def _ordinal(match: re.Match[str]) -> str:
    tens = {"twenty": 20, "thirty": 30}.get(match[1] or "", 0)
    return str(tens + _ORDINALS[match[2]])
