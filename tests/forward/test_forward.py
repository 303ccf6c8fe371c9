"""Nothing lost, nothing twice: forwarding through faults and deaths, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from service.actions.receive_blaaiz_event import EventReplayed, receive_blaaiz_event
from service.actions.retry_submission import retry_submission
from service.actions.submit_update import SubmissionNotFailed
from service.blaaiz.client import BlaaizClient
from service.blaaiz.token import BlaaizCredentials
from service.forward import steps
from service.forward.workflow import Forwarder
from service.ids import new_id
from service.store.pictures import Blobs
from service.store.tables import OutgoingEvent, Picture, Screening, Submission
from service.telemetry import Metrics


class Clock:
    """A clock that tests can push forward."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset


class World:
    """A forwarder with its stand-in and database, and what tests ask of them."""

    def __init__(self, sessions, stand_in) -> None:
        self.sessions, self.stand_in = sessions, stand_in
        self.blobs, self.clock = Blobs("memory://"), Clock()
        self.blaaiz = BlaaizClient(
            stand_in.url, BlaaizCredentials("sandbox-client", "sandbox-secret")
        )
        self.forwarder = self.new_forwarder()

    def new_forwarder(self) -> Forwarder:
        return Forwarder(
            self.sessions, self.blobs, self.blaaiz, Metrics(), interval_s=0.05, now=self.clock
        )

    def customer(self, kind: str = "individual", status: str = "PENDING") -> dict:
        return next(
            c
            for c in self.state()["customers"]
            if (c["type"], c["verification_status"]) == (kind, status)
        )

    def state(self) -> dict:
        return httpx.get(f"{self.stand_in.url}/sandbox/state").json()

    def held(self, customer_id: str) -> dict:
        return next(c for c in self.state()["customers"] if c["id"] == customer_id)

    def break_with(self, *faults: dict) -> None:
        httpx.put(f"{self.stand_in.url}/sandbox/faults", json=list(faults)).raise_for_status()

    async def submit(
        self,
        customer_id: str,
        update: dict,
        kind: str = "passport",
        sides: tuple[str, ...] = ("front",),
    ) -> str:
        now, screening_id = self.clock(), new_id("scr")
        blobs = {side: await self.blobs.put(f"{side} of {screening_id}".encode()) for side in sides}
        async with self.sessions() as session:
            session.add(
                Screening(
                    id=screening_id,
                    created_at=now,
                    key_id="k",
                    person=None,
                    customer_id=customer_id,
                    reference=None,
                    verdict="accepted",
                    standing="accepted",
                    kind=kind,
                    country="GB",
                    attempt=1,
                    number_digest=None,
                    wire={},
                    decision=None,
                    erased_at=None,
                )
            )
            await session.flush()
            for side, blob in blobs.items():
                session.add(
                    Picture(
                        screening_id=screening_id,
                        side=side,
                        rendition="original",
                        blob=blob,
                        media_type="image/jpeg",
                        size=1,
                        sha256="0" * 64,
                        fingerprint=None,
                    )
                )
            submission = Submission(
                id=new_id("sub"),
                created_at=now,
                updated_at=now,
                key_id="k",
                customer_id=customer_id,
                screening_id=screening_id,
                update=update,
                extra_files={},
                state="queued",
                outcome=None,
                steps={},
                errors=[],
                last_error=None,
                attempts=0,
                next_attempt_at=now,
                lease_owner=None,
                lease_until=None,
            )
            session.add(submission)
            await session.commit()
        return submission.id

    async def get(self, submission_id: str) -> Submission:
        async with self.sessions() as session:
            return await session.get_one(Submission, submission_id)

    async def run(self, rounds: int = 12) -> None:
        """Works off all that is due, pushing the clock over every pause."""
        for _ in range(rounds):
            while await self.forwarder.forward_one():
                pass
            self.clock.offset += timedelta(minutes=10)

    def writes(self, path: str, method: str) -> int:
        return sum(
            c["method"] == method and path in c["path"] and c["status"] < 300
            for c in self.state()["calls"]
        )


@pytest.fixture
async def world(sessions, stand_in):
    one = World(sessions, stand_in)
    yield one
    await one.blaaiz.close()


async def test_an_accepted_document_arrives_with_the_update(world: World) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {"id_number": "N1"}, sides=("front", "back"))
    await world.run(1)
    done = await world.get(submission_id)
    held = world.held(customer["id"])
    assert (done.state, done.outcome) == ("forwarded", "pending")
    assert held["id_number"] == "N1"
    assert {name: len(ids) for name, ids in held["files"].items()} == {
        "id_file": 1,
        "id_file_back": 1,
    }
    async with world.sessions() as session:
        events = (await session.scalars(select(OutgoingEvent.type))).all()
    assert events == ["submission.forwarded"]


async def test_a_certificate_goes_through_the_documents_call(world: World) -> None:
    customer = world.customer("business")
    await world.submit(customer["id"], {}, kind="certificate_of_incorporation")
    await world.run(1)
    documents = world.held(customer["id"])["documents"]
    assert [one["type"] for one in documents] == ["CERTIFICATE_OF_INCORPORATION"]
    assert world.held(customer["id"])["files"] == {}


