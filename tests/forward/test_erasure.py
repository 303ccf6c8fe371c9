"""What is erased here leaves the submissions too, and what is under way is stopped."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select, text

from service.actions.decide_screening import ScreeningMissing
from service.actions.erase_screening import erase_screening
from service.actions.submit_update import Submitter
from service.forward import journey
from service.ids import new_id
from service.store import idempotency
from service.store.pictures import BlobMissing
from service.store.tables import IdempotentAnswer, OutgoingEvent, Submission
from tests.conftest import VAULT
from tests.forward.world import DAY, World

CANARY = "Canaryname"


async def with_extra_file(world: World, **changes) -> tuple[str, str]:
    key = VAULT.ring.new_key(new_id("scr"))
    blob = await world.blobs.put(b"a bill", key)
    extra = {"proof_of_address": {"blob": blob, "media_type": "image/jpeg", "sha256": None}}
    submission_id = await world.submit(
        world.customer()["id"],
        {"first_name": CANARY},
        extra_files=extra,
        key=key,
        **changes,
    )
    return submission_id, blob


async def erase(world: World, submission_id: str) -> None:
    screening_id = (await world.get(submission_id)).screening_id
    await erase_screening(world.sessions, world.blobs, screening_id, "admin", world.clock())


async def rows(world: World) -> str:
    """As they lie in the database, and as they read."""
    async with world.sessions() as session:
        found = await session.execute(text("SELECT * FROM submissions"))
        read = (await session.scalars(select(Submission))).all()
        return f"{found.fetchall()} {[(one.update, one.errors, one.steps) for one in read]}"


async def test_a_forwarded_submission_keeps_ids_and_codes_alone(world: World) -> None:
    submission_id, blob = await with_extra_file(world)
    await world.run(1)
    assert CANARY in await rows(world)
    await erase(world, submission_id)
    erased = await world.get(submission_id)
    assert erased.state == "forwarded"
    assert set(erased.steps["uploads"]) == {"identity", "proof_of_address"}
    assert CANARY not in await rows(world)
    with pytest.raises(BlobMissing):
        await world.blobs.get(blob, None)


async def test_what_blaaiz_said_of_a_value_goes_with_it(world: World) -> None:
    error = {
        "field": "first_name",
        "code": "refused_by_blaaiz",
        "message": f"{CANARY} is too short.",
        "words": {"value": CANARY},
        "rule": None,
        "next": "Correct it.",
    }
    submission_id, _ = await with_extra_file(world, state="refused", errors=[error])
    await erase(world, submission_id)
    assert CANARY not in await rows(world)
    (kept,) = (await world.get(submission_id)).errors
    assert (kept["field"], kept["code"]) == ("first_name", "refused_by_blaaiz")


@pytest.mark.parametrize("state", ["queued", "attaching"])
async def test_one_that_waits_is_stopped_and_told_of(world: World, state: str) -> None:
    submission_id, _ = await with_extra_file(world, state=state)
    await erase(world, submission_id)
    await world.run(2)
    stopped = await world.get(submission_id)
    assert stopped.state == "refused"
    assert [one["code"] for one in stopped.errors] == ["document_not_accepted"]
    assert world.writes("/customer/", "PUT") == 0
    assert CANARY not in await rows(world)
    async with world.sessions() as session:
        assert (await session.scalars(select(OutgoingEvent.type))).all() == ["submission.refused"]


async def test_a_worker_in_the_middle_of_it_writes_nothing_back_and_goes_no_further(
    world: World, monkeypatch
) -> None:
    submission_id, _ = await with_extra_file(world)

    async def erased_meanwhile(one) -> None:
        await erase(world, submission_id)
        await upload(one)

    upload = journey.STEPS[journey.State.UPLOADING]
    monkeypatch.setitem(journey.STEPS, journey.State.UPLOADING, erased_meanwhile)
    await world.run(2)
    assert (await world.get(submission_id)).state == "refused"
    assert world.held((await world.get(submission_id)).customer_id)["files"] == {}
    assert CANARY not in await rows(world)


async def test_answers_that_are_kept_for_repeated_requests_go_too(world: World) -> None:
    submission_id, _ = await with_extra_file(world)
    screening_id = (await world.get(submission_id)).screening_id
    async with world.sessions() as session:
        for token, told_of in (("its", screening_id), ("another's", "scr_other")):
            await idempotency.begin(session, "k", token, "digest", world.clock())
            await idempotency.finish(session, "k", token, 201, f'{{"id": "{told_of}"}}')
        await session.commit()
    await erase(world, submission_id)
    async with world.sessions() as session:
        kept = await session.scalars(select(IdempotentAnswer.about))
        assert kept.all() == ["scr_other"]


async def test_an_erasure_between_check_and_record_leaves_no_submission(world: World) -> None:
    customer_id = world.customer()["id"]
    first = await world.submit(customer_id, {})
    screening_id = (await world.get(first)).screening_id

    class ErasedMeanwhile(Submitter):
        async def check(self, *_: object) -> tuple:
            await erase(world, first)
            return ()

    screener = SimpleNamespace(sessions=world.sessions, now=world.clock)
    submitter = ErasedMeanwhile(screener, None, DAY)
    with pytest.raises(ScreeningMissing):
        await submitter.submit(
            customer_id, screening_id, {"first_name": CANARY}, "k", own_only=True
        )
    async with world.sessions() as session:
        assert (await session.scalars(select(Submission.id))).all() == [first]
