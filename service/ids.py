"""Identifiers on the wire: a prefix and a ULID, so that they sort by time."""

import secrets
from typing import Final

from ulid import ULID

UPLOAD_PREFIX: Final = "pst_"
"""How the secret of an upload token begins; those of keys begin with psk_."""


def new_id(prefix: str) -> str:
    """E.g. `scr_01KB...`; prefixes are scr, sub, evt, key, aud, upt."""
    return f"{prefix}_{ULID()}"


def new_key() -> str:
    """A secret of 256 bits for an API key."""
    return f"psk_{secrets.token_urlsafe(32)}"


def new_upload_secret() -> str:
    """A secret of 256 bits for an upload token."""
    return f"{UPLOAD_PREFIX}{secrets.token_urlsafe(32)}"
