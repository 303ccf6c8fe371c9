"""How alike two company names are, whatever their legal form is written like."""

import re
import unicodedata
from typing import Final

from rapidfuzz import fuzz

_FORMS: Final = frozenset(
    [
        "LTD",
        "LIMITED",
        "INC",
        "INCORPORATED",
        "CORP",
        "CORPORATION",
        "CO",
        "COMPANY",
        "PLC",
        "PUBLIC",
        "LLC",
        "LLP",
        "LP",
        "LIABILITY",
        "PVT",
        "PRIVATE",
        "PTY",
        "PROPRIETARY",
        "GMBH",
        "AG",
        "SA",
        "SARL",
        "SAS",
        "BV",
        "NV",
        "SRL",
        "SPA",
        "AB",
        "AS",
        "OY",
        "AND",
        "THE",
        "OF",
    ]
)


def company_likeness(claimed: str, printed: str) -> float:
    """0 to 1, of the names without their legal forms; figures in them must be the same."""
    first, second = _words(claimed), _words(printed)
    if _figures(first) != _figures(second) or not first or not second:
        return 0.0
    return float(fuzz.token_sort_ratio(" ".join(first), " ".join(second))) / 100


def _words(name: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", name.upper().replace("&", " AND "))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    # L.L.C. is one word.
    words = re.sub(r"[^\w ]", " ", letters.replace(".", "")).split()
    own = [word for word in words if word not in _FORMS]
    return own or words


def _figures(words: list[str]) -> list[str]:
    return sorted(word for word in words if any(c.isdecimal() for c in word))
