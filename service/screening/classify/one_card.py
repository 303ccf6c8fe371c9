"""Whether front and back are of one card: what says that they are not, and whether anything says so."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from service.aamva.elements import Licence
from service.issuers.card_codes import prints_zone
from service.mrz.formats import Format
from service.mrz.parse import Zone
from service.screening.claim import Kind, Side
from service.screening.classify.by_barcode import votes_of_barcodes
from service.screening.classify.by_fields import votes_of_fields
from service.screening.classify.by_mrz import votes_of_zone
from service.screening.classify.by_title import votes_of_titles
from service.screening.classify.corroborate import licence_of
from service.screening.classify.country import is_elsewhere
from service.screening.classify.two_sides import has_table
from service.screening.evidence import (
    Absent,
    CountryEvidence,
    Field,
    MrzReading,
    SideEvidence,
    TextLine,
    found,
)
from service.screening.match.in_print import (
    CLEARLY,
    NAMES,
    days_in,
    fields_of,
    is_nearly_in,
    stated_in_print,
)
from service.screening.match.numbers import compact, is_same_number
from service.screening.read.fields import births_in
from service.screening.read.printed_dates import dates_in

_STRONG: Final = 0.7
_ONE_KIND_EACH: Final = frozenset(
    {
        Kind.PASSPORT,
        Kind.DRIVERS_LICENSE,
        Kind.RESIDENT_PERMIT,
        Kind.NATIONAL_ID,
        Kind.PASSPORT_CARD,
    }
)
"""Kinds that never share a card; papers may be bound with others, visas are stuck into passports."""
_OF_CARDS: Final = frozenset({Format.TD1, Format.TD2, Format.TD3})
"""Zones that no licence has."""
_BOOKS: Final = frozenset({Format.TD3, Format.MRVA, Format.MRVB})
_MANY_LINES: Final = 5
_FIGURES: Final = 6
_WITH_FIGURES: Final = 2
"""Lines with so many figures, as dates and numbers have, of a front that was read well enough."""
_YOUNGEST_DRIVER: Final = 14
"""Years, of mopeds."""
_LEAST_HELD: Final = 2
_LEAST_NUMBER: Final = 5
_LEAST_NAME: Final = 5
# What backs without zone, table or barcode speak of, in whatever language.
_SPEAKS_OF: Final = {
    Kind.DRIVERS_LICENSE: re.compile(
        r"vehic|v[eé]h[ií]cul|veicol|fahr(?!en)|\bführ|voertuig|pojazd|motor|categor|cat[eé]gor|kategor|"
        r"\bclass|endors|restric|\bdriv|condu[cçiz]|chauff|rijbew|licen[cs]|sürücü|ehliyet|"
        r"tr[âá]nsit|transport|\blesen\b|memandu|motokar|"
        r"транспорт|водит|категор|رخصة|مركبة|قيادة|车型|驾驶|運転|免許",
        re.IGNORECASE,
    ),
    Kind.RESIDENT_PERMIT: re.compile(
        r"permi[ts]|immigra|s[eé]jour|soggiorno|aufenthalt|verblijf|pobyt|employ|\bwork|foreign|"
        r"\balien\b|жительств|إقامة|اقامة|居留|在留",
        re.IGNORECASE,
    ),
}


def disagreements_of(
    sides: Mapping[Side, SideEvidence],
    country: CountryEvidence | Absent,
    country_in_print: CountryEvidence | Absent,
    printed: Mapping[str, Field],
    today: date,
) -> tuple[tuple[str, str, str], ...]:
    """Field, "front" and "back", for each sign that the pictures are of two documents.

    "number" of two zones, "kind" by each side alone, "date_of_birth" that both print, or before
    which a licence's categories were obtained, "date_of_issue" where they were after it, and
    "holder" or "country" where the back states them to a machine and the front in print: see
    `is_tied`.

    Args:
        sides: front and back, put right.
        country: the issuer by the surest source.
        country_in_print: of the front, by print alone.
        printed: what the front states in print.
        today: settles two-digit years.

    """
    if Side.BACK not in sides:
        return ()
    front, back = sides[Side.FRONT], sides[Side.BACK]
    apart: list[str] = []
    numbers = [zone.number for zone in (front.proven_zone, back.proven_zone) if zone is not None]
    if len(numbers) == 2 and not is_same_number(*numbers):
        apart.append("number")
    if _is_of_other_kind(front, back):
        apart.append("kind")
    births, others = (births_in(found(side.text), today=today) for side in (front, back))
    if births and any(not days & births[0][0] for days, _ in others):
        apart.append("date_of_birth")
    if has_table(back):
        apart += _dates_apart(printed, found(back.text), today)
    read = _read_by_machine(back)
    if read is not None and not is_tied(read, front, today):
        if _is_read(front.print_beside_zone()):
            apart.append("holder")
        if front.proven_zone is None and is_elsewhere(country, country_in_print):
            apart.append("country")
    return tuple((name, "front", "back") for name in dict.fromkeys(apart))


def is_back_told(
    kind: Kind,
    sides: Mapping[Side, SideEvidence],
    country: CountryEvidence | Absent,
    printed: Mapping[str, Field],
    today: date,
) -> bool:
    """Whether the back is told to be one: it states what the front does, or what only such backs show.

    What a machine reads must be tied to the front. A licence's back has a table of categories or
    speaks of vehicles, a permit's has a zone where its issuer prints one, or speaks of the permit.
    True where there is no back, and of kinds that need none.

    Args:
        kind: of both sides together.
        sides: front and back, put right.
        country: the issuer.
        printed: what the front states in print.
        today: settles two-digit years.

    """
    words = _SPEAKS_OF.get(kind)
    if words is None or Side.BACK not in sides:
        return True
    front, back = sides[Side.FRONT], sides[Side.BACK]
    read = _read_by_machine(back)
    if read is not None:
        return is_tied(read, front, today)
    if isinstance(back.mrz, MrzReading):
        zone = back.mrz.zone
        # A zone that is not proven is asked for again, unless it has no digits that could prove it.
        return zone is None or bool(zone.checks) or is_tied(zone, front, today)
    if kind is Kind.RESIDENT_PERMIT and prints_zone(getattr(country, "alpha2", None)):
        return False
    lines = found(back.text)
    return (
        kind in _strong_kinds(back)
        or any(words.search(line.text) for line in lines)
        or _is_repeated(printed, lines, today)
    )


def is_tied(read: Zone | Licence, front: SideEvidence, today: date) -> bool:
    """Whether the front prints the number that a zone or barcode states, or the birth date and more.

    A surname and an expiry alone are those of a family. All names will do for a zone without dates.
    """
    stated = stated_in_print(read, front.print_beside_zone(), today)
    if "date_of_birth" in fields_of(read):
        is_persons = "date_of_birth" in stated and len(stated) > 1
    else:
        names = fields_of(read) & frozenset(NAMES)
        is_persons = bool(names) and stated >= names
    return "number" in stated or is_persons


def _is_of_other_kind(front: SideEvidence, back: SideEvidence) -> bool:
    of_front, of_back = (_strong_kinds(side) & _ONE_KIND_EACH for side in (front, back))
    if of_front and of_back and not of_front & of_back:
        return True
    zone = back.proven_zone
    return of_front == {Kind.DRIVERS_LICENSE} and zone is not None and zone.format in _OF_CARDS


def _strong_kinds(side: SideEvidence) -> set[Kind]:
    """Kinds for which one side alone speaks strongly."""
    votes = [
        *(votes_of_zone(side.mrz) if isinstance(side.mrz, MrzReading) else ()),
        *votes_of_barcodes(found(side.barcodes)),
        *votes_of_titles(found(side.titles)),
        *votes_of_fields(found(side.text)),
    ]
    kinds = {vote.kind for vote, _ in votes if vote.weight >= _STRONG}
    return kinds | ({Kind.DRIVERS_LICENSE} if has_table(side) else set())


def _read_by_machine(back: SideEvidence) -> Zone | Licence | None:
    """What a card's zone or barcode states; a book's page is the back of nothing."""
    zone = back.proven_zone
    if zone is not None and zone.number and zone.format not in _BOOKS:
        return zone
    return licence_of(back)


def _is_read(lines: Sequence[TextLine]) -> bool:
    """Whether so much of a front was read that a number or date of its own would be among it."""
    clear = [line.text for line in lines if line.likelihood >= CLEARLY]
    with_figures = [text for text in clear if sum(c.isdigit() for c in text) >= _FIGURES]
    return len(clear) >= _MANY_LINES and len(with_figures) >= _WITH_FIGURES


def _dates_apart(printed: Mapping[str, Field], table: Sequence[TextLine], today: date) -> list[str]:
    """Fields of a licence's front that all dates of the table on its back contradict.

    Column 10 says since when a category is held (Directive 2006/126/EC, annex I): no card is older
    than all of them, and no child drives. One date alone may be misread, or of column 11.
    """
    clear = [line.text for line in table if line.likelihood >= CLEARLY]
    days = [day for text in clear for day in dates_in(text, month_first=False, today=today)]
    held = [day for day in days if day <= today]
    if len(held) < _LEAST_HELD:
        return []
    issued, born = (
        date.fromisoformat(field.value) if field and field.confidence >= CLEARLY else None
        for field in (printed.get("date_of_issue"), printed.get("date_of_birth"))
    )
    apart: list[str] = []
    if issued and min(days) > issued:
        apart.append("date_of_issue")
    if born and max(held).year < born.year + _YOUNGEST_DRIVER:
        apart.append("date_of_birth")
    return apart


def _is_repeated(printed: Mapping[str, Field], lines: Sequence[TextLine], today: date) -> bool:
    """Whether the back prints the front's number, surname, birth date or expiry."""
    values = {name: field.value for name, field in printed.items()}
    number, surname = compact(values.get("number", "")), values.get("surname", "")
    days = {day.isoformat() for day in days_in(lines, today)}
    return (
        (len(number) >= _LEAST_NUMBER and any(number in compact(line.text) for line in lines))
        or (len(surname) >= _LEAST_NAME and any(is_nearly_in(surname, one.text) for one in lines))
        or bool(days & {values.get("date_of_birth"), values.get("date_of_expiry")})
    )
