"""Every example works as it stands."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.journeys.test_screening import SPECIMENS

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
GOOD, BLURRED = SPECIMENS / "passport_gb_scan.jpg", SPECIMENS / "passport_gb_out_of_focus.jpg"
RUN = {".sh": ["sh"], ".py": [sys.executable], ".mjs": ["node"]}


def run(
    service, name: str, *arguments: str | Path, **variables: str
) -> subprocess.CompletedProcess:
    command = RUN[Path(name).suffix]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    given = {"PRESCREEN": service.url, "KEY": service.keys["frontend"], "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*command, str(EXAMPLES / name), *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | given | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("name", ["screen.sh", "screen.py", "screen.mjs"])
def test_a_document_is_screened_and_the_person_told(service, name: str) -> None:
    done = run(service, name, BLURRED)
    assert done.stdout.startswith("retake\nThe text is blurry. Hold the phone still"), done.stderr
    done = run(service, name, GOOD)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("accepted")


@pytest.mark.parametrize("name", ["screen.sh", "screen.mjs"])
def test_both_sides_go_together(service, name: str) -> None:
    sides = [SPECIMENS / f"licence_fr_both_sides.{side}.jpg" for side in ("front", "back")]
    done = run(service, name, *sides, COUNTRY="FR")
    assert done.stdout.startswith("accepted"), done.stdout + done.stderr


@pytest.mark.parametrize("name", ["screen.sh", "screen.py", "screen.mjs"])
def test_a_wrong_key_is_an_error_in_words(service, name: str) -> None:
    done = run(service, name, GOOD, KEY="psk_wrong")
    assert done.returncode != 0
    assert "key_unknown" in done.stderr


def test_a_token_screens_without_the_key(service) -> None:
    done = run(service, "upload_token.sh", GOOD)
    assert '"verdict":"accepted"' in done.stdout.replace(" ", ""), done.stderr


def test_several_are_screened_at_once(service) -> None:
    done = run(service, "screen_async.py", GOOD, BLURRED)
    assert done.stdout.splitlines() == [
        "passport_gb_scan.jpg accepted ",
        "passport_gb_out_of_focus.jpg retake image_blurred",
    ]


def test_an_accepted_document_is_forwarded(service) -> None:
    customer = httpx.post(
        f"{service.stand_in}/api/external/customer",
        headers={"x-blaaiz-api-key": "sandbox-key"},
        json={
            "type": "individual",
            "email": "example@example.com",
            "country": "GB",
            "first_name": "A",
            "last_name": "B",
            "id_type": "passport",
            "id_number": "1",
        },
    ).json()["data"]["data"]
    done = run(service, "screen.py", GOOD, customer["id"])
    assert done.stdout.splitlines()[-1] == "queued", done.stdout + done.stderr


def test_a_backend_gives_its_page_tokens(service) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = {"PRESCREEN": service.url, "KEY": service.keys["frontend"], "PORT": str(port)}
    backend = subprocess.Popen(
        ["node", str(EXAMPLES / "token_backend.mjs")], env=os.environ | variables
    )
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 30
        while True:
            try:
                page = httpx.get(url).text
                break
            except httpx.ConnectError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        assert "<document-capture" in page
        assert service.keys["frontend"] not in page
        token = httpx.post(f"{url}/document-token").json()["token"]
    finally:
        backend.kill()
        backend.wait()
    allowed = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{service.url}/v1/requirements", headers=allowed).status_code == 200


def test_every_example_is_listed_and_run() -> None:
    files = {path.name for path in EXAMPLES.iterdir()} - {"README.md", "__pycache__"}
    listed = (EXAMPLES / "README.md").read_text()
    tests = Path(__file__).read_text()
    assert len(files) >= 6
    for name in files:
        assert f"`{name}" in listed
        assert f'"{name}"' in tests
