"""HTTP/1.1 connections bounded in number and time: uvicorn bounds neither before the first answer.

What is left to others: the size of a head (h11, a setting of the server), the time and size of a body
once a request runs (`api.admission`, `api.body_limit`, `api.uploads`).
"""

import asyncio
import contextlib
import socket
from typing import Any, Final, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

MAX_CONNECTIONS: Final = 1000
HEAD_S: Final = 10.0
"""For a whole request head, and for what is left of a body once its request was answered."""
_UNREAD_ANSWER_MS: Final = 60_000
# linux/tcp.h; other systems may have no such option
_TCP_USER_TIMEOUT: Final = getattr(socket, "TCP_USER_TIMEOUT", None)


class BoundedConnection(H11Protocol):
    """A connection that is closed when it does not get on, the oldest idle one when there are too many."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts the clock."""
        super().connection_made(transport)
        connection = transport.get_extra_info("socket")
        if connection is not None and _TCP_USER_TIMEOUT is not None:
            # A caller who reads nothing of its answer must not keep it in memory.
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, _TCP_USER_TIMEOUT, _UNREAD_ANSWER_MS)
        if len(self.connections) > MAX_CONNECTIONS:
            others = [one for one in self.connections if isinstance(one, BoundedConnection)]
            idle = [one for one in others if one._is_idle and one is not self]  # noqa: SLF001
            leaving = min(idle, key=lambda one: one._since, default=self)  # noqa: SLF001
            leaving.transport.abort()
        self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the clock."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A request that began stops the clock, a part of one starts it."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """The rest of a body that nobody asked for has its time as well."""
        super().on_response_complete()
        self._watch()

    def _watch(self) -> None:
        if not self._is_idle:
            self._stop_clock()
        elif self._deadline is None and self._is_incomplete():
            self._start_clock()

    def _is_incomplete(self) -> bool:
        return self.conn.their_state is h11.SEND_BODY or bool(self.conn.trailing_data[0])

    @property
    def _is_idle(self) -> bool:
        # There is none before the first request, whatever its annotation says.
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is None or cycle.response_complete

    @property
    def _since(self) -> float:
        return self._deadline.when() if self._deadline is not None else float("inf")

    def _start_clock(self) -> None:
        self._deadline = self.loop.call_later(HEAD_S, self._give_up)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        self.transport.abort()
