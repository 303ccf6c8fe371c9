"""Before a body is read: is there room for it; and while it is read: does it get on."""

import asyncio
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.actions.parts import Parts
from service.api.body_limit import is_form
from service.api.problems import Problem, problem_of
from service.pool import PoolFull

PAUSE_S: Final = 15.0
"""The longest silence within a body."""
BODY_S: Final = 120.0
"""For a whole body: 20 MB at 1.4 Mbit/s."""
_IN_FLIGHT_BYTES: Final = 256 * 1024 * 1024
_UNTOLD_BYTES: Final = 40 * 1024 * 1024
"""What a form of no declared length counts for."""


class Admission:
    """Forms bring pictures: they are let in while workers have room, all of them within one measure."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands the request on, its body on a clock; or answers 503 before any of it is read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        size = 0
        clock = _Clock(receive)
        has_begun = False

        async def noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            if is_form(scope):
                size = self._let_in(scope)
            await self._app(scope, clock, noting)
        # Middleware inside may have wrapped what the clock raised, in a group of exceptions.
        except Exception as raised:
            refusal = clock.refusal or raised
            if has_begun or not isinstance(refusal, Problem | PoolFull):
                raise
            await problem_of(Request(scope), refusal)(scope, receive, send)
        finally:
            self._in_flight -= size

    def _let_in(self, scope: Scope) -> int:
        parts: Parts = scope["app"].state.parts
        parts.pool.require_room()
        size = _declared(scope)
        if self._in_flight and self._in_flight + size > _IN_FLIGHT_BYTES:
            raise PoolFull
        self._in_flight += size
        return size


class _Clock:
    """A body's messages; raises Problem where they stop coming, and keeps it as `refusal`."""

    def __init__(self, receive: Receive) -> None:
        self.refusal: Problem | None = None
        self._receive = receive
        self._until: float | None = None
        self._is_whole = False

    async def __call__(self) -> Message:
        if self._is_whole:
            # The wait for a caller's leaving has no end of its own.
            return await self._receive()
        now = asyncio.get_running_loop().time()
        self._until = self._until or now + BODY_S
        try:
            async with asyncio.timeout(max(0.0, min(PAUSE_S, self._until - now))):
                message = await self._receive()
        except TimeoutError as cause:
            self.refusal = Problem(
                408,
                "body_too_slow",
                "The body did not arrive in time.",
                headers={"Connection": "close"},
            )
            raise self.refusal from cause
        self._is_whole = not message.get("more_body", False)
        return message


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and len(value) < 12:
            return min(int(value), _IN_FLIGHT_BYTES)
    return _UNTOLD_BYTES
