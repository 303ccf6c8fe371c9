"""The stand-in as a developer starts it, with its faults in a file and its webhooks going out."""

import hashlib
import hmac
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from service.cli import app
from tests.conftest import ROOT, free_port

FAULTS = [
    {"kind": "lie", "method": "PUT"},
    {"kind": "expire_token", "path": "/customer", "times": 1},
    {"kind": "latency", "method": "WEBHOOK", "value": 0.2},
    {"kind": "clock_skew", "value": 600},
]


@pytest.fixture
def webhooks() -> Iterator[tuple[str, queue.Queue]]:
    """An address, and what comes there: headers and body."""
    came: queue.Queue = queue.Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.put((dict(self.headers), self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", came
    server.shutdown()


def command(*arguments: str) -> list[str]:
    return [
        sys.executable,
        "-c",
        "from service.cli import app; app()",
        "blaaiz-sandbox",
        *arguments,
    ]


def test_it_starts_with_its_faults_and_tells_by_webhook(tmp_path: Path, webhooks) -> None:
    address, came = webhooks
    port, script = free_port(), tmp_path / "faults.json"
    script.write_text(json.dumps(FAULTS))
    options = ["--port", str(port), "--faults", str(script), "--webhook-url", address]
    with subprocess.Popen(command(*options), cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            told = [process.stdout.readline().decode() for _ in range(3)]
            assert f":{port}" in told[0]
            assert "sandbox-webhook-secret" in told[2]
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
                until = time.monotonic() + 60
                while time.monotonic() < until:
                    try:
                        customer = http.get("/sandbox/state").json()["customers"][0]["id"]
                        break
                    except httpx.ConnectError:
                        time.sleep(0.1)
                path = f"/api/external/customer/{customer}"

                def token() -> dict[str, str]:
                    form = {
                        "grant_type": "client_credentials",
                        "client_id": "sandbox-client",
                        "client_secret": "sandbox-secret",
                        "scope": "customer:read customer:write",
                    }
                    reply = http.post("/oauth/token", data=form)
                    return {"Authorization": f"Bearer {reply.json()['access_token']}"}

                assert http.get(path, headers=token()).status_code == 401  # revoked
                signed_in = token()
                for shown in ("Avery", "Kim"):  # taken the second time only
                    reply = http.put(path, headers=signed_in, json={"first_name": "Kim"})
                    assert reply.json()["data"]["first_name"] == shown
                assert "clock_skew" in http.get("/sandbox").text
                http.post(f"/sandbox/customers/{customer}/status/VERIFIED").raise_for_status()
            headers, body = came.get(timeout=60)
        finally:
            process.terminate()
    stamp = headers["x-blaaiz-timestamp"]
    assert 500 < int(stamp) - time.time() < 700
    signature = hmac.new(
        b"sandbox-webhook-secret", stamp.encode() + b"." + body, hashlib.sha256
    ).hexdigest()
    assert headers["x-blaaiz-signature"] == signature
    event = json.loads(body)
    assert (event["event_type"], event["customer_id"], event["new_status"]) == (
        "customer.status_changed",
        customer,
        "VERIFIED",
    )


@pytest.mark.parametrize(
    "script", ['[{"kind": "odd"}]', '[{"times": 1}]', "{", '[{"kind": 5}]', "5"]
)
def test_a_file_that_holds_no_faults_is_named(tmp_path: Path, script: str) -> None:
    (tmp_path / "faults.json").write_text(script)
    done = CliRunner().invoke(app, ["blaaiz-sandbox", "--faults", str(tmp_path / "faults.json")])
    assert done.exit_code == 2
    assert "faults.json" in done.output
    assert "Traceback" not in done.output
