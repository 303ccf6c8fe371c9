"""JSON of callers, stricter than the standard library: what is taken can be kept and sent on."""

import json
import math
from typing import Any, Final, cast

_MAX_DEPTH: Final = 32


def parse_json_object(body: bytes) -> dict[str, Any] | None:
    """The object; None where the body is none, or is not plain."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) and is_plain(value) else None


def is_plain(value: object, depth: int = _MAX_DEPTH) -> bool:
    """No NaN and infinity, no text that UTF-8 or a database cannot hold, and not too deep."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if not isinstance(value, (dict, list)):
        return True
    if depth == 0:
        return False
    inner = cast("dict[str, object] | list[object]", value)
    parts = [*inner, *inner.values()] if isinstance(inner, dict) else inner
    return all(is_plain(part, depth - 1) for part in parts)
