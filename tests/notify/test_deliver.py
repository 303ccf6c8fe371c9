"""Our webhooks: signed, at least once, for a day."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import select

from service.notify.deliver import Courier
from service.notify.outbox import announce
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


async def test_an_event_is_signed_and_delivered_once(sessions) -> None:
    clock, receiver = Clock(), Receiver()
    courier = Courier(sessions, "http://receiver/hook", "secret", clock, receiver.transport)
    await announced(sessions, clock)
    assert await courier.deliver_due() == 1
    assert await courier.deliver_due() == 0
    request = receiver.requests[0]
    stamp = request.headers["Prescreen-Timestamp"]
    digest = hmac.new(b"secret", f"{stamp}.".encode() + request.content, hashlib.sha256).hexdigest()
    assert request.headers["Prescreen-Signature"] == f"v1={digest}"
    payload = json.loads(request.content)
    assert (payload["type"], payload["data"]) == (
        "submission.forwarded",
        {"submission_id": "sub_1"},
    )
    assert payload["id"].startswith("evt_")
    await courier.stop()


async def test_it_is_tried_again_with_growing_pauses_and_given_up_after_a_day(sessions) -> None:
    clock, receiver = Clock(), Receiver(*([500, 0] * 40))
    courier = Courier(sessions, "http://receiver/hook", "secret", clock, receiver.transport)
    await announced(sessions, clock)
    tried: list[datetime] = []
    for _ in range(26 * 60):
        if await courier.deliver_due():
            tried.append(clock.now)
        clock.now += timedelta(minutes=1)
    async with sessions() as session:
        event = (await session.scalars(select(OutgoingEvent))).one()
    assert event.delivered_at is None
    assert event.given_up_at is not None
    assert event.given_up_at - event.created_at > timedelta(hours=24)
    assert 8 < len(tried) < 60
    await courier.stop()


async def test_a_receiver_that_comes_back_gets_what_waited(sessions) -> None:
    clock, receiver = Clock(), Receiver(503, 0, 200)
    courier = Courier(sessions, "http://receiver/hook", "secret", clock, receiver.transport)
    await announced(sessions, clock)
    for _ in range(3):
        await courier.deliver_due()
        clock.now += timedelta(minutes=30)
    async with sessions() as session:
        event = (await session.scalars(select(OutgoingEvent))).one()
    assert event.delivered_at is not None
    await courier.stop()
