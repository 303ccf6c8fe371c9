"""Names of states, provinces and authorities, to be looked for in print."""

from functools import cache
from typing import Final

from service.issuers.names import countries_by_name
from service.screening.read.phrases import Phrases

_WHOLE_UP_TO: Final = 2

Countries = tuple[str, ...]
"""Alpha-2 codes: more than one where a name is that of several places."""


@cache
def issuer_names() -> Phrases[Countries]:
    """Phrases that mean countries."""
    names = countries_by_name()
    return Phrases(names, {countries: countries for countries in names.values()}, _WHOLE_UP_TO)
