"""Passwords as Argon2id hashes (RFC 9106, its second recommended choice: 64 MiB, three passes)."""

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER: Final = PasswordHasher()
_NOBODYS: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$cHJlc2NyZWVuLW5vYm9keQ$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""A hash of the same cost that no password has, for those who have none."""


def hash_password(password: str) -> str:
    """The hash with its parameters and salt; takes tens of milliseconds and 64 MiB on purpose."""
    return _HASHER.hash(_normal(password))


def verify_password(kept: str | None, password: str) -> bool:
    """Whether this is the password. Without a hash it takes as long, and the answer is no."""
    try:
        return _HASHER.verify(kept or _NOBODYS, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than ours of today."""
    return _HASHER.check_needs_rehash(kept)


def _normal(password: str) -> str:
    # Keyboards differ in how they compose letters (NIST SP 800-63B, 3.1.1.2).
    return unicodedata.normalize("NFKC", password)
