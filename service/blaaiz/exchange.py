"""One request and its whole reply: bounded in time from end to end, and in bytes."""

import asyncio
from collections.abc import AsyncIterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from service.blaaiz.errors import Unreachable

MAX_BYTES: Final = 8 * 1024 * 1024
"""A list of all customers may be large; a customer has some kilobytes."""
_RETRY_AFTER_S: Final = 5.0
_LONGEST_RETRY_AFTER_S: Final = 3600.0
_NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class ReplyLost(Exception):
    """The request went out, and no usable reply came: what it did is not known."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and whole body."""

    status: int
    content: bytes
    retry_after: str

    @property
    def retry_after_s(self) -> float:
        """Seconds or an HTTP date (RFC 9110, 10.2.3); a few seconds where missing or odd."""
        after = self.retry_after.strip()
        if after.isascii() and after.isdecimal():
            # More digits than any wait has are not worth reading.
            return min(float(after[:9]), _LONGEST_RETRY_AFTER_S)
        try:
            left = (parsedate_to_datetime(after) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError, OverflowError):
            return _RETRY_AFTER_S
        return min(max(left, 1.0), _LONGEST_RETRY_AFTER_S)


async def exchange(
    http: httpx.AsyncClient, request: httpx.Request, *, within_s: float, max_bytes: int = MAX_BYTES
) -> Reply:
    """Sends a request and reads its reply.

    The time-outs of httpx begin anew with each byte; `within_s` does not.

    Raises:
        Unreachable: no connection; the request never left.
        ReplyLost: it left, and the reply broke off, was too slow or too long.

    """
    try:
        async with asyncio.timeout(within_s):
            reply = await http.send(request, stream=True)
            try:
                # Raw: a small compressed body could swell without a bound. None is asked for.
                content = await _bounded(reply.aiter_raw(), max_bytes)
            finally:
                await reply.aclose()
    except _NEVER_SENT as cause:
        raise Unreachable(request.url.path) from cause
    except (httpx.HTTPError, TimeoutError) as cause:
        raise ReplyLost(request.url.path) from cause
    return Reply(reply.status_code, content, reply.headers.get("retry-after", ""))


async def _bounded(chunks: AsyncIterable[bytes], max_bytes: int) -> bytes:
    content = bytearray()
    async for chunk in chunks:
        content += chunk
        if len(content) > max_bytes:
            raise ReplyLost("too long")
    return bytes(content)
