"""The console with a million screenings: server time of filters, deep pages, counts and figures.

    python -m benchmarks.console [--rows 1000000] [--database sqlite|postgresql] [--keep FILE]

The whole request is measured, sign-in and page included, within one process and without a network.
PostgreSQL is a private cluster of the installed version, with its default settings.
"""

import argparse
import asyncio
import base64
import itertools
import json
import random
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from service.actions.issue_key import Role, issue_key
from service.api.app import create_app
from service.api.rate_limit import OwnRate
from service.bootstrap import open_parts
from service.ids import first_id_of
from service.policy.policy import Outcome
from service.screening.catalogue import REASONS
from service.settings import Settings
from service.store.encryption import KeyRing, ObjectKey, Vault
from service.store.engine import migrate, open_engine, sessions_of
from service.store.sealed import SealedJson, SealedText
from service.store.terms import hidden_terms, terms_of
from service.store.worklist import attention_of
from service.telemetry import configure_logs

_VERDICTS: Final = {"accepted": 70, "retake": 18, "rejected": 9, "review": 3}
_KINDS: Final = {
    "passport": 620,
    "drivers_license": 170,
    "resident_permit": 110,
    "national_id": 60,
    "certificate_of_incorporation": 30,
    "visa": 8,
    "passport_card": 1,
    "other": 1,
}
_COUNTRIES: Final = [
    "NG",
    "GB",
    "US",
    "GH",
    "KE",
    "ZA",
    "DE",
    "FR",
    "IN",
    "AE",
    "ES",
    "IT",
    "PL",
    "NL",
    "BR",
    "CA",
    "CN",
    "JP",
    "SE",
    "UA",
    "RU",
    "EG",
    "MA",
    "TN",
    "SN",
    "CI",
    "CM",
    "UG",
    "TZ",
    "RW",
    "ZM",
    "ZW",
    "BW",
    "NA",
    "MZ",
    "AO",
    "ET",
    "SD",
    "LY",
    "DZ",
    "PT",
    "IE",
    "BE",
    "AT",
    "CH",
    "CZ",
    "SK",
    "HU",
    "RO",
    "BG",
    "GR",
    "TR",
    "IL",
    "SA",
    "QA",
    "KW",
    "IS",
]
_YEAR: Final = timedelta(days=365)
_SCREENINGS: Final = [
    "id",
    "created_at",
    "key_id",
    "person",
    "customer_id",
    "reference",
    "reference_digest",
    "verdict",
    "standing",
    "kind",
    "country",
    "attempt",
    "number_digest",
    "wire",
    "decision",
    "erased_at",
    "attention",
    "first_code",
    "customer_country",
]
_CODES: Final = ["screening_id", "code", "standing", "attention", "kind", "country"]
_DECISIONS: Final = [
    "id",
    "screening_id",
    "at",
    "actor",
    "decision",
    "code",
    "note",
    "state",
    "verdict",
    "standing",
    "effective_at",
    "before",
]
_SUBMISSIONS: Final = [
    "id",
    "created_at",
    "updated_at",
    "key_id",
    "customer_id",
    "turn",
    "screening_id",
    "update",
    "extra_files",
    "state",
    "outcome",
    "steps",
    "errors",
    "attempts",
    "next_attempt_at",
    "expires_at",
    "go",
    "version",
]
_VAULT: Final = Vault(KeyRing({"bench": b"k" * 32}), "a secret of the benchmark only")


