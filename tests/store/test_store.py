"""The same promises on SQLite and PostgreSQL, and on every blob store."""

import asyncio
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from service.actions.issue_key import Role, issue_key, withdraw_key
from service.ids import new_id
from service.store import handover, idempotency, outcomes, screenings, workers
from service.store.engine import migrate, open_engine, sessions_of
from service.store.handover import SUBMISSIONS
from service.store.keys import find_key
from service.store.pictures import BlobMissing, Blobs
from service.store.tables import Audit, Key, Screening, ScreeningCode, Submission
from tests.conftest import VAULT, free_port

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
        "expires_at": NOW + timedelta(days=1),
        "outcome_at": None,
    }
    return Submission(**(values | changes))


async def test_migrating_twice_is_harmless(empty_database_url: str) -> None:
    await migrate(empty_database_url)
    await migrate(empty_database_url)


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
        assert await screenings.count_attempts(session, ["p"]) == 5
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


async def test_a_request_whose_process_died_goes_on_soon_and_no_other_in_its_place(
    sessions,
) -> None:
    async with sessions() as session:
        await idempotency.begin(session, "k", "token", "digest", NOW)
        await session.commit()
    alive = NOW + timedelta(minutes=5)
    async with sessions() as session:
        await idempotency.renew(session, "k", "token", alive)
        await session.commit()
    async with sessions() as session:
        soon = alive + timedelta(seconds=10)
        assert await idempotency.begin(session, "k", "token", "digest", soon) is not None
        later = alive + timedelta(seconds=30)
        other = await idempotency.begin(session, "k", "token", "another", later)
        assert other is not None
        assert other.request_digest == "digest"
        assert await idempotency.begin(session, "k", "token", "digest", later) is None


async def test_two_processes_take_different_rows_or_the_same_once(sessions) -> None:
    async with sessions() as session:
        session.add_all([submission("a"), submission("b")])
        await session.commit()
    async with sessions() as one:
        found = await handover.waiting(one, SUBMISSIONS, 10)
        for row in found:
            await handover.mark_handed_over(one, SUBMISSIONS, row, NOW)
        await one.commit()
    async with sessions() as two:
        assert len(found) == 2
        assert await handover.waiting(two, SUBMISSIONS, 10) == []


async def test_a_customers_submissions_go_one_after_the_other(sessions) -> None:
    # Ids and times come from several clocks: the database alone says who came first.
    first = submission("same", id="sub_9", created_at=NOW + timedelta(hours=1))
    second = submission("same", id="sub_1")
    async with sessions() as session:
        session.add(first)
        await session.commit()
        session.add(second)
        await session.commit()
        assert [one.id for one in await handover.waiting(session, SUBMISSIONS, 10)] == ["sub_9"]
        await handover.mark_handed_over(session, SUBMISSIONS, first, NOW)
        assert await handover.waiting(session, SUBMISSIONS, 10) == []
        first.state = "refused"
        await session.flush()
        assert [one.id for one in await handover.waiting(session, SUBMISSIONS, 10)] == ["sub_1"]


async def test_a_customers_id_in_other_letters_is_the_same_queue(sessions) -> None:
    small = "7d0f3c9e-8a51-4e0c-9f5b-2b1f0a6c4d3e"
    async with sessions() as session:
        session.add(submission(small.upper()))
        await session.commit()
        session.add(submission(small))
        session.add(submission("Not-A-UUID"))
        session.add(submission("not-a-uuid"))
        await session.commit()
    async with sessions() as session:
        found = await handover.waiting(session, SUBMISSIONS, 10)
        assert sorted(one.customer_id for one in found) == [small, "Not-A-UUID", "not-a-uuid"]
        latest = await session.scalar(
            select(Submission.turn).where(Submission.customer_id == small.upper()).limit(1)
        )
        assert latest == 1


async def test_the_database_refuses_two_of_one_customer_under_way(sessions) -> None:
    async with sessions() as session:
        session.add(submission("a", state="updating"))
        session.add(submission("a", state="forwarded"))
        session.add(submission("b", state="attaching"))
        await session.commit()
        session.add(submission("a", state="attaching"))
        with pytest.raises(IntegrityError):
            await session.commit()


