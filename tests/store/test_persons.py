"""A person's request: a copy of all that is stored, and the erasure of it; and retention."""

import asyncio
import json
import zipfile
from collections import Counter
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select, text

from service.actions.erase_customer import erase_customer
from service.actions.erase_screening import erase_screening
from service.actions.export_customer import NothingStored, export_customer
from service.actions.housekeeping import Housekeeper
from service.actions.issue_key import Role, issue_key
from service.actions.issue_upload_token import issue_upload_token
from service.actions.purge_expired import finish_erasures, purge_expired
from service.notify.outbox import announce
from service.store import idempotency
from service.store.pictures import Blobs
from service.store.retention import Retention
from service.store.tables import (
    Audit,
    CustomerQueue,
    DataKey,
    IdempotentAnswer,
    OutgoingEvent,
    Picture,
    Screening,
    Submission,
)
from service.store.upload_tokens import find_upload_token
from service.telemetry import Metrics
from tests.store.rows import CANARIES, NAME, NOW, PICTURE, PLACE, all_rows, kept, submission

CUSTOMER = "7d0f3c9e-8a51-4e0c-9f5b-2b1f0a6c4d3e"
DAY = timedelta(days=1)
LAST_PURGE = "prescreen_purge_last_timestamp_seconds"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def blobs(folder: Path) -> Blobs:
    return Blobs(f"file://{folder}")


def erased(metrics: Metrics, why: str, standing: str) -> float:
    labels = {"why": why, "standing": standing}
    return metrics.registry.get_sample_value("prescreen_erasures_total", labels) or 0


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def sent(sessions, blobs: Blobs, screening_id: str, customer_id: str, **changes) -> str:
    async with sessions() as session:
        of = await session.get_one(Screening, screening_id)
    blob = await blobs.put(b"canary bill", of.object_key)
    extra = {"proof_of_address": {"blob": blob, "media_type": "image/png"}}
    row = submission(
        screening_id,
        customer_id,
        id=f"sub_{len(screening_id)}{screening_id[-20:]}",
        extra_files=extra,
        **changes,
    )
    async with sessions() as session:
        session.add(row)
        announce(session, "submission.forwarded", {"customer_id": customer_id}, NOW)
        await session.commit()
    return row.id


async def a_life(sessions, blobs: Blobs) -> tuple[list[str], str]:
    """Three screenings of the customer: its own, its owner's, and one forwarded by reference."""
    own = await kept(sessions, blobs, CUSTOMER)
    owners = await kept(sessions, blobs, business_id=CUSTOMER, standing="retake")
    by_reference = await kept(sessions, blobs)
    await sent(sessions, blobs, by_reference, CUSTOMER.upper())
    other = await kept(sessions, blobs, "another")
    await sent(sessions, blobs, other, "another")
    async with sessions() as session:
        for token, told_of in (("a", own), ("b", other)):
            await idempotency.begin(session, "k", token, "digest", NOW)
            body = json.dumps({"id": told_of, "name": NAME})
            await idempotency.finish(session, "k", token, 201, body)
        await session.execute(text("UPDATE outgoing_events SET delivered_at = created_at"))
        await session.commit()
    return [own, owners, by_reference], other


