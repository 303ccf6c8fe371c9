"""Hostile files through the real server: answered, quickly, in bounded memory; others do not notice."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest

from benchmarks.served import Served
from tests.hostile.conftest import PROBE
from tests.hostile.corpus import Hostile, everything

CLIENTS = 3
HANG_S = 20.0
TREE_MB = 1536
FEWEST = 200


@dataclass(frozen=True)
class Told:
    """What the server answered to one file."""

    file: Hostile
    status: int
    took_s: float
    body: dict


def send(served: Served, file: Hostile) -> Told:
    """One upload, sent again while the server sheds."""
    while True:
        started = time.monotonic()
        reply = httpx.post(
            f"{served.url}/v1/screenings",
            headers=served.headers,
            data={"country": "GB"},
            files={"front": (file.name, file.content)},
            timeout=60,
        )
        took_s = time.monotonic() - started
        if reply.status_code != 503:
            return Told(file, reply.status_code, took_s, reply.json())
        assert int(reply.headers["retry-after"]) > 0
        time.sleep(0.5)


def witness(served: Served, stop: threading.Event, seen: list[tuple[int, str]]) -> None:
    """Somebody else, who sends a good picture over and over."""
    while not stop.wait(2):
        reply = httpx.post(
            f"{served.url}/v1/previews",
            headers=served.headers,
            data={"country": "GB"},
            files={"front": ("passport.jpg", PROBE.read_bytes())},
            timeout=60,
        )
        if reply.status_code != 503:
            body = reply.json()
            seen.append((reply.status_code, body.get("verdict", body.get("code"))))


def attack(served: Served, files: list[Hostile]) -> list[Told]:
    seen: list[tuple[int, str]] = []
    stop = threading.Event()
    other = threading.Thread(target=witness, args=(served, stop, seen))
    other.start()
    try:
        with ThreadPoolExecutor(CLIENTS) as clients:
            told = list(clients.map(lambda file: send(served, file), files))
    finally:
        stop.set()
        other.join()
    assert seen
    assert set(seen) == {(200, "retake")}, seen
    return told


def faults(told: list[Told]) -> list[str]:
    found: list[str] = []
    for one in told:
        name = f"{one.file.family}/{one.file.name[:40]!r}: {one.status} {one.body.get('code')}"
        if one.status not in one.file.statuses:
            found.append(name)
        if one.took_s > HANG_S:
            found.append(f"{name} took {one.took_s:.0f} s")
        if one.body.get("verdict") == "accepted":
            found.append(f"{name} accepted")
        if one.status >= 400 and not {"type", "title", "detail", "code"} <= one.body.keys():
            found.append(f"{name} is no problem document")
        if any(word in str(one.body) for word in ("Traceback", "/service/", "site-packages")):
            found.append(f"{name} tells of our insides")
    return found


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_all_of_them(served: Served) -> None:
    files = everything()
    assert len(files) >= FEWEST
    assert len({(one.family, one.name) for one in files}) == len(files)
    told = attack(served, files)
    assert not faults(told), "\n".join(faults(told))
    assert served.peak_mb < TREE_MB
    assert {one.status for one in told} == {201, 413, 415, 422}
