"""What `deploy/backup.sh` copied, `deploy/restore.sh` brings back whole, into nothing but emptiness."""

import asyncio
import os
import shutil
import subprocess
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from service.ids import new_id
from service.store import audit
from service.store.audit_chain import find_breaks, head_of
from service.store.engine import migrate, open_engine, sessions_of
from service.store.pictures import Blobs
from service.store.tables import Picture, Screening
from tests.conftest import VAULT, new_database

DEPLOY = Path(__file__).parents[2] / "deploy"
CONTENT = b"the picture of nobody" * 1000


async def run(script: str, url: str, blobs: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    settings = {"PRESCREEN_DATABASE_URL": url, "PRESCREEN_BLOBS_URL": f"file://{blobs}"}
    return await asyncio.to_thread(
        subprocess.run,
        [str(DEPLOY / script), str(folder)],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=180,
    )


async def keep_a_screening(sessions, blobs: Path) -> str:
    screening_id, now = new_id("scr"), datetime.now(UTC)
    async with sessions() as session:
        session.add(
            screening := Screening(
                id=screening_id,
                created_at=now,
                key_id="k",
                person=None,
                customer_id=None,
                reference="restored",
                verdict="accepted",
                standing="accepted",
                kind="passport",
                country="GB",
                attempt=1,
                number_digest=None,
                wire={"verdict": "accepted", "document": {"surname": "Şpecimen-Łąka"}},
                decision=None,
                erased_at=None,
            )
        )
        await session.flush()
        blob = await Blobs(f"file://{blobs}").put(CONTENT, screening.object_key)
        session.add(
            Picture(
                screening_id=screening_id,
                side="front",
                rendition="original",
                blob=blob,
                media_type="image/jpeg",
                size=len(CONTENT),
                sha256=sha256(CONTENT).hexdigest(),
                fingerprint=None,
            )
        )
        for action in ("screening.created", "screening.seen"):
            audit.record(session, at=now, actor="k", action=action, subject=screening_id)
        await session.commit()
    return screening_id


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if backend == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/restored.db"
    if shutil.which("pg_restore") is None:
        pytest.skip("PostgreSQL's client programs are not installed")
    return new_database(request.getfixturevalue("postgres_url"), f"r{os.urandom(6).hex()}")


async def test_a_screening_its_picture_and_the_audit_log_come_back(
    database_url: str, empty_url: str, sessions, tmp_path: Path
) -> None:
    screening_id = await keep_a_screening(sessions, tmp_path / "blobs")
    async with sessions() as session:
        head = await head_of(session)
    copied = await run("backup.sh", database_url, tmp_path / "blobs", tmp_path / "backup")
    assert copied.returncode == 0, copied.stderr
    # What comes after the backup is not in it.
    await keep_a_screening(sessions, tmp_path / "blobs")
    restored = await run("restore.sh", empty_url, tmp_path / "other", tmp_path / "backup")
    assert restored.returncode == 0, restored.stderr

    await migrate(empty_url)
    engine = open_engine(empty_url)
    async with sessions_of(engine, VAULT)() as session:
        (found,) = (await session.scalars(select(Screening))).all()
        (picture,) = (await session.scalars(select(Picture))).all()
        assert [one async for one in find_breaks(session, head)] == []
        assert str(await head_of(session)) == str(head)
        # And the chain goes on from there.
        audit.record(session, at=datetime.now(UTC), actor="k", action="seen", subject="x")
        await session.commit()
        assert [one async for one in find_breaks(session, head)] == []
    await engine.dispose()
    assert (found.id, found.wire["document"]["surname"]) == (screening_id, "Şpecimen-Łąka")
    content = await Blobs(f"file://{tmp_path}/other").get(picture.blob, found.object_key)
    assert sha256(content).hexdigest() == picture.sha256


async def test_nothing_is_written_over(
    database_url: str, sessions, tmp_path: Path, backend: str
) -> None:
    await keep_a_screening(sessions, tmp_path / "blobs")
    await run("backup.sh", database_url, tmp_path / "blobs", tmp_path / "backup")
    again = await run("restore.sh", database_url, tmp_path / "blobs", tmp_path / "backup")
    assert again.returncode == 1
    assert "nothing was changed" in again.stderr
    twice = await run("backup.sh", database_url, tmp_path / "blobs", tmp_path / "backup")
    assert twice.returncode != 0


async def test_a_damaged_backup_is_not_restored(
    database_url: str, empty_url: str, sessions, tmp_path: Path
) -> None:
    await keep_a_screening(sessions, tmp_path / "blobs")
    await run("backup.sh", database_url, tmp_path / "blobs", tmp_path / "backup")
    archive = tmp_path / "backup" / "blobs.tar"
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    refused = await run("restore.sh", empty_url, tmp_path / "other", tmp_path / "backup")
    assert refused.returncode != 0
    assert not (tmp_path / "other").exists()


async def test_others_cannot_read_a_backup(database_url: str, sessions, tmp_path: Path) -> None:
    await keep_a_screening(sessions, tmp_path / "blobs")
    await run("backup.sh", database_url, tmp_path / "blobs", tmp_path / "backup")
    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "backup").iterdir()}
    assert modes == {0}
