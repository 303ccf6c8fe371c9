"""Forwarding under fire and at speed, against the stand-in, with real processes.

    python -m benchmarks.forwarding kill   --rounds 200 [--postgresql URL]
    python -m benchmarks.forwarding serve  --rounds 40  [--postgresql URL]
    python -m benchmarks.forwarding speed  --count 400 --postgresql URL
    python -m benchmarks.forwarding outage --count 1000 [--postgresql URL]

URL is a server where databases may be made, e.g. postgresql://tester@127.0.0.1:5432; without it the
database is SQLite. Every pause is shortened; `outage` is one hour at a sixtieth of its length.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter

from benchmarks.forwarding_drill import FAULTS, QUICK, SIXTIETH, Arrived, drill
from benchmarks.forwarding_serve import serve_drill


async def kill_drill(postgresql: str | None, rounds: int, workers: int = 3) -> Arrived:
    """SIGKILL of a random worker in each round, with faults at the stand-in all the while."""
    dice = random.Random(rounds)
    async with drill(postgresql, QUICK) as one:
        people = await one.customers("individual", 4 + rounds // 4)
        companies = await one.customers("business", 2 + rounds // 10)
        await one.set_faults(FAULTS)
        for _ in range(workers):
            one.start_worker()
        started = time.monotonic()
        for number in range(1, rounds + 1):
            plan = [(dice.choice(people), "individual", number)]
            if number % 3 == 0:
                plan.append((dice.choice(companies), "business", number))
            await one.submit(plan)
            await asyncio.sleep(dice.uniform(0.1, 2.0))
            one.kill_one(dice)
        await one.until_done(120 + rounds)
        return await one.arrived(time.monotonic() - started)


async def speed_drill(postgresql: str | None, count: int, workers: int) -> Arrived:
    """All queued at once, a stand-in that answers at once."""
    async with drill(postgresql, QUICK) as one:
        people = await one.customers("individual", count)
        for _ in range(workers):
            one.start_worker()
        await asyncio.sleep(8)
        await one.submit((person, "individual", 1) for person in people)
        started = time.monotonic()
        await one.until_done(600)
        return await one.arrived(time.monotonic() - started)


async def outage_drill(
    postgresql: str | None, count: int, outage_s: float, workers: int = 2
) -> tuple[Arrived, dict[str, float]]:
    """Blaaiz is away while all are queued; calls a second to it, before and after it is back."""
    async with drill(postgresql, SIXTIETH) as one:
        people = await one.customers("individual", max(1, count // 4))
        away = [{"kind": "status", "value": 503, "times": -1}]
        await one.set_faults(away)
        for _ in range(workers):
            one.start_worker()
        for number in range(1, 5):
            await one.submit((person, "individual", number) for person in people)
        started = time.monotonic()
        await asyncio.sleep(outage_s)
        back = time.time()
        await one.set_faults([])
        await one.until_done(1200)
        found = await one.arrived(time.monotonic() - started)
        calls = await one.calls()
        return found, _rates([call["at"] for call in calls], back)


def _rates(at: list[float], back: float) -> dict[str, float]:
    """Calls a second: while away; after, at most in one second; after, on average."""
    before = [one for one in at if one < back]
    after = Counter(int(one - back) for one in at if one >= back)
    length = max(1.0, back - min(at)) if at else 1.0
    return {
        "while away": round(len(before) / length, 1),
        "most in a second after": float(max(after.values(), default=0)),
        "first ten seconds after": round(sum(after[n] for n in range(10)) / 10, 1),
        "mean after": round(sum(after.values()) / max(1, len(after)), 1),
        "seconds until all were through": float(max(after, default=0) + 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["kill", "serve", "speed", "outage"])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--outage-s", type=float, default=60.0)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 3, 4])
    parser.add_argument("--postgresql")
    given = parser.parse_args()
    if given.what in {"kill", "serve"}:
        fired = kill_drill if given.what == "kill" else serve_drill
        found = asyncio.run(fired(given.postgresql, given.rounds))
        print(json.dumps(vars(found)))
        sys.exit(bool(found.faults))
    if given.what == "speed":
        for workers in given.workers:
            found = asyncio.run(speed_drill(given.postgresql, given.count, workers))
            rate = found.forwarded / found.seconds
            print(f"{workers} workers: {rate:.1f} a second", json.dumps(vars(found)), flush=True)
        return
    found, rates = asyncio.run(outage_drill(given.postgresql, given.count, given.outage_s))
    print(json.dumps(vars(found)), json.dumps(rates))


if __name__ == "__main__":
    main()
