"""A verdict of Blaaiz's counts for the submission that it can be about."""

from datetime import datetime, timedelta

import pytest

from service.actions.receive_blaaiz_event import receive_blaaiz_event
from tests.forward.world import World


def stamp(at: datetime) -> str:
    return str(int(at.timestamp()))


def told(customer_id: str, status: str, **more: object) -> dict[str, object]:
    """As the partner's page on webhooks shows it."""
    return {
        "message": "Customer verification status updated",
        "event_type": "customer.status_changed",
        "customer_id": customer_id,
        "old_status": "PENDING",
        "new_status": status,
        "type": "customer",
        **more,
    }


@pytest.mark.parametrize("late_by", ["its timestamp", "its own time, sent again"])
async def test_a_late_verdict_is_about_the_documents_that_were_there(
    world: World,
    late_by: str,
) -> None:
    customer = world.customer()
    first = await world.submit(customer["id"], {})
    await world.run(1, timedelta(minutes=10))
    between = world.clock() - timedelta(minutes=5)
    second = await world.submit(customer["id"], {})
    await world.run(1, timedelta(minutes=10))
    now = world.clock()
    if late_by == "its timestamp":
        event, sent_at = told(customer["id"], "REJECTED"), between
    else:
        event, sent_at = told(customer["id"], "REJECTED", updated_at=between.isoformat()), now
    await receive_blaaiz_event(world.sessions, b"1", stamp(sent_at), event, now)
    assert (await world.get(first)).outcome == "rejected"
    assert (await world.get(second)).outcome == "pending"
    await receive_blaaiz_event(
        world.sessions, b"2", stamp(now), told(customer["id"], "VERIFIED"), now
    )
    assert (await world.get(first)).outcome == "rejected"
    assert (await world.get(second)).outcome == "verified"


async def test_a_verdict_from_before_all_documents_is_about_none(world: World) -> None:
    customer = world.customer()
    before = world.clock() - timedelta(minutes=4)
    submission_id = await world.submit(customer["id"], {}, created_at=before)
    await world.run(1)
    event = told(customer["id"], "REJECTED")
    await receive_blaaiz_event(world.sessions, b"1", stamp(before), event, world.clock())
    assert (await world.get(submission_id)).outcome == "pending"


@pytest.mark.parametrize(
    "change",
    [
        {"new_status": None},
        {"new_status": ["VERIFIED"]},
        {"customer_id": {"id": 1}},
        {"event_type": "customer.created"},
        {"event_type": 5},
    ],
)
async def test_what_tells_of_no_change_changes_nothing(world: World, change) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {})
    await world.run(1)
    now = world.clock()
    event = told(customer["id"], "VERIFIED") | change
    await receive_blaaiz_event(world.sessions, b"1", stamp(now), event, now)
    assert (await world.get(submission_id)).outcome == "pending"


@pytest.mark.parametrize("time", ["soon", "", 5, None, "0001-01-01T00:00:00+23:59", "2020-01-01"])
async def test_a_time_that_is_none_leaves_that_of_the_signature(world: World, time) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {})
    await world.run(1)
    now = world.clock()
    event = told(customer["id"], "VERIFIED", updated_at=time)
    await receive_blaaiz_event(world.sessions, b"1", stamp(now), event, now)
    assert (await world.get(submission_id)).outcome == "verified"
