"""The language of an answer's texts, by Accept-Language."""

import re
from typing import Final

from fastapi import Request

from service.locales.translate import LANGUAGES

_DEFAULT: Final = "en"
_MAX_RANGES: Final = 20
_WEIGHT: Final = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
# One catalogue a language: regions and scripts are served by it (RFC 4647, lookup).
_BY_PRIMARY: Final = {tag.partition("-")[0].casefold(): tag for tag in LANGUAGES}


def language_of(request: Request) -> str:
    """The language asked for, remembered for the headers that name it."""
    language = negotiate(request.headers.get("accept-language", ""))
    request.state.language = language
    return language


def negotiate(accepted: str) -> str:
    """The best of an Accept-Language value that we speak (RFC 9110, 12.5.4); else English."""
    weights: dict[str, float] = {}
    for one in accepted.split(",")[:_MAX_RANGES]:
        tag, _, parameter = (part.strip() for part in one.partition(";"))
        weight = _WEIGHT.fullmatch(parameter) if parameter else None
        if parameter and weight is None:
            continue
        primary = tag.partition("-")[0].casefold()
        language = _DEFAULT if primary == "*" else _BY_PRIMARY.get(primary)
        if language is not None:
            asked = float(weight[1]) if weight else 1.0
            weights[language] = max(asked, weights.get(language, 0.0))
    # max takes the first of equals, and a dict keeps the order of the header.
    best = max(weights, key=weights.__getitem__, default=_DEFAULT)
    return best if weights.get(best) else _DEFAULT
