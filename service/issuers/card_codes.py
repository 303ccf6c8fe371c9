"""What a document code of the MRZ says of the kind of document, by issuer.

The table holds codes seen on documents; the rules for all others follow Doc 9303 part 4 note m and
parts 5 and 6 note k: P is any passport-size book, V a visa, and A, C and I mean nothing by themselves.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from service.issuers.states import alpha2_of_alpha3

_BRITISH: Final = frozenset({"GBR", "GBD", "GBN", "GBO", "GBP", "GBS"})
_NO_NATIONALITY: Final = frozenset({"XXA", "XXB", "XXC", "XXX"})
# A later edition of part 4 gives these second letters a meaning; older issuers use them freely.
_PASSPORT_LETTERS: Final = {
    "PE": "emergency_travel_document",
    "PR": "refugee_travel_document",
    "PS": "stateless_travel_document",
    "PL": "laissez_passer",
}


@dataclass(frozen=True, slots=True)
class CardKind:
    """Kind in the words of the wire. `weight`: 1 where the code proves it, 0 where it says nothing."""

    kind: str | None
    subkind: str
    weight: float
    because: str


@cache
def _table() -> dict[tuple[str, str, str], tuple[str, str, bool]]:
    text = resources.files("service.issuers").joinpath("card_codes.csv").read_text("utf-8")
    return {
        (row["state"], row["format"], row["document_code"].rstrip("<")): (
            row["kind"],
            row["subkind"],
            row["certain"] == "yes",
        )
        for row in csv.DictReader(text.splitlines())
    }


def kind_of_code(mrz_format: str, code: str, issuing_state: str, nationality: str) -> CardKind:
    """What the zone's codes say of the kind.

    Args:
        mrz_format: e.g. "TD1".
        code, issuing_state, nationality: as in the zone, without fillers.

    """
    first = code[:1]
    if mrz_format in {"DL_D1", "DL_CHE"}:
        return CardKind("drivers_license", "", 1.0, f"machine line of a licence, {code}")
    if mrz_format == "FRA_ID":
        return CardKind("national_id", "", 1.0, "French identity card of 1988")
    if first == "V":
        return CardKind("visa", "", 1.0, "document code V")
    if first == "P":
        subkind = _PASSPORT_LETTERS.get(code, "")
        if nationality in _NO_NATIONALITY:
            subkind = subkind or "refugee_travel_document"
        if code == "PN" and issuing_state == "RUS":
            return CardKind("passport", subkind, 0.5, "internal passports of Russia print PN too")
        if mrz_format != "TD3":
            return CardKind("passport", "single_sheet", 0.5, f"code {code} in {mrz_format}")
        return CardKind("passport", subkind, 0.95, f"document code {code}")
    seen = _table().get((issuing_state, mrz_format, code))
    if seen and seen[2]:
        return CardKind(seen[0], seen[1], 1.0, f"{issuing_state} prints {code} on these")
    return _by_rule(mrz_format, code, issuing_state, nationality, seen)


def prints_zone(alpha2: str | None) -> bool:
    """Whether a state is known to print a zone on its residence permits."""
    return alpha2 in _with_zone()


@cache
def _with_zone() -> frozenset[str | None]:
    permits = {state for (state, _, _), row in _table().items() if row[0] == "resident_permit"}
    return frozenset(map(alpha2_of_alpha3, permits))


def _by_rule(
    mrz_format: str,
    code: str,
    issuing_state: str,
    nationality: str,
    seen: tuple[str, str, bool] | None,
) -> CardKind:
    if code == "IP":
        return CardKind("passport_card", "", 0.9, "document code IP")
    if code == "AC":
        return CardKind("other", "crew_certificate", 0.95, "document code AC")
    if code == "AI" or code[1:2] == "V":
        return CardKind(None, "", 0.0, f"code {code} is prohibited by Doc 9303")
    same = nationality == issuing_state or {nationality, issuing_state} <= _BRITISH
    if code[1:2] == "R" and not same:
        return CardKind("resident_permit", "", 0.9, f"code {code}, another nationality")
    if seen:
        # Compiled from memory, not seen: believed where the rest does not speak against it.
        weight = 0.8
        if seen[0] == "resident_permit":
            # Some identity cards of foreigners are called permits: a title has to say the rest.
            weight = 0.4 if same else 0.6
        return CardKind(seen[0], seen[1], weight, f"{issuing_state} is said to print {code}")
    if same:
        return CardKind("national_id", "", 0.95, f"code {code}, nationality of the issuer")
    return CardKind(None, "", 0.0, f"code {code} of {mrz_format} says nothing for a foreigner")
