"""Messages in other languages: gettext catalogues beside this file; the English is the key."""

import ast
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

LANGUAGES: Final = ("en",)


def translate(english: str, language: str) -> str:
    """The text in `language`, or the English where the catalogue has none."""
    if language == "en" or not english:
        return english
    return _catalogue(language).get(english) or english


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    """Msgid to msgstr of `<language>.po`: one line each, as we write them."""
    if language not in LANGUAGES:
        return {}
    text = resources.files("service.locales").joinpath(f"{language}.po").read_text("utf-8")
    found: dict[str, str] = {}
    msgid = ""
    for line in text.splitlines():
        if line.startswith("msgid "):
            msgid = ast.literal_eval(line.removeprefix("msgid "))
        elif line.startswith("msgstr ") and msgid:
            found[msgid] = ast.literal_eval(line.removeprefix("msgstr "))
    return found
