"""The gate: so many calls at a time, none while all fail, and one pause for all."""

import asyncio

import httpx
import pytest

from service.blaaiz.client import BlaaizClient
from service.blaaiz.errors import Paused, RateLimited, Refused, Unavailable
from service.blaaiz.gate import Gate
from service.blaaiz.token import BlaaizCredentials


async def test_at_most_so_many_calls_at_a_time() -> None:
    gate, now, most = Gate(3), 0, 0

    async def call() -> None:
        nonlocal now, most
        async with gate.passage():
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.01)
            now -= 1

    await asyncio.gather(*(call() for _ in range(12)))
    assert most == 3


async def fail(gate: Gate, fault: Exception) -> None:
    async with gate.passage():
        raise fault


async def test_it_closes_after_failures_in_a_row_and_opens_again() -> None:
    gate = Gate(3, opens_after=3, open_s=1)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await fail(gate, Unavailable())
    with pytest.raises(Paused) as told:
        await fail(gate, AssertionError("a call was made"))
    assert 0 < told.value.retry_after_s <= 1
    await asyncio.sleep(1.1)
    async with gate.passage():
        pass
    async with gate.passage():
        pass


async def test_refusals_do_not_close_it() -> None:
    gate = Gate(3, opens_after=2)
    for _ in range(5):
        with pytest.raises(Refused):
            await fail(gate, Refused(422, "", {}))
    async with gate.passage():
        pass


async def test_a_pause_that_one_was_told_holds_for_all() -> None:
    gate = Gate(3)
    with pytest.raises(RateLimited):
        await fail(gate, RateLimited(30))
    with pytest.raises(Paused) as told:
        await fail(gate, AssertionError("a call was made"))
    assert 29 < told.value.retry_after_s <= 30


async def test_a_blaaiz_that_is_away_is_not_called_for_each_submission(stand_in) -> None:
    httpx.put(
        f"{stand_in.url}/sandbox/faults",
        json=[{"kind": "status", "value": 503, "times": -1, "path": "/customer"}],
    ).raise_for_status()
    blaaiz = BlaaizClient(stand_in.url, BlaaizCredentials("sandbox-client", "sandbox-secret"))
    for _ in range(50):
        with pytest.raises((Unavailable, Paused)):
            await blaaiz.get_customer("x")
    await blaaiz.close()
    calls = httpx.get(f"{stand_in.url}/sandbox/calls").json()
    assert sum("/customer" in call["path"] for call in calls) == 5


@pytest.mark.parametrize("kind", ["garbage", "status"])
async def test_an_answer_that_is_no_customer_is_believed_by_nobody(stand_in, kind) -> None:
    httpx.put(
        f"{stand_in.url}/sandbox/faults",
        json=[{"kind": kind, "value": 302, "path": "/customer/"}],
    ).raise_for_status()
    blaaiz = BlaaizClient(stand_in.url, BlaaizCredentials("sandbox-client", "sandbox-secret"))
    with pytest.raises(Unavailable):
        await blaaiz.get_customer(next(iter(stand_in.app.state.sandbox.customers.by_id)))
    await blaaiz.close()
