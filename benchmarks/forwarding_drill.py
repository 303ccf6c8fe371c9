"""What the drills of forwarding share: what is put in, what arrives, and the processes between."""

import asyncio
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

from benchmarks.forwarding_worker import VAULT, work
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
    values: dict[str, list[str]] = field(default_factory=dict)
    """customer to the values written to `watched`, in order; later ones sort later"""
    watched: str = "first_name"
    owners: Counter[tuple[str, str]] = field(default_factory=Counter)
    """customer and name of each new owner"""
    contents: Counter[tuple[str, str]] = field(default_factory=Counter)
    """customer and SHA-256 of each file"""


@dataclass
class Arrived:
    """What the drill found; all but `forwarded`, `screened` and `seconds` must be 0."""

    forwarded: int
    seconds: float
    screened: int = 0
    """answered 201"""
    screenings_lost: int = 0
    screenings_twice: int = 0
    screenings_different: int = 0
    not_final: int = 0
    not_forwarded: int = 0
    submissions_lost: int = 0
    submissions_twice: int = 0
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
        wanted = {"forwarded", "screened", "seconds"}
        counted = {k: v for k, v in vars(self).items() if k not in wanted}
        return {name: number for name, number in counted.items() if number}


class Drill:
    """A stand-in, a database, and worker processes that may be killed."""

    def __init__(self, database_url: str, folder: Path, stand_in: str, pauses: Pauses) -> None:
        self.database_url, self.folder, self.stand_in = database_url, folder, stand_in
        self.pauses = pauses
        self.blobs = Blobs(f"file://{folder}/blobs")
        self.engine = open_engine(database_url)
        self.sessions: Sessions = sessions_of(self.engine, VAULT)
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
            self.sent.values.setdefault(customer_id, []).append(name)
        else:
            update = {"owners": [{"first_name": name, "ownership_percentage": 1}]}
            self.sent.owners[customer_id, name] += 1
        key = VAULT.ring.new_key(screening_id)
        rows: list[Any] = [
            Screening(
                id=screening_id,
                object_key=key,
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
                    blob=await self.blobs.put(content, key),
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
        kept = Counter(row.id for row in rows)
        found.submissions_lost = sum((Counter(self.sent.ids) - kept).values())
        found.submissions_twice = sum((kept - Counter(self.sent.ids)).values())
        sha_of = {one["file_id"]: one["sha256"] for one in state["files"]}
        by_id = {one["id"]: one for one in state["customers"]}
        attached = Counter(
            (customer["id"], sha_of[file_id])
            for customer in by_id.values()
            for file_id in _file_ids(customer)
        )
        found.documents_missing = sum((self.sent.contents - attached).values())
        found.documents_twice = sum((attached - self.sent.contents).values())
        for customer_id, values in self.sent.values.items():
            written = [h["changed"][self.sent.watched] for h in by_id[customer_id]["history"]]
            found.updates_missing += sum((Counter(values) - Counter(written)).values())
            found.updates_twice += sum((Counter(written) - Counter(values)).values())
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
        port = free_port()
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


def _new_database(server: str) -> str:
    import psycopg

    name = f"drill_{random.SystemRandom().randrange(10**9)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    return f"{server.replace('postgresql://', 'postgresql+asyncpg://')}/{name}"


def free_port() -> int:
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
