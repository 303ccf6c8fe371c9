"""Fraud takes two people, not two sign-ins; looks and erasures stay in a log that stays whole."""

import re
from datetime import UTC, datetime

import httpx
import pytest

from service.actions.erase_screening import erase_screening
from service.actions.issue_key import Role, issue_key
from service.store import audit_chain
from service.store.tables import Audit, Picture, Screening
from tests.conftest import VAULT
from tests.triage.conftest import Browser, Console

SCREENING = "scr_00000000000000000000000001"
FRAUD = {"decision": "reject", "code": "authenticity_edited", "note": "A pasted portrait."}
SECRETS = ("Erika", "C01X00T47", "my-reference", "cus_42", "A pasted portrait.")


@pytest.fixture
async def screened(console: Console) -> Console:
    """A screening of a fictitious person with one stored picture."""
    key = VAULT.ring.new_key(SCREENING)
    blob = await console.parts.blobs.put(b"jpeg of a fictitious person", key)
    document = {"type": "passport", "country": "DE", "given_names": "Erika", "number": "C01X00T47"}
    async with console.parts.sessions() as session:
        session.add(
            Screening(
                id=SCREENING,
                object_key=key,
                created_at=datetime(2026, 11, 25, 8, 0, tzinfo=UTC),
                key_id="key_1",
                person="my-reference",
                customer_id="cus_42",
                reference="my-reference",
                verdict="review",
                standing="review",
                kind="passport",
                country="DE",
                attempt=1,
                number_digest="d",
                wire={"id": SCREENING, "verdict": "review", "findings": [], "document": document},
                decision=None,
                erased_at=None,
            )
        )
        await session.flush()
        session.add(
            Picture(
                screening_id=SCREENING,
                side="front",
                rendition="upright",
                blob=blob,
                media_type="image/jpeg",
                size=27,
                sha256="0" * 64,
                fingerprint=None,
            )
        )
        await session.commit()
    return console


async def state(console: Console) -> str:
    async with console.parts.sessions() as session:
        row = await session.get_one(Screening, SCREENING)
        return row.decision["state"] if row.decision else "undecided"


async def decide(browser: Browser) -> httpx.Response:
    csrf = await browser.form_of("/triage/account")
    page = await browser.get(f"/triage/{SCREENING}")
    [seen] = re.findall(r'name="seen" value="([^"]*)"', page.text)
    return await browser.post(
        f"/triage/{SCREENING}/decision", data={"csrf": csrf, "seen": seen} | FRAUD
    )


async def test_the_same_person_at_another_desk_is_no_second_one(screened: Console) -> None:
    await screened.add("robin")
    await screened.add("kim")
    async with screened.browser() as desk, screened.browser("198.51.100.7") as phone:
        await desk.sign_in("robin")
        await phone.sign_in("robin")
        await decide(desk)
        assert await state(screened) == "awaiting_second"
        assert (await decide(phone)).status_code == 422
        assert await state(screened) == "awaiting_second"
    async with screened.browser() as other:
        await other.sign_in("kim")
        await decide(other)
    assert await state(screened) == "final"


async def test_a_persons_key_and_account_are_one_person(screened: Console) -> None:
    await screened.add("robin")
    make = lambda account: issue_key(  # noqa: E731
        screened.parts.sessions, Role.ANALYST, "k", "test", screened.now, account=account
    )
    _, own = await make("robin")
    _, anothers = await make(None)
    async with screened.browser() as browser:
        await browser.sign_in("robin")
        await decide(browser)
        assert await state(screened) == "awaiting_second"
        url = f"/v1/screenings/{SCREENING}/decision"
        by = lambda key: {"Authorization": f"Bearer {key}"}  # noqa: E731
        assert (await browser.post(url, json=FRAUD, headers=by(own))).status_code == 422
        assert await state(screened) == "awaiting_second"
        assert (await browser.post(url, json=FRAUD, headers=by(anothers))).status_code == 200
    assert await state(screened) == "final"


async def test_each_look_at_a_picture_is_told_and_none_is_had_without_signing_in(
    screened: Console,
) -> None:
    account = await screened.add("robin")
    url = f"/triage/{SCREENING}/images/front/upright"
    async with screened.browser() as browser:
        assert (await browser.get(url)).status_code == 401
        await browser.sign_in("robin")
        for _ in range(2):
            picture = await browser.get(url)
            assert picture.content == b"jpeg of a fictitious person"
            assert "no-store" in picture.headers["cache-control"]
            assert picture.headers["cross-origin-resource-policy"] == "same-origin"
    looks = [one for one in await screened.audited() if one[0] == "picture.seen"]
    assert looks == [("picture.seen", account, SCREENING)] * 2


async def test_erasing_a_screening_leaves_the_log_whole_and_nothing_personal_in_it(
    screened: Console,
) -> None:
    await screened.add("robin")
    async with screened.browser() as browser:
        await browser.sign_in("robin")
        await browser.get(f"/triage/{SCREENING}/images/front/upright")
        await decide(browser)
    parts = screened.parts
    await erase_screening(parts.sessions, parts.blobs, SCREENING, "key_admin", screened.now)
    async with parts.sessions() as session:
        assert [one async for one in audit_chain.find_breaks(session)] == []
        entries = [entry async for _, entry in audit_chain.entries(session)]
    told = [str(audit_chain.content_of(entry)) for entry in entries if isinstance(entry, Audit)]
    about = [entry.action for entry in entries if entry.subject == SCREENING]
    assert about == ["picture.seen", "screening.reject", "screening.erased"]
    assert not [secret for secret in SECRETS if any(secret in one for one in told)]
    assert "robin" not in "".join(told).casefold()
