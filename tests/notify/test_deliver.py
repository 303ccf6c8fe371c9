"""Our webhooks: signed, at least once, for a day."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import select

from service.actions.replay_webhooks import replay_webhooks
from service.notify.deliver import Courier
from service.notify.outbox import announce
from service.store import handover
from service.store.tables import OutgoingEvent


class Receiver:
    def __init__(self, *statuses: int) -> None:
        self.statuses, self.requests = list(statuses), []
        self.transport = httpx.MockTransport(self)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 0:
            raise httpx.ConnectError("nobody there")
        return httpx.Response(status)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def announced(sessions, clock) -> None:
    async with sessions() as session:
        announce(session, "submission.forwarded", {"submission_id": "sub_1"}, clock())
        await session.commit()


async def deliver_due(courier, sessions, clock) -> int:
    """One attempt for each event that waits and is due, as the engine makes it; how many."""
    async with sessions() as session:
        waiting = await handover.waiting(session, handover.EVENTS, 20)
        due = [one for one in waiting if one.next_attempt_at <= clock()]
        for event in due:
            await handover.mark_handed_over(session, handover.EVENTS, event, clock())
        await session.commit()
    for event in due:
        await courier.deliver(event.id, event.attempts)
        await courier.deliver(event.id, event.attempts)  # resumed after a crash: no second attempt
    return len(due)


async def test_an_event_is_signed_and_delivered_once(sessions) -> None:
    clock, receiver = Clock(), Receiver()
    courier = Courier(sessions, "http://receiver/hook", "secret", clock, receiver.transport)
    await announced(sessions, clock)
    assert await deliver_due(courier, sessions, clock) == 1
    assert await deliver_due(courier, sessions, clock) == 0
    (request,) = receiver.requests
    stamp = request.headers["Prescreen-Timestamp"]
    digest = hmac.new(b"secret", f"{stamp}.".encode() + request.content, hashlib.sha256).hexdigest()
    assert request.headers["Prescreen-Signature"] == f"v1={digest}"
    payload = json.loads(request.content)
    assert (payload["type"], payload["data"]) == (
        "submission.forwarded",
        {"submission_id": "sub_1"},
    )
    assert payload["id"].startswith("evt_")
    await courier.close()


async def test_it_is_tried_again_with_growing_pauses_and_given_up_after_a_day(sessions) -> None:
    clock, receiver = Clock(), Receiver(*([500, 0] * 40))
    courier = Courier(sessions, "http://receiver/hook", "secret", clock, receiver.transport)
    await announced(sessions, clock)
    tried: list[datetime] = []
    for _ in range(26 * 60):
        if await deliver_due(courier, sessions, clock):
            tried.append(clock.now)
        clock.now += timedelta(minutes=1)
    async with sessions() as session:
        event = (await session.scalars(select(OutgoingEvent))).one()
    assert event.delivered_at is None
    assert event.given_up_at is not None
    assert event.given_up_at - event.created_at > timedelta(hours=24)
    assert 8 < len(tried) < 60
    await courier.close()


async def test_a_receiver_that_comes_back_gets_what_waited(sessions) -> None:
    clock, receiver = Clock(), Receiver(503, 0, 200)
    courier = Courier(sessions, "http://receiver/hook", "secret", clock, receiver.transport)
    await announced(sessions, clock)
    for _ in range(3):
        await deliver_due(courier, sessions, clock)
        clock.now += timedelta(minutes=30)
    async with sessions() as session:
        event = (await session.scalars(select(OutgoingEvent))).one()
    assert event.delivered_at is not None
    await courier.close()


async def test_what_was_given_up_is_sent_again_on_request_under_its_id(sessions) -> None:
    clock, receiver = Clock(), Receiver(*([500] * 60))
    courier = Courier(sessions, "http://receiver/hook", "secret", clock, receiver.transport)
    await announced(sessions, clock)
    for _ in range(60):
        await deliver_due(courier, sessions, clock)
        clock.now += timedelta(hours=1)
    first = json.loads(receiver.requests[0].content)["id"]
    receiver.statuses.clear()
    wanted = {"event_ids": [], "since": None, "undelivered_only": True}
    replayed = await replay_webhooks(sessions, **wanted, actor="test", now=clock())
    assert replayed == [first]
    # One failure more does not end it: its day begins anew.
    receiver.statuses.append(500)
    for _ in range(3):
        await deliver_due(courier, sessions, clock)
        clock.now += timedelta(hours=1)
    assert json.loads(receiver.requests[-1].content)["id"] == first
    async with sessions() as session:
        assert (await session.scalars(select(OutgoingEvent))).one().delivered_at is not None
    assert await replay_webhooks(sessions, **wanted, actor="test", now=clock()) == []
    every = wanted | {"undelivered_only": False}
    assert await replay_webhooks(sessions, **every, actor="test", now=clock()) == [first]
    await courier.close()
