"""Verifies a webhook of the service before its body is believed."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

OLDEST: Final = timedelta(minutes=5)


class SignatureError(Exception):
    """It is not from the service, or too old."""


def verify_webhook(
    body: bytes, timestamp: str, signature: str, secret: str, now: datetime | None = None
) -> None:
    """Returns for a genuine one.

    Args:
        body: as it came, byte for byte.
        timestamp: the header Prescreen-Timestamp, in seconds.
        signature: the header Prescreen-Signature, `v1=<hex>`.

    Raises:
        SignatureError: not genuine, or stale.

    """
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, sha256).hexdigest()
    if not hmac.compare_digest(f"v1={signed}", signature):
        raise SignatureError("the signature differs")
    try:
        sent = datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError) as cause:
        raise SignatureError("the timestamp is no time") from cause
    if abs((now or datetime.now(UTC)) - sent) > OLDEST:
        raise SignatureError("too old")
