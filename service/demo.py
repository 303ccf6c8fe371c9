"""`make run`: every sample through a real server, with a live table, forwarded to the stand-in."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from service.actions.issue_key import Role
from service.server import Development, development
from service.settings import Settings

_SAMPLES: Final = Path("sample_docs/specimens")
_POLICY: Final = Path("sample_docs/policy.toml")
_COLOURS: Final = {
    "accepted": "green",
    "review": "yellow",
    "retake": "dark_orange",
    "rejected": "red",
}
_COLUMNS: Final = {"sample": 6, "verdict": 4, "reasons": 7, "hint": 9, "country": 3, "ms": 2}
"""Columns of the table with their shares of its width."""
_WIDTH_OF_FILES: Final = 140
_FORWARDED_WITHIN_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class _Sample:
    name: str
    files: Mapping[str, Path]
    customer: Mapping[str, str | None]
    verdict: str
    code: str | None


async def run_demo(port: int, *, leave: bool) -> int:
    """Exit code 0 where every sample got its right verdict and all accepted ones were forwarded."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_OF_FILES)
    samples = _samples()
    if not samples:
        console.print("No samples: run this from a checkout, or `make samples` first.")
        return 2
    Path("var").mkdir(exist_ok=True)
    settings = Settings(
        port=port,
        policy=_POLICY,
        database_url="sqlite+aiosqlite:///var/demo.db",
        log=Path("var/demo.log"),
    )
    async with development(settings) as dev:
        console.print(f"Service on {dev.base_url}, {len(samples)} samples.")
        right, forwarded, expected = await _show(console, dev, samples)
        console.print(
            f"\n{right} of {len(samples)} verdicts right, {forwarded} of {expected} accepted "
            "documents forwarded to the stand-in."
        )
        for line in dev.introduction():
            console.print(line, highlight=False)
        if not leave:
            console.print("Ctrl-C to stop.")
            await dev.stopped.wait()
        return 0 if right == len(samples) and forwarded == expected else 1


def _samples() -> list[_Sample]:
    found: list[_Sample] = []
    for path in sorted(_SAMPLES.glob("*.json")):
        truth = json.loads(path.read_text("utf-8"))
        files = {side: _SAMPLES / name for side, name in truth["files"].items()}
        found.append(_Sample(path.stem, files, truth["customer"], truth["verdict"], truth["code"]))
    return found


async def _show(console: Console, dev: Development, samples: list[_Sample]) -> tuple[int, int, int]:
    table = Table(expand=True)
    for column, share in _COLUMNS.items():
        table.add_column(column, overflow="fold", ratio=share)
    progress = Progress(
        TextColumn("screening"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    )
    task = progress.add_task("screening", total=len(samples))
    right = 0
    submissions: list[str] = []
    expected = 0
    headers = {"Authorization": f"Bearer {dev.keys[Role.FRONTEND]}"}
    async with httpx.AsyncClient(base_url=dev.base_url, headers=headers, timeout=60) as http:
        grid = Table.grid()
        grid.add_row(table)
        grid.add_row(progress)
        with Live(grid, console=console, refresh_per_second=4, vertical_overflow="visible"):
            for sample in samples:
                started = time.perf_counter()
                customer_id = await _customer(dev, sample)
                reply = await _screen(http, sample)
                spent = (time.perf_counter() - started) * 1000
                is_right = _add_row(table, sample, reply, spent)
                right += is_right
                if reply.get("verdict") == "accepted":
                    expected += 1
                    body = {
                        "customer_id": customer_id,
                        "screening_id": reply["id"],
                        "update": _update(sample, reply["document"]),
                    }
                    sent = await http.post("/v1/submissions", json=body)
                    if sent.status_code == 202:
                        submissions.append(sent.json()["id"])
                progress.advance(task)
        forwarded = await _await_forwarded(http, submissions)
    return right, forwarded, expected


def _add_row(table: Table, sample: _Sample, reply: Mapping[str, Any], spent: float) -> bool:
    findings = reply.get("findings", [])
    telling = [one for one in findings if one["outcome"] != "info"]
    verdict = str(reply.get("verdict", reply.get("title", "problem")))
    first = telling[0]["code"] if telling else None
    is_right = verdict == sample.verdict and first == sample.code
    mark = "" if is_right else f" [bold red]✗ {sample.verdict} {sample.code or ''}[/]"
    document = reply.get("document") or {}
    table.add_row(
        sample.name,
        f"[{_COLOURS.get(verdict, 'magenta')}]{verdict}[/]{mark}",
        "\n".join(one["code"] for one in findings[:3]) or "–",
        telling[0]["hint"] if telling else "",
        document.get("country") or "–",
        f"{spent:.0f}",
    )
    return is_right


async def _customer(dev: Development, sample: _Sample) -> str:
    """A customer at the stand-in who fits the sample's claim."""
    country = str(sample.customer["country"])
    is_business = sample.customer["type"] == "business"
    body: dict[str, Any] = {
        "type": sample.customer["type"],
        "country": country,
        "email": f"{sample.name}@example.com",
    }
    if is_business:
        body |= {
            "business_name": "Sample Company",
            "registration_number": sample.name,
            "incorporation_country": country,
        }
    else:
        body |= {
            "first_name": "Sample",
            "last_name": "Person",
            "id_type": "passport",
            "id_number": sample.name,
        }
    async with httpx.AsyncClient(base_url=dev.sandbox_url, timeout=20) as http:
        reply = await http.post(
            "/api/external/customer", json=body, headers={"x-blaaiz-api-key": "sandbox-key"}
        )
        reply.raise_for_status()
        return str(reply.json()["data"]["data"]["id"])


async def _screen(http: httpx.AsyncClient, sample: _Sample) -> dict[str, Any]:
    """By reference, not by customer: the specimens' names are not the stand-in customers'."""
    claim = {k: str(v) for k, v in sample.customer.items() if v and k != "type"}
    claim["customer_type"] = str(sample.customer["type"])
    claim["reference"] = f"{sample.name}/{time.time_ns()}"
    files = {
        side: (path.name, path.read_bytes(), "application/octet-stream")
        for side, path in sample.files.items()
    }
    reply = await http.post("/v1/screenings", data=claim, files=files)
    answer: dict[str, Any] = reply.json()
    return answer


def _update(sample: _Sample, document: Mapping[str, Any]) -> dict[str, Any]:
    """What an onboarding would send with this document."""
    if sample.customer["type"] == "business":
        return {"source_of_funds": "business_revenue", "entity_type": "corporation"}
    return {"id_type": document["type"], "id_number": document["number"]}


async def _await_forwarded(http: httpx.AsyncClient, submissions: list[str]) -> int:
    deadline = time.monotonic() + _FORWARDED_WITHIN_S
    waiting = set(submissions)
    while waiting and time.monotonic() < deadline:
        for submission_id in list(waiting):
            state = (await http.get(f"/v1/submissions/{submission_id}")).json().get("state")
            if state in {"forwarded", "refused", "failed"}:
                waiting.discard(submission_id)
                if state != "forwarded":
                    submissions.remove(submission_id)
        await asyncio.sleep(0.3)
    return len(submissions) - len(waiting)
