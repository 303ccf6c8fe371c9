"""Nothing lost, nothing twice: the steps through faults and deaths, on both databases."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from service.actions.receive_blaaiz_event import EventReplayed, receive_blaaiz_event
from service.actions.retry_submission import retry_submission
from service.actions.submit_update import SubmissionNotFailed, SubmissionOvertaken
from service.forward import journey, steps
from service.store.tables import OutgoingEvent, Picture, Screening
from tests.forward.world import DAY, World

pytestmark = pytest.mark.usefixtures("no_breaker")


@pytest.fixture
def no_breaker(monkeypatch):
    """The gate has tests of its own; its pauses are real time, which these tests do not spend."""
    from service.blaaiz import gate

    monkeypatch.setattr(gate.Gate, "_refuse_while_paused", lambda self: None)


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


async def test_what_fails_is_counted_by_its_class(world: World) -> None:
    await world.submit(world.customer()["id"], {"id_number": "N1"})
    world.break_with({"kind": "status", "value": 503, "times": 1, "path": "/api/external/customer"})
    await world.run(2)

    def counted(name: str, **labels: str) -> float | None:
        return world.metrics.registry.get_sample_value(name, labels)

    assert counted("prescreen_forward_put_off_total", error="Unavailable") == 1
    failed = counted("prescreen_blaaiz_calls_total", call="read", result="Unavailable")
    assert failed == 1
    assert counted("prescreen_submissions_total", state="forwarded") == 1


async def test_a_certificate_goes_through_the_documents_call(world: World) -> None:
    customer = world.customer("business")
    await world.submit(
        customer["id"], {}, kind="certificate_of_incorporation", sides=("front", "back")
    )
    await world.run(1)
    held = world.held(customer["id"])
    assert [one["type"] for one in held["documents"]] == ["CERTIFICATE_OF_INCORPORATION"]
    assert held["files"] == {}


@pytest.mark.parametrize("rendition", ["original", "upright"])
async def test_the_file_that_is_set_is_sent_byte_for_byte(world: World, rendition: str) -> None:
    world.journeys = world.new_journeys(rendition)
    submission_id = await world.submit(
        world.customer()["id"], {}, renditions=("original", "upright", "thumbnail")
    )
    await world.run(1)
    sent = (await world.get(submission_id)).steps["uploads"]["identity"]
    arrived = next(f for f in world.state()["files"] if f["file_id"] == sent["file_id"])
    async with world.sessions() as session:
        blob = await session.scalar(select(Picture.blob).where(Picture.rendition == rendition))
        key = (await session.scalars(select(Screening))).one().object_key
    content = await world.blobs.get(blob, key)
    assert content.startswith(rendition.encode())
    assert arrived["sha256"] == sent["sha256"] == steps.hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("media_type", "sent"),
    [("image/heic", b"upright"), ("image/webp", b"upright"), ("image/png", b"original")],
)
async def test_what_blaaiz_may_not_take_is_sent_as_a_jpeg(
    world: World, media_type: str, sent: bytes
) -> None:
    customer_id = world.customer()["id"]
    submission_id = await world.submit(customer_id, {}, renditions=("original", "upright"))
    async with world.sessions() as session:
        original = select(Picture).where(Picture.rendition == "original")
        (await session.scalars(original)).one().media_type = media_type
        await session.commit()
    await world.run(1)
    assert (await world.get(submission_id)).state == "forwarded"
    (file,) = world.stand_in.app.state.sandbox.files.by_id.values()
    assert file.content.startswith(sent)


async def test_a_stored_file_that_changed_is_never_sent(world: World) -> None:
    submission_id = await world.submit(world.customer()["id"], {})
    async with world.sessions() as session:
        picture = (await session.scalars(select(Picture))).one()
        key = (await session.scalars(select(Screening))).one().object_key
        picture.blob = await world.blobs.put(b"another file", key)
        await session.commit()
    await world.run(1)
    failed = await world.get(submission_id)
    assert (failed.state, failed.last_error) == ("failed", "ChecksumDiffers")
    assert world.state()["files"] == []


KEY_OF_ANOTHER = (
    "UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE id LIKE 'scr%') "
    "WHERE id LIKE 'sub%'"
)


@pytest.mark.parametrize(
    "tampering",
    [
        KEY_OF_ANOTHER,
        "UPDATE submissions SET \"update\" = '{}'",
        "DELETE FROM data_keys WHERE id LIKE 'sub%'",
        'UPDATE screenings SET wire = \'{"verdict": "accepted"}\'',
    ],
)
async def test_a_row_that_was_changed_is_never_sent_and_stops_no_other(
    world: World, tampering: str
) -> None:
    changed = await world.submit(world.customer()["id"], {"city": "Leeds"})
    async with world.sessions() as session:
        await session.execute(text(tampering))
        await session.commit()
    business = world.customer("business")["id"]
    other = await world.submit(business, {}, kind="certificate_of_incorporation")
    await world.run(1)
    assert (await world.get(changed)).state in {"failed", "refused"}
    assert (await world.get(other)).state == "forwarded"
    assert {one["customer_id"] for one in world.state()["files"]} == {business}
    assert "city" not in world.held(world.customer()["id"])


@pytest.mark.parametrize("changes", [{"standing": "rejected"}, {"erased_at": datetime.now(UTC)}])
async def test_a_document_turned_away_or_erased_meanwhile_is_never_sent(
    world: World, changes: dict[str, object]
) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {"city": "Lagos"})
    async with world.sessions() as session:
        screening = (await session.scalars(select(Screening))).one()
        for name, value in changes.items():
            setattr(screening, name, value)
        await session.commit()
    await world.run(1)
    submission = await world.get(submission_id)
    assert submission.state == "refused"
    assert [one["code"] for one in submission.errors] == ["document_not_accepted"]
    assert world.writes("/customers", "PUT") == 0
    assert world.held(customer["id"])["files"] == {}


async def test_a_submission_whose_pictures_were_erased_is_not_called_forwarded(
    world: World,
) -> None:
    submission_id = await world.submit(world.customer()["id"], {}, sides=())
    await world.run(1)
    failed = await world.get(submission_id)
    assert (failed.state, failed.last_error) == ("failed", "BlobMissing")


async def test_an_owners_document_goes_to_the_owner(world: World) -> None:
    customer = world.customer("business")
    owner = customer["owners"][0]
    await world.submit(customer["id"], {}, sides=("front", "back"), owner_id=owner["id"])
    await world.run(1)
    held = world.held(customer["id"])
    assert set(held["owners"][0]["files"]) == {"id_document_front", "id_document_back"}
    assert held["files"] == {}


FAULTS = {
    "server errors": [{"kind": "status", "value": 503, "times": 3}],
    "update dropped before": [{"kind": "drop_before", "path": "/customer/", "method": "PUT"}],
    "update dropped after": [{"kind": "drop_after", "path": "/customer/", "method": "PUT"}],
    "upload dropped after": [{"kind": "drop_after", "path": "/storage/"}],
    "address refused by the store": [{"kind": "status", "value": 403, "path": "/storage/"}],
    "attach dropped after": [{"kind": "drop_after", "path": "/files", "method": "POST"}],
    "rate limited": [{"kind": "retry_after", "value": 30, "times": 2}],
    "token revoked": [{"kind": "expire_token", "path": "/file", "times": 2}],
    "address failed": [{"kind": "status", "value": 500, "path": "presigned-url", "times": 2}],
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


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
async def test_an_owner_is_made_once_whether_or_not_the_first_write_arrived(
    world: World, kind: str
) -> None:
    customer = world.customer("business")
    new = {"first_name": "Sam", "last_name": "Sample", "ownership_percentage": "5"}
    submission_id = await world.submit(
        customer["id"], {"owners": [new]}, kind="certificate_of_incorporation"
    )
    world.break_with({"kind": kind, "path": "/customer/", "method": "PUT"})
    await world.run(3)
    assert (await world.get(submission_id)).state == "forwarded"
    owners = world.held(customer["id"])["owners"]
    assert [one["first_name"] for one in owners].count("Sam") == 1


async def test_a_lost_answer_that_made_a_document_makes_no_second_one(world: World) -> None:
    customer = world.customer("business")
    await world.submit(customer["id"], {}, kind="certificate_of_incorporation")
    world.break_with({"kind": "drop_after", "path": "/document", "method": "POST", "times": 3})
    await world.run()
    assert len(world.held(customer["id"])["documents"]) == 1


class Killed(BaseException):
    """A process that is gone: no handler of ours catches it."""


@pytest.mark.parametrize("step", ["update_customer", "upload_files", "attach_files"])
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_death_between_any_two_steps_loses_and_doubles_nothing(
    world: World, monkeypatch, step: str, moment: str
) -> None:
    customer = world.customer()
    submission_id = await world.submit(
        customer["id"], {"first_name": "Kim"}, sides=("front", "back")
    )
    real = getattr(steps, step)
    state = next(name for name, function in journey.STEPS.items() if function is real)

    async def dying(one) -> None:
        if moment == "after":
            await real(one)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setitem(journey.STEPS, state, dying)
        with pytest.raises(Killed):
            await world.forward_all()
    world.journeys = world.new_journeys()  # another worker resumes the same go
    for name in journey.STEPS:
        await world.journeys.take(submission_id, 0, name)
    held = world.held(customer["id"])
    assert (await world.get(submission_id)).state == "forwarded"
    assert world.writes("/customer/" + customer["id"], "PUT") == 1
    assert {name: len(set(ids)) for name, ids in held["files"].items()} == {
        "id_file": 1,
        "id_file_back": 1,
    }


async def test_a_worker_that_was_taken_over_writes_nothing_more(world: World, monkeypatch) -> None:
    submission_id = await world.submit(world.customer()["id"], {})
    other = world.new_journeys()

    async def slept_through(one) -> None:
        for state in list(journey.STEPS):
            patched.setitem(journey.STEPS, state, whole[state])
            await other.take(submission_id, 0, state)
        one.notes["uploads"] = {"identity": {"file_id": "stale", "sha256": ""}}
        await one.keep()

    whole = dict(journey.STEPS)
    with monkeypatch.context() as patched:
        patched.setitem(journey.STEPS, journey.State.UPDATING, slept_through)
        assert not await world.journeys.take(submission_id, 0, journey.State.UPDATING)
    done = await world.get(submission_id)
    assert done.state == "forwarded"
    assert done.steps["uploads"]["identity"]["file_id"] != "stale"


async def test_what_blaaiz_refuses_is_kept_field_by_field_and_not_repeated(
    world: World, monkeypatch
) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {"phone_number": "12"})
    world.break_with(
        {
            "kind": "refuse",
            "method": "PUT",
            "value": 422,
            "errors": {"phone_number": ["The phone number is too short."]},
        }
    )
    await world.run(3)
    refused = await world.get(submission_id)
    assert refused.state == "refused"
    assert [(e["field"], e["message"]) for e in refused.errors] == [
        ("phone_number", "The phone number is too short.")
    ]
    assert refused.errors[0]["next"]
    assert world.held(customer["id"])["files"] == {}
    with pytest.raises(SubmissionNotFailed):
        await retry_submission(world.sessions, submission_id, "analyst", world.clock(), DAY)


@pytest.mark.parametrize(
    ("status", "code", "rule"), [(403, "scope_missing", 17), (404, "customer_unknown", None)]
)
async def test_what_no_repeating_can_help_is_refused_with_what_to_do(
    world: World, status: int, code: str, rule: int | None
) -> None:
    submission_id = await world.submit(world.customer()["id"], {"first_name": "Kim"})
    world.break_with({"kind": "status", "value": status, "method": "PUT", "times": -1})
    await world.run(2)
    refused = await world.get(submission_id)
    assert (refused.state, refused.errors[0]["code"]) == ("refused", code)
    assert refused.errors[0]["rule"] == rule
    assert refused.errors[0]["next"]


async def test_a_customer_verified_in_the_meantime_is_not_changed(world: World) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {"last_name": "Changed"})
    world.http.post(f"/sandbox/customers/{customer['id']}/status/VERIFIED")
    await world.run(2)
    refused = await world.get(submission_id)
    assert (refused.state, refused.errors[0]["field"]) == ("refused", "last_name")
    assert refused.errors[0]["rule"] == 2
    assert world.held(customer["id"])["last_name"] == customer["last_name"]
    assert world.writes("/customer/", "PUT") == 0


async def test_the_deadline_ends_in_failed_and_an_analyst_can_send_it_again(world: World) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {"first_name": "Kim"})
    world.break_with({"kind": "status", "value": 500, "times": -1})
    await world.run(26, timedelta(hours=1))
    failed = await world.get(submission_id)
    assert (failed.state, failed.last_error) == ("failed", "Unavailable")
    assert failed.updated_at - failed.created_at >= DAY
    world.break_with()
    await retry_submission(world.sessions, submission_id, "analyst", world.clock(), DAY)
    await world.run(2)
    again = await world.get(submission_id)
    assert (again.state, again.last_error, again.attempts) == ("forwarded", None, 0)


@pytest.mark.parametrize(
    ("newer_is", "what_next"),
    [
        ({"state": "queued"}, "Wait until it has ended"),
        ({"state": "uploading"}, "Wait until it has ended"),
        ({"state": "failed"}, "Retry that one"),
        ({"state": "forwarded"}, "as a new update"),
        ({"state": "refused", "steps": {"written": ["first_name"]}}, "as a new update"),
    ],
)
async def test_older_values_are_not_retried_over_newer_ones(
    world: World, newer_is: dict, what_next: str
) -> None:
    customer = world.customer()["id"]
    # Its id sorts after that of the newer one, as from a machine whose clock is ahead.
    older = await world.submit(customer, {"first_name": "Old"}, state="failed", id="sub_Z")
    newer = await world.submit(customer, {"first_name": "New"}, **newer_is)
    with pytest.raises(SubmissionOvertaken) as refusal:
        await retry_submission(world.sessions, older, "analyst", world.clock(), DAY)
    assert newer in str(refusal.value)
    assert newer_is["state"] in str(refusal.value)
    assert what_next in str(refusal.value)
    assert (await world.get(older)).state == "failed"


async def test_what_another_or_nothing_newer_wrote_is_no_obstacle_to_a_retry(world: World) -> None:
    business = world.customer("business")
    owner = business["owners"][0]["id"]
    older = await world.submit(business["id"], {}, state="failed")
    await world.submit(business["id"], {}, state="forwarded", owner_id=owner)
    refused = await world.submit(business["id"], {}, state="refused")
    await retry_submission(world.sessions, older, "analyst", world.clock(), DAY)
    retried = await world.get(older)
    assert retried.state == "queued"
    assert retried.turn > (await world.get(refused)).turn


async def test_of_two_that_failed_the_newer_is_retried_and_the_older_stays(world: World) -> None:
    customer = world.customer()["id"]
    older = await world.submit(customer, {"first_name": "Old"}, state="failed")
    newer = await world.submit(customer, {"first_name": "New"}, state="failed")
    await retry_submission(world.sessions, newer, "analyst", world.clock(), DAY)
    await world.run(1)
    with pytest.raises(SubmissionOvertaken):
        await retry_submission(world.sessions, older, "analyst", world.clock(), DAY)
    assert world.held(customer)["first_name"] == "New"


async def test_submissions_of_one_customer_go_in_order(world: World) -> None:
    customer = world.customer()
    names = ("One", "Two", "Three")
    ids = [await world.submit(customer["id"], {"first_name": name}) for name in names]
    world.break_with({"kind": "status", "value": 500, "method": "PUT", "times": 2})
    await world.run(4)
    assert [(await world.get(one)).state for one in ids] == ["forwarded"] * 3
    assert world.held(customer["id"])["first_name"] == "Three"
    assert world.writes("/customer/" + customer["id"], "PUT") == 3


async def test_waiting_behind_another_does_not_use_up_the_day(world: World) -> None:
    customer = world.customer()["id"]
    first = await world.submit(customer, {"first_name": "One"})
    second = await world.submit(customer, {"first_name": "Two"})
    world.break_with({"kind": "status", "value": 500, "times": -1})
    await world.run(26, timedelta(hours=1))
    assert (await world.get(first)).state == "failed"
    waited = await world.get(second)
    assert (waited.state, waited.last_error) == ("updating", "Unavailable")
    world.break_with()
    await world.run(1)
    assert (await world.get(second)).state == "forwarded"


async def test_the_deadline_holds_for_faults_of_our_own(world: World) -> None:
    # What was written down of its files cannot be read.
    submission_id = await world.submit(world.customer()["id"], {}, extra_files={"x": {}})
    await world.run(26, timedelta(hours=1))
    failed = await world.get(submission_id)
    assert (failed.state, failed.last_error) == ("failed", "KeyError")


async def test_the_deadline_holds_for_what_the_database_refuses(world: World, monkeypatch) -> None:
    async def refused(one) -> None:
        async with world.sessions() as session:
            await session.execute(text("SELECT * FROM nowhere"))

    monkeypatch.setitem(journey.STEPS, journey.State.UPLOADING, refused)
    submission_id = await world.submit(world.customer()["id"], {})
    await world.run(26, timedelta(hours=1))
    failed = await world.get(submission_id)
    assert (failed.state, failed.last_error) in [
        ("failed", "OperationalError"),
        ("failed", "ProgrammingError"),
    ]


async def test_the_deadline_holds_for_what_kills_its_worker(world: World, monkeypatch) -> None:
    async def deadly(one) -> None:
        raise Killed

    monkeypatch.setitem(journey.STEPS, journey.State.UPDATING, deadly)
    submission_id = await world.submit(world.customer()["id"], {})
    with pytest.raises(Killed):
        await world.forward_all()
    # The engine resumes the same go, for as long as it is not ended.
    for hour in range(30):
        world.clock.offset = timedelta(hours=hour)
        with contextlib.suppress(Killed):
            await world.journeys.take(submission_id, 0, journey.State.UPDATING)
    failed = await world.get(submission_id)
    assert (failed.state, failed.last_error) == ("failed", "DeadlinePassed")


async def test_a_worker_whose_own_run_was_resumed_writes_nothing_more(
    world: World, monkeypatch
) -> None:
    submission_id = await world.submit(world.customer()["id"], {})
    # The clock may be coarse: what fences the earlier run is no moment.
    now = world.clock()
    world.clock = lambda: now
    world.journeys = world.new_journeys()

    async def slept_through(one) -> None:
        # The same worker takes the run up again, as after it was taken for dead.
        patched.setitem(journey.STEPS, journey.State.UPDATING, whole)
        assert await world.journeys.take(submission_id, 0, journey.State.UPDATING)
        one.notes["uploads"] = {"identity": {"file_id": "stale", "sha256": ""}}
        await one.keep()

    whole = journey.STEPS[journey.State.UPDATING]
    with monkeypatch.context() as patched:
        patched.setitem(journey.STEPS, journey.State.UPDATING, slept_through)
        assert not await world.journeys.take(submission_id, 0, journey.State.UPDATING)
    assert "uploads" not in (await world.get(submission_id)).steps


async def test_a_pause_that_blaaiz_asks_for_is_kept(world: World) -> None:
    submission_id = await world.submit(world.customer()["id"], {"first_name": "Kim"})
    world.break_with({"kind": "retry_after", "value": 120, "method": "PUT"})
    started = world.clock()
    await world.forward_all()
    put_off = await world.get(submission_id)
    assert put_off.next_attempt_at - started >= timedelta(seconds=120)
    assert (put_off.state, put_off.attempts, put_off.go) == ("updating", 1, 1)


async def test_blaaizs_verdict_is_brought_home_once_and_in_its_order(world: World) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {})
    await world.run(1)

    def event(status: str) -> dict:
        return {
            "event": "customer.status_changed",
            "data": {"id": customer["id"], "verification_status": status},
        }

    now = int(world.clock().timestamp())
    later, earlier = str(now + 20), str(now + 10)
    await receive_blaaiz_event(world.sessions, b"2", later, event("REJECTED"), world.clock())
    assert (await world.get(submission_id)).outcome == "rejected"
    with pytest.raises(EventReplayed):
        await receive_blaaiz_event(world.sessions, b"2", later, event("REJECTED"), world.clock())
    # An earlier one that comes late does not undo it.
    await receive_blaaiz_event(world.sessions, b"1", earlier, event("PENDING"), world.clock())
    assert (await world.get(submission_id)).outcome == "rejected"


async def test_an_outcome_that_comes_before_our_own_note_is_kept(world: World, monkeypatch) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {})
    real = steps.attach_files

    async def answered_at_once(one) -> None:
        await real(one)
        event = {
            "event": "customer.status_changed",
            "data": {"id": customer["id"], "verification_status": "VERIFIED"},
        }
        stamp = str(int(world.clock().timestamp()))
        await receive_blaaiz_event(world.sessions, b"b", stamp, event, world.clock())

    monkeypatch.setitem(journey.STEPS, journey.State.ATTACHING, answered_at_once)
    await world.run(1)
    done = await world.get(submission_id)
    assert (done.state, done.outcome) == ("forwarded", "verified")
