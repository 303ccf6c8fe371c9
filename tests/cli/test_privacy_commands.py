"""Keys, retention and a person's request from the command line."""

import asyncio
import json
import os
import re
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from service.cli import app
from service.store.engine import open_engine, sessions_of
from service.store.key_source import new_entry
from service.store.pictures import Blobs
from service.store.tables import Submission
from tests.conftest import KEY, VAULT
from tests.store.rows import NAME, PICTURE, kept, submission

CUSTOMER = "7d0f3c9e-8a51-4e0c-9f5b-2b1f0a6c4d3e"


class Place:
    """A database with one customer's screening and submission, and `prescreen` on it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.settings = {
            "PRESCREEN_DATABASE_URL": url,
            "PRESCREEN_BLOBS_URL": f"file://{folder}",
            "PRESCREEN_SECRET": VAULT.secret,
            "PRESCREEN_ENCRYPTION_KEY": KEY,
        }
        self.folder = folder

    def run(self, *given: str, **changes: str) -> Result:
        return CliRunner().invoke(app, given, env=self.settings | changes)


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> Place:
    one = Place(database_url, tmp_path / "blobs")
    engine = open_engine(database_url)
    sessions = sessions_of(engine, VAULT)
    blobs, yesterday = Blobs(f"file://{one.folder}"), datetime.now(UTC) - timedelta(days=1)
    screening_id = await kept(sessions, blobs, CUSTOMER, created_at=yesterday)
    async with sessions() as session:
        session.add(submission(screening_id, CUSTOMER, updated_at=yesterday))
        await session.commit()
    await engine.dispose()
    return one


def test_a_persons_copy_is_written_for_its_owner_alone_and_then_all_is_erased(
    place: Place, tmp_path: Path
) -> None:
    out = tmp_path / "copy.zip"
    done = place.run("export", "--customer", CUSTOMER, "--out", str(out))
    assert done.exit_code == 0, done.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with zipfile.ZipFile(out) as archive:
        content = json.loads(archive.read("customer.json"))
        (picture,) = [n for n in archive.namelist() if n.startswith("pictures/")]
        assert archive.read(picture) == PICTURE
    assert content["screenings"][0]["document"]["surname"] == NAME
    assert NAME not in done.stdout + done.stderr
    again = place.run("export", "--customer", CUSTOMER, "--out", str(out))
    assert (again.exit_code, "there already" in again.stderr) == (2, True)
    for command in (("erase",), ("export", "--out", str(tmp_path / "none.zip"))):
        unkeyed = place.run(*command, "--customer", CUSTOMER, PRESCREEN_SECRET="")
        assert (unkeyed.exit_code, "PRESCREEN_SECRET" in unkeyed.stderr) == (2, True)
    erased = place.run("erase", "--customer", CUSTOMER.upper())
    assert erased.exit_code == 0, erased.stderr
    assert "1 screenings and 1 submissions erased" in erased.stdout
    assert [path for path in place.folder.rglob("*") if path.is_file()] == []
    gone = place.run("export", "--customer", CUSTOMER, "--out", str(tmp_path / "none.zip"))
    assert (gone.exit_code, "Nothing is stored" in gone.stderr) == (2, True)
    assert not (tmp_path / "none.zip").exists()


def test_a_key_is_replaced_by_another(place: Place) -> None:
    fresh = place.run("encryption", "new-key").stdout.strip()
    name = fresh.partition(":")[0]
    assert fresh != new_entry()
    missing = place.run("encryption", "rotate", PRESCREEN_ENCRYPTION_KEY=fresh)
    assert (missing.exit_code, "encryption key test is needed" in missing.stderr) == (2, True)
    both = f"{fresh},{KEY}"
    before = place.run("encryption", "status", PRESCREEN_ENCRYPTION_KEY=both).stdout
    assert re.search(rf"{name}  0 data keys  \(encrypts\)\ntest  2 data keys\n0 ", before)
    done = place.run("encryption", "rotate", PRESCREEN_ENCRYPTION_KEY=both)
    assert f"2 data keys are wrapped by {name} now." in done.stdout
    after = place.run("encryption", "status", PRESCREEN_ENCRYPTION_KEY=fresh).stdout
    assert after.startswith(f"{name}  2 data keys  (encrypts)\n0 ")
    applied = place.run("encryption", "apply", PRESCREEN_ENCRYPTION_KEY=fresh)
    assert (applied.exit_code, "0 screenings and 0 sub" in applied.stdout) == (0, True)


def test_what_is_too_old_is_purged(place: Place, database_url: str) -> None:
    assert place.run("purge", PRESCREEN_KEEP_FORWARDED_DAYS="100000").stdout == ""
    done = place.run("purge", "--restored", PRESCREEN_KEEP_FORWARDED_DAYS="0.0001")
    assert (done.exit_code, done.stdout) == (0, "accepted: 1\n"), done.stderr

    async def left() -> dict:
        engine = open_engine(database_url)
        async with sessions_of(engine, VAULT)() as session:
            update = (await session.scalars(select(Submission))).one().update
        await engine.dispose()
        return update

    assert asyncio.run(left()) == {}


def test_files_without_a_row_go_on_request_and_never_those_of_another_database(
    place: Place, tmp_path: Path
) -> None:
    def left() -> int:
        return sum(one.is_file() for one in place.folder.rglob("*"))

    old = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    orphan = next(one for one in place.folder.rglob("*") if one.is_file()).with_name("scr_0.gone")
    orphan.write_bytes(b"")
    for one in place.folder.rglob("*"):
        os.utime(one, (old, old))
    wrong = {"PRESCREEN_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/empty.db"}
    assert place.run("purge", **wrong).exit_code == 0
    refused = place.run("purge", "--sweep", **wrong)
    assert (refused.exit_code, "0 erased.\n2 of 2 files" in refused.stderr) == (2, True)
    assert place.run("purge").exit_code == 0
    assert left() == 2
    done = place.run("purge", "--sweep")
    assert (done.exit_code, "1 files without a row deleted" in done.stderr) == (0, True)
    assert (left(), orphan.exists()) == (1, False)


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize("key", ["", "nonsense"])
def test_without_a_key_nothing_starts(tmp_path: Path, command: str, key: str) -> None:
    place = Place(f"sqlite+aiosqlite:///{tmp_path}/x.db", tmp_path / "blobs")
    found = place.run(command, PRESCREEN_ENCRYPTION_KEY=key)
    assert found.exit_code == 2
    assert "PRESCREEN_ENCRYPTION_KEY" in found.stderr or "prescreen encryption new-key" in (
        found.stderr
    )
    assert isinstance(found.exception, SystemExit), "no traceback"
    assert not (tmp_path / "x.db").exists()