def rows_of(count: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Synthetic screenings over a year, oldest first: kinds, countries and codes by frequency."""
    chance = random.Random(1)
    weights = [1 / (n + 1) for n in range(len(_COUNTRIES))]
    by_outcome = {
        outcome: [code for code, reason in REASONS.items() if reason.outcome is outcome]
        for outcome in Outcome
    }
    worst = {
        "accepted": Outcome.INFO,
        "retake": Outcome.RETAKE,
        "rejected": Outcome.REJECT,
        "review": Outcome.REVIEW,
    }
    verdicts = chance.choices(list(_VERDICTS), list(_VERDICTS.values()), k=count)
    kinds = chance.choices(list(_KINDS), list(_KINDS.values()), k=count)
    countries = chance.choices(_COUNTRIES, weights, k=count)
    wire = json.dumps({"findings": [], "filler": "x" * 800}).encode()
    for n in range(count):
        at = now - _YEAR + _YEAR * (n / count)
        pool = by_outcome[worst[verdicts[n]]]
        codes = {pool[min(len(pool) - 1, int(chance.expovariate(0.5)))]}
        if verdicts[n] != "accepted" and chance.random() < 0.4:
            codes.add(chance.choice(by_outcome[Outcome.INFO]))
        if verdicts[n] == "accepted" and chance.random() < 0.8:
            codes = set()
        attempt = 1 if chance.random() < 0.8 else 2
        attention = attention_of(verdicts[n], attempt)
        if attention is None and verdicts[n] == "rejected" and chance.random() < 0.05:
            attention = 2  # appealed
        screening_id, reference = f"{first_id_of('scr', at)[:-8]}{n:08d}", f"signup-{n}"
        key = _VAULT.ring.new_key(screening_id)
        yield {
            "id": screening_id,
            "created_at": at,
            "object_key": key,
            "key_id": f"key_bench_{n % 7}",
            "person": f"p{n // 2}",
            "customer_id": f"{chance.getrandbits(128):032x}" if n % 3 else "c-large",
            "signup": reference,
            "reference": _sealed(SealedText, key, "reference", json.dumps(reference).encode()),
            "reference_digest": _VAULT.digest("reference", reference),
            "verdict": verdicts[n],
            "standing": verdicts[n],
            "kind": kinds[n],
            "country": countries[n],
            "attempt": attempt,
            "number_digest": None,
            "wire": json.dumps(_sealed(SealedJson, key, "wire", wire)),
            "decision": None,
            "erased_at": None,
            "attention": attention,
            "first_code": next(iter(codes), None),
            "customer_country": countries[n],
            "codes": codes,
            # A tenth of those turned away were looked at by a person; most accepted ones were sent.
            "is_decided": verdicts[n] in {"retake", "rejected"} and n % 10 == 0,
            "is_sent": verdicts[n] == "accepted" and n % 10 < 8,
        }


def _sealed(kind: type[SealedJson | SealedText], key: ObjectKey, column: str, plain: bytes) -> Any:
    return kind.form(key.seal(plain, f"screenings.{column}"))


def fill_sqlite(path: Path, count: int, now: datetime) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous=OFF")
        database.execute("PRAGMA cache_size=-400000")

        def write(table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
            marks = ", ".join("?" * len(columns))
            names = ", ".join(f'"{one}"' for one in columns)
            database.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)

        indexes = _without_indexes(database)
        _fill(count, now, write, as_text=True)
        for statement in indexes:
            database.execute(statement)
        database.commit()


def _without_indexes(database: sqlite3.Connection) -> list[str]:
    found = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
        "AND tbl_name IN ('screenings', 'screening_codes', 'decisions', 'submissions')"
    ).fetchall()
    for name, _ in found:
        database.execute(f"DROP INDEX {name}")
    return [sql for _, sql in found]


def fill_postgresql(url: str, count: int, now: datetime) -> None:
    import psycopg

    plain = url.replace("+asyncpg", "")
    with psycopg.connect(plain) as database, database.cursor() as cursor:

        def write(table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
            names = ", ".join(f'"{one}"' for one in columns)
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)

        _fill(count, now, write, as_text=False)
    with psycopg.connect(plain, autocommit=True) as database:
        # As autovacuum does some time after so many inserts.
        database.execute("VACUUM ANALYZE")


def _fill(
    count: int,
    now: datetime,
    write: Callable[[str, Sequence[str], Iterator[tuple[Any, ...]]], None],
    *,
    as_text: bool,
) -> None:
    with _words() as words:
        rows = rows_of(count, now)
        while batch := list(itertools.islice(rows, 50_000)):
            if as_text:
                for row in batch:
                    row["created_at"] = row["created_at"].strftime("%Y-%m-%d %H:%M:%S.%f")
            write(
                "data_keys",
                ("id", "wrapped_by", "wrapped"),
                ((row["id"], "bench", row["object_key"].wrapped) for row in batch),
            )
            write("screenings", _SCREENINGS, (tuple(row[c] for c in _SCREENINGS) for row in batch))
            write(
                "screening_codes",
                _CODES,
                (
                    (
                        row["id"],
                        code,
                        row["standing"],
                        row["attention"],
                        row["kind"],
                        row["country"],
                    )
                    for row in batch
                    for code in row["codes"]
                ),
            )
            write(
                "screening_terms",
                ("term", "screening_id"),
                (
                    (term, row["id"])
                    for row in batch
                    for term in terms_of(row["id"], row["customer_id"])
                    | hidden_terms(words, row["signup"])
                ),
            )
            write("decisions", _DECISIONS, (_decision(row) for row in batch if row["is_decided"]))
            write(
                "submissions", _SUBMISSIONS, (_submission(row) for row in batch if row["is_sent"])
            )


@contextmanager
def _words() -> Generator[AsyncSession]:
    """A session that gives words their digests; it never connects."""
    engine = open_engine("sqlite+aiosqlite://")
    session = sessions_of(engine, _VAULT)()
    try:
        yield session
    finally:
        asyncio.run(session.close())
        asyncio.run(engine.dispose())


def _decision(row: dict[str, Any]) -> tuple[Any, ...]:
    screening_id, at, verdict = row["id"], row["created_at"], row["verdict"]
    word = {"retake": "retake", "rejected": "reject"}[verdict]
    return (
        screening_id.replace("scr", "dec"),
        screening_id,
        at,
        "key_bench",
        word,
        row["first_code"],
        "",
        "final",
        verdict,
        verdict,
        at,
        "{}",
    )


def _submission(row: dict[str, Any]) -> tuple[Any, ...]:
    screening_id, at = row["id"], row["created_at"]
    number = int(screening_id[-8:])
    return (
        screening_id.replace("scr", "sub"),
        at,
        at,
        row["key_id"],
        row["customer_id"],
        number,
        screening_id,
        "{}",
        "{}",
        "forwarded",
        "rejected" if number % 20 == 0 else "verified",
        "{}",
        "[]",
        0,
        at,
        at,
        0,
        1,
    )


def addresses(rows: int) -> dict[str, str]:
    """Every filter alone, and the combinations that are hardest: wide ones that fit hardly any row."""
    found = {f"lane {show}": f"show={show}" for show in ("needs", "mine", "all", *_VERDICTS)}
    for show in ("needs", "all", "accepted", "retake", "rejected", "review"):
        found |= {
            f"{show}, kind passport": f"show={show}&kind=passport",
            f"{show}, kind passport_card": f"show={show}&kind=passport_card",
            f"{show}, country NG": f"show={show}&country=NG",
            f"{show}, country IS": f"show={show}&country=IS",
            f"{show}, country XX (none)": f"show={show}&country=XX",
            f"{show}, certificate of IS": f"show={show}&kind=certificate_of_incorporation&country=IS",
            f"{show}, over a week": f"show={show}&age=7d",
        }
    for show, code in itertools.product(
        ("needs", "all", "retake", "rejected"),
        ("document_expires_soon", "image_blurred", "document_national_id_not_accepted"),
    ):
        found[f"{show}, {code}"] = f"show={show}&code={code}"
        found[f"{show}, {code}, visa of IS"] = f"show={show}&code={code}&kind=visa&country=IS"
    found |= {
        "search reference": f"show=all&q=signup-{rows // 2}",
        "search two words": f"show=all&q=signup {rows // 3}",
        "search of a beginning": "show=all&q=0123",
        "search too wide": "show=all&q=signup",
        "search of nothing": "show=all&q=there-is-none",
        "search in lane": f"q=signup-{rows // 2}",
        "customer": "show=all&customer=nobody",
        "customer of a third of all": "show=all&customer=c-large",
    }
    return found


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one address.

    Attributes:
        best_ms, median_ms: of the whole request by the clock, which other work on the machine slows.
        cpu_ms: mean of what this process and the database worked: what an idle machine needs.

    """

    name: str
    best_ms: float
    median_ms: float
    cpu_ms: float


async def measure(
    url: str, rows: int, times: int, database_cpu_s: Callable[[], float] = lambda: 0.0
) -> list[Timing]:
    """Each address, several times one after the other."""
    settings = Settings(
        database_url=url,
        blobs_url="memory://",
        secret=_VAULT.secret,  # type: ignore[arg-type]
        encryption_key=f"bench:{base64.b64encode(b'k' * 32).decode()}",  # type: ignore[arg-type]
    )
    app = create_app(
        lambda: open_parts(settings, is_dev=True, with_workers=False),
        rate_of=lambda _: OwnRate(1_000_000),
    )
    results: list[Timing] = []
    async with app.router.lifespan_context(app):
        _, key = await issue_key(
            app.state.parts.sessions, Role.ANALYST, "bench", "bench", datetime.now(UTC)
        )
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://bench") as http:
            form = re.search(r'name="csrf" value="(\w+)"', (await http.get("/triage/sign-in")).text)
            assert form is not None
            entered = await http.post("/triage/sign-in/key", data={"csrf": form[1], "key": key})
            assert entered.status_code == 303, entered.text

            async def timed(name: str, path: str) -> None:
                walls: list[float] = []
                working = time.process_time() + database_cpu_s()
                for _ in range(times):
                    started = time.perf_counter()
                    reply = await http.get(path)
                    walls.append((time.perf_counter() - started) * 1000)
                    assert reply.status_code == 200, (path, reply.status_code)
                spent = (time.process_time() + database_cpu_s() - working) / times * 1000
                results.append(Timing(name, min(walls), statistics.median(walls), spent))

            for name, query in addresses(rows).items():
                await timed(name, f"/triage?{query}")
            for days in (1, 7, 30, 90, 365):
                await timed(f"insight, {days} days", f"/triage/insight?days={days}")
            await timed("insight, reasons of 30 days as CSV", "/triage/insight/reasons.csv?days=30")
            for show in ("needs", "all", "accepted"):
                deep = rows // 2
                at = datetime.now(UTC) - _YEAR * (1 - deep / rows)
                after = f"{1 if show == 'needs' else 0}.{first_id_of('scr', at)}"
                await timed(f"{show}, half-way down", f"/triage?show={show}&after={after}")
    return results


@contextmanager
def _cluster(folder: Path) -> Generator[str]:
    import os
    import subprocess

    from tests.conftest import free_port

    binaries = max(Path("/usr/lib/postgresql").glob("*/bin/initdb")).parent
    folder.chmod(0o777)
    folder.parent.chmod(0o755)
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    port, data = free_port(), folder / "data"

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, cwd="/")

    run(str(binaries / "initdb"), "-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8")
    options = f"-p {port} -k {data} -c listen_addresses=127.0.0.1 -c fsync=off -c max_wal_size=4GB"
    control = [str(binaries / "pg_ctl"), "-D", str(data)]
    run(*control, "-o", options, "-w", "-l", str(data / "log"), "start")
    try:
        yield f"postgresql+asyncpg://tester@127.0.0.1:{port}/postgres"
    finally:
        run(*control, "-m", "immediate", "stop")


