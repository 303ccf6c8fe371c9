"""Whether the print of a card confirms its barcode or its zone: both can be printed by anybody."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from service.aamva.elements import Licence, parse_licence
from service.screening.classify.country import is_elsewhere
from service.screening.evidence import (
    Absent,
    CountryEvidence,
    Field,
    MrzReading,
    ReadingState,
    SideEvidence,
    TextLine,
    ZoneInPrint,
    found,
)
from service.screening.match.in_print import (
    CLEARLY,
    DATES,
    NAMES,
    days_in,
    fields_of,
    is_nearly_in,
    stated_in_print,
)
from service.screening.match.numbers import compact, is_same_number

_MANY_LINES: Final = 5
"""Lines read with certainty: where there are fewer, what is not found may be unread."""
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
    licence = next((one for side in sides if (one := licence_of(side)) is not None), None)
    if licence is None:
        return ()
    others = [side for side in sides if licence_of(side) is None] or sides
    lines = [line for side in others if isinstance(side.text, tuple) for line in side.text]
    days = days_in(lines, today)
    found: list[str] = []
    if licence.date_of_birth not in days and not _is_number_printed(licence.number, lines):
        found.append("holder")
    for name, day in zip(DATES, (licence.date_of_birth, licence.date_of_expiry), strict=True):
        stated = {one[name].value for one in fields if name in one and one[name].source != "mrz"}
        if day and day not in days and stated and day.isoformat() not in stated:
            found.append(name)
    found += [name for name in NAMES if _is_unprinted(licence, name, lines)]
    is_by_barcode = not isinstance(country, Absent) and country.source == "barcode"
    is_other = is_by_barcode and is_elsewhere(country, country_in_print)
    if licence.is_country_disputed or is_other:
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
    stands nowhere in the print, not even nearly. A label may be taken for another. Of sides that
    show the zone only passports' pages were read whole (`ZoneInPrint`). "holder" where such a page
    has neither the number nor the names of the zone: the print is another person's, or hidden.

    Args:
        zones: all zones; those that are only guessed say nothing.
        sides: all sides.
        fields: what the print of each side states, by name, in the order of `sides`.
        today: settles two-digit years.

    """
    zone = next((z.zone for z in zones if z.state is ReadingState.READ and z.zone), None)
    if zone is None:
        return ()
    pages = [s.zone_in_print for s in sides if isinstance(s.zone_in_print, ZoneInPrint)]
    whole = [
        (side, one)
        for side, one in zip(sides, fields, strict=True)
        if isinstance(side.zone_in_print, ZoneInPrint) or side.proven_zone is None
    ]
    lines = [line for side, _ in whole for line in side.print_beside_zone()]
    clear = [line for line in lines if line.likelihood >= CLEARLY]
    if not all(page.is_holders for page in pages) and len(clear) >= _MANY_LINES:
        return (("holder", "mrz", "text"),)
    labelled = {
        name: one[name].value
        for _, one in reversed(whole)
        for name in (*DATES, "number")
        if name in one and one[name].confidence >= CLEARLY
    }
    elsewhere = [line for s in sides if s.proven_zone is None for line in s.print_beside_zone()]
    missing = fields_of(zone) - stated_in_print(zone, elsewhere, today)
    missing = missing.difference(*(page.stated for page in pages))
    apart = {name for page in pages for name in page.missed & missing}
    apart |= {
        name
        for name in labelled.keys() & missing
        if name != "number" or len(compact(labelled[name])) == len(compact(zone.number))
    }
    return tuple((name, "mrz", "text") for name in sorted(apart))


def _is_unprinted(licence: Licence, name: str, lines: Sequence[TextLine]) -> bool:
    """Whether the first word of a name stands nowhere in print that was read with certainty."""
    words = getattr(licence, name).split()
    clear = [line.text for line in lines if line.likelihood >= CLEARLY]
    return (
        bool(words)
        and len(clear) >= _MANY_LINES
        and not any(is_nearly_in(words[0], line.text) for line in lines)
    )


def licence_of(side: SideEvidence) -> Licence | None:
    """What the barcode of an AAMVA licence on this side states."""
    parsed = (parse_licence(barcode.payload) for barcode in found(side.barcodes))
    return next((one for one in parsed if one is not None), None)


def _is_number_printed(number: str, lines: Sequence[TextLine]) -> bool:
    wanted = compact(number)
    if len(wanted) < _LEAST_NUMBER:
        return any(is_same_number(number, word) for line in lines for word in line.text.split())
    return any(wanted in compact(line.text) for line in lines)
