"""Registries of companies: how their certificates name them, and how their numbers are formed."""

import csv
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from service.issuers.titles import normalise

_WORDS_FROM: Final = 3
_LETTERS_FROM: Final = 6
_ALIKE: Final = 0.8


@dataclass(frozen=True, slots=True)
class Registry:
    """One registry under one of its printed names.

    Attributes:
        normal: the name as `normalise` gives it.
        jurisdiction: ISO 3166-1 alpha-2, or ISO 3166-2 where companies belong to a part of a state.
        number: a company's number as printed, in capitals.
        alone: the form in which a number is known without a label; None where it is never. Delaware
            prints that of the file before the code of its certificate: 6482917 8100.

    """

    name: str
    normal: str
    jurisdiction: str
    number: re.Pattern[str]
    alone: re.Pattern[str] | None

    @property
    def alpha2(self) -> str:
        """The state's code."""
        return self.jurisdiction[:2]


@cache
def registries() -> tuple[Registry, ...]:
    """All of them, the longest name first."""
    text = resources.files("service.issuers").joinpath("registries.tsv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    found = [_registry(row) for row in rows]
    return tuple(sorted(found, key=lambda one: -len(one.normal)))


def _registry(row: Mapping[str, str]) -> Registry:
    """One row: `alone` is a form of its own, or "yes" where a number's form is enough."""
    number, alone = _whole(row["number"]), row["alone"]
    known_alone = number if alone == "yes" else _whole(alone) if alone else None
    return Registry(row["name"], normalise(row["name"]), row["jurisdiction"], number, known_alone)


def _whole(form: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Z0-9])(?:{form})(?![A-Z0-9])")


def registry_in(lines: Iterable[str]) -> Registry | None:
    """The registry that lines of text name, the narrowest; None where they name two states'."""
    found = [one for line in lines if (one := _named(normalise(line)))]
    if len({one.alpha2 for one in found}) != 1:
        return None
    return max(found, key=lambda one: len(one.jurisdiction))


def _named(line: str) -> Registry | None:
    unspaced = line.replace(" ", "")
    for one in registries():
        joined = one.normal.replace(" ", "")
        # Readers lose gaps between words; short names need theirs, to be no part of a longer word.
        is_long = " " in one.normal and joined in unspaced
        if is_long or f" {one.normal} " in f" {line} ":
            return one
    return next((one for one in registries() if _is_nearly(one.normal, line)), None)


def _is_nearly(name: str, line: str) -> bool:
    """Whether all words of a name stand in a line but for a reader's slip in one long word."""
    words, printed = name.split(), line.split()
    missing = [word for word in words if word not in printed]
    return (
        len(words) >= _WORDS_FROM
        and len(missing) == 1
        and len(missing[0]) >= _LETTERS_FROM
        and bool(difflib.get_close_matches(missing[0], printed, 1, _ALIKE))
    )
