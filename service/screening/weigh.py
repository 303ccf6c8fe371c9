"""All sides together: from what each tells to what the document is and says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

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
from service.screening.classify.one_card import disagreements_of, is_back_told
from service.screening.classify.printed import gather
from service.screening.classify.two_sides import is_empty, is_same_twice, put_right
from service.screening.evidence import (
    Absent,
    Evidence,
    Field,
    MrzReading,
    SideEvidence,
    TextLine,
    TitleMatch,
    Unexamined,
    Vote,
    found,
)
from service.screening.locate.layout import SURE_LAYOUT
from service.screening.read.certificate import read_certificate
from service.screening.read.fields import read_fields
from service.screening.read.look_alikes import settle_number
from service.screening.read.text_layer import Layer, split_layer

_MIN_IDENTITY_LABELS: Final = 2
_MIN_UNREAD_LINES: Final = 4

_COMPANY_PAPER: Final = "company_paper"
_TITLE_ALONE: Final = 0.6
"""The share of its line from which a title is no mention within a sentence."""


def weigh_sides(
    sides: Mapping[Side, SideEvidence], claim: Claim, history: History, today: date
) -> Evidence:
    """What the document is, whose, and what it says, from the evidence of its sides."""
    sides, was_swapped = put_right(sides)
    zones = [s.mrz for s in sides.values() if isinstance(s.mrz, MrzReading)]
    zones += [zone for s in sides.values() for zone in s.more_zones]
    barcodes = [b for s in sides.values() for b in found(s.barcodes)]
    layers = {name: split_layer(s.frame.text_layer, found(s.text)) for name, s in sides.items()}
    titles = _titles(sides, layers)
    votes: list[tuple[Vote, str]] = [v for zone in zones for v in votes_of_zone(zone)]
    votes += votes_of_barcodes(barcodes) + votes_of_titles(titles)
    for side in sides.values():
        votes += votes_of_fields(found(side.text))
    labels = sum(count_identity_labels(found(s.text)) for s in sides.values())
    unread = max(s.unread_lines for s in sides.values())
    has_document = (
        bool(zones or barcodes or titles)
        or labels >= _MIN_IDENTITY_LABELS
        or unread >= _MIN_UNREAD_LINES
        or any(
            _shows_page(s) if isinstance(s.text, Unexamined) else _shows_card(s)
            for s in sides.values()
        )
    )
    kind = weigh(votes, has_document=has_document)
    shown = "\n".join(line.text for layer in layers.values() for line in layer.shown)
    front = next(iter(sides.values()))
    country = country_of(kind.kind, zones, barcodes, titles, found(front.text), shown)
    issuer = "" if isinstance(country, Absent) else country.alpha2 or ""

    def fields(lines: Sequence[TextLine], source: str) -> Mapping[str, Field]:
        return _fields(kind.kind, lines, source, issuer, today)

    in_layers = [fields(layer.shown, "text_layer") for layer in layers.values()]
    in_print = [fields(found(side.text), "text") for side in sides.values()]
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
    by_print = country_in_print(kind.kind, titles, found(front.text), shown)
    apart = disagreements_with_print(
        seen,
        [*in_layers, *in_print],
        country,
        by_print,
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
        side_disagreements=disagreements_of(sides, country, by_print, in_print[0], today),
        was_swapped=was_swapped,
        is_same_side_twice=is_same_twice(sides),
        is_back_empty=Side.BACK in sides and is_empty(sides[Side.BACK]),
        is_back_told=is_back_told(kind.kind, sides, country, in_print[0], today),
    )


def _shows_page(side: SideEvidence) -> bool:
    """Whether a page or card lies there, as far as a glance tells."""
    return any(page.confidence >= SURE_LAYOUT for page in found(side.layouts))


def _shows_card(side: SideEvidence) -> bool:
    """Whether a card with print lies there, in whatever language and script."""
    is_card = any(
        page.confidence >= SURE_LAYOUT and page.layout.startswith("card")
        for page in found(side.layouts)
    )
    return is_card and len(found(side.text)) + side.unread_lines >= _MIN_UNREAD_LINES


def _titles(sides: Mapping[Side, SideEvidence], layers: Mapping[Side, Layer]) -> list[TitleMatch]:
    """Titles of all sides, in pictures and text layers.

    Papers bound behind a certificate, such as its articles, do not make it another document.
    """
    by_side = [
        [*found(side.titles), *find_titles(layers[name].shown)] for name, side in sides.items()
    ]
    first = [match for match in by_side[0] if match.decisive and match.score >= _TITLE_ALONE]
    if first and all(match.kind is Kind.CERTIFICATE_OF_INCORPORATION for match in first):
        by_side[1:] = [
            [match for match in titles if match.subkind != _COMPANY_PAPER] for titles in by_side[1:]
        ]
    return [match for titles in by_side for match in titles]


def _fields(
    kind: Kind, lines: Sequence[TextLine], source: str, issuer: str, today: date
) -> Mapping[str, Field]:
    """What one page says in print, read as this kind of document prints it.

    `issuer` is the alpha-2 code of its state, empty where unknown.
    """
    month_first = issuer == "US"
    if kind is not Kind.CERTIFICATE_OF_INCORPORATION:
        found = read_fields(lines, month_first=month_first, today=today)
        if kind is Kind.DRIVERS_LICENSE and "number" in found:
            number = found["number"]
            settled = settle_number(number.value, issuer)
            found["number"] = replace(number, value=settled)
        return {name: replace(one, source=source) for name, one in found.items()}
    titles = [match for match in find_titles(lines) if match.kind is kind]
    best = max(titles, key=lambda match: match.score, default=None)
    title = {"title": Field(best.title, source, round(best.score, 3))} if best else {}
    return title | read_certificate(lines, source, month_first=month_first, today=today)