FAULTS = {
    "server errors": [{"kind": "status", "value": 503, "times": 3}],
    "update dropped before": [{"kind": "drop_before", "path": "/customer/", "method": "PUT"}],
    "update dropped after": [{"kind": "drop_after", "path": "/customer/", "method": "PUT"}],
    "upload dropped after": [{"kind": "drop_after", "path": "/storage/"}],
    "attach dropped after": [{"kind": "drop_after", "path": "/files", "method": "POST"}],
    "rate limited": [{"kind": "retry_after", "value": 30, "times": 2}],
    "token revoked": [{"kind": "expire_token", "path": "/file", "times": 2}],
    "address refused": [{"kind": "status", "value": 500, "path": "presigned-url", "times": 2}],
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_costs_time_and_nothing_else(world: World, name: str) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {"first_name": "Kim"})
    world.break_with(*FAULTS[name])
    await world.run()
    held = world.held(customer["id"])
    assert (await world.get(submission_id)).state == "forwarded"
    assert held["first_name"] == "Kim"
    assert len(set(held["files"]["id_file"])) == 1
    assert world.writes("/customer/" + customer["id"], "PUT") <= 1


class Killed(BaseException):
    """A process that is gone: no handler of ours catches it."""


@pytest.mark.parametrize("step", ["update_customer", "upload_files", "attach_files"])
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_death_between_any_two_steps_loses_and_doubles_nothing(
    world: World, monkeypatch, step: str, moment: str
) -> None:
    from service.forward import workflow

    customer = world.customer()
    submission_id = await world.submit(
        customer["id"], {"first_name": "Kim"}, sides=("front", "back")
    )
    whole = dict(workflow._STEPS)
    real = getattr(steps, step)

    async def dying(journey) -> None:
        if moment == "after":
            await real(journey)
        raise Killed

    for state, function in whole.items():
        if function is real:
            monkeypatch.setitem(workflow._STEPS, state, dying)
    with pytest.raises(Killed):
        await world.forwarder.forward_one()
    for state, function in whole.items():
        monkeypatch.setitem(workflow._STEPS, state, function)
    world.clock.offset += timedelta(minutes=10)  # the dead worker's lease runs out
    world.forwarder = world.new_forwarder()
    await world.run(2)
    held = world.held(customer["id"])
    assert (await world.get(submission_id)).state == "forwarded"
    assert world.writes("/customer/" + customer["id"], "PUT") == 1
    assert {name: len(set(ids)) for name, ids in held["files"].items()} == {
        "id_file": 1,
        "id_file_back": 1,
    }


async def test_what_blaaiz_refuses_is_kept_field_by_field_and_not_repeated(world: World) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {"id_type": "library_card"})
    await world.run(3)
    refused = await world.get(submission_id)
    assert refused.state == "refused"
    assert refused.errors[0]["field"] == "id_type"
    assert world.held(customer["id"])["files"] == {}
    with pytest.raises(SubmissionNotFailed):
        await retry_submission(world.sessions, submission_id, "analyst", world.clock())


async def test_a_customer_verified_in_the_meantime_is_not_changed(world: World) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {"last_name": "Changed"})
    httpx.post(f"{world.stand_in.url}/sandbox/customers/{customer['id']}/status/VERIFIED")
    await world.run(2)
    refused = await world.get(submission_id)
    assert (refused.state, refused.errors[0]["field"]) == ("refused", "last_name")
    assert world.held(customer["id"])["last_name"] == customer["last_name"]


async def test_retries_used_up_is_failed_and_an_analyst_can_send_it_again(world: World) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {"first_name": "Kim"})
    world.break_with({"kind": "status", "value": 500, "times": -1})
    await world.run(60)
    failed = await world.get(submission_id)
    assert (failed.state, failed.last_error) == ("failed", "Unavailable")
    world.break_with()
    await retry_submission(world.sessions, submission_id, "analyst", world.clock())
    world.forwarder = world.new_forwarder()
    await world.run(2)
    assert (await world.get(submission_id)).state == "forwarded"


async def test_submissions_of_one_customer_go_in_order(world: World) -> None:
    customer = world.customer()
    for name in ("One", "Two", "Three"):
        await world.submit(customer["id"], {"first_name": name})
        await asyncio.sleep(0.002)
    await asyncio.gather(*(world.forwarder.forward_one() for _ in range(3)))
    await world.run(2)
    assert world.held(customer["id"])["first_name"] == "Three"
    assert world.writes("/customer/" + customer["id"], "PUT") == 3


async def test_the_background_work_starts_and_stops(world: World) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {"first_name": "Kim"})
    await world.forwarder.start()
    for _ in range(100):
        if (await world.get(submission_id)).state == "forwarded":
            break
        await asyncio.sleep(0.05)
    await world.forwarder.stop()
    assert (await world.get(submission_id)).state == "forwarded"


async def test_blaaizs_verdict_is_brought_home_once(world: World) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {})
    await world.run(1)
    event = {
        "event": "customer.status_changed",
        "data": {"id": customer["id"], "verification_status": "REJECTED"},
    }
    await receive_blaaiz_event(world.sessions, b"body", "1", event, world.clock())
    assert (await world.get(submission_id)).outcome == "rejected"
    with pytest.raises(EventReplayed):
        await receive_blaaiz_event(world.sessions, b"body", "1", event, world.clock())
