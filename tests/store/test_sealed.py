"""What tells of a person lies sealed in the database, and opens for its own row alone."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from service.store import idempotency, screenings
from service.store.encryption import KeyRing, KeyUnavailable, SealBroken, Vault
from service.store.engine import open_engine, sessions_of
from service.store.pictures import BlobMissing, Blobs
from service.store.sealed import Unsealed, drop_key
from service.store.tables import DataKey, IdempotentAnswer, Picture, Screening, Submission
from tests.conftest import VAULT
from tests.store.rows import (
    CANARIES,
    NAME,
    NOTE,
    NOW,
    PICTURE,
    PLACE,
    REFERENCE,
    all_rows,
    kept,
    screening,
    submission,
)


async def added(sessions, *rows) -> None:
    async with sessions() as session:
        for row in rows:
            session.add(row)
            await session.flush()
        await session.commit()


async def test_personal_fields_lie_sealed_and_come_back_as_they_were(sessions) -> None:
    one = screening()
    sent = submission(one.id, "c")
    await added(sessions, one, sent)
    assert one.wire["document"]["surname"] == NAME, "the row that was written is still readable"
    lying = await all_rows(sessions)
    assert one.id in lying
    assert sent.id in lying
    assert [canary for canary in CANARIES if canary in lying] == []
    async with sessions() as session:
        found = await session.get_one(Screening, one.id)
        forwarded = await session.get_one(Submission, sent.id)
    assert found.wire["document"]["surname"] == NAME
    assert (found.reference, found.decision["note"]) == (REFERENCE, NOTE)
    assert found.decided_at == NOW
    assert forwarded.update["city"] == PLACE
    assert forwarded.errors[0]["message"] == PLACE
    assert forwarded.steps["uploads"]["identity"]["file_id"] == "f1"


async def test_a_change_is_sealed_and_read_again_by_everybody(sessions) -> None:
    one = screening(decision=None)
    await added(sessions, one)
    async with sessions() as session, sessions() as other:
        before = await other.get_one(Screening, one.id)
        row = await session.get_one(Screening, one.id, with_for_update=True)
        row.decision = {"note": NOTE, "state": "awaiting_second"}
        await session.commit()
        assert row.decision["note"] == NOTE
        await other.refresh(before)
        assert before.decision["note"] == NOTE
        assert before.wire["document"]["surname"] == NAME
        assert before.decided_at is None, "a decision that waits for another is none yet"
    assert NOTE not in await all_rows(sessions)


async def test_a_screening_is_found_by_its_reference(sessions) -> None:
    await added(sessions, screening(), screening(reference="another"), screening(reference=None))
    async with sessions() as session:
        for wanted, number in ((REFERENCE, 1), (REFERENCE.upper(), 0)):
            found = await screenings.list_screenings(
                session, screenings.ScreeningFilter(reference=wanted), limit=9, before=None
            )
            assert [row.reference for row in found] == [REFERENCE] * number


async def test_a_sealed_column_is_not_written_or_read_past_its_row(sessions) -> None:
    one = screening()
    await added(sessions, one)
    async with sessions() as session:
        with pytest.raises(Exception, match="through its row only") as raised:
            await session.execute(
                update(Screening)
                .values(wire={"surname": NAME})
                .execution_options(synchronize_session=False)
            )
        assert isinstance(raised.value, Unsealed) or isinstance(raised.value.orig, Unsealed)
        await session.rollback()
        shut = await session.scalar(select(Screening.wire))
    assert not isinstance(shut, dict)
    assert NAME not in str(shut)


async def test_without_a_vault_nothing_personal_is_written(database_url: str) -> None:
    engine = open_engine(database_url)
    bare = sessions_of(engine, None)  # type: ignore[arg-type]
    async with bare() as session:
        session.add(screening())
        with pytest.raises(Unsealed):
            await session.flush()
    keyless = sessions_of(engine, Vault(KeyRing({}), "x"))
    async with keyless() as session:
        session.add(screening())
        with pytest.raises(KeyUnavailable):
            await session.flush()
    await engine.dispose()


@pytest.mark.parametrize("column", ["wire", "decision", "reference"])
async def test_a_value_moved_to_another_row_does_not_open(sessions, column: str) -> None:
    one, other = screening(), screening()
    await added(sessions, one, other)
    await swap(
        sessions, f"{column} = (SELECT {column} FROM screenings WHERE id = :one)", one, other
    )
    async with sessions() as session:
        row = await session.get_one(Screening, other.id)
        whole = await session.get_one(Screening, one.id)
    assert row.is_broken
    assert not screenings.is_accepted(row)
    assert not getattr(row, column) or getattr(row, column)["erased"]
    assert whole.is_whole
    assert whole.wire["document"]["surname"] == NAME


async def test_a_value_moved_to_another_column_does_not_open(sessions) -> None:
    one = screening()
    await added(sessions, one)
    await swap(sessions, "wire = decision", one, one)
    async with sessions() as session:
        assert (await session.get_one(Screening, one.id)).is_broken


async def test_clear_text_put_in_the_place_of_a_sealed_value_is_refused(sessions) -> None:
    one = screening()
    await added(sessions, one)
    await swap(sessions, 'decision = \'{"decision": "accept"}\'', one, one)
    async with sessions() as session:
        assert (await session.get_one(Screening, one.id)).is_broken


async def test_a_data_key_given_to_another_object_does_not_open(sessions) -> None:
    one, other = screening(), screening()
    await added(sessions, one, other)
    async with sessions() as session:
        await session.execute(
            text(
                "UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE id = :one) "
                "WHERE id = :other"
            ),
            {"one": one.id, "other": other.id},
        )
        await session.commit()
    async with sessions() as session:
        row = await session.get_one(Screening, other.id)
    assert row.is_broken
    assert NAME not in str(row.wire)
    assert (row.object_key, row.decision) == (None, None)


async def swap(sessions, assignment: str, one: Screening, other: Screening) -> None:
    named = {"one": one.id, "other": other.id}
    given = {name: value for name, value in named.items() if f":{name}" in assignment + ":other"}
    async with sessions() as session:
        await session.execute(text(f"UPDATE screenings SET {assignment} WHERE id = :other"), given)
        await session.commit()


async def test_a_picture_opens_for_its_own_object_and_name_alone(tmp_path) -> None:
    blobs = Blobs(f"file://{tmp_path}/blobs")
    mine, other = VAULT.ring.new_key("scr_1"), VAULT.ring.new_key("scr_2")
    front, back = await blobs.put(PICTURE, mine), await blobs.put(b"the other side", mine)
    files = {name: tmp_path / "blobs" / name for name in (front, back)}
    assert b"canary" not in files[front].read_bytes()
    assert await blobs.get(front, mine) == PICTURE
    with pytest.raises(SealBroken):
        await blobs.get(front, other)
    whole = files[front].read_bytes()
    for changed in (files[back].read_bytes(), whole[:-1], whole[:20], PICTURE, b""):
        files[front].write_bytes(changed)
        with pytest.raises(SealBroken):
            await blobs.get(front, mine)


async def test_a_picture_from_before_there_was_encryption_is_read(tmp_path) -> None:
    blobs = Blobs(f"file://{tmp_path}/blobs")
    name = await blobs.put(b"sealed", VAULT.ring.new_key("scr_1"))
    with pytest.raises(BlobMissing):
        await blobs.get(name, None)  # its key was erased
    (tmp_path / "blobs" / name).write_bytes(PICTURE)
    assert await blobs.get(name, None) == PICTURE


async def test_without_its_data_key_an_object_is_as_good_as_erased(sessions, tmp_path) -> None:
    blobs = Blobs(f"file://{tmp_path}/blobs")
    screening_id = await kept(sessions, blobs)
    sent = submission(screening_id, "c")
    await added(sessions, sent)
    async with sessions() as session:
        await session.execute(delete(DataKey))
        await session.commit()
    async with sessions() as session:
        row = await session.get_one(Screening, screening_id)
        forwarded = await session.get_one(Submission, sent.id)
        blob = await session.scalar(select(Picture.blob))
    assert row.is_shredded
    assert not screenings.is_accepted(row)
    assert row.wire["erased"] is True
    assert row.wire["verdict"] == "accepted"
    assert (row.reference, row.decision) == (None, None)
    assert (forwarded.update, forwarded.errors, forwarded.steps) == ({}, [], {})
    with pytest.raises(BlobMissing):
        await blobs.get(blob, row.object_key)


async def test_a_dropped_key_is_gone_from_the_file_too(sessions, database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL's files are its own matter")
    one = screening()
    await added(sessions, one)
    path = Path(database_url.partition("///")[2])
    async with sessions() as session:
        wrapped = await session.scalar(select(DataKey.wrapped))
        await session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    assert wrapped in path.read_bytes()
    async with sessions() as session:
        row = await session.get_one(Screening, one.id)
        await drop_key(session, row)
        row.wire, row.decision, row.reference = {}, None, None
        await session.commit()
    async with sessions() as session:
        await session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    assert wrapped not in path.read_bytes()


async def test_rows_from_before_there_was_encryption_are_read_and_changed(sessions) -> None:
    one = screening()
    await added(sessions, one)
    async with sessions() as session:
        await session.execute(delete(DataKey))
        await session.execute(
            text(
                "UPDATE screenings SET wire = :wire, decision = 'null', reference = :reference, "
                "reference_digest = NULL"
            ),
            {"wire": f'{{"verdict": "review", "surname": "{NAME}"}}', "reference": REFERENCE},
        )
        await session.commit()
    async with sessions() as session:
        wanted = screenings.ScreeningFilter(reference=REFERENCE)
        (row,) = await screenings.list_screenings(session, wanted, limit=9, before=None)
        assert row.wire == {"verdict": "review", "surname": NAME}
        assert (row.decision, row.reference, row.is_shredded) == (None, REFERENCE, False)
        row.decision = {"note": "seen", "state": "awaiting_second"}
        await session.commit()
    async with sessions() as session:
        again = await session.get_one(Screening, one.id)
        assert again.decision["note"] == "seen"
        assert again.wire["surname"] == NAME


async def test_a_kept_answer_is_sealed_with_the_record_that_it_tells_of(sessions) -> None:
    one = screening()
    await added(sessions, one)
    body = f'{{"id": "{one.id}", "surname": "{NAME}"}}'
    token = "canary@example.org's first try"
    async with sessions() as session:
        assert await idempotency.begin(session, "k", token, "digest", NOW) is None
        await session.commit()
    async with sessions() as session:
        await idempotency.finish(session, "k", token, 201, body)
        await session.commit()
    lying = await all_rows(sessions)
    assert one.id in lying
    assert NAME not in lying
    assert token not in lying
    async with sessions() as session:
        again = await idempotency.begin(session, "k", token, "digest", NOW)
        assert again is not None
        assert (again.status, again.body) == (201, body)
    async with sessions() as session:
        await idempotency.forget_answers_about(session, one.id)
        assert await session.scalar(select(IdempotentAnswer.key_id)) is None


async def test_the_answer_of_a_record_that_was_erased_meanwhile_is_not_kept(sessions) -> None:
    one = screening()
    await added(sessions, one)
    async with sessions() as session:
        await idempotency.begin(session, "k", "t", "digest", NOW)
        await session.commit()
    async with sessions() as session:
        row = await session.get_one(Screening, one.id)
        await drop_key(session, row)
        row.wire, row.decision, row.reference = {}, None, None
        row.erased_at = NOW + timedelta(minutes=1)
        await session.commit()
    async with sessions() as session:
        body = f'{{"id": "{one.id}", "surname": "{NAME}"}}'
        await idempotency.finish(session, "k", "t", 201, body)
        await session.commit()
    assert NAME not in await all_rows(sessions)