async def test_turns_become_visible_in_their_order(sessions, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("one writer at a time")
    async with sessions() as early, sessions() as late:
        early.add(submission("a", id="sub_early"))
        await early.flush()
        late.add(submission("a", id="sub_late"))
        waits = asyncio.create_task(late.flush())
        await asyncio.sleep(0.3)
        assert not waits.done()
        await early.commit()
        await waits
        await late.commit()
    async with sessions() as session:
        found = await session.scalars(select(Submission.id).order_by(Submission.turn))
        assert found.all() == ["sub_early", "sub_late"]


async def test_a_mark_of_an_earlier_go_hands_nothing_over(sessions) -> None:
    one = submission("a")
    async with sessions() as session:
        session.add(one)
        await session.commit()
    async with sessions() as session:
        seen = (await handover.waiting(session, SUBMISSIONS, 1))[0]
    async with sessions() as session:
        row = await session.get_one(Submission, one.id)
        row.go += 1  # it ran and was put off meanwhile
        await session.commit()
    async with sessions() as session:
        await handover.mark_handed_over(session, SUBMISSIONS, seen, NOW)
        await session.commit()
        assert [r.id for r in await handover.waiting(session, SUBMISSIONS, 10)] == [one.id]


async def test_outcomes_are_counted_by_document_and_by_code(sessions) -> None:
    async with sessions() as session:
        session.add_all([screening(1), screening(2), screening(3, kind="visa")])
        await session.flush()
        session.add(ScreeningCode(screening_id=f"scr_{1:026d}", code="image_dark"))
        for n, outcome in ((1, "verified"), (2, "rejected"), (3, None)):
            one = submission(f"c{n}", screening_id=f"scr_{n:026d}", outcome=outcome)
            session.add(one)
        await session.flush()
        documents = [
            (one.document_type, one.country, one.outcome, one.number)
            for one in await outcomes.by_document(session)
        ]
        codes = [(one.code, one.outcome, one.number) for one in await outcomes.by_code(session)]
    assert documents == [("passport", "GB", "rejected", 1), ("passport", "GB", "verified", 1)]
    assert codes == [("image_dark", "verified", 1)]


async def test_only_one_buries_a_dead_worker(sessions) -> None:
    async with sessions() as session:
        await workers.beat(session, "wrk_dead", 7, NOW)
        await session.commit()
        assert [one.beat for one in await workers.others(session, "wrk_1")] == [7]
        assert not await workers.bury(session, "wrk_dead", 6)
        assert await workers.bury(session, "wrk_dead", 7)
        assert not await workers.bury(session, "wrk_dead", 7)


async def test_rows_of_the_first_version_go_on_after_the_migration(empty_database_url: str) -> None:
    await migrate(empty_database_url, "0001")
    engine = open_engine(empty_database_url)
    columns = (
        'id, created_at, updated_at, key_id, customer_id, screening_id, "update", extra_files, '
        "state, steps, errors, attempts, next_attempt_at, lease_owner"
    )
    customer = "7d0f3c9e-8a51-4e0c-9f5b-2b1f0a6c4d3e"

    def values(name: str, customer_id: str, at: datetime) -> str:
        moment = f"'{at:%Y-%m-%d %H:%M:%S}'"
        return (
            f"('{name}', {moment}, {moment}, 'k', '{customer_id}', 's', '{{}}', '{{}}', "
            f"'uploading', '{{}}', '[]', 0, {moment}, 'w')"
        )

    rows = [
        values("sub_1", customer, NOW),
        values("sub_0", customer.upper(), NOW + timedelta(minutes=1)),
    ]
    async with engine.begin() as connection:
        await connection.exec_driver_sql(
            f"INSERT INTO submissions ({columns}) VALUES {', '.join(rows)}"
        )
    await migrate(empty_database_url)
    async with sessions_of(engine, VAULT)() as session:
        # Two of one customer were under way, by two spellings of its id: the first goes on.
        (row,) = await handover.waiting(session, SUBMISSIONS, 10)
        assert (row.id, row.state, row.turn, row.customer_id) == ("sub_1", "queued", 1, customer)
        assert row.expires_at > datetime.now(UTC) + timedelta(hours=23)
        row.state = "forwarded"
        await session.commit()
        assert [(one.id, one.turn) for one in await handover.waiting(session, SUBMISSIONS, 9)] == [
            ("sub_0", 2)
        ]
        session.add(submission(customer))
        await session.commit()
        assert await session.scalar(select(func.max(Submission.turn))) == 3
    await engine.dispose()


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
    key = VAULT.ring.new_key("scr_1")
    name, other = await blobs.put(b"picture", key), await blobs.put(b"picture", key)
    assert name != other
    assert await blobs.get(name, key) == b"picture"
    await blobs.delete(name)
    with pytest.raises(BlobMissing):
        await blobs.get(name, key)
    await blobs.delete(name)
    assert await blobs.get(other, key) == b"picture"
    now = datetime.now(UTC)
    for moment, found in (
        (now + timedelta(days=1), {other: "scr_1"}),
        (now - timedelta(days=1), {}),
    ):
        pages = [page async for page in blobs.stored_before(moment)]
        assert {name: of for page in pages for name, of in page.items()} == found


def test_an_unknown_blob_url_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="PRESCREEN_BLOBS_URL"):
        Blobs("ftp://somewhere")
