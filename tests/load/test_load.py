"""Many at once, and told to stop in the middle: the same verdicts, and nothing that was taken is lost."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from benchmarks.load import judged
from benchmarks.served import COMMAND, ROOT, Served
from tests.conftest import KEY

SPECIMENS = ROOT / "sample_docs" / "specimens"
NAMES = ("passport_se_exif_turned.jpg", "passport_gb_out_of_focus.jpg", "id_es_front.jpg")
# A busy machine is none of these tests' matter.
PATIENT = {"screening_timeout_s": "90", "queue_wait_s": "90"}


async def screen(client: httpx.AsyncClient, served: Served, name: str) -> httpx.Response:
    return await client.post(
        f"{served.url}/v1/screenings",
        headers=served.headers,
        data={"country": "SE"},
        files={"front": (name, (SPECIMENS / name).read_bytes())},
        timeout=180,
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_verdicts_under_load_and_after_a_kill_are_those_alone(tmp_path: Path) -> None:
    with Served(tmp_path, **PATIENT) as served:
        async with httpx.AsyncClient() as client:
            alone = {name: await screen(client, served, name) for name in NAMES}
            together = [asyncio.create_task(screen(client, served, name)) for name in NAMES * 2]
            await asyncio.sleep(1)
            workers = [pid for pid in served.tree() if is_worker(pid)]
            assert len(workers) == 2
            os.kill(workers[0], signal.SIGKILL)
            replies = await asyncio.gather(*together)
        assert [reply.status_code for reply in replies] == [201] * len(replies)
        for name, reply in zip(NAMES * 2, replies, strict=True):
            assert judged(reply.json()) == judged(alone[name].json()), name
        assert len({judged(reply.json()) for reply in replies}) == len(NAMES)


def is_worker(pid: int) -> bool:
    return b"service.worker_loop" in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_full_server_sheds_at_once_and_serves_those_it_took(tmp_path: Path) -> None:
    with Served(tmp_path, workers="1", queue_limit="2", **PATIENT) as served:
        async with httpx.AsyncClient() as client:
            tasks = [asyncio.create_task(screen(client, served, NAMES[0])) for _ in range(8)]
            replies = await asyncio.gather(*tasks)
    shed = [reply for reply in replies if reply.status_code == 503]
    assert sorted({reply.status_code for reply in replies}) == [201, 503]
    assert len(shed) == 5
    assert all(int(reply.headers["retry-after"]) > 0 for reply in shed)
    assert max(r.elapsed for r in shed) < min(r.elapsed for r in replies if r.status_code == 201)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_finishes_what_it_took(tmp_path: Path, name: signal.Signals) -> None:
    settings = {
        "secret": "a secret of this test alone, long enough",
        "encryption_key": KEY,
        "workers": "1",
    }
    with Served(tmp_path, is_dev=False, **settings, **PATIENT) as served:
        made = subprocess.run(
            [sys.executable, "-c", COMMAND, "keys", "create", "frontend"],
            env=served.environment, cwd=tmp_path, capture_output=True, text=True, check=True,
        )  # fmt: skip
        headers = {"Authorization": f"Bearer {made.stdout.strip().splitlines()[-1]}"}
        replies: list[httpx.Response] = []

        def send() -> None:
            content = (SPECIMENS / NAMES[0]).read_bytes()
            replies.append(
                httpx.post(
                    f"{served.url}/v1/screenings", headers=headers, data={"country": "SE"},
                    files={"front": content}, timeout=180,
                )
            )  # fmt: skip

        clients = [threading.Thread(target=send) for _ in range(2)]
        for client in clients:
            client.start()
        time.sleep(1.0)
        tree = served.tree()
        os.kill(served.process.pid, name)
        for client in clients:
            client.join(120)
        assert [(r.status_code, r.json()["verdict"]) for r in replies] == [(201, "accepted")] * 2
        served.process.wait(60)
    assert not any(Path(f"/proc/{pid}").exists() for pid in tree)