async def test_erasing_a_customer_leaves_verdicts_and_nothing_of_the_person(
    sessions, blobs: Blobs, folder: Path
) -> None:
    ids, other = await a_life(sessions, blobs)
    assert CUSTOMER in await all_rows(sessions)
    metrics = Metrics()
    done = await erase_customer(
        sessions, blobs, CUSTOMER.upper(), "key_admin", NOW + DAY, metrics=metrics
    )
    counted = {
        standing: erased(metrics, "request", standing) for standing in ("accepted", "retake")
    }
    assert counted == {"accepted": 2, "retake": 1}
    assert (done.screenings, done.submissions) == (3, 1)
    lying = await all_rows(sessions)
    assert CUSTOMER not in lying.lower()
    assert [one for one in CANARIES if one in lying] == []
    assert len(files(folder)) == 2, "the other customer's picture and bill"
    async with sessions() as session:
        for one in ids:
            row = await session.get_one(Screening, one)
            assert (row.wire["verdict"], row.wire["erased"]) == ("accepted", True)
            assert row.wire["findings"][0]["code"] == "customer_name_mismatch"
            assert NAME not in str(row.wire)
            assert (row.reference, row.decision, row.customer_id) == (None, None, None)
        assert set(await session.scalars(select(DataKey.id))) >= {other}
        assert not set(await session.scalars(select(DataKey.id))) & set(ids)
        assert set(await session.scalars(select(Picture.screening_id))) == {other}
        assert (await session.scalars(select(IdempotentAnswer.about))).all() == [other]
        assert (await session.scalars(select(CustomerQueue.customer_id))).all() == ["another"]
        payloads = (await session.scalars(select(OutgoingEvent.payload))).all()
        assert [one["data"]["customer_id"] for one in payloads] == ["another"]
        kept_row = await session.get_one(Screening, other)
        assert kept_row.wire["document"]["surname"] == NAME
        actions = Counter(await session.scalars(select(Audit.action)))
        assert actions == {"screening.erased": 3, "customer.erased": 1}
        subjects = set(await session.scalars(select(Audit.subject)))
        assert done.subject in subjects
    again = await erase_customer(sessions, blobs, CUSTOMER, "key_admin", NOW + 2 * DAY)
    assert (again.screenings, again.submissions, again.subject) == (0, 0, done.subject)


async def test_erasing_a_customer_takes_unused_upload_tokens_along(sessions, blobs: Blobs) -> None:
    key, _ = await issue_key(sessions, Role.FRONTEND, "shop", "test", NOW)
    bound = {"country": "GB", "first_name": NAME}
    issued = [
        await issue_upload_token(
            sessions, bound | {"customer_id": whose}, key.id, NOW, is_customer_read=False
        )
        for whose in (CUSTOMER.upper(), "another")
    ]
    await erase_customer(sessions, blobs, CUSTOMER, "key_admin", NOW)
    (_, his), (other, others) = issued
    async with sessions() as session:
        assert await find_upload_token(session, his) is None
        found = await find_upload_token(session, others)
        assert found is not None
        assert found.bound["customer_id"] == "another"
        assert (await session.scalars(select(DataKey.id))).all() == [other.id]


async def test_what_is_under_way_is_stopped_and_its_webhook_still_says_whose_it_was(
    sessions, blobs: Blobs
) -> None:
    one = await kept(sessions, blobs, CUSTOMER)
    submission_id = await sent(sessions, blobs, one, CUSTOMER, state="uploading")
    await erase_customer(sessions, blobs, CUSTOMER, "key_admin", NOW)
    async with sessions() as session:
        row = await session.get_one(Submission, submission_id)
        assert (row.state, row.update) == ("refused", {})
        assert row.customer_id != CUSTOMER
        kinds = (await session.scalars(select(OutgoingEvent.type))).all()
    assert "submission.refused" in kinds


async def test_an_export_holds_what_is_stored_of_the_customer_and_of_nobody_else(
    sessions, blobs: Blobs
) -> None:
    ids, other = await a_life(sessions, blobs)
    archive = await export_customer(sessions, blobs, CUSTOMER, "key_admin", NOW)
    with zipfile.ZipFile(BytesIO(archive)) as found:
        names = found.namelist()
        content = json.loads(found.read("customer.json"))
        pictures = [found.read(name) for name in names if name.startswith("pictures/")]
        bills = [found.read(name) for name in names if name.startswith("files/")]
    assert sorted(one["id"] for one in content["screenings"]) == sorted(ids)
    assert other not in json.dumps(content)
    assert all(one["document"]["surname"] == NAME for one in content["screenings"])
    assert [one["update"]["city"] for one in content["submissions"]] == [PLACE]
    assert pictures == [PICTURE] * 3
    assert bills == [b"canary bill"]
    assert content["missing_files"] == []
    async with sessions() as session:
        assert "customer.exported" in set(await session.scalars(select(Audit.action)))
    await erase_customer(sessions, blobs, CUSTOMER, "key_admin", NOW)
    with pytest.raises(NothingStored):
        await export_customer(sessions, blobs, CUSTOMER, "key_admin", NOW)


