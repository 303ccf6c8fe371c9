"""Blaaiz that says yes and does otherwise, shows what it has in another form, or changed."""

import pytest

from service.store.tables import Submission
from tests.forward.world import World

ROBIN = {"id": None, "first_name": "Robin", "last_name": "New", "ownership_percentage": 12.5}


def named(world: World, customer_id: str, name: str) -> int:
    owners = world.held(customer_id)["owners"]
    return sum(one.get("last_name") == name for one in owners)


def hide(world: World) -> None:
    """The owners lose what they could be known by, as if Blaaiz showed less of them."""
    customers = world.stand_in.app.state.sandbox.customers
    for one in customers.by_id.values():
        for owner in one.get("owners", []):
            owner["first_name"] = "R."


async def test_an_owner_whose_making_was_not_answered_is_known_in_another_form(
    world: World,
) -> None:
    customer = world.customer("business")
    submission_id = await world.submit(
        customer["id"], {"owners": [ROBIN]}, kind="certificate_of_incorporation"
    )
    world.break_with(
        {"kind": "drop_after", "path": "/customer/", "method": "PUT"},
        {"kind": "another_form", "path": "/customer/", "method": "GET", "times": -1},
    )
    await world.run()
    assert (await world.get(submission_id)).state == "forwarded"
    assert named(world, customer["id"], "New") == 1


async def test_an_owner_who_may_have_been_made_is_left_to_an_analyst(world: World) -> None:
    customer = world.customer("business")
    submission_id = await world.submit(
        customer["id"], {"owners": [ROBIN]}, kind="certificate_of_incorporation"
    )
    world.break_with({"kind": "drop_after", "path": "/customer/", "method": "PUT"})
    assert await world.forward_all() == 1
    hide(world)
    await world.run()
    stopped: Submission = await world.get(submission_id)
    assert (stopped.state, [one["code"] for one in stopped.errors]) == (
        "refused",
        ["owner_doubtful"],
    )
    assert named(world, customer["id"], "New") == 1
    assert world.held(customer["id"])["documents"] == []


async def test_a_yes_that_changed_nothing_is_not_believed(world: World) -> None:
    customer = world.customer()
    submission_id = await world.submit(customer["id"], {"first_name": "Kim"})
    world.break_with({"kind": "lie", "method": "PUT", "path": "/customer/", "times": 2})
    assert await world.forward_all() == 1
    put_off = await world.get(submission_id)
    assert (put_off.state, put_off.last_error) == ("updating", "NotTaken")
    assert world.state()["files"] == []
    await world.run()
    assert (await world.get(submission_id)).state == "forwarded"
    assert world.held(customer["id"])["first_name"] == "Kim"


@pytest.mark.parametrize("path", ["/customer/", "presigned-url"])
async def test_an_owner_who_was_locked_meanwhile_gets_no_document(world: World, path: str) -> None:
    """Locked before the first step, or while the file is going up."""
    customer = world.customer("business")
    owner = next(one for one in customer["owners"] if one["status"] == "PENDING")
    submission_id = await world.submit(customer["id"], {}, owner_id=owner["id"])
    world.break_with({"kind": "status", "value": 503, "path": path})
    assert await world.forward_all() == 1
    held = world.stand_in.app.state.sandbox.customers.get(customer["id"])
    next(one for one in held["owners"] if one["id"] == owner["id"])["status"] = "PROCESSING"
    await world.run()
    refused = await world.get(submission_id)
    assert (refused.state, [one["code"] for one in refused.errors]) == ("refused", ["owner_locked"])
    assert world.writes("/owner/" + owner["id"] + "/files", "POST") == 0


async def test_an_owners_document_that_arrived_though_the_answer_was_lost_is_forwarded(
    world: World,
) -> None:
    customer = world.customer("business")
    owner = next(one for one in customer["owners"] if one["status"] == "PENDING")
    submission_id = await world.submit(customer["id"], {}, owner_id=owner["id"])
    world.break_with({"kind": "drop_after", "path": "/files", "method": "POST"})
    assert await world.forward_all() == 1
    held = world.stand_in.app.state.sandbox.customers.get(customer["id"])
    # What we attached is being looked at already: the owner is locked by it.
    next(one for one in held["owners"] if one["id"] == owner["id"])["status"] = "PROCESSING"
    await world.run()
    assert (await world.get(submission_id)).state == "forwarded"
