"""Printed titles of documents, by language and script, and the kinds that they name.

Titles of residence permits follow the acts that set them: in the Union, Regulation (EC) No 1030/2002
("residence permit" in the languages of the state) and articles 10 and 20 of Directive 2004/38/EC
(cards of family members), each in its language version; elsewhere the state's act on foreigners, as
the Russian 115-FZ, the Korean Immigration Act or the Vietnamese 47/2014/QH13.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

# Letters that no decomposition turns into their base.
_BASE: Final = str.maketrans(
    {"Ø": "O", "Ł": "L", "Đ": "D", "Ħ": "H", "I": "I", "ı": "I", "Æ": "AE"}
)

# DRIVER'S is printed DRIVERS as well: here its apostrophe is no gap.
_POSSESSIVE: Final = re.compile(r"['’‘`´]S\b")


@dataclass(frozen=True, slots=True)
class Title:
    """One title.

    Attributes:
        normal: as `normalise` gives it, for comparison.
        kind, subkind: what it names, in the words of the wire.
        countries: alpha-3 codes of issuers known to print it; empty where many do.
        decisive: it alone names the kind; otherwise it only supports.

    """

    text: str
    normal: str
    language: str
    kind: str
    subkind: str
    countries: tuple[str, ...]
    decisive: bool


def normalise(text: str) -> str:
    """Capitals without accents, punctuation or doubled spaces, in any script."""
    upper = _POSSESSIVE.sub("S", text.upper().translate(_BASE))
    decomposed = unicodedata.normalize("NFKD", upper)
    kept = (
        c if c.isalnum() else " " for c in decomposed if unicodedata.category(c) not in {"Mn", "Cf"}
    )
    return " ".join("".join(kept).split())


@cache
def titles() -> tuple[Title, ...]:
    """All titles, the longest first: a title within a longer one must not win."""
    text = resources.files("service.issuers").joinpath("titles.tsv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    found = [
        Title(
            row["title"],
            normalise(row["title"]),
            row["language"],
            row["kind"],
            row["subkind"],
            tuple(row["countries"].split()),
            row["strength"] == "decisive",
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda title: -len(title.normal)))
