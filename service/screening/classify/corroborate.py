"""Whether the print of a card confirms its barcode or its zone: both can be printed by anybody."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from rapidfuzz import fuzz

from service.aamva.elements import Licence, parse_licence
from service.screening.evidence import (
    Absent,
    CountryEvidence,
    Field,
    MrzReading,
    ReadingState,
    SideEvidence,
    TextLine,
)
from service.screening.match.numbers import compact, is_same_number
from service.screening.read.printed_dates import dates_in

_DATES: Final = ("date_of_birth", "date_of_expiry")
_NAMES: Final = ("surname", "given_names")
_CLEARLY: Final = 0.9
_NEARLY: Final = 75.0
"""Likeness of two numbers, 0 to 100: of nine characters two may be misread."""
_MANY_LINES: Final = 5
"""Lines read with certainty: of a card with fewer, a name that is not found may be unread."""
_LEAST_NUMBER: Final = 5
"""Characters that a number needs to be told within a line of print."""


def disagreements_with_print(
    sides: Sequence[SideEvidence],
    fields: Sequence[Mapping[str, Field]],
    country: CountryEvidence | Absent,
    country_in_print: CountryEvidence | Absent,
    today: date,
) -> tuple[tuple[str, str, str], ...]:
    """Field, "barcode" and "text", for each that a licence's barcode and the print state apart.

    A name is one where nothing like its first word stands in print that was read with certainty.
    "holder" where the print confirms neither the number nor the birth date of the barcode: then
    the barcode stands alone, and nothing shows that it belongs to this card. Dates are looked for
    in all the print first, since a label may be taken for another.

    Args:
        sides: all sides; where some show no such barcode, only those are asked.
        fields: what the print of each side states, by name.
        country: by the surest source.
        country_in_print: by print alone.
        today: settles two-digit years.

    """
    licence = next((one for side in sides if (one := _licence_of(side)) is not None), None)
    if licence is None:
        return ()
    others = [side for side in sides if _licence_of(side) is None] or sides
    lines = [line for side in others if isinstance(side.text, tuple) for line in side.text]
    days = _days(lines, today)
    found: list[str] = []
    if licence.date_of_birth not in days and not _is_number_printed(licence.number, lines):
        found.append("holder")
    for name, day in zip(_DATES, (licence.date_of_birth, licence.date_of_expiry), strict=True):
        stated = {one[name].value for one in fields if name in one and one[name].source != "mrz"}
        if day and day not in days and stated and day.isoformat() not in stated:
            found.append(name)
    found += [name for name in _NAMES if _is_unprinted(licence, name, lines)]
    if licence.is_country_disputed or _is_elsewhere(country, country_in_print):
        found.append("country")
    return tuple((name, "barcode", "text") for name in found)


def disagreements_with_zone(
    zones: Sequence[MrzReading],
    sides: Sequence[SideEvidence],
    fields: Sequence[Mapping[str, Field]],
    today: date,
) -> tuple[tuple[str, str, str], ...]:
    """Field, "mrz" and "text", for each that a zone and the print clearly state apart.

    Clearly: a label names the value in print, it was read with certainty, and what the zone says
    stands nowhere in the print, not even nearly. A label may be taken for another. Sides that show
    the zone are left out: of their print only titles are read.

    Args:
        zones: all zones; those that are only guessed say nothing.
        sides: all sides.
        fields: what the print of each side states, by name, in the order of `sides`.
        today: settles two-digit years.

    """
    zone = next((z.zone for z in zones if z.state is ReadingState.READ and z.zone), None)
    if zone is None:
        return ()
    whole = [(s, f) for s, f in zip(sides, fields, strict=True) if not _shows_proven_zone(s)]
    lines = [line for side, _ in whole if isinstance(side.text, tuple) for line in side.text]
    days = _days(lines, today)
    stated = {
        name: one[name].value
        for _, one in reversed(whole)
        for name in (*_DATES, "number")
        if name in one and one[name].confidence >= _CLEARLY
    }
    found = [
        name
        for name, day in zip(_DATES, (zone.date_of_birth, zone.date_of_expiry), strict=True)
        if isinstance(day, date)
        and day not in days
        and stated.get(name, day.isoformat()) != day.isoformat()
    ]
    if "number" in stated and not any(_is_nearly_in(zone.number, line.text) for line in lines):
        found.append("number")
    return tuple((name, "mrz", "text") for name in found)


def _is_unprinted(licence: Licence, name: str, lines: Sequence[TextLine]) -> bool:
    """Whether the first word of a name stands nowhere in print that was read with certainty."""
    words = getattr(licence, name).split()
    clear = [line.text for line in lines if line.likelihood >= _CLEARLY]
    return (
        bool(words)
        and len(clear) >= _MANY_LINES
        and not any(_is_nearly_in(words[0], line.text) for line in lines)
    )


def _is_nearly_in(value: str, text: str) -> bool:
    """Whether a line holds the value but for a misread character or two."""
    wanted, line = compact(value), compact(text)
    return len(line) >= len(wanted) - 2 and fuzz.partial_ratio(wanted, line) >= _NEARLY


def _shows_proven_zone(side: SideEvidence) -> bool:
    return isinstance(side.mrz, MrzReading) and side.mrz.state is ReadingState.READ


def _licence_of(side: SideEvidence) -> Licence | None:
    barcodes = side.barcodes if isinstance(side.barcodes, tuple) else ()
    parsed = (parse_licence(barcode.payload) for barcode in barcodes)
    return next((one for one in parsed if one is not None), None)


def _days(lines: Sequence[TextLine], today: date) -> frozenset[date]:
    """All days in print, by both orders of day and month."""
    return frozenset(
        day
        for line in lines
        for month_first in (True, False)
        for day in dates_in(line.text, month_first=month_first, today=today)
    )


def _is_number_printed(number: str, lines: Sequence[TextLine]) -> bool:
    wanted = compact(number)
    if len(wanted) < _LEAST_NUMBER:
        return any(is_same_number(number, word) for line in lines for word in line.text.split())
    return any(wanted in compact(line.text) for line in lines)


def _is_elsewhere(
    country: CountryEvidence | Absent, country_in_print: CountryEvidence | Absent
) -> bool:
    if isinstance(country, Absent) or isinstance(country_in_print, Absent):
        return False
    return (
        country.source == "barcode"
        and country_in_print.is_proven
        and country_in_print.alpha2 not in {country.alpha2, *country.also}
    )
