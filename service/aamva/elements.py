"""Elements of the licence subfile: three letters, then the value to the end of the line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from service.aamva.header import Header, Subfile, parse_header

_ELEMENT: Final = re.compile(r"^(?:DL|ID|EN)?(D[A-F][A-Z])(.*)$")
_CANADIAN: Final = frozenset(
    ["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"]
)
_SEX: Final = {"1": "M", "2": "F", "9": "X", "M": "M", "F": "F"}


@dataclass(frozen=True, slots=True)
class Licence:
    """A North American licence or identification card, as its barcode states it.

    Attributes:
        card: what it is; None where the header does not tell.
        country: "US" or "CA", by DCG, else by jurisdiction.
        truncated: fields that the issuer cut off, of "surname" and "given_names".

    """

    card: Subfile | None
    country: str
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
    header = parse_header(payload)
    if header is None:
        return None
    elements = _elements(payload)
    jurisdiction = elements.get("DAJ", "").upper()[:2]
    country = _country(elements, header, jurisdiction)
    month_first = country == "US"
    given = " ".join(
        part
        for name in ("DAC", "DCT", "DAD")
        if (part := elements.get(name, "").replace(",", " ").strip()) and part != "NONE"
    )
    surname = elements.get("DCS") or elements.get("DAB") or ""
    if not surname and "DAA" in elements:
        surname, _, given = elements["DAA"].partition(",")
        given = given.replace(",", " ")
    cut = {"surname": elements.get("DDE"), "given_names": elements.get("DDF")}
    return Licence(
        card=header.card,
        country=country,
        jurisdiction=jurisdiction,
        number=elements.get("DAQ", "").replace(" ", ""),
        surname=surname.strip(),
        given_names=given.strip(),
        date_of_birth=_day(elements.get("DBB", ""), month_first=month_first),
        date_of_expiry=_day(elements.get("DBA", ""), month_first=month_first),
        sex=_SEX.get(elements.get("DBC", ""), ""),
        has_class=elements.get("DCA", "") not in {"", "NONE"},
        truncated=frozenset(name for name, flag in cut.items() if flag == "T"),
    )


def _elements(payload: bytes) -> Mapping[str, str]:
    """First value of each element. Offsets of the header are not used: many are wrong."""
    text = payload.decode("latin-1")
    found: dict[str, str] = {}
    for line in re.split(r"[\n\r\x1e]", text):
        # The first element may follow the header's designators on their line.
        tail = re.sub(r"^.*(?:ANSI |AAMVA)\d{8,12}(?:[A-Z]{2}\d{8})+", "", line)
        match = _ELEMENT.match(tail.strip())
        if match:
            found.setdefault(match[1], match[2].strip())
    return found


def _country(elements: Mapping[str, str], header: Header, jurisdiction: str) -> str:
    code = elements.get("DCG", "").upper()
    if code.startswith("CA"):
        return "CA"
    if code.startswith("US"):
        return "US"
    if jurisdiction in _CANADIAN:
        return "CA"
    # Canadian issuers hold 604426 to 604434 and 636012 to 636017 (636012 Ontario, 636028 BC).
    canadian = {"636012", "636028", "636048", "636017", "636016", "636013", "636044", "604432"}
    return "CA" if header.iin in canadian and not jurisdiction else "US"


def _day(text: str, *, month_first: bool) -> date | None:
    """MMDDCCYY in the United States, CCYYMMDD in Canada; a first pair above 12 cannot be a month."""
    figures = re.sub(r"\D", "", text)
    if len(figures) != 8:
        return None
    orders = [_month_first, _year_first] if month_first else [_year_first, _month_first]
    for order in orders:
        day = order(figures)
        if day is not None:
            return day
    return None


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
