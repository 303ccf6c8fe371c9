"""How alike two company names are, whatever their legal form is written like."""

import re
import unicodedata
from typing import Final

from rapidfuzz import fuzz

_FORMS: Final = {
    "LTD": "LIMITED",
    "INC": "INCORPORATED",
    "CORP": "CORPORATION",
    "CO": "COMPANY",
    "PLC": "PUBLIC LIMITED COMPANY",
    "LLC": "LIMITED LIABILITY COMPANY",
    "PVT": "PRIVATE",
    "PTY": "PROPRIETARY",
    "AND": "",
    "THE": "",
}


def company_likeness(claimed: str, printed: str) -> float:
    """0 to 1, with abbreviated legal forms written out and punctuation left out."""
    return float(fuzz.token_sort_ratio(_plain(claimed), _plain(printed))) / 100


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.upper().replace("&", " AND "))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    # L.L.C. is one word.
    words = re.sub(r"[^\w ]", " ", letters.replace(".", "")).split()
    return " ".join(_FORMS.get(word, word) for word in words)