async def test_an_export_of_a_person_who_is_suspected_does_not_teach_forging(
    sessions, blobs: Blobs
) -> None:
    wire = {
        "id": "scr_x",
        "verdict": "review",
        "findings": [{"code": "authenticity_edited", "outcome": "review", "words": {}}],
        "checks": [{"check": "authenticity.edited", "state": "failed"}],
        "document": {"surname": NAME},
    }
    await kept(sessions, blobs, CUSTOMER, wire=wire)
    archive = await export_customer(sessions, blobs, CUSTOMER, "key_admin", NOW)
    with zipfile.ZipFile(BytesIO(archive)) as found:
        told = found.read("customer.json").decode()
    assert NAME in told
    assert "document_under_review" in told
    assert "authenticity" not in told


KEEP = Retention(
    forwarded=30 * DAY, accepted=90 * DAY, retake=7 * DAY, decided=90 * DAY, events=30 * DAY
)


@pytest.mark.parametrize(
    ("standing", "decided", "forwarded", "kept_days"),
    [
        ("retake", None, None, 7),
        ("rejected", None, None, 90),
        ("rejected", 50, None, 140),
        ("review", None, None, 90),
        ("accepted", None, None, 90),
        ("accepted", 20, None, 110),
        ("accepted", None, ("forwarded", 3), 33),
        ("accepted", None, ("forwarded", 60), 90),
        ("accepted", None, ("failed", 60), 90),
        ("accepted", None, ("uploading", 60), None),
    ],
)
async def test_each_verdict_is_kept_for_its_time(
    sessions, blobs: Blobs, folder: Path, standing: str, decided, forwarded, kept_days
) -> None:
    decision = None
    if decided is not None:
        at = (NOW + decided * DAY).isoformat()
        decision = {"decision": "accept", "at": at, "note": "x", "state": "final"}
    one = await kept(sessions, blobs, standing=standing, decision=decision)
    if forwarded is not None:
        state, day = forwarded
        await sent(sessions, blobs, one, "c", state=state, updated_at=NOW + day * DAY)

    async def purged(days: float) -> int:
        counts = await purge_expired(sessions, blobs, KEEP, "retention", NOW + days * DAY)
        return counts[standing]

    if kept_days is None:
        assert await purged(3650) == 0
        return
    assert await purged(kept_days - 0.1) == 0
    assert files(folder)
    assert await purged(kept_days + 0.1) == 1
    assert await purged(kept_days + 0.2) == 0
    assert files(folder) == []
    async with sessions() as session:
        assert (await session.get_one(Screening, one)).wire["erased"] is True
        assert "screening.expired" in set(await session.scalars(select(Audit.action)))
    assert NAME not in await all_rows(sessions)


async def test_kept_answers_and_delivered_webhooks_go_with_time(sessions, blobs: Blobs) -> None:
    async with sessions() as session:
        await idempotency.begin(session, "k", "t", "digest", NOW)
        for n in range(2):
            announce(session, "screening.decided", {"n": n}, NOW)
        await session.flush()
        first = (await session.scalars(select(OutgoingEvent).order_by(OutgoingEvent.id))).first()
        first.delivered_at = NOW
        await session.commit()
    counts = await purge_expired(sessions, blobs, KEEP, "retention", NOW + 25 * timedelta(hours=1))
    assert counts == {"answers": 1}
    counts = await purge_expired(sessions, blobs, KEEP, "retention", NOW + 31 * DAY)
    assert counts == {"events": 1}
    async with sessions() as session:
        left = (await session.scalars(select(OutgoingEvent))).all()
    assert [one.delivered_at for one in left] == [None], "what waits for delivery stays"


