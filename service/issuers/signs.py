"""Distinguishing signs in the flag of European licences, which are not ISO codes."""

from types import MappingProxyType
from typing import Final

# Directive 2006/126/EC, annex I; CH, FL, IS, N and UK by their national rules.
ALPHA2_BY_SIGN: Final = MappingProxyType(
    {
        "A": "AT",
        "B": "BE",
        "BG": "BG",
        "CH": "CH",
        "CY": "CY",
        "CZ": "CZ",
        "D": "DE",
        "DK": "DK",
        "E": "ES",
        "EST": "EE",
        "F": "FR",
        "FIN": "FI",
        "FL": "LI",
        "GR": "GR",
        "H": "HU",
        "HR": "HR",
        "I": "IT",
        "IRL": "IE",
        "IS": "IS",
        "L": "LU",
        "LT": "LT",
        "LV": "LV",
        "M": "MT",
        "N": "NO",
        "NL": "NL",
        "P": "PT",
        "PL": "PL",
        "RO": "RO",
        "S": "SE",
        "SK": "SK",
        "SLO": "SI",
        "UK": "GB",
        "GB": "GB",
    }
)
