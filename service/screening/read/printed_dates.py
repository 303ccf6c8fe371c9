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
            "jan ene gen oca ean januar january janvier enero gennaio janeiro",
            "feb fev fevr sub fea februar february fevrier febrero febbraio fevereiro",
            "mar mars marz marzo march mars maerz marco mrt",
            "apr avr abr nis aib april avril abril aprile",
            "may mai maj mei bea mayo maggio maio mag",
            "jun juin haz june juni junio giugno junho giu",
            "jul juil tem iui july juli juillet julio luglio julho lug",
            "aug aou aout ago agu lun august agosto",
            "sep sept set eyl mfo september septembre septiembre settembre setembro",
            "oct okt out ott eki dfo october oktober octobre octubre ottobre outubro",
            "nov kas sam november novembre noviembre novembro",
            "dec dez dic dics des ara nol december dezember decembre diciembre dicembre dezembro",
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
    r"(?<!\d)(\d{1,2})(?: ?\d{1,2}月)?[ .\-/]*([^\W\d]{3,10})\.?(?:\s*/\s*([^\W\d]{3,10})\.?)?"
    r"[ .,\-]*(\d{4}|\d{2})(?!\d)"
)
_MONTH_FIRST: Final = re.compile(
    r"([^\W\d]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)"
)
_ZERO_IN_WORD: Final = re.compile(r"(?<![^\W\d])(?<!\d)0(?=[^\W\d]{2})|(?<=[^\W\d])0(?=[^\W\d])")
"""In 0CT or N0V, as engines read them."""
_EARLIEST_YEAR: Final = 1900
_LATEST_YEAR: Final = 2100
YEARS_AHEAD: Final = 30
"""How far ahead a year of two digits may lie; further on it is of the last century."""


def dates_in(
    text: str, *, month_first: bool, today: date, years_ahead: int = YEARS_AHEAD
) -> tuple[date, ...]:
    """Every date in a line of print, in reading order.

    Args:
        text: as an engine read it.
        month_first: whether the issuer writes 12/31/2030 (United States); a number above 12
            decides against it.
        today: settles two-digit years.
        years_ahead: how far in the future a two-digit year may lie; 0 for a date of birth.

    Years of other calendars (2533, 1445, 平成2年) are no dates here: they are for a person.

    """
    found: list[tuple[int, date]] = []
    plain = _ZERO_IN_WORD.sub("O", _without_marks(text))

    def add(at: int, year: str, month: str, day: str) -> None:
        when = _date(year, month, day, today, years_ahead)
        if when:
            found.append((at, when))

    for match in _CJK.finditer(text):
        add(match.start(), match[1], match[2], match[3])
    for match in _ISO.finditer(plain):
        add(match.start(), match[1], match[2], match[3])
    for match in _NUMERIC.finditer(plain):
        first, second = match[1], match[2]
        month, day = (first, second) if month_first and int(first) <= 12 else (second, first)
        if int(month) > 12 >= int(day):
            month, day = day, month
        add(match.start(), match[3], month, day)
    for match in _NAMED.finditer(plain):
        # In two languages: MEI is May in Dutch and June in Irish, and the other word tells.
        months = {_MONTHS.get(word.casefold()) for word in match.group(2, 3) if word} - {None}
        if len(months) == 1:
            add(match.start(), match[4], str(months.pop()), match[1])
    for match in _MONTH_FIRST.finditer(plain):
        month = _MONTHS.get(match[1].casefold())
        if month:
            add(match.start(), match[3], str(month), match[2])
    found.sort(key=lambda pair: pair[0])
    return tuple(dict.fromkeys(day for _, day in found))


def _date(year: str, month: str, day: str, today: date, years_ahead: int) -> date | None:
    number = int(year)
    if len(year) == 2:
        number += 2000
        if number > today.year + years_ahead:
            number -= 100
    if not _EARLIEST_YEAR <= number <= _LATEST_YEAR:
        return None
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
