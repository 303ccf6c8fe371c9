"""Two-digit years of the MRZ. Doc 9303 fixes the form YYMMDD, not the century: those rules are ours."""

from dataclasses import dataclass
from datetime import date

_LONGEST_VALIDITY_YEARS = 50


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A birth date of which the issuer knows only a part; None stands for what is unknown."""

    year: int | None
    month: int | None
    day: int | None


def parse_birth(text: str, today: date) -> date | PartialDate | None:
    """Birth date of YYMMDD, the latest century that is not in the future; None where impossible.

    Unknown parts are printed as fillers (Doc 9303 part 3, 4.8) and come back as PartialDate.
    """
    year, month, day = _part(text[0:2]), _part(text[2:4]), _part(text[4:6])
    if "bad" in (year, month, day):
        return None
    numbers = [None if p == "unknown" else int(p) for p in (year, month, day)]
    full_year = None
    if numbers[0] is not None:
        full_year = today.year - (today.year - numbers[0]) % 100
    if full_year is None or numbers[1] is None or numbers[2] is None:
        if numbers[1] is not None and not 1 <= numbers[1] <= 12:
            return None
        if numbers[2] is not None and not 1 <= numbers[2] <= 31:
            return None
        return PartialDate(full_year, numbers[1], numbers[2])
    born = _date(full_year, numbers[1], numbers[2])
    if born is not None and born > today:
        born = _date(full_year - 100, numbers[1], numbers[2])
    return born


def parse_expiry(text: str, today: date) -> date | None:
    """Expiry of YYMMDD in the century nearest to today; None where impossible or not complete."""
    if not text.isdecimal():
        return None
    near = 2000 + int(text[0:2])
    if near > today.year + _LONGEST_VALIDITY_YEARS:
        near -= 100
    return _date(near, int(text[2:4]), int(text[4:6]))


def _part(text: str) -> str:
    if text == "<<":
        return "unknown"
    return text if text.isdecimal() else "bad"


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
