"""Texts in other languages: gettext catalogues beside this file, with the English as the key."""

import re
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from typing import Final

LANGUAGES: Final = ("en", "ar", "de", "es", "fr", "it", "pt", "sw", "zh-Hans")
"""BCP 47 tags. The English stands in the code; every other has a catalogue."""

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


class Phrase(str):
    """An English text for people, as `make locales` finds it. May hold `{placeholders}`."""

    __slots__ = ()


LIST_SEPARATOR: Final = Phrase(", ")


def translate(english: str, language: str) -> str:
    """The text in `language`, or the English where there is none."""
    # The empty key is the catalogue's own header.
    return _catalogue(language).gettext(english) if english else ""


def fill(text: str, words: Mapping[str, str]) -> str:
    """The text with its placeholders filled; one without a word stays."""
    return _PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)


def placeholders(text: str) -> frozenset[str]:
    """The names that `fill` looks for."""
    return frozenset(_PLACEHOLDER.findall(text))


def catalogue_path(language: str) -> str:
    """Where the compiled catalogue lies, from this folder; its source differs in the suffix."""
    return f"{language.replace('-', '_')}/LC_MESSAGES/prescreen.mo"


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == "en" or language not in LANGUAGES:
        return NullTranslations()
    path = resources.files("service.locales").joinpath(catalogue_path(language))
    with path.open("rb") as compiled:
        return GNUTranslations(compiled)
