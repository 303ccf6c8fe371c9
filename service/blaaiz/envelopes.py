"""Blaaiz's replies come in several envelopes: unwrapped here, and 422 errors kept."""

import json
from collections.abc import Mapping
from typing import Any, cast

Json = dict[str, Any]


def unwrap(body: bytes) -> Json:
    """The object within `{"data": ...}`, `{"message", "data"}`, `{"status", "data"}`, or bare."""
    reply = parse_object(body)
    inner = reply.get("data", reply)
    if isinstance(inner, dict):
        nested = cast("Json", inner).get("data")
        return cast("Json", nested) if isinstance(nested, dict) else cast("Json", inner)
    return {**reply, "items": inner} if isinstance(inner, list) else reply


def has_next_page(reply: Mapping[str, Any]) -> bool:
    """Whether a list goes on, in Laravel's forms: `meta` and `links`, or the same beside it."""
    meta, links = _object(reply.get("meta")) or reply, _object(reply.get("links"))
    if links.get("next") or reply.get("next_page_url"):
        return True
    here, last = meta.get("current_page"), meta.get("last_page")
    return isinstance(here, int) and isinstance(last, int) and here < last


def parse_object(body: bytes) -> Json:
    """A JSON object; empty for anything else."""
    try:
        reply: object = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if isinstance(reply, list):
        return {"data": reply}
    return cast("Json", reply) if isinstance(reply, dict) else {}


def field_errors(reply: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Laravel's `errors`: field to messages."""
    errors = reply.get("errors")
    if not isinstance(errors, dict):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for field, messages in cast("dict[str, object]", errors).items():
        listed = cast("list[object]", messages) if isinstance(messages, list) else [messages]
        found[str(field)] = tuple(str(message) for message in listed)
    return found


def _object(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}
