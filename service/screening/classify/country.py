"""Whose document it is: by zone, barcode, title, or the name of a state in print."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from service.aamva.elements import parse_licence
from service.aamva.south_africa import is_identity_card, is_licence
from service.issuers.signs import ALPHA2_BY_SIGN
from service.issuers.states import Status, alpha2_of_alpha3, by_alpha2, states, territories_of
from service.issuers.titles import normalise
from service.screening.claim import Kind
from service.screening.evidence import (
    Absent,
    BarcodeReading,
    CountryEvidence,
    MrzReading,
    ReadingState,
    TextLine,
    TitleMatch,
)

_BRITISH_NATIONALITIES: Final = frozenset({"GBD", "GBN", "GBO", "GBP", "GBS"})
# Names that documents print and the table of ISO names does not have.
_PRINTED_NAMES: Final = {
    "UNITED KINGDOM OF GREAT BRITAIN AND NORTHERN IRELAND": "GB",
    "GREAT BRITAIN": "GB",
    "UNITED KINGDOM": "GB",
    "ENGLAND AND WALES": "GB",
    "UK": "GB",
    "UNITED STATES OF AMERICA": "US",
    "USA": "US",
    "FEDERAL REPUBLIC OF NIGERIA": "NG",
    "REPUBLIC OF GHANA": "GH",
    "REPUBLIC OF KENYA": "KE",
    "JAMHURI YA KENYA": "KE",
    "BUNDESREPUBLIK DEUTSCHLAND": "DE",
    "DEUTSCHLAND": "DE",
    "FEDERAL REPUBLIC OF GERMANY": "DE",
    "REPUBLIQUE FRANCAISE": "FR",
    "ESPANA": "ES",
    "REINO DE ESPANA": "ES",
    "REPUBBLICA ITALIANA": "IT",
    "ITALIA": "IT",
    "NEDERLAND": "NL",
    "KONINKRIJK DER NEDERLANDEN": "NL",
    "RZECZPOSPOLITA POLSKA": "PL",
    "POLSKA": "PL",
    "OSTERREICH": "AT",
    "REPUBLIK OSTERREICH": "AT",
    "SCHWEIZ": "CH",
    "PORTUGUESA": "PT",
    "REPUBLICA PORTUGUESA": "PT",
    "BELGIQUE": "BE",
    "BELGIE": "BE",
    "SVERIGE": "SE",
    "NORGE": "NO",
    "DANMARK": "DK",
    "SUOMI": "FI",
    "EESTI": "EE",
    "CESKA REPUBLIKA": "CZ",
    "CZECH REPUBLIC": "CZ",
    "HELLENIC REPUBLIC": "GR",
    "TURKIYE": "TR",
    "TURKEY": "TR",
    "REPUBLIC OF SOUTH AFRICA": "ZA",
    "REPUBLIC OF INDIA": "IN",
    "BHARAT": "IN",
    "INDIAN UNION": "IN",
    "UNION OF INDIA": "IN",
    "GOVERNMENT OF INDIA": "IN",
    "REPUBLIC OF UGANDA": "UG",
    "UNITED REPUBLIC OF TANZANIA": "TZ",
    "TANZANIA": "TZ",
    "REPUBLIC OF RWANDA": "RW",
    "REPUBLIQUE DU SENEGAL": "SN",
    "COTE D IVOIRE": "CI",
    "REPUBLIQUE DU CAMEROUN": "CM",
    "REPUBLIC OF CAMEROON": "CM",
    "BRASIL": "BR",
    "REPUBLICA FEDERATIVA DO BRASIL": "BR",
    "ESTADOS UNIDOS MEXICANOS": "MX",
    "REPUBLIC OF CHINA": "TW",
    "PEOPLES REPUBLIC OF CHINA": "CN",
    "HONG KONG": "HK",
    "STATE OF DELAWARE": "US",
    "DELAWARE": "US",
    "COMPANIES HOUSE": "GB",
    "CORPORATE AFFAIRS COMMISSION": "NG",
    "FEDERAL ROAD SAFETY CORPS": "NG",
    "COMPANIES AND INTELLECTUAL PROPERTY COMMISSION": "ZA",
    "MINISTRY OF CORPORATE AFFAIRS": "IN",
    "NATIONAL TRANSPORT AND SAFETY AUTHORITY": "KE",
    "RUSSIAN FEDERATION": "RU",
}
_US_STATES: Final = frozenset(
    [
        "ALABAMA",
        "ALASKA",
        "ARIZONA",
        "ARKANSAS",
        "CALIFORNIA",
        "COLORADO",
        "CONNECTICUT",
        "FLORIDA",
        "HAWAII",
        "IDAHO",
        "ILLINOIS",
        "INDIANA",
        "IOWA",
        "KANSAS",
        "KENTUCKY",
        "LOUISIANA",
        "MAINE",
        "MARYLAND",
        "MASSACHUSETTS",
        "MICHIGAN",
        "MINNESOTA",
        "MISSISSIPPI",
        "MISSOURI",
        "MONTANA",
        "NEBRASKA",
        "NEVADA",
        "OHIO",
        "OKLAHOMA",
        "OREGON",
        "PENNSYLVANIA",
        "TENNESSEE",
        "TEXAS",
        "UTAH",
        "VERMONT",
        "VIRGINIA",
        "WASHINGTON",
        "WISCONSIN",
        "WYOMING",
    ]
) | frozenset(
    (
        "NEW HAMPSHIRE",
        "NEW JERSEY",
        "NEW MEXICO",
        "NEW YORK",
        "NORTH CAROLINA",
        "NORTH DAKOTA",
        "RHODE ISLAND",
        "SOUTH CAROLINA",
        "SOUTH DAKOTA",
        "WEST VIRGINIA",
    )
)
_CANADIAN: Final = frozenset(
    (
        "ALBERTA",
        "BRITISH COLUMBIA",
        "MANITOBA",
        "NEW BRUNSWICK",
        "NEWFOUNDLAND",
        "NOVA SCOTIA",
        "ONTARIO",
        "QUEBEC",
        "SASKATCHEWAN",
    )
)
# A state beside one of these is the holder's, not the issuer's.
_ABOUT_THE_HOLDER: Final = re.compile(r"\b(NATIONALITY|BIRTH|CITIZEN|NAISSANCE|ADDRESS|CITY)\b")
_LATEST_SHARE: Final = 0.5
"""Issuers are named in the upper half; addresses and places of birth mostly below."""


def country_of(
    kind: Kind,
    zones: Sequence[MrzReading],
    barcodes: Sequence[BarcodeReading],
    titles: Sequence[TitleMatch],
    lines: Sequence[TextLine],
    text_layer: str,
) -> CountryEvidence | Absent:
    """The issuer by the surest source that speaks; Absent where none does."""
    for zone in zones:
        if zone.zone is not None and zone.state is ReadingState.READ and zone.zone.issuing_state:
            return _by_code(zone.zone.issuing_state, zone.zone.nationality)
    for barcode in barcodes:
        found = _barcode_country(barcode)
        if found:
            return _by_alpha2(found[0], "barcode", is_proven=found[1])
    return country_in_print(kind, titles, lines, text_layer)


def _by_code(code: str, nationality: str) -> CountryEvidence:
    state = states().get(code)
    if state is None:
        return CountryEvidence(code, None, False, "unknown", frozenset(), "mrz", True)
    also = territories_of(state.alpha2) if state.alpha2 else frozenset[str]()
    holder = states().get(nationality)
    status = state.status
    if holder is not None and holder.status is Status.STATELESS_OR_REFUGEE:
        status = Status.STATELESS_OR_REFUGEE
    is_british = code in _BRITISH_NATIONALITIES
    return CountryEvidence(
        issuing_state=code,
        alpha2=state.alpha2,
        is_special=state.status is Status.SPECIAL,
        status=status.value,
        also=also if is_british or status is Status.COUNTRY else frozenset(),
        source="mrz",
        is_proven=True,
    )


def _by_alpha2(alpha2: str, source: str, *, is_proven: bool) -> CountryEvidence:
    state = by_alpha2(alpha2)
    code = state.code if state else ""
    return CountryEvidence(
        code, alpha2, False, "country", territories_of(alpha2), source, is_proven
    )


def _barcode_country(barcode: BarcodeReading) -> tuple[str, bool] | None:
    """Alpha-2 code, and whether the barcode agrees with itself."""
    licence = parse_licence(barcode.payload)
    if licence is not None:
        return (licence.country, not licence.is_country_disputed) if licence.country else None
    if is_licence(barcode.payload) or is_identity_card(barcode.payload):
        return "ZA", True
    return None


def country_in_print(
    kind: Kind, titles: Sequence[TitleMatch], lines: Sequence[TextLine], text_layer: str
) -> CountryEvidence | Absent:
    """The issuer by titles, names of states and signs alone."""
    scores: dict[str, float] = {}

    def add(alpha2: str | None, weight: float) -> None:
        if alpha2:
            scores[alpha2] = scores.get(alpha2, 0.0) + weight

    for match in titles:
        if match.kind is kind and match.countries:
            for code in match.countries:
                add(alpha2_of_alpha3(code), 1.2 / len(match.countries))
    for alpha2, weight in _named(lines, text_layer):
        add(alpha2, weight)
    if kind is Kind.DRIVERS_LICENSE and lines:
        for line in lines:
            sign = ALPHA2_BY_SIGN.get(line.text.strip().upper())
            if sign and len(line.text.strip()) <= 3 and _share_down(line, lines) < 0.35:
                add(sign, 0.8)
    if not scores:
        return Absent()
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    best, weight = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if weight < 0.5 or weight - second < 0.25:
        return Absent()
    source = "text_layer" if text_layer else "text"
    return _by_alpha2(best, source, is_proven=weight >= 0.9 and weight - second >= 0.5)


def _named(lines: Sequence[TextLine], text_layer: str) -> Iterable[tuple[str, float]]:
    """Countries whose names stand in the text, each line at most once."""
    placed = [(line.text, _share_down(line, lines)) for line in lines]
    placed += [(text, 0.0) for text in text_layer.splitlines()]
    for text, share in placed:
        normal = normalise(text)
        if _ABOUT_THE_HOLDER.search(normal):
            continue
        for name, alpha2 in _names().items():
            if f" {name} " in f" {normal} ":
                yield alpha2, 1.0 if share < _LATEST_SHARE else 0.3
                break


@cache
def _names() -> Mapping[str, str]:
    """Names in print to alpha-2 codes, the longest first: Niger within Nigeria must not win."""
    names = {
        normalise(s.name): s.alpha2
        for s in states().values()
        if s.alpha2 and s.status is Status.COUNTRY
    }
    names |= {normalise(name): alpha2 for name, alpha2 in _PRINTED_NAMES.items()}
    names |= dict.fromkeys(_US_STATES, "US") | dict.fromkeys(_CANADIAN, "CA")
    # Georgia, Jersey and Jordan are also states or people of elsewhere.
    names = {name: alpha2 for name, alpha2 in names.items() if len(name) > 1 and name != "JORDAN"}
    return dict(sorted(names.items(), key=lambda pair: -len(pair[0])))


def _share_down(line: TextLine, lines: Sequence[TextLine]) -> float:
    """How far down the text a line stands, 0 to 1, in the text's own direction."""
    (ax, ay), (bx, by), _, _ = line.quad
    length = max(((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5, 1e-6)
    down = (-(by - ay) / length, (bx - ax) / length)

    def depth(one: TextLine) -> float:
        x = sum(p[0] for p in one.quad) / 4
        y = sum(p[1] for p in one.quad) / 4
        return x * down[0] + y * down[1]

    depths = [depth(one) for one in lines]
    top, bottom = min(depths), max(depths)
    return (depth(line) - top) / max(bottom - top, 1e-6)
