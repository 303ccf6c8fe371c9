"""`prescreen audit`, as an auditor uses it."""

import asyncio
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from service.cli import app
from service.store import audit
from service.store.engine import open_engine, sessions_of
from tests.conftest import VAULT


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> Path:
    path = tmp_path / "audit.db"
    path.write_bytes(migrated_sqlite.read_bytes())

    async def fill() -> None:
        engine = open_engine(f"sqlite+aiosqlite:///{path}")
        async with sessions_of(engine, VAULT)() as session:
            for n in range(5):
                audit.record(
                    session, at=datetime.now(UTC), actor="acc_1", action="seen", subject=f"scr_{n}"
                )
            await session.commit()
        await engine.dispose()

    asyncio.run(fill())
    return path


def prescreen(database: Path, *arguments: str) -> Result:
    variables = {"PRESCREEN_DATABASE_URL": f"sqlite+aiosqlite:///{database}"}
    return CliRunner().invoke(app, ["audit", *arguments], env=variables)


def tamper(database: Path, *statements: str) -> None:
    with sqlite3.connect(database) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def test_a_whole_log_is_said_to_be_whole_with_its_head(database: Path) -> None:
    found = prescreen(database, "verify")
    head = prescreen(database, "head").stdout.strip()
    assert (found.exit_code, found.stdout.strip()) == (0, f"Whole. Head {head}")
    assert head.startswith("5:")
    assert prescreen(database, "verify", "--head", head).exit_code == 0


def test_a_broken_log_ends_with_1_and_says_where(database: Path) -> None:
    tamper(database, "UPDATE audit SET actor = 'acc_2' WHERE seq = 3")
    found = prescreen(database, "verify")
    assert found.exit_code == 1
    assert found.stdout.startswith("BROKEN at 3: was changed")
    assert len(found.stdout.splitlines()) == 1


def test_a_head_kept_elsewhere_shows_what_was_cut_with_its_head(database: Path) -> None:
    head = prescreen(database, "head").stdout.strip()
    tamper(
        database,
        "UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4)",
        "DELETE FROM audit WHERE seq = 5",
    )
    assert prescreen(database, "verify").exit_code == 0
    found = prescreen(database, "verify", "--head", head)
    assert found.exit_code == 1
    assert "BROKEN at 5" in found.stdout
    assert prescreen(database, "verify", "--head", "five").exit_code == 2


def test_the_export_is_json_lines_that_prove_themselves(database: Path) -> None:
    lines = [json.loads(line) for line in prescreen(database, "export").stdout.splitlines()]
    assert [one["seq"] for one in lines] == [1, 2, 3, 4, 5]
    assert [one["previous"] for one in lines[1:]] == [one["hash"] for one in lines[:-1]]
    assert set(lines[0]) == {
        *("seq", "id", "at", "actor", "action", "subject", "details", "previous", "hash")
    }
    after = prescreen(database, "export", "--after", "3").stdout.splitlines()
    assert [json.loads(line)["seq"] for line in after] == [4, 5]


def test_a_database_without_the_log_is_said_to_be_one(tmp_path: Path) -> None:
    found = prescreen(tmp_path / "empty.db", "verify")
    assert found.exit_code == 2
    assert "Traceback" not in found.stderr
