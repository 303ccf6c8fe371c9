"""Identifiers on the wire: a prefix and a ULID, so that they sort by time."""

import secrets
from datetime import datetime

from ulid import ULID

_RANDOM_LENGTH = 16


def new_id(prefix: str) -> str:
    """E.g. `scr_01KB...`; prefixes are scr, sub, evt, key, aud, dec, cor, view."""
    return f"{prefix}_{ULID()}"


def first_id_of(prefix: str, at: datetime) -> str:
    """The lowest id that one made at this moment can have: a time as a bound of ids."""
    return f"{prefix}_{str(ULID.from_datetime(at))[:-_RANDOM_LENGTH]}{'0' * _RANDOM_LENGTH}"


def new_key() -> str:
    """A secret of 256 bits for an API key."""
    return f"psk_{secrets.token_urlsafe(32)}"