async def test_of_several_processes_one_purges(sessions, blobs: Blobs) -> None:
    await kept(sessions, blobs, standing="retake")
    at = [NOW + 8 * DAY]
    metrics = [Metrics() for _ in range(4)]
    several = [
        Housekeeper(sessions, blobs, KEEP, one, lambda: at[0], every=timedelta(hours=1))
        for one in metrics
    ]

    async def all_look() -> int:
        return sum(await asyncio.gather(*[one.purge_if_due() for one in several]))

    assert await all_look() == 1
    assert sorted(erased(one, "retention", "retake") for one in metrics) == [0, 0, 0, 1]
    assert await all_look() == 0
    moments = {one.registry.get_sample_value(LAST_PURGE) for one in metrics}
    assert moments == {at[0].timestamp()}, "each tells it, whoever did it"
    at[0] += timedelta(hours=1)
    assert await all_look() == 1


async def test_a_housekeeper_outlives_what_goes_wrong(sessions, blobs: Blobs, monkeypatch) -> None:
    from service.actions import housekeeping

    one = await kept(sessions, blobs, standing="retake")
    real, broken = housekeeping.purge_expired, [True]

    async def sometimes(*given):
        if broken.pop() if broken else False:
            raise OSError("the blob store is away")
        return await real(*given)

    monkeypatch.setattr(housekeeping, "purge_expired", sometimes)
    keeper = Housekeeper(
        sessions, blobs, KEEP, Metrics(), lambda: NOW + 8 * DAY, every=timedelta(seconds=0)
    )
    keeper.start()
    for _ in range(1000):
        async with sessions() as session:
            if (await session.get_one(Screening, one)).erased_at is not None:
                break
        await asyncio.sleep(0.02)
    else:
        pytest.fail("it gave up")
    await keeper.stop()


async def test_what_a_restored_backup_brings_back_is_unreadable_and_erased_again(
    sessions, blobs: Blobs
) -> None:
    one, other = await kept(sessions, blobs), await kept(sessions, blobs)
    async with sessions() as session:
        backup = await session.execute(text("SELECT * FROM screenings WHERE id = :i"), {"i": one})
        row = dict(backup.mappings().one())
        pictures = await session.execute(
            text("SELECT * FROM pictures WHERE screening_id = :i"), {"i": one}
        )
        picture = dict(pictures.mappings().one())
    await erase_screening(sessions, blobs, one, "admin", NOW)
    # The backup of the rows is older than the erasure, that of the data keys is not.
    async with sessions() as session:
        await session.execute(
            text(
                "UPDATE screenings SET wire = :wire, decision = :decision, reference = :reference, "
                "erased_at = NULL WHERE id = :id"
            ),
            {
                name: json.dumps(row[name]) if isinstance(row[name], dict) else row[name]
                for name in ("wire", "decision", "reference", "id")
            },
        )
        columns = ", ".join(picture)
        names = ", ".join(f":{name}" for name in picture)
        await session.execute(text(f"INSERT INTO pictures ({columns}) VALUES ({names})"), picture)
        await session.commit()
    async with sessions() as session:
        back = await session.get_one(Screening, one)
        assert back.is_shredded
        assert NAME not in str(back.wire)
    assert await finish_erasures(sessions, blobs, "admin", NOW + DAY) == {"accepted": 1}
    assert await finish_erasures(sessions, blobs, "admin", NOW + DAY) == {}
    async with sessions() as session:
        assert (await session.get_one(Screening, one)).erased_at == NOW + DAY
        assert (await session.get_one(Screening, other)).wire["document"]["surname"] == NAME
