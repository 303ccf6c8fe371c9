"""Whose document it is: by zone, barcode, title, or the name of a state in print."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from service.aamva.elements import parse_licence
from service.aamva.south_africa import is_identity_card, is_licence
from service.issuers.registries import registry_in
from service.issuers.signs import ALPHA2_BY_SIGN
from service.issuers.states import Status, alpha2_of_alpha3, by_alpha2, states, territories_of
from service.issuers.titles import normalise
from service.screening.claim import Kind
from service.screening.classify.issuer_names import Countries, issuer_names
from service.screening.evidence import (
    Absent,
    BarcodeReading,
    CountryEvidence,
    MrzReading,
    ReadingState,
    TextLine,
    TitleMatch,
)
from service.screening.read.phrases import Hit
from service.screening.read.placement import below, place, right_of, shares_down

_BRITISH_NATIONALITIES: Final = frozenset({"GBD", "GBN", "GBO", "GBP", "GBS"})
# A state beside, right of or under one of these is the holder's, not the issuer's.
_ABOUT_THE_HOLDER: Final = re.compile(
    r"\b(NATIONALITY|NATIONALITE|NATIONALITAT|NACIONALIDAD|NACIONALIDADE|CITTADINANZA|CITIZENSHIP|"
    r"CITIZEN|STAATSANGEHORIGKEIT|BIRTH|BORN|NAISSANCE|NACIMIENTO|NASCIMENTO|NASCITA|GEBURTSORT|"
    r"GEBURTSDATUM|ADDRESS|ADRESSE|DOMICILE|DOMICILIO|RESIDENZA|CITY|NAMES?|SURNAME|FORENAMES|NOM|"
    r"PRENOMS?|APELLIDOS|NOMBRES?|COGNOME|NOME|VORNAMEN?|LN|FN)\b"
)
# Fields 1, 2, 3 and 8 of a licence: names, birth and address.
_FIELD_OF_HOLDER: Final = re.compile(r"^\(?[1238]\s?[.,:)]")
_LATEST_SHARE: Final = 0.5
"""Issuers are named in the upper half; addresses and places of birth mostly below."""
_LOWER: Final = 0.3
_MISSPELT: Final = 0.3
_SURE_LETTERS: Final = 12
"""Of a name that a reader may have misspelt and that no other word is like."""
_NATIONAL_TITLE: Final = 1.2
_ENGLISH_TITLE: Final = 0.6
_SIGN: Final = 0.8
_SIGN_LOWEST: Final = 0.35


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
    if kind is Kind.CERTIFICATE_OF_INCORPORATION:
        registry = registry_in([*text_layer.splitlines(), *(line.text for line in lines)])
        if registry is not None:
            # Print alone: another registry's name in a sentence may mislead, so nothing is proven.
            source = "text_layer" if text_layer else "text"
            return _by_alpha2(registry.alpha2, source, is_proven=False)
    scores: dict[str, float] = {}
    for alpha2, weight in [
        *_by_titles([match for match in titles if match.kind is kind and match.countries]),
        *_by_names(lines, text_layer),
        *(_by_sign(titles, lines) if kind is Kind.DRIVERS_LICENSE else ()),
    ]:
        scores[alpha2] = scores.get(alpha2, 0.0) + weight
    if not scores:
        return Absent()
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    best, weight = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if weight < 0.5 or weight - second < 0.25:
        return Absent()
    source = "text_layer" if text_layer else "text"
    is_clear = weight >= 0.9 and weight - second >= 0.5
    is_proven = is_clear and kind is not Kind.CERTIFICATE_OF_INCORPORATION
    return _by_alpha2(best, source, is_proven=is_proven)


def is_elsewhere(
    country: CountryEvidence | Absent, country_in_print: CountryEvidence | Absent
) -> bool:
    """Whether a zone or barcode names an issuer, and print for certain another."""
    if isinstance(country, Absent) or isinstance(country_in_print, Absent):
        return False
    return (
        country.source in {"mrz", "barcode"}
        and country_in_print.is_proven
        and country_in_print.alpha2 not in {country.alpha2, *country.also}
    )


def _by_titles(matches: Sequence[TitleMatch]) -> Iterable[tuple[str, float]]:
    """Issuers that print all of these titles, or any of them where none prints all.

    RIJBEWIJS, PERMIS DE CONDUIRE and FÜHRERSCHEIN together are Belgium's. A title in English may
    stand on the documents of many more than are known to print it.
    """
    if not matches:
        return
    sets = [set(match.countries) for match in matches]
    common = set.intersection(*sets)
    is_english = all(match.language == "en" for match in matches)
    weight = _ENGLISH_TITLE if is_english else _NATIONAL_TITLE
    for chosen in [common] if common else sets:
        for code in chosen:
            alpha2 = alpha2_of_alpha3(code)
            if alpha2:
                yield alpha2, weight / len(chosen) / (1 if common else len(sets))


def _by_names(lines: Sequence[TextLine], text_layer: str) -> Iterable[tuple[str, float]]:
    """Countries whose names stand in the text, each line at most once."""
    placed = place(lines)
    texts = [normalise(line.text) for line in lines]
    is_label = [bool(_ABOUT_THE_HOLDER.search(text)) for text in texts]
    holders: set[int] = set()
    for entry, about_holder in zip(placed, is_label, strict=True):
        if about_holder:
            values = [*right_of(entry, placed, 12)[:1], *below(entry, placed, 1.8)[:1]]
            holders |= {id(entry), *map(id, values)}
    kept = [
        (text, _LOWER if share >= _LATEST_SHARE else 1.0)
        for entry, text, share in zip(placed, texts, shares_down(placed), strict=True)
        if id(entry) not in holders and not _FIELD_OF_HOLDER.match(entry.line.text.strip())
    ]
    layer = [normalise(line) for line in text_layer.splitlines()]
    kept += [(text, 1.0) for text in layer if not _ABOUT_THE_HOLDER.search(text)]
    found = issuer_names().find([text for text, _ in kept])
    for (_, weight), hits in zip(kept, found, strict=True):
        by_meaning: dict[Countries, float] = {}
        for hit in hits:
            by_meaning[hit.meaning] = max(by_meaning.get(hit.meaning, 0.0), _spelling(hit))
        for countries, spelling in by_meaning.items():
            for alpha2 in countries:
                yield alpha2, weight * spelling / len(countries)


def _spelling(hit: Hit[Countries]) -> float:
    """What a name counts: one short word with a letter wrong is often another word, spelt right.

    INLAND is not FINLAND, INDIAN not INDIANA, GRANADA not GRENADA, nor a holder CAMERON CAMEROON.
    """
    letters = len(hit.phrase.replace(" ", ""))
    return _MISSPELT if hit.edits and letters < _SURE_LETTERS else 1.0


def _by_sign(
    titles: Sequence[TitleMatch], lines: Sequence[TextLine]
) -> Iterable[tuple[str, float]]:
    """The letters in the flag, at the top left.

    They need a title that their state prints, or one of no state in particular; one letter alone
    may be a stray one.
    """
    placed = place(lines)
    if not placed:
        return
    licences = [match for match in titles if match.kind is Kind.DRIVERS_LICENSE]
    left, right = min(p.left for p in placed), max(p.right for p in placed)
    for entry, share in zip(placed, shares_down(placed), strict=True):
        sign = entry.line.text.strip().upper()
        alpha2 = ALPHA2_BY_SIGN.get(sign)
        if not alpha2 or share >= _SIGN_LOWEST or entry.left - left > 0.3 * (right - left):
            continue
        printers = [{alpha2_of_alpha3(code) for code in match.countries} for match in licences]
        is_alone = not printers and len(sign) > 1
        if is_alone or any(not known or alpha2 in known for known in printers):
            yield alpha2, _SIGN
