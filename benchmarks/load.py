"""Throughput and tail of the real server at 1 to 64 clients, and at four fifths of what it can do.

    python -m benchmarks.load                       # about five minutes on two cores
    python -m benchmarks.load --clients 1,32 --seconds 20

Clients send the specimens in turn, one after the other; who is told 503 waits as it was told and
comes again. A verdict other than the one that the same picture got alone counts as a difference.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.served import ROOT, Served
from service.cores import usable_cores

PICTURES = (
    "passport_se_exif_turned.jpg",
    "passport_gb_out_of_focus.jpg",
    "id_es_front.jpg",
    "passport_gb_photographed.jpg",
    "passport_fr_photographed.jpg",
)
_MAX_CLIENTS = 64


@dataclass
class Seen:
    """What clients saw in one run."""

    seconds: float = 0.0
    took_s: list[float] = field(default_factory=list)
    shed: int = 0
    errors: int = 0
    differences: int = 0

    @property
    def rate(self) -> float:
        return len(self.took_s) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.took_s)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Load:
    """Clients of one server."""

    def __init__(self, served: Served) -> None:
        names = [name for name in PICTURES if (ROOT / "sample_docs/specimens" / name).exists()]
        self._pictures = {
            name: (ROOT / "sample_docs/specimens" / name).read_bytes() for name in names
        }
        self._served = served
        self._client = httpx.AsyncClient(
            timeout=120, limits=httpx.Limits(max_connections=_MAX_CLIENTS * 4)
        )
        self._alone: dict[str, str] = {}

    async def judge_alone(self) -> None:
        for name in self._pictures:
            reply = await self._send(name)
            reply.raise_for_status()
            self._alone[name] = judged(reply.json())

    async def closed(self, clients: int, seconds: float) -> Seen:
        """That many clients, each of which sends the next picture when it has its answer."""
        seen, names = Seen(), self._names()
        until = time.perf_counter() + seconds

        async def client() -> None:
            while time.perf_counter() < until:
                await self._one(next(names), seen)

        started = time.perf_counter()
        await asyncio.gather(*(client() for _ in range(clients)))
        seen.seconds = time.perf_counter() - started
        return seen

    async def open(self, rate: float, seconds: float) -> Seen:
        """Requests at a steady rate, whatever became of those before."""
        seen, names = Seen(), self._names()
        started = time.perf_counter()
        tasks: list[asyncio.Task[None]] = []
        for number in range(max(1, int(rate * seconds))):
            await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(self._one(next(names), seen)))
        await asyncio.gather(*tasks)
        seen.seconds = time.perf_counter() - started
        return seen

    async def close(self) -> None:
        await self._client.aclose()

    def _names(self) -> Iterator[str]:
        return itertools.cycle(self._pictures)

    async def _one(self, name: str, seen: Seen) -> None:
        started = time.perf_counter()
        reply = await self._send(name)
        if reply.status_code == 503:
            seen.shed += 1
            await asyncio.sleep(float(reply.headers["retry-after"]))
        elif reply.status_code != 201:
            seen.errors += 1
        else:
            seen.took_s.append(time.perf_counter() - started)
            seen.differences += judged(reply.json()) != self._alone[name]

    async def _send(self, name: str) -> httpx.Response:
        return await self._client.post(
            f"{self._served.url}/v1/screenings",
            headers=self._served.headers,
            data={"country": "GB"},
            files={"front": (name, self._pictures[name])},
        )


def judged(screening: dict) -> str:
    """All of a judgement but its id and times."""
    kept = ("verdict", "findings", "checks", "document", "quality")
    return json.dumps({name: screening[name] for name in kept}, sort_keys=True)


async def measure(clients: list[int], seconds: float, workers: int) -> None:
    print(f"{usable_cores()} usable cores, {workers} workers")
    with tempfile.TemporaryDirectory() as home, Served(Path(home), workers="1") as served:
        load = Load(served)
        await load.judge_alone()
        single = await load.closed(1, seconds)
        await load.close()
        print(f"one worker, one client: {single.rate:.2f}/s, p50 {single.percentile(0.5):.2f} s")
    with tempfile.TemporaryDirectory() as home, Served(Path(home), workers=str(workers)) as served:
        load = Load(served)
        await load.judge_alone()
        print("clients  per s  of ideal   p50 s   p95 s   p99 s  shed  errors  differences")
        best = 0.0
        for number in clients:
            seen = await load.closed(number, seconds)
            best = max(best, seen.rate)
            print(
                f"{number:7d} {seen.rate:6.2f} {seen.rate / (workers * single.rate):9.2f}"
                f" {seen.percentile(0.5):7.2f} {seen.percentile(0.95):7.2f}"
                f" {seen.percentile(0.99):7.2f} {seen.shed:5d} {seen.errors:7d}"
                f" {seen.differences:12d}"
            )
        steady = await load.open(0.8 * best, seconds * 3)
        await load.close()
        ratio = steady.percentile(0.99) / (statistics.median(steady.took_s) or 1)
        print(
            f"at 80 % ({0.8 * best:.2f}/s): p50 {steady.percentile(0.5):.2f} s, "
            f"p99 {steady.percentile(0.99):.2f} s, p99/p50 {ratio:.1f}, shed {steady.shed}"
        )
        print(f"memory of the tree: {served.peak_mb:.0f} MB at most")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", default="1,2,4,8,16,32,64")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--workers", type=int, default=usable_cores())
    given = parser.parse_args()
    asyncio.run(measure([int(n) for n in given.clients.split(",")], given.seconds, given.workers))


if __name__ == "__main__":
    main()
