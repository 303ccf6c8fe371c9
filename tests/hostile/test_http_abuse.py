"""Requests that are slow, endless, enormous or lies: answered 4xx or closed, in bounded time."""

import asyncio
import time

import pytest

from benchmarks.served import Served
from tests.hostile.conftest import PROBE

PATIENCE_S = 30.0


class Raw:
    """A connection on which anything may be said."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> "Raw":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def say(self, content: bytes) -> None:
        try:
            self._writer.write(content)
            await self._writer.drain()
        except ConnectionError:
            pass

    async def drip(self, content: bytes, every_s: float) -> None:
        for byte in content:
            await self.say(bytes([byte]))
            await asyncio.sleep(every_s)

    async def status(self, within_s: float = PATIENCE_S) -> int:
        """Of the answer; 0 where the connection is closed without one."""
        try:
            line = await asyncio.wait_for(self._reader.readline(), within_s)
        except ConnectionError:
            return 0
        return int(line.split()[1]) if line else 0

    async def is_closed(self, within_s: float = PATIENCE_S) -> bool:
        try:
            while await asyncio.wait_for(self._reader.read(65_536), within_s):
                pass
        except ConnectionError:
            pass
        return True


def head(server: Served, *lines: str, path: str = "/v1/screenings") -> bytes:
    key = server.headers["Authorization"]
    return "\r\n".join(
        [f"POST {path} HTTP/1.1", "Host: a", f"Authorization: {key}", *lines, "", ""]
    ).encode()


FORM = "Content-Type: multipart/form-data; boundary=x"


async def test_a_head_that_never_ends_is_closed(hasty: Served) -> None:
    async with Raw(hasty.port) as silent, Raw(hasty.port) as slow:
        started = time.monotonic()
        dripping = asyncio.create_task(slow.drip(b"GET / HTTP/1.1\r\nX: " + b"a" * 400, 0.2))
        assert await silent.is_closed()
        assert await slow.is_closed()
        assert time.monotonic() - started < PATIENCE_S
        dripping.cancel()


async def test_so_is_one_that_begins_after_an_answer(hasty: Served) -> None:
    async with Raw(hasty.port) as raw:
        await raw.say(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert await raw.status() == 200
        await raw.say(b"GET /healthz HTTP/1.1\r\nX: ")
        assert await raw.is_closed()


@pytest.mark.parametrize("kind", [FORM, "Content-Type: application/json"])
async def test_a_body_that_stops_or_drips_is_answered(hasty: Served, kind: str) -> None:
    async with Raw(hasty.port) as stops, Raw(hasty.port) as drips:
        await stops.say(head(hasty, kind, "Content-Length: 100000") + b"--x\r\n")
        await drips.say(head(hasty, kind, "Content-Length: 100000"))
        await drips.say(b'--x\r\nContent-Disposition: form-data; name="front"; filename=a\r\n\r\n')
        dripping = asyncio.create_task(drips.drip(b"x" * 10_000, 0.1))
        assert await stops.status() == 408
        assert await drips.status() == 408
        dripping.cancel()


async def test_a_body_that_nobody_reads_is_not_taken_for_ever(hasty: Served) -> None:
    async with Raw(hasty.port) as raw:
        await raw.say(b"POST /v1/screenings HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n")
        await raw.say(f"{FORM}\r\n\r\n".encode())
        assert await raw.status() == 401
        dripping = asyncio.create_task(raw.drip(b"1\r\nx\r\n" * 1000, 0.05))
        assert await raw.is_closed()
        dripping.cancel()


async def test_many_idle_connections_shut_nobody_out(hasty: Served) -> None:
    held = [Raw(hasty.port) for _ in range(60)]
    for one in held:
        await one.__aenter__()
    async with Raw(hasty.port) as raw:
        await raw.say(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert await raw.status() == 200
    for one in held:
        assert await one.is_closed()
        await one.__aexit__()


async def test_endless_chunks_are_too_large(served: Served) -> None:
    async with Raw(served.port) as raw:
        await raw.say(head(served, FORM, "Transfer-Encoding: chunked"))
        await raw.say(
            b"60\r\n--x\r\nContent-Disposition: form-data; name=front; filename=a\r\n\r\n".ljust(
                4 + 0x60, b"y"
            )
            + b"\r\n"
        )
        piece = b"100000\r\n" + b"y" * 0x100000 + b"\r\n"

        async def go_on() -> None:
            for _ in range(100):
                await raw.say(piece)

        going = asyncio.create_task(go_on())
        assert await raw.status() in {413, 422, 0}
        going.cancel()


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: 99999999999999999999"],
        ["Content-Length: 900000000"],
        ["Content-Length: -5"],
        ["Content-Length: 5", "Content-Length: 6"],
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: gzip, chunked"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
        ["Content-Length: 0"],
        ["X-Large: " + "a" * 100_000],
        [f"X-{n}: {'b' * 1000}" for n in range(200)],
        ["Bad Header"],
        ["X-Null: a\0b"],
    ],
    ids=range(12),
)
async def test_lengths_and_headers_that_lie_are_refused(served: Served, lines: list[str]) -> None:
    async with Raw(served.port) as raw:
        await raw.say(head(served, FORM, *lines) + b"0\r\n\r\n")
        status = await raw.status()
        assert status == 0 or 400 <= status < 500


async def test_a_length_that_promises_more_than_comes_is_let_go(hasty: Served) -> None:
    async with Raw(hasty.port) as raw:
        await raw.say(head(hasty, FORM, "Content-Length: 500") + b"--x")
        raw._writer.write_eof()
        assert await raw.status() in {0, 408, 422}


def part(name: str, content: bytes, more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + (
        content + b"\r\n"
    )


FORMS = {
    "many parts": b"".join(part(f"p{n}", b"1") for n in range(20_000)),
    "many files": b"".join(part("front", b"1", '; filename="a"') for _ in range(5000)),
    "a huge text": part("reference", b"a" * 5_000_000),
    "a huge name": part("a" * 200_000, b"1"),
    "a huge header of a part": part("front", b"1", "; filename=a\r\nX: " + "a" * 3_000_000),
    "a part without a name": b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n",
    "a part without an end": b'--x\r\nContent-Disposition: form-data; name="front"; filename="a"',
    "no part": b"",
    "not a form": b"\xff" * 1000,
    "a file as text": part("front", PROBE.read_bytes()),
    "a text as file": part("country", b"GB", '; filename="a"'),
    "no front": part("country", b"GB"),
    "a null": part("front", PROBE.read_bytes(), "; filename=a")
    + part("country", b"GB")
    + part("reference", b"a\0b"),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
async def test_forms_that_are_odd_are_refused(served: Served, form: bytes) -> None:
    body = form + b"--x--\r\n"
    async with Raw(served.port) as raw:
        await raw.say(head(served, FORM, f"Content-Length: {len(body)}") + body)
        assert 400 <= await raw.status() < 500


async def test_half_characters_are_refused(served: Served) -> None:
    form = part("front", PROBE.read_bytes(), "; filename=a") + part("country", b"GB")
    body = form + part("reference", b"\\ud800") + b"--x--\r\n"
    async with Raw(served.port) as raw:
        kind = "Content-Type: multipart/form-data; charset=unicode_escape; boundary=x"
        await raw.say(head(served, kind, f"Content-Length: {len(body)}") + body)
        assert await raw.status() == 422


@pytest.mark.parametrize(
    "update",
    [b"[" * 100_000, b'{"a":' * 50_000, b'{"a": NaN}', b'{"a": "\\ud800"}', b"9" * 10_000, b"\xff"],
    ids=range(6),
)
async def test_updates_that_are_no_plain_json_are_refused(served: Served, update: bytes) -> None:
    async with Raw(served.port) as raw:
        path = "/v1/customers/cus_1/update-check"
        lines = ["Content-Type: application/json", f"Content-Length: {len(update)}"]
        await raw.say(head(served, *lines, path=path) + update)
        assert 400 <= await raw.status() < 500


@pytest.mark.parametrize("path", ["/v1/submissions", "/triage/sign-in", "/v1/keys"])
@pytest.mark.parametrize("kind", [FORM, "Content-Type: application/json"])
async def test_a_body_is_large_only_where_pictures_are_expected(
    served: Served, path: str, kind: str
) -> None:
    body = part("front", bytes(3_000_000), "; filename=a") + b"--x--\r\n"
    async with Raw(served.port) as raw:
        await raw.say(f"POST {path} HTTP/1.1\r\nHost: a\r\n{kind}\r\n".encode())
        await raw.say(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert await raw.status() in {400, 403, 413}


@pytest.mark.parametrize("path", ["/v1/screenings", "/v1/previews"])
async def test_without_a_key_nothing_is_read(served: Served, path: str) -> None:
    for key in ("", "Authorization: Bearer wrong", "Authorization: Basic YTpi"):
        async with Raw(served.port) as raw:
            lines = [f"POST {path} HTTP/1.1", "Host: a", FORM, "Content-Length: 20000000", key]
            await raw.say("\r\n".join([line for line in lines if line] + ["", ""]).encode())
            assert await raw.status() == 401


async def test_after_all_of_it_the_server_serves(served: Served) -> None:
    async with Raw(served.port) as raw:
        await raw.say(b"GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert await raw.status() == 200
    assert served.peak_mb < 1536
