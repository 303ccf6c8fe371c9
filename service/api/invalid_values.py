"""What is wrong with a value that pydantic refused, in the language asked for."""

from collections.abc import Mapping
from typing import Any, Final

from service.locales.translate import Phrase, fill, translate

_ONE_OF: Final = Phrase("Use one of {values}.")
# By pydantic's type of error; the placeholders are names in its context, and `values`.
_PHRASES: Final = {
    "missing": Phrase("This field is missing."),
    "literal_error": _ONE_OF,
    "enum": _ONE_OF,
    "greater_than_equal": Phrase("Use {ge} or more."),
    "less_than_equal": Phrase("Use {le} or less."),
    "string_too_long": Phrase("Use at most {max_length} characters."),
    "string_too_short": Phrase("Use at least {min_length} characters."),
}
_OTHER: Final = Phrase("This value cannot be used.")


def invalid_value(error: Mapping[str, Any], language: str) -> str:
    """One error of pydantic's list, for people."""
    phrase = _PHRASES.get(str(error["type"]), _OTHER)
    words = {name: str(value) for name, value in (error.get("ctx") or {}).items()}
    # pydantic lists them in English: 'a', 'b' or 'c'.
    words["values"] = words.get("expected", "").replace("' or '", "', '").replace("'", "")
    return fill(translate(phrase, language), words)
