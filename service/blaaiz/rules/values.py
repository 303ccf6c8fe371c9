"""What any value of an update must be, of the customer and of its owners alike."""

import math
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, Final

from service.blaaiz.rules.rule import FieldError
from service.issuers.states import by_alpha2
from service.locales.translate import Phrase

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def value_errors(
    fields: Mapping[str, Any],
    known: Collection[str],
    rule: int,
    *,
    prefix: str = "",
    truths: Collection[str] = (),
    apart: Collection[str] = (),
) -> Iterator[FieldError]:
    """Unknown fields, and values that are no text, number or null.

    Null clears a field. An empty text is refused: Blaaiz would take it for null, and somebody's
    blank form would clear what is there.

    Args:
        known: all fields that there are.
        rule: told with each error.
        prefix: put before a field's name, such as `owners.0.`.
        truths: fields that are true or false.
        apart: fields with a rule of their own about what they hold.

    """
    for name, value in fields.items():
        field = prefix + name
        code = phrase = None
        if name not in known:
            code, phrase = "unknown_field", Phrase("The update page has no field {field}.")
        elif name in apart or value is None:
            continue
        elif name in truths:
            if not isinstance(value, bool):
                code, phrase = "not_a_truth", Phrase("{field} is true, false or null.")
        elif isinstance(value, str) and not value.strip():
            code = "empty"
            phrase = Phrase("To clear {field} send null; to leave it as it is, leave it out.")
        elif not _is_plain(value):
            code, phrase = "not_plain", Phrase("{field} is a text, a number or null.")
        if code is not None and phrase is not None:
            yield FieldError(field, code, phrase, rule, (("field", field),))


def date_errors(
    fields: Mapping[str, Any], names: Collection[str], rule: int, prefix: str = ""
) -> Iterator[FieldError]:
    """Dates that are none."""
    for name in names:
        value = fields.get(name)
        if value is not None and not _is_date(value):
            phrase = Phrase("Give the date as YYYY-MM-DD.")
            yield FieldError(prefix + name, "not_a_date", phrase, rule)


def country_error(field: str, rule: int) -> FieldError:
    """Of a country that is none."""
    phrase = Phrase("Give the country as ISO 3166-1 alpha-2, e.g. GB or NG.")
    return FieldError(field, "unknown_country", phrase, rule)


def is_country(value: object) -> bool:
    """An ISO 3166-1 alpha-2 code, in either case."""
    return isinstance(value, str) and by_alpha2(value.upper()) is not None


def _is_plain(value: object) -> bool:
    """True and false are none: no field of the page is one, and they would pass for 1 and 0."""
    if isinstance(value, str):
        return True
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_date(value: object) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
