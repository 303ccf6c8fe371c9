"""The same promises on SQLite and PostgreSQL, and on every blob store."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from service.actions.issue_key import Role, issue_key, withdraw_key
from service.ids import new_id
from service.store import idempotency, screenings
from service.store.engine import migrate
from service.store.keys import find_key
from service.store.pictures import BlobMissing, Blobs
from service.store.submissions import claim_due
from service.store.tables import Audit, Key, Screening, ScreeningCode, Submission
from tests.conftest import free_port

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def screening(n: int, **changes) -> Screening:
    values = {
        "id": f"scr_{n:026d}",
        "created_at": NOW,
        "key_id": "key_1",
        "person": "p",
        "customer_id": None,
        "reference": f"ref-{n}",
        "verdict": "retake",
        "standing": "retake",
        "kind": "passport",
        "country": "GB",
        "attempt": 1,
        "number_digest": None,
        "wire": {"id": n},
        "decision": None,
        "erased_at": None,
    }
    return Screening(**(values | changes))


def submission(customer: str, **changes) -> Submission:
    values = {
        "id": new_id("sub"),
        "created_at": NOW,
        "updated_at": NOW,
        "key_id": "k",
        "customer_id": customer,
        "screening_id": "s",
        "update": {},
        "extra_files": {},
        "state": "queued",
        "outcome": None,
        "steps": {},
        "errors": [],
        "last_error": None,
        "attempts": 0,
        "next_attempt_at": NOW,
        "lease_owner": None,
        "lease_until": None,
    }
    return Submission(**(values | changes))


async def test_migrating_twice_is_harmless(database_url: str) -> None:
    await migrate(database_url)
    await migrate(database_url)


async def test_times_come_back_in_utc(sessions) -> None:
    async with sessions() as session:
        session.add(screening(1))
        await session.commit()
    async with sessions() as session:
        assert (await session.get_one(Screening, f"scr_{1:026d}")).created_at == NOW


async def test_only_the_hash_of_a_key_is_stored(sessions) -> None:
    key, secret = await issue_key(sessions, Role.ANALYST, "Robin", "test", NOW)
    async with sessions() as session:
        stored = await session.get_one(Key, key.id)
        assert secret not in str(vars(stored))
        assert (await find_key(session, secret)).id == key.id
        assert await find_key(session, secret + "x") is None
    assert await withdraw_key(sessions, key.id, "test", NOW)
    async with sessions() as session:
        assert await find_key(session, secret) is None
        actions = (await session.scalars(select(Audit.action).order_by(Audit.id))).all()
    assert actions == ["key.created", "key.revoked"]


async def test_lists_go_backwards_by_id_and_filter(sessions) -> None:
    async with sessions() as session:
        session.add_all(screening(n, kind="visa" if n == 3 else "passport") for n in range(1, 6))
        await session.flush()
        session.add(ScreeningCode(screening_id=f"scr_{2:026d}", code="image_glare"))
        await session.commit()
        everything = await screenings.list_screenings(
            session, screenings.ScreeningFilter(), limit=3, before=f"scr_{5:026d}"
        )
        assert [one.wire["id"] for one in everything] == [4, 3, 2]
        glare = await screenings.list_screenings(
            session, screenings.ScreeningFilter(code="image_glare"), limit=9, before=None
        )
        assert [one.wire["id"] for one in glare] == [2]
        assert await screenings.count_attempts(session, "p") == 5
        assert await screenings.count_by_standing(session) == {"retake": 5}


async def test_a_key_of_idempotency_is_taken_once(sessions) -> None:
    async with sessions() as session:
        assert await idempotency.begin(session, "k", "token", "digest", NOW) is None
        await session.commit()
    async with sessions() as session:
        running = await idempotency.begin(session, "k", "token", "digest", NOW)
        assert running is not None
        assert running.status == 0
        await idempotency.finish(session, "k", "token", 201, "{}")
        await session.commit()
    async with sessions() as session:
        later = NOW + timedelta(hours=25)
        assert await idempotency.begin(session, "k", "token", "other", later) is None


async def test_two_workers_never_hold_the_same_submission(sessions) -> None:
    async with sessions() as session:
        session.add_all([submission("a"), submission("b")])
        await session.commit()
    lease = timedelta(minutes=1)
    async with sessions() as one, sessions() as two:
        first = await claim_due(one, "w1", NOW, lease)
        second = await claim_due(two, "w2", NOW, lease)
        assert first is not None
        assert second is not None
        assert first.id != second.id
        assert await claim_due(two, "w2", NOW, lease) is None


async def test_a_customers_submissions_go_one_after_the_other(sessions) -> None:
    older, newer = submission("same"), submission("same")
    async with sessions() as session:
        session.add_all([older, newer])
        await session.commit()
        taken = await claim_due(session, "w", NOW, timedelta(minutes=1))
        assert taken is not None
        assert taken.id == min(older.id, newer.id)
        assert await claim_due(session, "w2", NOW, timedelta(minutes=1)) is None


async def test_a_lease_that_ran_out_is_taken_over(sessions) -> None:
    async with sessions() as session:
        session.add(submission("a", lease_owner="dead", lease_until=NOW - timedelta(seconds=1)))
        await session.commit()
        taken = await claim_due(session, "alive", NOW, timedelta(minutes=1))
        assert taken is not None
        assert taken.lease_owner == "alive"


@pytest.fixture
def s3_url(monkeypatch: pytest.MonkeyPatch):
    port = free_port()
    server = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from moto.server import main; main()",
            "-H",
            "127.0.0.1",
            "-p",
            str(port),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"NO_PROXY": "*"},
    )
    endpoint = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        try:
            httpx.get(endpoint, timeout=1)
            break
        except httpx.HTTPError:
            time.sleep(0.2)
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    httpx.put(f"{endpoint}/pictures", timeout=10)
    yield f"s3://pictures?endpoint={endpoint}"
    server.kill()
    server.wait()


@pytest.mark.parametrize("kind", ["folder", "memory", "s3"])
async def test_blobs_are_kept_and_deleted(kind: str, tmp_path, request) -> None:
    url = {"folder": f"file://{tmp_path}/blobs", "memory": "memory://"}.get(kind)
    blobs = Blobs(url or request.getfixturevalue("s3_url"))
    name, other = await blobs.put(b"picture"), await blobs.put(b"picture")
    assert name != other
    assert await blobs.get(name) == b"picture"
    await blobs.delete(name)
    with pytest.raises(BlobMissing):
        await blobs.get(name)
    await blobs.delete(name)
    assert await blobs.get(other) == b"picture"


def test_an_unknown_blob_url_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="PRESCREEN_BLOBS_URL"):
        Blobs("ftp://somewhere")
