"""The same key and body give the first answer again: for every call that creates something."""

import asyncio
import contextlib
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from service.api.authorize import Caller, parts_of
from service.api.problems import Problem
from service.store import idempotency
from service.store.engine import Sessions
from service.store.idempotency import Claim, ClaimLost

Answer = tuple[int, Mapping[str, object]]
_MAX_TOKEN = 255


async def once(
    request: Request,
    caller: Caller,
    body: Mapping[str, bytes | str | None],
    work: Callable[[Claim | None], Awaitable[Answer]],
    again: Callable[[str], Awaitable[Answer]] | None = None,
) -> Response:
    """Runs `work` once for this caller's Idempotency-Key and body.

    Only answers below 400 are kept: what failed may be tried again with the same key.

    Args:
        work: gets the hold on the key, to note with it what it makes, where there is a key.
        again: the answer of what was made, by its id, where a process died before it answered.

    Raises:
        Problem: 422 for the same key with another body, 409 while the first is still running.

    """
    token = request.headers.get("idempotency-key")
    if token is None:
        status, answer = await work(None)
        return JSONResponse(answer, status)
    if not 1 <= len(token) <= _MAX_TOKEN:
        raise Problem(422, "idempotency_key_invalid", "Idempotency-Key has 1 to 255 characters.")
    sessions = parts_of(request).sessions
    digest = _digest(request, body)
    claim = Claim(caller.holder, token, datetime.now(UTC))
    async with sessions() as session:
        found = await idempotency.begin(session, caller.holder, token, digest, claim.begun_at)
        await session.commit()
    if found is not None:
        status, text = found.status, found.body
        if found.request_digest == digest and status == 0 and found.made and again is not None:
            status, answer = await again(found.made)
            text = json.dumps(answer, ensure_ascii=False)
        return _replay(found.request_digest, digest, status, text)
    renewal = asyncio.create_task(_renew(sessions, caller.holder, token))
    try:
        status, answer = await work(claim)
    except ClaimLost as cause:
        raise _still_running() from cause
    except BaseException:
        async with sessions() as session:
            await idempotency.forget(session, caller.holder, token)
            await session.commit()
        raise
    finally:
        renewal.cancel()
    text = json.dumps(answer, ensure_ascii=False)
    async with sessions() as session:
        await idempotency.finish(session, caller.holder, token, status, text)
        await session.commit()
    return JSONResponse(answer, status)


async def _renew(sessions: Sessions, key_id: str, token: str) -> None:
    while True:
        await asyncio.sleep(idempotency.RENEWED.total_seconds())
        # A renewal that fails is followed by the next; the work itself is not disturbed.
        with contextlib.suppress(SQLAlchemyError):
            async with sessions() as session:
                await idempotency.renew(session, key_id, token, datetime.now(UTC))
                await session.commit()


def _replay(first: str, now: str, status: int, body: str) -> Response:
    if first != now:
        raise Problem(
            422, "idempotency_key_reused", "This Idempotency-Key came with another request."
        )
    if status == 0:
        raise _still_running()
    return Response(
        body, status, media_type="application/json", headers={"Idempotent-Replayed": "true"}
    )


def _still_running() -> Problem:
    return Problem(
        409,
        "idempotency_in_progress",
        "The first request is still running.",
        headers={"Retry-After": "1"},
    )


def _digest(request: Request, body: Mapping[str, bytes | str | None]) -> str:
    digest = hashlib.sha256(f"{request.method} {request.url.path}".encode())
    for name, value in sorted(body.items()):
        content = value.encode() if isinstance(value, str) else value or b""
        digest.update(f"\n{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
