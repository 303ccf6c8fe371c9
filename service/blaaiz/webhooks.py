"""Signatures of Blaaiz's webhooks."""

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from typing import Final

TOLERANCE_S: Final = 300
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")


class SignatureInvalid(Exception):
    """Not signed with our secret, or too old to be believed."""


def verify(
    body: bytes,
    signature: str,
    timestamp: str,
    secret: str,
    clock: Callable[[], float] = time.time,
) -> None:
    """Hex HMAC-SHA256 of `{timestamp}.{raw body}`, no older than five minutes.

    Raises:
        SignatureInvalid: with nothing said of what was wrong.

    """
    if not secret or not _TIMESTAMP.fullmatch(timestamp):
        raise SignatureInvalid
    if abs(clock() - int(timestamp)) > TOLERANCE_S:
        raise SignatureInvalid
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    if not hmac.compare_digest(expected.hexdigest().encode(), signature.encode()):
        raise SignatureInvalid
