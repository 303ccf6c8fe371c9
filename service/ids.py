"""Identifiers on the wire: a prefix and a ULID, so that they sort by time."""

import secrets

from ulid import ULID


def new_id(prefix: str) -> str:
    """E.g. `scr_01KB...`; prefixes are scr, sub, evt, key, aud."""
    return f"{prefix}_{ULID()}"


def new_key() -> str:
    """A secret of 256 bits for an API key."""
    return f"psk_{secrets.token_urlsafe(32)}"