def _cpu_s(data: Path) -> float:
    """What the cluster's living processes have worked so far."""
    import os

    postmaster = int((data / "postmaster.pid").read_text().split()[0])
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if int(fields[1]) == postmaster:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--keep", type=Path, help="SQLite file to fill once and use again")
    parser.add_argument("--times", type=int, default=7)
    given = parser.parse_args()
    now = datetime.now(UTC)
    configure_logs(Path("/dev/null"))
    with tempfile.TemporaryDirectory() as folder:
        if given.database == "sqlite":
            path = given.keep or Path(folder) / "console.db"
            is_there = path.exists()
            url = f"sqlite+aiosqlite:///{path}"
            asyncio.run(migrate(url))
            if not is_there:
                fill_sqlite(path, given.rows, now)
            results = asyncio.run(measure(url, given.rows, given.times))
        else:
            with _cluster(Path(folder)) as url:
                asyncio.run(migrate(url))
                fill_postgresql(url, given.rows, now)
                results = asyncio.run(
                    measure(url, given.rows, given.times, lambda: _cpu_s(Path(folder) / "data"))
                )
    print(f"{given.database}, {given.rows} screenings: milliseconds")
    print("    best   median      CPU")
    for one in sorted(results, key=lambda one: -one.cpu_ms):
        print(f"{one.best_ms:8.1f} {one.median_ms:8.1f} {one.cpu_ms:8.1f}  {one.name}")


if __name__ == "__main__":
    main()
