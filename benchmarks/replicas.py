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
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import text

from benchmarks.forwarding_drill import QUICK, ROOT, Arrived, Drill, drill, free_port
from benchmarks.forwarding_serve import Clients, Serving, people_of
from benchmarks.screened import Answer, Kept, Screened
from service.actions.issue_key import Role, issue_key

_REPLICAS: Final = 3
_BETWEEN: Final = 2
"""Answers while one of them is down, before it starts again."""
_PATIENCE_S: Final = 300


@dataclass
class Found:
    """What the drill saw.

    Attributes:
        refused: connections that nginx could not give to any replica, repeated by the client.

    """

    arrived: Arrived
    answered: Mapping[str, Answer]
    kept: Kept
    refused: int


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
            await asyncio.gather(*(replica.start() for replica in replicas))
            url = await stack.enter_async_context(nginx(one.folder, [r.port for r in replicas]))
            updates, screened = Clients(one, url, key), Screened(url, key)
            tasks = [asyncio.create_task(updates.hand_in(person))]
            tasks.append(asyncio.create_task(screened.send()))
            for number in range(rounds):
                await screened.answer_more(1, tasks)
                replicas[number % _REPLICAS].kill()
                if number == 1:
                    await _migrate_as_a_newer_version(one)
                await screened.answer_more(_BETWEEN, tasks)
                await replicas[number % _REPLICAS].start()
            updates.is_over = screened.is_over = True
            await asyncio.wait_for(asyncio.gather(*tasks), _PATIENCE_S)
            await one.until_done(_PATIENCE_S)
            arrived = await one.arrived(time.monotonic() - started)
            _, looks = await issue_key(
                one.sessions, Role.ANALYST, "drill", "drill", datetime.now(UTC)
            )
            kept = await screened.check(one.sessions, looks)
            return Found(arrived, screened.answered, kept, screened.refused)


async def _migrate_as_a_newer_version(one: Drill) -> None:
    async with one.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE screenings ADD COLUMN later VARCHAR(8)"))
        await connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))


def main() -> None:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--postgresql", required=True)
    given = parser.parse_args()
    found = asyncio.run(replica_drill(given.postgresql, given.rounds))
    print(f"| screenings answered | {len(found.answered)} |")
    print(f"| lost; made twice | {len(found.kept.lost)}; {len(found.kept.twice)} |")
    print(f"| pictures with different answers | {len(found.kept.different)} |")
    print(f"| updates forwarded | {found.arrived.forwarded} |")
    print(f"| faults of forwarding | {found.arrived.faults or 0} |")
    print(f"| tries that clients repeated after a broken one | {found.refused} |")
    print(f"| seconds | {found.arrived.seconds:.0f} |")
    sys.exit(
        bool(found.kept.lost or found.kept.twice or found.kept.different or found.arrived.faults)
    )


if __name__ == "__main__":
    main()
