"""SIGKILL of the process that serves, while clients screen and hand in updates until answered."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import httpx

from benchmarks.forwarding_drill import FAULTS, QUICK, ROOT, Arrived, Drill, drill, free_port
from benchmarks.forwarding_worker import KEY, SECRET
from benchmarks.screened import AGAIN, Screened, another_file
from service.actions.issue_key import Role, issue_key

_PEOPLE: Final = ("passport_gb_photo", "passport_in_jpeg", "passport_nl_skewed", "passport_ng_dim")
_POLICY: Final = """
version = "drill-1"
[outcomes]
document_expired = "info"
document_specimen = "info"
[attempts]
max = 100000
"""


@dataclass(frozen=True)
class _Person:
    customer_id: str
    picture: bytes


class Serving:
    """`prescreen serve` as a process, on the database of a drill."""

    def __init__(self, one: Drill) -> None:
        self._one = one
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        policy = one.folder / "policy.toml"
        policy.write_text(_POLICY)
        self._settings = {
            "PRESCREEN_DATABASE_URL": one.database_url,
            "PRESCREEN_BLOBS_URL": f"file://{one.folder}/blobs",
            "PRESCREEN_POLICY": str(policy),
            "PRESCREEN_PORT": str(self.port),
            "PRESCREEN_WORKERS": "1",
            "PRESCREEN_SECRET": SECRET,
            "PRESCREEN_ENCRYPTION_KEY": KEY,
            "PRESCREEN_BLAAIZ_URL": one.stand_in,
            "PRESCREEN_BLAAIZ_CLIENT_ID": "sandbox-client",
            "PRESCREEN_BLAAIZ_CLIENT_SECRET": "sandbox-secret",
            "PRESCREEN_FORWARD_INTERVAL_S": "0.1",
            "PRESCREEN_FORWARD_TAKEOVER_S": "4",
            "PRESCREEN_RATE_PER_MINUTE": "100000",
            "PRESCREEN_SCREENING_TIMEOUT_S": "120",
            "PRESCREEN_LOG": str(one.folder / "serve.log"),
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    async def start(self) -> None:
        """Until it answers."""
        process = subprocess.Popen(
            [sys.executable, "-c", "from service.cli import main; main()", "serve"],
            cwd=ROOT,
            env=os.environ | self._settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._processes.append(process)
        deadline = time.monotonic() + 300
        async with httpx.AsyncClient(base_url=self.url) as http:
            while time.monotonic() < deadline:
                if process.poll() is not None:
                    raise RuntimeError("serve ended by itself")
                try:
                    await http.get("/healthz")
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)
                else:
                    return
        raise RuntimeError("serve did not start")

    def kill(self) -> None:
        """SIGKILL of the process alone: its screening workers are left to notice."""
        self._processes[-1].kill()
        self._processes[-1].wait()

    def stop(self) -> None:
        """Ends it with all that it may have left."""
        for process in self._processes:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait()


class Clients:
    """One client a person: an update after the other, each with a key, until it is answered."""

    def __init__(self, one: Drill, url: str, key: str) -> None:
        self._one, self._url = one, url
        self._headers = {"Authorization": f"Bearer {key}"}
        self.is_over = False

    async def hand_in(self, person: _Person) -> None:
        """Until the drill is over."""
        number = 0
        async with httpx.AsyncClient(base_url=self._url, timeout=300) as http:
            while not self.is_over:
                number += 1
                await self._put(http, person, number)

    async def _put(self, http: httpx.AsyncClient, person: _Person, number: int) -> None:
        town = f"Town {number:04d}"
        picture = another_file(person.picture, f"{person.customer_id} {number}")
        headers = self._headers | {"Idempotency-Key": f"{person.customer_id} {number}"}
        while True:
            try:
                reply = await http.put(
                    f"/v1/customers/{person.customer_id}",
                    headers=headers,
                    data={"update": json.dumps({"city": town})},
                    files={"id_file": ("front.jpg", picture, "image/jpeg")},
                )
            except httpx.HTTPError:
                await asyncio.sleep(0.2)
                continue
            if reply.status_code not in AGAIN:
                break
            await asyncio.sleep(0.5)
        if reply.status_code != httpx.codes.ACCEPTED:
            raise RuntimeError(f"answered {reply.status_code}: {reply.text[:2000]}")
        sent = self._one.sent
        sent.ids.append(reply.json()["id"])
        sent.values.setdefault(person.customer_id, []).append(town)
        sent.contents[person.customer_id, sha256(picture).hexdigest()] += 1


async def people_of(one: Drill, number: int) -> list[_Person]:
    specimens = ROOT / "sample_docs" / "specimens"
    truths = [json.loads((specimens / f"{name}.json").read_text()) for name in _PEOPLE[:number]]
    fields = [
        {
            "type": "individual",
            "country": truth["country"],
            "first_name": truth["fields"]["given_names"],
            "last_name": truth["fields"]["surname"],
            "id_type": "passport",
            "id_number": truth["fields"]["number"],
        }
        for truth in truths
    ]
    async with httpx.AsyncClient(base_url=one.stand_in, timeout=60) as http:
        ids = (await http.post("/sandbox/customers", json=fields)).json()
    pictures = [Path(specimens / truth["files"]["front"]).read_bytes() for truth in truths]
    return [_Person(*pair) for pair in zip(ids, pictures, strict=True)]


async def serve_drill(
    postgresql: str | None, rounds: int, people: int = 4, within_s: float = 8.0
) -> Arrived:
    """SIGKILL of the serving process in each round, of a worker beside it in every third.

    Args:
        within_s: the longest that a round lasts, once somebody was answered in every other one.

    """
    dice = random.Random(rounds)
    async with drill(postgresql, QUICK) as one:
        one.sent.watched = "city"
        persons = await people_of(one, people)
        _, key = await issue_key(one.sessions, Role.FRONTEND, "drill", "drill", datetime.now(UTC))
        serving = Serving(one)
        clients, screened = Clients(one, serving.url, key), Screened(serving.url, key)
        started = time.monotonic()
        try:
            await serving.start()
            one.start_worker()
            await one.set_faults(FAULTS)
            tasks = [asyncio.create_task(clients.hand_in(person)) for person in persons]
            tasks.append(asyncio.create_task(screened.send()))
            for number in range(1, rounds + 1):
                if number % 2:  # on a busy machine nobody would ever be answered
                    await screened.answer_more(1, tasks)
                await asyncio.sleep(dice.uniform(0.5, within_s))
                serving.kill()
                if number % 3 == 0:
                    one.kill_one(dice)
                await serving.start()
                for task in tasks:
                    if task.done():
                        task.result()
            clients.is_over = screened.is_over = True
            await asyncio.wait_for(asyncio.gather(*tasks), 600)
            await one.until_done(600)
            found = await one.arrived(time.monotonic() - started)
            _, looks = await issue_key(
                one.sessions, Role.ANALYST, "drill", "drill", datetime.now(UTC)
            )
            kept = await screened.check(one.sessions, looks)
            found.screened = len(screened.answered)
            found.screenings_lost, found.screenings_twice = len(kept.lost), len(kept.twice)
            found.screenings_different = len(kept.different)
            return found
        finally:
            clients.is_over = screened.is_over = True
            serving.stop()
