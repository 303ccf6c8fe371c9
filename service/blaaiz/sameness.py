"""When a value that Blaaiz shows is the one that was sent: strictly, and as far as forms go."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, cast

_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?")
"""Without leading zeros: with them a text is an identifier, `0123` is not 123."""
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TRUTH: Final = {"true": Decimal(1), "false": Decimal(0)}


def is_same(held: object, value: object) -> bool:
    """Equal as trimmed text, number, date or yes and no: "12.50" is 12.5, and 1 is true."""
    if held is None or value is None:
        return held is value
    if isinstance(held, (dict, list)) or isinstance(value, (dict, list)):
        return held == value
    is_truth = isinstance(held, bool) or isinstance(value, bool)
    numbers = _number(held, is_truth=is_truth), _number(value, is_truth=is_truth)
    if None not in numbers:
        return numbers[0] == numbers[1]
    first, second = str(held).strip(), str(value).strip()
    return first == second or _is_one_date(first, second) or _is_one_date(second, first)


def is_alike(held: object, value: object) -> bool:
    """The same but for its form: letter case, blanks and punctuation, null as an empty text."""
    if _is_nothing(held) or _is_nothing(value):
        return _is_nothing(held) and _is_nothing(value)
    if isinstance(held, dict) and isinstance(value, dict):
        first, second = cast("Mapping[str, object]", held), cast("Mapping[str, object]", value)
        return all(is_alike(first.get(name), one) for name, one in second.items())
    if isinstance(held, list) and isinstance(value, list):
        shown, sent = cast("list[object]", held), cast("list[object]", value)
        return len(shown) == len(sent) and all(map(is_alike, shown, sent))
    return is_same(held, value) or squeezed(str(held)) == squeezed(str(value))


def squeezed(text: str) -> str:
    """Letters and digits alone, in one case: `RC 12/3` and `rc123` are one number of a register."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _is_one_date(date: str, time: str) -> bool:
    """A date as it is sent, and as some show it: with midnight behind it."""
    return bool(_DATE.fullmatch(date)) and time[:10] == date and time[10:11] in {"T", " "}


def _number(value: object, *, is_truth: bool) -> Decimal | None:
    text = str(value).strip()
    if is_truth and text.casefold() in _TRUTH:
        return _TRUTH[text.casefold()]
    return Decimal(text) if _NUMBER.fullmatch(text) else None
