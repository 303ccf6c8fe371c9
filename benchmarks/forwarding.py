"""Forwarding under fire and at speed, against the stand-in, with real worker processes.

    python -m benchmarks.forwarding kill   --rounds 200 [--postgresql URL]
    python -m benchmarks.forwarding speed  --count 400 --postgresql URL
    python -m benchmarks.forwarding outage --count 1000 [--postgresql URL]

URL is a server where databases may be made, e.g. postgresql://tester@127.0.0.1:5432; without it the
database is SQLite. Every pause is shortened; `outage` is one hour at a sixtieth of its length.
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from benchmarks.forwarding_worker import work
from service.forward.pauses import Pauses
from service.ids import new_id
from service.store.engine import Sessions, migrate, open_engine, sessions_of
from service.store.pictures import Blobs
from service.store.tables import OutgoingEvent, Picture, Screening, Submission

ROOT = Path(__file__).parent.parent
FINAL = ("forwarded", "refused", "failed")
QUICK = Pauses(first_s=0.1, longest_s=2.0, credentials_s=0.5, spread_s=0.5)
SIXTIETH = Pauses(first_s=1 / 60, longest_s=5.0, credentials_s=1.0, spread_s=0.5)
FAULTS: list[dict[str, Any]] = [
    {"kind": "status", "value": 503, "times": -1, "chance": 0.04},
    {"kind": "drop_before", "times": -1, "chance": 0.03},
    {"kind": "drop_after", "times": -1, "chance": 0.06},
    {"kind": "half_upload", "path": "/storage/", "times": -1, "chance": 0.05},
    {"kind": "status", "value": 403, "path": "/storage/", "times": -1, "chance": 0.03},
    {"kind": "retry_after", "value": 1, "times": -1, "chance": 0.003},
    {"kind": "expire_token", "times": -1, "chance": 0.02},
    {"kind": "garbage", "times": -1, "chance": 0.02},
    {"kind": "twice", "path": "/files", "times": -1, "chance": 0.05},
    {"kind": "latency", "value": 0.3, "times": -1, "chance": 0.08},
]


@dataclass
class Sent:
    """What was put in: by customer, in order, what must arrive."""

    ids: list[str] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=dict)
    """customer to the first names written to it, in order"""
    owners: Counter[tuple[str, str]] = field(default_factory=Counter)
    """customer and name of each new owner"""
    contents: Counter[tuple[str, str]] = field(default_factory=Counter)
    """customer and SHA-256 of each file"""


@dataclass
class Arrived:
    """What the drill found; all but `forwarded` and `seconds` must be 0."""

    forwarded: int
    seconds: float
    not_final: int = 0
    not_forwarded: int = 0
    updates_missing: int = 0
    updates_twice: int = 0
    out_of_order: int = 0
    owners_wrong: int = 0
    documents_missing: int = 0
    documents_twice: int = 0
    events_wrong: int = 0

    @property
    def faults(self) -> dict[str, int]:
        """All that is not as it must be."""
        counted = {k: v for k, v in vars(self).items() if k not in {"forwarded", "seconds"}}
        return {name: number for name, number in counted.items() if number}


class Drill:
    """A stand-in, a database, and worker processes that may be killed."""

    def __init__(self, database_url: str, folder: Path, stand_in: str, pauses: Pauses) -> None:
        self.database_url, self.folder, self.stand_in = database_url, folder, stand_in
        self.pauses = pauses
        self.blobs = Blobs(f"file://{folder}/blobs")
        self.engine = open_engine(database_url)
        self.sessions: Sessions = sessions_of(self.engine)
        self.workers: list[Any] = []
        self.sent = Sent()
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["benchmarks.forwarding_worker"])

    def start_worker(self) -> None:
        """A process that forwards."""
        process = self._context.Process(
            target=work,
            args=(self.database_url, str(self.folder), self.stand_in, self.pauses),
            daemon=True,
        )
        process.start()
        self.workers.append(process)

    def kill_one(self, dice: random.Random) -> None:
        """SIGKILL, at whatever it does; another takes its place in the row."""
        victim = self.workers.pop(dice.randrange(len(self.workers)))
        victim.kill()
        victim.join()
        self.start_worker()

    def stop(self) -> None:
        """Ends all workers."""
        for process in self.workers:
            process.kill()
            process.join()
        self.workers = []

    async def customers(self, kind: str, number: int) -> list[str]:
        """New ones at the stand-in."""
        fields = [
            {"type": "individual", "country": "GB", "first_name": None}
            if kind == "individual"
            else {
                "type": "business",
                "country": "NG",
                "incorporation_country": "NG",
                "registration_number": new_id("reg"),
                "owners": [],
            }
            for _ in range(number)
        ]
        async with httpx.AsyncClient(base_url=self.stand_in, timeout=60) as http:
            return (await http.post("/sandbox/customers", json=fields)).json()

    async def submit(self, plan: Iterable[tuple[str, str, int]]) -> None:
        """Rows as the service writes them. A plan is (customer, its kind, how many-th for it)."""
        async with self.sessions() as session:
            for customer_id, kind, number in plan:
                screening, *others = await self._rows(customer_id, kind, number)
                session.add(screening)
                await session.flush()
                session.add_all(others)
            await session.commit()

    async def _rows(self, customer_id: str, kind: str, number: int) -> list[Any]:
        is_person = kind == "individual"
        now, screening_id, submission_id = datetime.now(UTC), new_id("scr"), new_id("sub")
        name = f"Name {number:03d}"
        update: dict[str, Any] = {"first_name": name}
        if is_person:
            self.sent.names.setdefault(customer_id, []).append(name)
        else:
            update = {"owners": [{"first_name": name, "ownership_percentage": 1}]}
            self.sent.owners[customer_id, name] += 1
        rows: list[Any] = [
            Screening(
                id=screening_id,
                created_at=now,
                key_id="bench",
                person=None,
                customer_id=customer_id,
                reference=None,
                verdict="accepted",
                standing="accepted",
                kind="passport" if is_person else "certificate_of_incorporation",
                country="GB" if is_person else "NG",
                attempt=1,
                number_digest=None,
                wire={},
                decision=None,
                erased_at=None,
            )
        ]
        for side in ("front", "back") if is_person else ("front",):
            content = f"{side} of {screening_id}".encode() * 100
            digest = sha256(content).hexdigest()
            self.sent.contents[customer_id, digest] += 1
            rows.append(
                Picture(
                    screening_id=screening_id,
                    side=side,
                    rendition="original",
                    blob=await self.blobs.put(content),
                    media_type="image/jpeg",
                    size=len(content),
                    sha256=digest,
                    fingerprint=None,
                )
            )
        self.sent.ids.append(submission_id)
        rows.append(
            Submission(
                id=submission_id,
                created_at=now,
                updated_at=now,
                key_id="bench",
                customer_id=customer_id,
                screening_id=screening_id,
                update=update,
                extra_files={},
                state="queued",
                outcome=None,
                outcome_at=None,
                steps={},
                errors=[],
                last_error=None,
                attempts=0,
                next_attempt_at=now,
                expires_at=now + timedelta(days=1),
            )
        )
        return rows

    async def left(self) -> int:
        """How many are in no final state."""
        async with self.sessions() as session:
            return await session.scalar(
                select(func.count()).select_from(Submission).where(Submission.state.not_in(FINAL))
            )

    async def until_done(self, timeout_s: float) -> None:
        """Waits for final states, not for ever."""
        deadline = time.monotonic() + timeout_s
        while await self.left() and time.monotonic() < deadline:
            await asyncio.sleep(0.2)

    async def set_faults(self, faults: list[dict[str, Any]]) -> None:
        """At the stand-in, in place of those before."""
        async with httpx.AsyncClient(base_url=self.stand_in, timeout=60) as http:
            (await http.put("/sandbox/faults", json=faults)).raise_for_status()

    async def calls(self) -> list[dict[str, Any]]:
        """All calls that reached the stand-in."""
        async with httpx.AsyncClient(base_url=self.stand_in, timeout=60) as http:
            return (await http.get("/sandbox/calls")).json()

    async def arrived(self, seconds: float) -> Arrived:
        """What was put in against what the stand-in holds."""
        async with httpx.AsyncClient(base_url=self.stand_in, timeout=60) as http:
            state = (await http.get("/sandbox/state")).json()
        async with self.sessions() as session:
            rows = (await session.scalars(select(Submission))).all()
            events = Counter(
                one.payload["data"]["submission_id"]
                for one in (await session.scalars(select(OutgoingEvent))).all()
            )
        states = Counter(row.state for row in rows)
        found = Arrived(states["forwarded"], seconds)
        found.not_final = sum(n for name, n in states.items() if name not in FINAL)
        found.not_forwarded = len(rows) - states["forwarded"] - found.not_final
        found.events_wrong = sum(events[one] != 1 for one in self.sent.ids)
        sha_of = {one["file_id"]: one["sha256"] for one in state["files"]}
        by_id = {one["id"]: one for one in state["customers"]}
        attached = Counter(
            (customer["id"], sha_of[file_id])
            for customer in by_id.values()
            for file_id in _file_ids(customer)
        )
        found.documents_missing = sum((self.sent.contents - attached).values())
        found.documents_twice = sum((attached - self.sent.contents).values())
        for customer_id, names in self.sent.names.items():
            written = [h["changed"]["first_name"] for h in by_id[customer_id]["history"]]
            found.updates_missing += sum((Counter(names) - Counter(written)).values())
            found.updates_twice += sum((Counter(written) - Counter(names)).values())
            found.out_of_order += sorted(written) != written
        made = Counter(
            (customer["id"], owner["first_name"])
            for customer in by_id.values()
            for owner in customer.get("owners", [])
            if customer["id"] in {one for one, _ in self.sent.owners}
        )
        wrong = (made - self.sent.owners) + (self.sent.owners - made)
        found.owners_wrong = sum(wrong.values())
        return found


def _file_ids(customer: dict[str, Any]) -> list[str]:
    ids = [one for several in customer["files"].values() for one in several]
    return ids + [one["file_id"] for one in customer["documents"]]


@asynccontextmanager
async def drill(postgresql: str | None, pauses: Pauses) -> AsyncIterator[Drill]:
    """A drill on a new database, with a stand-in of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database_url = f"sqlite+aiosqlite:///{folder}/drill.db"
        if postgresql is not None:
            database_url = _new_database(postgresql)
        await migrate(database_url)
        port = _free_port()
        stand_in = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from service.cli import main; main()",
                "blaaiz-sandbox",
                "--port",
                str(port),
            ],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        one = Drill(database_url, folder, f"http://127.0.0.1:{port}", pauses)
        try:
            await _answering(one.stand_in)
            yield one
        finally:
            one.stop()
            stand_in.kill()
            stand_in.wait()
            await one.engine.dispose()


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


def _new_database(server: str) -> str:
    import psycopg

    name = f"drill_{random.SystemRandom().randrange(10**9)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    return f"{server.replace('postgresql://', 'postgresql+asyncpg://')}/{name}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _answering(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        for _ in range(300):
            try:
                await http.get("/sandbox/calls")
            except httpx.HTTPError:
                await asyncio.sleep(0.2)
            else:
                return
    raise RuntimeError("the stand-in did not start")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["kill", "speed", "outage"])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--outage-s", type=float, default=60.0)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 3, 4])
    parser.add_argument("--postgresql")
    given = parser.parse_args()
    if given.what == "kill":
        found = asyncio.run(kill_drill(given.postgresql, given.rounds))
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
