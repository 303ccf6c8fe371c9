"""Whose an issuer identification number or jurisdiction code is (AAMVA's list of numbers)."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_CANADIAN: Final = MappingProxyType(
    {
        "AB": "604432",
        "BC": "636028",
        "MB": "636048",
        "NB": "636017",
        "NL": "636016",
        "NS": "636013",
        "NT": "604434",
        "NU": "604433",
        "ON": "636012",
        "PE": "604426",
        "QC": "604428",
        "SK": "636044",
        "YT": "604429",
    }
)
"""Provinces and territories; PQ and NF are older codes of two of them."""
_MEXICAN: Final = frozenset({"636056", "636057"})
"""Coahuila and Hidalgo."""
_AMERICAN: Final = frozenset(str(number) for number in range(636000, 636063)) - frozenset(
    _CANADIAN.values()
) - _MEXICAN | frozenset({"604427", "604430", "604431"})
"""States, the State Department, and the territories, American Samoa to Puerto Rico last."""
_COUNTRIES: Final = MappingProxyType(
    {"USA": "US", "CAN": "CA", "MEX": "MX", "US": "US", "CA": "CA"}
)
_AMERICAN_CODES: Final = re.compile(
    "A[KLRSZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOPST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|"
    "S[CD]|T[NX]|UT|V[AIT]|W[AIVY]"
)


def countries_of(elements: Mapping[str, str], iin: str) -> tuple[str, ...]:
    """Alpha-2 codes by DCG, the issuer's number, and DAJ, the surest first; none where unknown.

    More than one differs only where a barcode contradicts itself.
    """
    jurisdiction = elements.get("DAJ", "").upper().strip()[:2]
    stated = _COUNTRIES.get(elements.get("DCG", "").upper().strip()[:3])
    found = (stated, _country_of_number(iin), _country_of_code(jurisdiction))
    return tuple(dict.fromkeys(country for country in found if country))


def _country_of_number(iin: str) -> str | None:
    if iin in _CANADIAN.values():
        return "CA"
    if iin in _MEXICAN:
        return "MX"
    return "US" if iin in _AMERICAN else None


def _country_of_code(jurisdiction: str) -> str | None:
    if jurisdiction in _CANADIAN or jurisdiction in {"PQ", "NF"}:
        return "CA"
    return "US" if _AMERICAN_CODES.fullmatch(jurisdiction) else None
