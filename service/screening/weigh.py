"""All sides together: from what each tells to what the document is and says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from service.screening.claim import Claim, History, Kind, Side
from service.screening.classify.by_barcode import votes_of_barcodes
from service.screening.classify.by_fields import count_identity_labels, votes_of_fields
from service.screening.classify.by_mrz import votes_of_zone
from service.screening.classify.by_title import find_titles, votes_of_titles
from service.screening.classify.corroborate import (
    disagreements_with_print,
    disagreements_with_zone,
)
from service.screening.classify.country import country_in_print, country_of
from service.screening.classify.kind import weigh
from service.screening.classify.printed import gather
from service.screening.evidence import (
    Absent,
    Evidence,
    Failed,
    Field,
    MrzReading,
    ReadingState,
    SideEvidence,
    TextLine,
    TitleMatch,
    Unexamined,
    Vote,
)
from service.screening.locate.layout import SURE_LAYOUT
from service.screening.match.numbers import is_same_number
from service.screening.read.certificate import read_certificate
from service.screening.read.fields import read_fields
from service.screening.read.text_layer import Layer, split_layer

_MIN_IDENTITY_LABELS: Final = 2
_MIN_UNREAD_LINES: Final = 4
_SAME_PICTURE_BITS: Final = 5

_COMPANY_PAPER: Final = "company_paper"
_TITLE_ALONE: Final = 0.6
"""The share of its line from which a title is no mention within a sentence."""


_T = TypeVar("_T")


def weigh_sides(
    sides: Mapping[Side, SideEvidence], claim: Claim, history: History, today: date
) -> Evidence:
    """What the document is, whose, and what it says, from the evidence of its sides."""
    sides, was_swapped = _put_right(sides)
    zones = [s.mrz for s in sides.values() if isinstance(s.mrz, MrzReading)]
    zones += [zone for s in sides.values() for zone in s.more_zones]
    barcodes = [b for s in sides.values() for b in _found(s.barcodes)]
    layers = {name: split_layer(s.frame.text_layer, _found(s.text)) for name, s in sides.items()}
    titles = _titles(sides, layers)
    votes: list[tuple[Vote, str]] = [v for zone in zones for v in votes_of_zone(zone)]
    votes += votes_of_barcodes(barcodes) + votes_of_titles(titles)
    for side in sides.values():
        votes += votes_of_fields(_found(side.text))
    labels = sum(count_identity_labels(_found(s.text)) for s in sides.values())
    unread = max(s.unread_lines for s in sides.values())
    has_document = (
        bool(zones or barcodes or titles)
        or labels >= _MIN_IDENTITY_LABELS
        or unread >= _MIN_UNREAD_LINES
        or any(isinstance(s.text, Unexamined) and _shows_page(s) for s in sides.values())
    )
    kind = weigh(votes, has_document=has_document)
    shown = "\n".join(line.text for layer in layers.values() for line in layer.shown)
    front = next(iter(sides.values()))
    country = country_of(kind.kind, zones, barcodes, titles, _found(front.text), shown)
    month_first = not isinstance(country, Absent) and country.alpha2 == "US"

    def fields(lines: Sequence[TextLine], source: str) -> Mapping[str, Field]:
        return _fields(kind.kind, lines, source, month_first=month_first, today=today)

    in_layers = [fields(layer.shown, "text_layer") for layer in layers.values()]
    in_print = [fields(_found(side.text), "text") for side in sides.values()]
    printed = gather(
        zones,
        barcodes,
        layers=in_layers,
        text=in_print,
        stated=[
            fields(lines, "text_layer")
            for layer in layers.values()
            for lines in (layer.shown + layer.hidden, layer.hidden)
        ],
    )
    if any(match.decisive for layer in layers.values() for match in find_titles(layer.hidden)):
        hidden_title = ("title", "text_layer", "text")
        printed = replace(printed, disagreements=(*printed.disagreements, hidden_title))
    seen = tuple(sides.values())
    apart = disagreements_with_print(
        seen,
        [*in_layers, *in_print],
        country,
        country_in_print(kind.kind, titles, _found(front.text), shown),
        today,
    ) + disagreements_with_zone(zones, seen, in_print, today)
    return Evidence(
        claim=claim,
        history=history,
        today=today,
        sides=dict(sides),
        kind=kind,
        country=country,
        printed=replace(printed, disagreements=(*printed.disagreements, *apart)),
        side_disagreements=_side_disagreements(sides),
        was_swapped=was_swapped,
        is_same_side_twice=_is_same_twice(sides),
    )


def _shows_page(side: SideEvidence) -> bool:
    """Whether a page or card lies there, as far as a glance tells."""
    return any(page.confidence >= SURE_LAYOUT for page in _found(side.layouts))


def _found(
    evidence: tuple[_T, ...] | Absent | Unexamined | Failed,
) -> tuple[_T, ...]:
    return evidence if isinstance(evidence, tuple) else ()


def _titles(sides: Mapping[Side, SideEvidence], layers: Mapping[Side, Layer]) -> list[TitleMatch]:
    """Titles of all sides, in pictures and text layers.

    Papers bound behind a certificate, such as its articles, do not make it another document.
    """
    by_side = [
        [*_found(side.titles), *find_titles(layers[name].shown)] for name, side in sides.items()
    ]
    first = [match for match in by_side[0] if match.decisive and match.score >= _TITLE_ALONE]
    if first and all(match.kind is Kind.CERTIFICATE_OF_INCORPORATION for match in first):
        by_side[1:] = [
            [match for match in titles if match.subkind != _COMPANY_PAPER] for titles in by_side[1:]
        ]
    return [match for titles in by_side for match in titles]


def _fields(
    kind: Kind, lines: Sequence[TextLine], source: str, *, month_first: bool, today: date
) -> Mapping[str, Field]:
    """What one page says in print, read as this kind of document prints it."""
    if kind is not Kind.CERTIFICATE_OF_INCORPORATION:
        found = read_fields(lines, month_first=month_first, today=today)
        return {name: replace(one, source=source) for name, one in found.items()}
    titles = [match for match in find_titles(lines) if match.kind is kind]
    best = max(titles, key=lambda match: match.score, default=None)
    title = {"title": Field(best.title, source, round(best.score, 3))} if best else {}
    return title | read_certificate(lines, source, month_first=month_first, today=today)


def _put_right(
    sides: Mapping[Side, SideEvidence],
) -> tuple[Mapping[Side, SideEvidence], bool]:
    """Front and back, swapped where the front shows what only backs do, and the back a title."""
    if Side.BACK not in sides:
        return sides, False
    front, back = sides[Side.FRONT], sides[Side.BACK]
    if _shows_back(front) and not _shows_back(back) and _has_title(back) and not _has_title(front):
        return {Side.FRONT: back, Side.BACK: front}, True
    return sides, False


def _shows_back(side: SideEvidence) -> bool:
    has_card_zone = (
        isinstance(side.mrz, MrzReading)
        and side.mrz.zone is not None
        and side.mrz.zone.format == "TD1"
    )
    return has_card_zone or any(b.symbology == "PDF417" for b in _found(side.barcodes))


def _has_title(side: SideEvidence) -> bool:
    return any(_decides(match) for match in _found(side.titles))


def _decides(match: TitleMatch) -> bool:
    return match.decisive and match.kind in {
        Kind.PASSPORT,
        Kind.DRIVERS_LICENSE,
        Kind.RESIDENT_PERMIT,
        Kind.NATIONAL_ID,
    }


def _is_same_twice(sides: Mapping[Side, SideEvidence]) -> bool:
    if Side.BACK not in sides:
        return False
    first, second = (int(side.frame.fingerprint, 16) for side in sides.values())
    return (first ^ second).bit_count() <= _SAME_PICTURE_BITS


def _side_disagreements(
    sides: Mapping[Side, SideEvidence],
) -> tuple[tuple[str, str, str], ...]:
    """Document numbers of two machine-read zones, one a side, that differ."""
    numbers = [
        s.mrz.zone.number
        for s in sides.values()
        if isinstance(s.mrz, MrzReading) and s.mrz.zone and s.mrz.state is ReadingState.READ
    ]
    if len(numbers) == 2 and not is_same_number(*numbers):
        return (("number", "front", "back"),)
    return ()
