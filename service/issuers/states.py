"""Codes of issuing states and nationalities, and the country that each counts as.

The table is ISO 3166-1 with the codes of ICAO Doc 9303 part 3, section 5, and a few that are printed
although neither has them (KYA, XKX); `parent_alpha2` is the state whose code a territory's documents
may print instead.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType


class Status(StrEnum):
    """What sort of issuer a code names."""

    COUNTRY = "country"
    SPECIAL = "special"
    """an ICAO code that is not ISO, yet counts as a country: D, GBN, RKS ..."""
    ORGANISATION = "organisation"
    STATELESS_OR_REFUGEE = "stateless_or_refugee"
    """a nationality code; the issuing state still names a country"""
    SPECIMEN = "specimen"
    WITHDRAWN = "withdrawn"
    UNRECOGNISED = "unrecognised"
    """printed on documents that no state recognises"""


@dataclass(frozen=True, slots=True)
class IssuingState:
    """One code. `alpha2` is the country to compare with; None where none can be derived."""

    code: str
    alpha2: str | None
    name: str
    status: Status
    parent_alpha2: str | None


@cache
def states() -> Mapping[str, IssuingState]:
    """All known codes, without fillers."""
    text = resources.files("service.issuers").joinpath("states.csv").read_text("utf-8")
    return MappingProxyType(
        {
            row["code"]: IssuingState(
                row["code"],
                row["alpha2"] or None,
                row["name"],
                Status(row["status"]),
                row["parent_alpha2"] or None,
            )
            for row in csv.DictReader(text.splitlines())
        }
    )


@cache
def codes() -> frozenset[str]:
    """Every code that may stand in a machine readable zone."""
    return frozenset(states())


@cache
def _by_alpha2() -> Mapping[str, IssuingState]:
    return {s.alpha2: s for s in states().values() if s.alpha2 and s.status is Status.COUNTRY} | {
        s.alpha2: s for s in states().values() if s.alpha2 and s.code in {"D", "RKS"}
    }


def by_alpha2(alpha2: str) -> IssuingState | None:
    """The issuer that an ISO 3166-1 alpha-2 code names; None for one that is not assigned."""
    return _by_alpha2().get(alpha2.upper())


@cache
def territories_of(alpha2: str) -> frozenset[str]:
    """Alpha-2 codes of territories whose documents may print this state's code."""
    return frozenset(s.alpha2 for s in states().values() if s.alpha2 and s.parent_alpha2 == alpha2)


def alpha2_of_alpha3(code: str) -> str | None:
    """Country of an alpha-3 code; both D and DEU are Germany."""
    if code == "DEU":
        return "DE"
    state = states().get(code)
    return state.alpha2 if state else None
