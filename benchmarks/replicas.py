"""Three replicas behind nginx lose one another, and a newer version migrates: nothing is lost.

    python -m benchmarks.replicas --rounds 12 --postgresql postgresql://tester@127.0.0.1:5432

Each round is SIGKILL of one replica while clients send, and its start once others have answered;
in the second a newer version adds a column, as in a roll-out. nginx has the project's own file
(`deploy/nginx/prescreen.conf`); what it cannot answer the clients repeat with their keys.
"""

import argparse
import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
from sqlalchemy import select, text

from benchmarks.forwarding_drill import QUICK, ROOT, Arrived, Drill, drill, free_port
from benchmarks.forwarding_serve import AGAIN, Clients, Serving, another_file, people_of
from service.actions.issue_key import Role, issue_key
from service.store.tables import Screening

_PICTURES: Final = {
    "passport_se_exif_turned.jpg": "SE",
    "id_es_front.jpg": "ES",
    "passport_gb_out_of_focus.jpg": "GB",
}
_REPLICAS: Final = 3
_BETWEEN: Final = 2
"""Answers while one of them is down, before it starts again."""
_PATIENCE_S: Final = 300


@dataclass
class Found:
    """What the drill saw.

    Attributes:
        answered: screening id to picture and (verdict, kind, number, codes), as answered 201.
        lost: answered, and not in the database or told differently afterwards.
        twice: in the database, and answered to nobody.
        different: pictures with more than one answer, to these.
        refused: connections that nginx could not give to any replica, repeated by the client.

    """

    arrived: Arrived
    answered: dict[str, tuple[str, tuple[Any, ...]]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    different: dict[str, set[tuple[Any, ...]]] = field(default_factory=dict)
    refused: int = 0


class Screened:
    """A client that sends pictures for screening, one after the other, each until it is answered."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._headers = url, {"Authorization": f"Bearer {key}"}
        self.answered: dict[str, tuple[str, tuple[Any, ...]]] = {}
        self.refused, self.is_over = 0, False

    async def send(self) -> None:
        """Until the drill is over."""
        number = 0
        async with httpx.AsyncClient(base_url=self._url, timeout=_PATIENCE_S) as http:
            while not self.is_over:
                for name in _PICTURES:
                    number += 1
                    await self._send(http, name, number)

    async def _send(self, http: httpx.AsyncClient, name: str, number: int) -> None:
        content = (ROOT / "sample_docs" / "specimens" / name).read_bytes()
        picture = another_file(content, f"{name} {number}")
        while True:
            try:
                reply = await http.post(
                    "/v1/screenings",
                    headers=self._headers | {"Idempotency-Key": f"{name} {number}"},
                    data={"country": _PICTURES[name], "reference": f"drill {name}"},
                    files={"front": (name, picture, "image/jpeg")},
                )
            except httpx.HTTPError:
                self.refused += 1
                await asyncio.sleep(0.2)
                continue
            if reply.status_code not in AGAIN:
                break
            self.refused += reply.status_code >= 500
            await asyncio.sleep(0.3)
        if reply.status_code != httpx.codes.CREATED:
            raise RuntimeError(f"answered {reply.status_code}: {reply.text[:2000]}")
        self.answered[reply.json()["id"]] = name, told(reply.json())


def told(screening: dict[str, Any]) -> tuple[Any, ...]:
    """What must be the same for the same picture, whoever judges it."""
    document = screening["document"]
    codes = tuple(one["code"] for one in screening["findings"])
    return screening["verdict"], document["type"], document["number"], codes


@asynccontextmanager
async def nginx(folder: Path, ports: list[int]) -> AsyncIterator[str]:
    """The project's nginx in front of these ports; its address."""
    port = free_port()
    conf = (ROOT / "deploy/nginx/prescreen.conf").read_text()
    upstream = (ROOT / "deploy/nginx/upstream.conf").read_text()
    for number, replica in enumerate(ports, 1):
        upstream = upstream.replace(f"serve-{number}:8000", f"127.0.0.1:{replica}")
    own = folder / "nginx"
    own.mkdir()
    (own / "prescreen.conf").write_text(
        conf.replace("listen 8080;", f"listen 127.0.0.1:{port};") + upstream
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "\n".join(f"{kind}_temp_path {own}/{kind};" for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    (own / "nginx.conf").write_text(
        f"{user} daemon off; worker_processes 1; pid {own}/pid; error_log {own}/error.log;\n"
        f"events {{ worker_connections 256; }}\n"
        f"http {{ access_log off; {paths}\ninclude {own}/prescreen.conf; }}\n"
    )
    process = subprocess.Popen(
        [program(), "-c", str(own / "nginx.conf"), "-e", str(own / "error.log")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def program() -> str | None:
    """Where nginx is; Debian keeps it from the path of ordinary users."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


async def replica_drill(postgresql: str, rounds: int) -> Found:
    """The whole drill."""
    async with drill(postgresql, QUICK) as one:
        one.sent.watched = "city"
        (person,) = await people_of(one, 1)
        _, key = await issue_key(one.sessions, Role.FRONTEND, "drill", "drill", datetime.now(UTC))
        replicas = [Serving(one) for _ in range(_REPLICAS)]
        started = time.monotonic()
        async with contextlib.AsyncExitStack() as stack:
            for replica in replicas:
                stack.callback(replica.stop)
                await replica.start()
            url = await stack.enter_async_context(nginx(one.folder, [r.port for r in replicas]))
            updates, screened = Clients(one, url, key), Screened(url, key)
            tasks = [asyncio.create_task(updates.hand_in(person))]
            tasks.append(asyncio.create_task(screened.send()))
            for number in range(rounds):
                await _more(1, screened, tasks)
                replicas[number % _REPLICAS].kill()
                if number == 1:
                    await _migrate_as_a_newer_version(one)
                await _more(_BETWEEN, screened, tasks)
                await replicas[number % _REPLICAS].start()
            updates.is_over = screened.is_over = True
            await asyncio.wait_for(asyncio.gather(*tasks), _PATIENCE_S)
            await one.until_done(_PATIENCE_S)
            found = Found(await one.arrived(time.monotonic() - started), screened.answered)
            found.refused = screened.refused
            await _compare(one, url, key, found)
            return found


async def _more(number: int, screened: Screened, tasks: list[asyncio.Task[None]]) -> None:
    """Until so many more were answered."""
    wanted, deadline = len(screened.answered) + number, time.monotonic() + _PATIENCE_S
    while len(screened.answered) < wanted:
        for task in tasks:
            if task.done():
                task.result()
        if time.monotonic() > deadline:
            raise RuntimeError("nobody was answered any more")
        await asyncio.sleep(0.05)


async def _migrate_as_a_newer_version(one: Drill) -> None:
    async with one.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE screenings ADD COLUMN later VARCHAR(8)"))
        await connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))


async def _compare(one: Drill, url: str, key: str, found: Found) -> None:
    async with one.sessions() as session:
        rows = (await session.scalars(select(Screening))).all()
    kept = {row.id for row in rows if (row.reference or "").startswith("drill ")}
    found.twice = sorted(kept - set(found.answered))
    by_picture: dict[str, set[tuple[Any, ...]]] = {}
    async with httpx.AsyncClient(
        base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60
    ) as http:
        for screening_id, (name, answer) in found.answered.items():
            by_picture.setdefault(name, set()).add(answer)
            reply = await http.get(f"/v1/screenings/{screening_id}")
            if reply.status_code != httpx.codes.OK or told(reply.json()) != answer:
                found.lost.append(screening_id)
    found.different = {name: them for name, them in by_picture.items() if len(them) > 1}


def main() -> None:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--postgresql", required=True)
    given = parser.parse_args()
    found = asyncio.run(replica_drill(given.postgresql, given.rounds))
    print(f"| screenings answered | {len(found.answered)} |")
    print(f"| lost; made twice | {len(found.lost)}; {len(found.twice)} |")
    print(f"| pictures with different answers | {len(found.different)} |")
    print(f"| updates forwarded | {found.arrived.forwarded} |")
    print(f"| faults of forwarding | {found.arrived.faults or 0} |")
    print(f"| tries that clients repeated after a broken one | {found.refused} |")
    print(f"| seconds | {found.arrived.seconds:.0f} |")
    sys.exit(bool(found.lost or found.twice or found.different or found.arrived.faults))


if __name__ == "__main__":
    main()
