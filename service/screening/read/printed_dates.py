"""Dates as people print them on documents; order of day and month by issuer."""

import re
import unicodedata
from datetime import date
from typing import Final

# Doc 9303 part 3, 3.8: months in English, French or Spanish, up to four letters; and the full
# forms and languages that licences and permits show.
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen januar january janvier enero gennaio janeiro",
            "feb fev fevr februar february fevrier febrero febbraio fevereiro",
            "mar mars marz marzo march mars maerz marco mrt",
            "apr avr abr april avril abril aprile",
            "may mai maj mei mayo maggio maio mag",
            "jun juin june juni junio giugno junho giu",
            "jul juil july juli juillet julio luglio julho lug",
            "aug aou aout ago august agosto",
            "sep sept set september septembre septiembre settembre setembro",
            "oct okt out ott october oktober octobre octubre ottobre outubro",
            "nov november novembre noviembre novembro",
            "dec dez dic dics december dezember decembre diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMERIC: Final = re.compile(
    r"(?<!\d)(\d{1,2})\s?[./\- ]\s?(\d{1,2})\s?[./\- ]\s?(\d{4}|\d{2})(?!\d)"
)
_ISO: Final = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s?[./\- ]\s?(\d{1,2})\s?[./\- ]\s?(\d{1,2})(?!\d)"
)
_CJK: Final = re.compile(r"((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_NAMED: Final = re.compile(
    r"(?<!\d)(\d{1,2})[ .\-]*([^\W\d]{3,10})\.?(?:\s*/\s*[^\W\d]{3,10}\.?)?[ .,\-]*(\d{4}|\d{2})(?!\d)"
)
_MONTH_FIRST: Final = re.compile(
    r"([^\W\d]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)"
)
_EARLIEST_YEAR: Final = 1900
_LATEST_YEAR: Final = 2100


def dates_in(text: str, *, month_first: bool, today: date) -> tuple[date, ...]:
    """Every date in a line of print, in reading order.

    Args:
        text: as an engine read it.
        month_first: whether the issuer writes 12/31/2030 (United States); a number above 12
            decides against it.
        today: settles two-digit years: at most 30 years ahead.

    """
    found: list[tuple[int, date]] = []
    plain = _without_marks(text)
    for match in _CJK.finditer(text):
        _add(found, match.start(), match[1], match[2], match[3], today)
    for match in _ISO.finditer(plain):
        _add(found, match.start(), match[1], match[2], match[3], today)
    for match in _NUMERIC.finditer(plain):
        first, second = match[1], match[2]
        month, day = (first, second) if month_first and int(first) <= 12 else (second, first)
        if int(month) > 12 >= int(day):
            month, day = day, month
        _add(found, match.start(), match[3], month, day, today)
    for match in _NAMED.finditer(plain):
        month = _MONTHS.get(match[2].casefold())
        if month:
            _add(found, match.start(), match[3], str(month), match[1], today)
    for match in _MONTH_FIRST.finditer(plain):
        month = _MONTHS.get(match[1].casefold())
        if month:
            _add(found, match.start(), match[3], str(month), match[2], today)
    found.sort(key=lambda pair: pair[0])
    return tuple(dict.fromkeys(day for _, day in found))


def _add(
    found: list[tuple[int, date]], at: int, year: str, month: str, day: str, today: date
) -> None:
    number = int(year)
    if len(year) == 2:
        number += 2000
        if number > today.year + 30:
            number -= 100
    if not _EARLIEST_YEAR <= number <= _LATEST_YEAR:
        return
    try:
        found.append((at, date(number, int(month), int(day))))
    except ValueError:
        return


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
