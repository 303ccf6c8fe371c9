"""The same key and body give the first answer again: for every call that creates something."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from service.api.authorize import Caller, parts_of
from service.api.problems import Problem
from service.store import idempotency

_MAX_TOKEN = 255


async def once(
    request: Request,
    caller: Caller,
    body: Mapping[str, bytes | str | None],
    work: Callable[[], Awaitable[tuple[int, Mapping[str, object]]]],
) -> Response:
    """Runs `work` once for this caller's Idempotency-Key and body.

    Only answers below 400 are kept: what failed may be tried again with the same key.

    Raises:
        Problem: 422 for the same key with another body, 409 while the first is still running.

    """
    token = request.headers.get("idempotency-key")
    if token is None:
        status, answer = await work()
        return JSONResponse(answer, status)
    if not 1 <= len(token) <= _MAX_TOKEN:
        raise Problem(422, "idempotency_key_invalid", "Idempotency-Key has 1 to 255 characters.")
    sessions = parts_of(request).sessions
    digest = _digest(request, body)
    async with sessions() as session:
        found = await idempotency.begin(session, caller.holder, token, digest, datetime.now(UTC))
        await session.commit()
    if found is not None:
        return _replay(found.request_digest, digest, found.status, found.body)
    try:
        status, answer = await work()
    except BaseException:
        async with sessions() as session:
            await idempotency.forget(session, caller.holder, token)
            await session.commit()
        raise
    text = json.dumps(answer, ensure_ascii=False)
    async with sessions() as session:
        await idempotency.finish(session, caller.holder, token, status, text)
        await session.commit()
    return JSONResponse(answer, status)


def _replay(first: str, now: str, status: int, body: str) -> Response:
    if first != now:
        raise Problem(
            422, "idempotency_key_reused", "This Idempotency-Key came with another request."
        )
    if status == 0:
        raise Problem(
            409,
            "idempotency_in_progress",
            "The first request is still running.",
            headers={"Retry-After": "1"},
        )
    return Response(
        body, status, media_type="application/json", headers={"Idempotent-Replayed": "true"}
    )


def _digest(request: Request, body: Mapping[str, bytes | str | None]) -> str:
    digest = hashlib.sha256(f"{request.method} {request.url.path}".encode())
    for name, value in sorted(body.items()):
        content = value.encode() if isinstance(value, str) else value or b""
        digest.update(f"\n{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
