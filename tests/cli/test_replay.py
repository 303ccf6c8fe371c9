"""`prescreen replay` and PRESCREEN_SHADOW_POLICY, as an operator tries new rules.

The workers are doubles that judge by the claim alone, under the policy that they were given.
"""

import asyncio
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from service import bootstrap
from service.actions.issue_key import Role, issue_key
from service.cli import app
from service.policy.policy import load_policy
from service.settings import Settings
from service.store.engine import open_engine, sessions_of
from service.store.pictures import Blobs
from service.store.tables import Screening, ShadowJudgement
from tests.conftest import KEY, SPECIMENS, VAULT
from tests.triage.conftest import running, settings_for
from tests.triage.rows import NOW
from tests.triage.test_learning import Pool, judged, stored, too_young

SOFTER = '[outcomes]\ncustomer_birth_date_mismatch = "info"\n'


class Workers(Pool):
    """As the pool that the settings ask for."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(load_policy(settings.policy))

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    def require_room(self) -> None: ...


@pytest.fixture(autouse=True)
def _workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_pool_of", Workers)


@pytest.fixture
def softer(tmp_path: Path) -> Path:
    path = tmp_path / "softer.toml"
    path.write_text(SOFTER, "utf-8")
    return path


class Place:
    """A database with a screening in review, and an accepted one a minute older."""

    def __init__(self, database: Path) -> None:
        self.folder = database.parent
        self.url = f"sqlite+aiosqlite:///{database}"
        self.settings = {
            "PRESCREEN_DATABASE_URL": self.url,
            "PRESCREEN_BLOBS_URL": f"file://{self.folder}/blobs",
            "PRESCREEN_ENCRYPTION_KEY": KEY,
            "PRESCREEN_LOG": f"{self.folder}/replay.log",
        }
        self.in_review, self.accepted = asyncio.run(self._fill())

    async def _fill(self) -> list[str]:
        engine = open_engine(self.url)
        blobs = Blobs(f"file://{self.folder}/blobs")
        try:
            return [
                await stored(sessions_of(engine, VAULT), blobs, n, of)
                for n, of in ((1, judged(**too_young())), (2, judged()))
            ]
        finally:
            await engine.dispose()

    def replay(self, *given: str, **changes: str) -> Result:
        return CliRunner().invoke(app, ["replay", *given], env=self.settings | changes)


@pytest.fixture
def place(migrated_sqlite: Path, tmp_path: Path) -> Place:
    return Place(Path(shutil.copy(migrated_sqlite, tmp_path / "replay.db")))


def test_under_the_rules_of_today_nothing_would_change(place) -> None:
    found = place.replay()
    assert (found.exit_code, found.stdout) == (0, "2 judged anew, 2 with the same verdict.\n")


def test_a_new_policy_is_told_by_verdict_code_and_id(place, softer) -> None:
    found = place.replay("--policy", str(softer))
    assert found.exit_code == 1
    assert found.stdout.splitlines() == [
        "2 judged anew, 1 with the same verdict.",
        "    review -> accepted 1",
        "  lost   customer_birth_date_mismatch: 1",
        f"{place.in_review} review -> accepted -customer_birth_date_mismatch",
    ]
    assert place.replay(PRESCREEN_POLICY=str(softer)).stdout == found.stdout


def test_each_screening_is_a_line_of_json(place, softer) -> None:
    lines = place.replay("--json", "--policy", str(softer)).stdout.splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "id": place.in_review,
            "verdict": ["review", "accepted"],
            "kind": ["passport", "passport"],
            "gained": [],
            "lost": ["customer_birth_date_mismatch"],
            "fault": "",
        },
        {
            "id": place.accepted,
            "verdict": ["accepted", "accepted"],
            "kind": ["passport", "passport"],
            "gained": [],
            "lost": [],
            "fault": "",
        },
    ]


@pytest.mark.parametrize(
    ("given", "judged_anew"),
    [
        (("--limit", "1"), ["in_review"]),
        (("--verdict", "accepted"), ["accepted"]),
        (("--code", "customer_birth_date_mismatch"), ["in_review"]),
        (("--code", "image_blurred"), []),
        (("--since", (NOW - timedelta(seconds=90)).strftime("%Y-%m-%dT%H:%M:%S")), ["in_review"]),
        (("--since", "2030-01-01"), []),
    ],
)
def test_a_replay_is_narrowed(place, given, judged_anew) -> None:
    lines = place.replay("--json", *given).stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [getattr(place, n) for n in judged_anew]


@pytest.mark.parametrize(
    ("given", "changes", "told"),
    [
        (("--verdict", "fine"), {}, "accepted"),
        (("--policy", "no-such.toml"), {}, "no-such.toml"),
        (("--limit", "0"), {}, "--limit"),
        ((), {"PRESCREEN_ENCRYPTION_KEY": ""}, "The encryption key test"),
        (
            (),
            {"PRESCREEN_ENCRYPTION_KEY": KEY.replace("test:", "other:")},
            "The encryption key test",
        ),
    ],
)
def test_what_cannot_be_replayed_is_said_with_2(place, given, changes, told) -> None:
    found = place.replay(*given, **changes)
    assert found.exit_code == 2, found.output
    assert told in found.stderr
    assert "Traceback" not in found.stderr


def test_a_replay_erases_nothing_that_is_due(place) -> None:
    assert place.replay(PRESCREEN_KEEP_DECIDED_DAYS="0.000001").exit_code == 0

    async def erased() -> list[object]:
        engine = open_engine(place.url)
        try:
            async with sessions_of(engine, VAULT)() as session:
                return list(await session.scalars(select(Screening.erased_at)))
        finally:
            await engine.dispose()

    assert asyncio.run(erased()) == [None, None]


async def test_a_shadow_policy_is_recorded_beside_the_answer_and_shown(
    migrated_sqlite: Path, tmp_path: Path, softer: Path
) -> None:
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'shadow.db')}"
    settings = settings_for(url, tmp_path, shadow_policy=softer)
    async with running(settings) as console:
        console.now = datetime.now(UTC)
        _, key = await issue_key(
            console.parts.sessions, Role.FRONTEND, "shop", "test", console.parts.now()
        )
        browser = console.browser()
        answer = await browser.post(
            "/v1/screenings",
            headers={"Authorization": f"Bearer {key}"},
            data={"country": "GB", "date_of_birth": "1981-05-06"},
            files={"front": (SPECIMENS / "passport_gb_scan.jpg").read_bytes()},
        )
        assert answer.json()["verdict"] == "review", answer.text
        assert "shadow" not in answer.text
        async with console.parts.sessions() as session:
            [other] = (await session.scalars(select(ShadowJudgement))).all()
        assert (other.screening_id, other.shadow_verdict) == (answer.json()["id"], "accepted")
        assert other.policy == load_policy(softer).version
        await console.add("Robin")
        await browser.sign_in("robin")
        page = (await browser.get("/triage/insight")).text
        assert "What PRESCREEN_SHADOW_POLICY would have said." in page
        assert answer.json()["id"].replace("_", "_<wbr>") in page
