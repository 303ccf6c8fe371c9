"""Labels of fields as documents print them, in the languages of the titles' table."""

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

# Letters that no decomposition turns into their base; one for one, so that places are kept.
_BASE: Final = str.maketrans("øłđħıßæœð", "oldhisaod")


@dataclass(frozen=True, slots=True)
class Label:
    """A label, folded. `is_own` where it means this field alone, and not just any number or name."""

    field: str
    text: str
    is_own: bool


def fold_label(text: str) -> str:
    """Small letters without accents, each character in its place."""
    return "".join(_folded(c) for c in text)


def _folded(character: str) -> str:
    low = character.casefold().translate(_BASE)
    plain = [c for c in unicodedata.normalize("NFKD", low) if not unicodedata.combining(c)]
    return plain[0] if plain else " "


@cache
def labels() -> Mapping[str, Label]:
    """By folded text."""
    text = resources.files("service.issuers").joinpath("labels.tsv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    found = [
        Label(row["field"], fold_label(row["label"]), row["strength"] == "own") for row in rows
    ]
    return MappingProxyType({label.text: label for label in found})
