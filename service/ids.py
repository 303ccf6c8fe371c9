"""Identifiers on the wire: a prefix and a ULID, so that they sort by time."""

import re
import secrets
from datetime import datetime
from typing import Final

from ulid import ULID

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
UPLOAD_PREFIX: Final = "pst_"
"""How the secret of an upload token begins; those of keys begin with psk_."""
_RANDOM_LENGTH: Final = 16


def new_id(prefix: str) -> str:
    """E.g. `scr_01KB...`; prefixes are scr, sub, evt, key, aud, upt, dec, cor, view."""
    return f"{prefix}_{ULID()}"


def first_id_of(prefix: str, at: datetime) -> str:
    """The lowest id that one made at this moment can have: a time as a bound of ids."""
    return f"{prefix}_{str(ULID.from_datetime(at))[:-_RANDOM_LENGTH]}{'0' * _RANDOM_LENGTH}"


def new_key() -> str:
    """A secret of 256 bits for an API key."""
    return f"psk_{secrets.token_urlsafe(32)}"


def canonical_id(given: str) -> str:
    """Blaaiz's ids are UUIDs, which mean the same in either letter case; others stay as they are."""
    return given.lower() if _UUID.fullmatch(given) else given


def new_upload_secret() -> str:
    """A secret of 256 bits for an upload token."""
    return f"{UPLOAD_PREFIX}{secrets.token_urlsafe(32)}"
