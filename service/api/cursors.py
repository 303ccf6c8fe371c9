"""Opaque places in a list."""

import base64
import binascii

from service.api.problems import Problem


def encode_cursor(last_id: str) -> str:
    """A cursor after this record."""
    return base64.urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> str | None:
    """The record's id. Raises Problem for something we never gave out."""
    if not cursor:
        return None
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError) as cause:
        raise Problem(422, "cursor_invalid", "Use the next_cursor of the last answer.") from cause
