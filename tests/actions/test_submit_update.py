"""One submission for one wish, however often and by however many it is sent."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from service.actions.screen_document import Screener
from service.actions.submit_update import (
    ScreeningNotAccepted,
    SubmissionUnderWay,
    Submitter,
    UpdateFiles,
    UpdateRefused,
)
from service.store import idempotency
from service.store.idempotency import Claim, ClaimLost
from service.store.submissions import list_submissions
from service.store.tables import HeldUpdate, IdempotentAnswer, Screening, Submission
from service.telemetry import Metrics
from tests.forward.world import DAY, World

UPDATE = {"first_name": "Kim"}


@pytest.fixture
def submitter(world: World) -> Submitter:
    # Nothing is screened here: the pool is not asked, nor the policy.
    screener = Screener(
        world.sessions, world.blobs, None, None, world.blaaiz, Metrics(), "", world.clock
    )
    return Submitter(screener, world.blaaiz, DAY)


@pytest.fixture
async def screening_id(world: World) -> str:
    """An accepted screening whose submission has ended."""
    submission_id = await world.submit(world.customer()["id"], {}, state="forwarded")
    return (await world.get(submission_id)).screening_id


async def send(
    submitter: Submitter,
    world: World,
    screening_id: str,
    update: dict | None = None,
    actor: str = "k",
    claim: Claim | None = None,
) -> Submission:
    customer_id = world.customer()["id"]
    return await submitter.submit(
        customer_id, screening_id, UPDATE if update is None else update, actor, False, claim
    )


async def number(world: World) -> int:
    async with world.sessions() as session:
        found = await list_submissions(session, state="queued", key_id=None, limit=99, before=None)
        return len(found)


async def test_the_same_sent_twice_is_one_submission(world: World, submitter, screening_id) -> None:
    first = await send(submitter, world, screening_id)
    again = await send(submitter, world, screening_id, dict(reversed(UPDATE.items())))
    assert (again.id, await number(world)) == (first.id, 1)
    other = await send(submitter, world, screening_id, {"first_name": "Robin"})
    assert (other.id != first.id, await number(world)) == (True, 2)


async def test_the_same_sent_by_many_at_once_is_one_submission(
    world: World,
    submitter,
    screening_id,
) -> None:
    sent = await asyncio.gather(*(send(submitter, world, screening_id) for _ in range(6)))
    assert len({one.id for one in sent}) == 1
    assert await number(world) == 1


async def test_what_has_ended_is_sent_again_on_request(
    world: World, submitter, screening_id
) -> None:
    first = await send(submitter, world, screening_id)
    async with world.sessions() as session:
        (await session.get_one(Submission, first.id)).state = "refused"
        await session.commit()
    assert (await send(submitter, world, screening_id)).id != first.id


async def test_another_key_is_told_that_it_is_under_way(
    world: World, submitter, screening_id
) -> None:
    await send(submitter, world, screening_id)
    with pytest.raises(SubmissionUnderWay):
        await send(submitter, world, screening_id, actor="another")


async def test_a_document_turned_away_while_the_rules_were_checked_is_not_submitted(
    world: World,
    submitter,
    screening_id,
    monkeypatch,
) -> None:
    real = Submitter.check

    async def turned_away_meanwhile(self, customer_id, update, screening=None):
        errors = await real(self, customer_id, update, screening)
        async with world.sessions() as session:
            (await session.get_one(Screening, screening_id)).standing = "rejected"
            await session.commit()
        return errors

    monkeypatch.setattr(Submitter, "check", turned_away_meanwhile)
    with pytest.raises(ScreeningNotAccepted):
        await send(submitter, world, screening_id)
    assert await number(world) == 0


@pytest.mark.parametrize(("meanwhile", "held"), [("review", 1), ("rejected", 0)])
async def test_an_update_is_held_only_while_its_document_waits_for_an_analyst(
    world: World, submitter, screening_id, monkeypatch, meanwhile: str, held: int
) -> None:
    real = Submitter._stored

    async def screened(*_) -> dict:
        await stands("review")
        return {"id": screening_id}

    async def decided_meanwhile(self, files, uprights, key) -> dict:
        stored = await real(self, files, uprights, key)
        await stands(meanwhile)
        return stored

    async def stands(standing: str) -> None:
        async with world.sessions() as session:
            (await session.get_one(Screening, screening_id)).standing = standing
            await session.commit()

    async def files() -> int:
        pages = [page async for page in world.blobs.stored_before(datetime.max.replace(tzinfo=UTC))]
        return sum(map(len, pages))

    monkeypatch.setattr(Screener, "screen", screened)
    monkeypatch.setattr(Submitter, "_stored", decided_meanwhile)
    before = await files()
    others = {"liveness_check_file": b"%PDF-1.7"}
    with pytest.raises(UpdateRefused):
        await submitter.screen_and_submit(
            world.customer()["id"], UPDATE, UpdateFiles(b"", None, others), "k"
        )
    async with world.sessions() as session:
        assert len((await session.scalars(select(HeldUpdate))).all()) == held
    assert await files() == before + held, "what is not held leaves no file"


async def begun(world: World, at=None) -> Claim:
    claim = Claim("k", "token", at or world.clock())
    async with world.sessions() as session:
        assert await idempotency.begin(session, "k", "token", "digest", claim.begun_at) is None
        await session.commit()
    return claim


async def test_a_key_names_its_submission_from_the_moment_that_there_is_one(
    world: World,
    submitter,
    screening_id,
) -> None:
    claim = await begun(world)
    made = await send(submitter, world, screening_id, claim=claim)
    async with world.sessions() as session:
        # The process died: nothing was answered, and nothing is forgotten.
        await idempotency.forget(session, "k", "token")
        found = (await session.scalars(select(IdempotentAnswer))).one()
        assert (found.status, found.made) == (0, made.id)
        long_after = claim.begun_at + timedelta(hours=1)
        again = await idempotency.begin(session, "k", "token", "digest", long_after)
        assert again is not None
        assert again.made == made.id


async def test_a_request_that_lost_its_key_meanwhile_makes_nothing(
    world: World,
    submitter,
    screening_id,
) -> None:
    slow = await begun(world, world.clock() - timedelta(minutes=20))
    await begun(world)  # taken over: the first seemed to have died
    with pytest.raises(ClaimLost):
        await send(submitter, world, screening_id, claim=slow)
    assert await number(world) == 0
