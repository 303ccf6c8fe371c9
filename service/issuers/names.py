"""Names that documents print of their issuers: states, provinces, authorities and registries.

The table adds to the names of `states` what stands on documents beside them, in the languages of
the issuers; a name of several places (Georgia) names all of them.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from service.issuers.states import Status, states
from service.issuers.titles import normalise

_ALSO_PEOPLE: Final = frozenset({"JORDAN"})
"""Names of states that are names of people more often."""


@cache
def countries_by_name() -> Mapping[str, tuple[str, ...]]:
    """Alpha-2 codes by normalised name."""
    names: dict[str, tuple[str, ...]] = {
        normalise(state.name): (state.alpha2,)
        for state in states().values()
        if state.alpha2 and state.status is Status.COUNTRY
    }
    text = resources.files("service.issuers").joinpath("names.tsv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        names[normalise(row["name"])] = tuple(row["countries"].split())
    return MappingProxyType({n: c for n, c in names.items() if n not in _ALSO_PEOPLE})
