"""Elements of the licence subfile: three letters, then the value to the end of the line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from service.aamva.header import Subfile, parse_header
from service.aamva.issuers import countries_of

_ELEMENT: Final = re.compile(r"^(?:DL|ID|EN)*(D[A-F][A-Z])(.*)$")
_LINE_ENDS: Final = re.compile(r"[\n\r\x1e]")
_MOST_BYTES: Final = 8192
"""PDF417 holds less than 3000 bytes."""
_EMPTY: Final = frozenset({"", "NONE", "UNAVL", "UNAVAIL"})
_SEX: Final = {"1": "M", "2": "F", "9": "X", "M": "M", "F": "F"}
_GIVEN_NAMES: Final = ("DAC", "DCT", "DAD")
"""First name (versions 1 and from 4), all given names (2 and 3), middle names."""
_CLASSES: Final = ("DCA", "DAR")
"""DAR in version 1."""


@dataclass(frozen=True, slots=True)
class Licence:
    """A North American licence or identification card, as its barcode states it.

    Attributes:
        card: what it is; None where the subfiles do not tell.
        country: alpha-2 code of the issuer; empty where nothing tells.
        is_country_disputed: the barcode names two countries.
        date_of_expiry: None as well where the issuer states that there is no end.
        has_class: a class of vehicles, which identification cards leave empty.
        truncated: fields that the issuer cut off, of "surname" and "given_names".

    """

    card: Subfile | None
    country: str
    is_country_disputed: bool
    jurisdiction: str
    number: str
    surname: str
    given_names: str
    date_of_birth: date | None
    date_of_expiry: date | None
    sex: str
    has_class: bool
    truncated: frozenset[str]


def parse_licence(payload: bytes) -> Licence | None:
    """The licence in a barcode's raw bytes; None where they are not of this standard."""
    payload = payload[:_MOST_BYTES]
    header = parse_header(payload)
    if header is None:
        return None
    elements = _elements(payload[header.elements_at :])
    countries = countries_of(elements, header.iin)
    surname, given = _names(elements)
    # Version 1 writes the year first everywhere.
    year_first = countries[:1] == ("CA",) or header.version <= 1
    cut = {"surname": elements.get("DDE"), "given_names": elements.get("DDF")}
    return Licence(
        card=header.card,
        country=countries[0] if countries else "",
        is_country_disputed=len(countries) > 1,
        jurisdiction=elements.get("DAJ", "").upper()[:2],
        number=elements.get("DAQ", "").replace(" ", ""),
        surname=surname,
        given_names=given,
        date_of_birth=_day(elements.get("DBB", ""), year_first=year_first),
        date_of_expiry=_day(elements.get("DBA", ""), year_first=year_first),
        sex=_SEX.get(elements.get("DBC", "").upper(), ""),
        has_class=any(elements.get(name, "").upper() not in _EMPTY for name in _CLASSES),
        truncated=frozenset(name for name, flag in cut.items() if flag == "T"),
    )


def _elements(body: bytes) -> Mapping[str, str]:
    """First value of each element. Offsets of the header are not used: many are wrong."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode("latin-1")  # the standard's own; some issuers write UTF-8
    found: dict[str, str] = {}
    for line in _LINE_ENDS.split(text):
        match = _ELEMENT.match(line.strip())
        if match:
            found.setdefault(match[1], match[2].strip())
    return found


def _names(elements: Mapping[str, str]) -> tuple[str, str]:
    """Surname and given names."""
    surname = elements.get("DCS") or elements.get("DAB") or ""
    given = [_plain(elements.get(name, "")) for name in _GIVEN_NAMES]
    if not surname and "DAA" in elements:  # the whole name: last, first, middle
        surname, _, rest = elements["DAA"].replace("@", ",").replace("$", ",").partition(",")
        given = [_plain(rest)]
    return _plain(surname), " ".join(part for part in given if part)


def _plain(name: str) -> str:
    words = " ".join(name.replace(",", " ").split())
    return "" if words.upper() in _EMPTY else words


def _day(text: str, *, year_first: bool) -> date | None:
    """MMDDCCYY in the United States, CCYYMMDD in Canada and in version 1.

    The other order is tried where the stated one gives no day: no century is a month, so a date
    of our time never reads both ways. No end (00000000, 99999999) is None, and so is a day first.
    """
    figures = re.sub(r"[^0-9]", "", text)
    if len(figures) != 8:
        return None
    orders = [_year_first, _month_first] if year_first else [_month_first, _year_first]
    return next((day for order in orders if (day := order(figures)) is not None), None)


def _month_first(figures: str) -> date | None:
    return _date(int(figures[4:]), int(figures[:2]), int(figures[2:4]))


def _year_first(figures: str) -> date | None:
    return _date(int(figures[:4]), int(figures[4:6]), int(figures[6:]))


def _date(year: int, month: int, day: int) -> date | None:
    if not 1880 <= year <= 2200:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
