"""Sessions: how they are kept, and everything that ends them."""

import asyncio

import pytest
from sqlalchemy import select

from service.actions.issue_key import Role, issue_key, withdraw_key
from service.actions.manage_account import AccountRole, change_password, change_role
from service.store.tables import TriageSession
from tests.triage.conftest import PASSWORD, Browser, Console, running, settings_for

COOKIE = "__Host-prescreen_session"
NEW = "eight yellow ladders hum"


async def csrf_of(browser: Browser) -> str:
    return await browser.form_of("/triage")


async def test_the_cookie_is_for_this_host_by_https_out_of_reach_of_scripts(
    console: Console,
) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        answer = await browser.sign_in("robin")
    (cookie,) = [c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE)]
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


async def test_only_a_hash_of_the_cookie_is_stored(console: Console) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        await browser.sign_in("robin")
        token = browser.cookies[COOKIE]
    async with console.parts.sessions() as session:
        (row,) = (await session.scalars(select(TriageSession))).all()
    assert token not in str(vars(row))


async def test_a_sign_in_never_goes_on_with_the_cookie_it_came_with(console: Console) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        await browser.sign_in("robin")
        before = browser.cookies[COOKIE]
        await browser.sign_in("robin")
        assert browser.cookies[COOKIE] != before
    async with console.browser() as thief:
        thief.cookies.set(COOKIE, before, domain="console.example")
        assert not await thief.is_in()
        planted = "planted-by-somebody"
        thief.cookies.set(COOKIE, planted, domain="console.example")
        await thief.sign_in("robin")
        assert thief.cookies.get(COOKIE, domain="console.example") != planted


async def test_it_ends_half_an_hour_after_the_last_click(console: Console) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        await browser.sign_in("robin")
        for _ in range(3):
            console.passes(minutes=29)
            assert await browser.is_in()
        console.passes(minutes=30)
        assert not await browser.is_in()


async def test_what_a_page_asks_on_its_own_is_no_click(console: Console) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        await browser.sign_in("robin")
        for headers in ({"Accept": "text/event-stream"}, {"X-Background": "1"}):
            console.passes(minutes=10)
            asked = await browser.get("/triage/account", headers=headers)
            assert asked.status_code == 200
        console.passes(minutes=10)
        assert not await browser.is_in()


async def test_it_ends_after_twelve_hours_however_busy(console: Console) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        await browser.sign_in("robin")
        for _ in range(12 * 3 - 1):
            console.passes(minutes=20)
            assert await browser.is_in()
        console.passes(minutes=20)
        assert not await browser.is_in()


async def test_both_times_are_the_operators_choice(database_url: str, tmp_path) -> None:
    given = {"session_idle_minutes": 5, "session_hours": 1}
    async with running(settings_for(database_url, tmp_path, **given)) as console:
        await console.add("robin")
        async with console.browser() as browser:
            await browser.sign_in("robin")
            console.passes(minutes=5)
            assert not await browser.is_in()
            await browser.sign_in("robin")
            for _ in range(15):
                console.passes(minutes=4)
            assert not await browser.is_in()


async def test_signing_out_ends_it_for_every_copy_of_the_cookie(console: Console) -> None:
    account = await console.add("robin")
    async with console.browser() as browser, console.browser() as copy:
        await browser.sign_in("robin")
        copy.cookies.update(browser.cookies)
        forged = await browser.post("/triage/sign-out", data={"csrf": "guess"})
        assert forged.status_code == 303
        assert await browser.is_in()
        await browser.post("/triage/sign-out", data={"csrf": await csrf_of(browser)})
        assert not await browser.is_in()
        assert not await copy.is_in()
    assert ("session.ended", account, account) in await console.audited()


async def test_a_new_password_ends_the_sessions_of_the_old_one(console: Console) -> None:
    await console.add("robin")
    async with console.browser() as desk, console.browser() as phone:
        await desk.sign_in("robin")
        await phone.sign_in("robin")
        csrf = await desk.form_of("/triage/account")
        form = {"csrf": csrf, "present": PASSWORD, "wanted": NEW, "again": NEW}
        assert (await desk.post("/triage/account/password", data=form)).status_code == 303
        assert await desk.is_in()
        assert not await phone.is_in()
        assert (await phone.sign_in("robin")).status_code == 401
        assert (await phone.sign_in("robin", NEW)).status_code == 303
        await change_password(console.parts.sessions, "robin", PASSWORD, "test", console.now)
        assert not await desk.is_in()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"present": "wrong"}, "The present password is wrong."),
        ({"again": "another one altogether"}, "differ"),
        ({"wanted": "short", "again": "short"}, "at least 15"),
        ({"csrf": "guess"}, "too old"),
    ],
)
async def test_a_new_password_is_refused_with_a_reason(
    console: Console, changes: dict[str, str], told: str
) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        await browser.sign_in("robin")
        form = {
            "csrf": await browser.form_of("/triage/account"),
            "present": PASSWORD,
            "wanted": NEW,
            "again": NEW,
        }
        answer = await browser.post("/triage/account/password", data=form | changes)
        assert answer.status_code in {403, 422}
        assert told in answer.text
    async with console.browser() as other:
        assert (await other.sign_in("robin")).status_code == 303


async def test_the_token_of_one_session_is_no_good_in_another(console: Console) -> None:
    await console.add("robin")
    await console.add("kim", AccountRole.ADMIN)
    async with console.browser() as robin, console.browser() as kim:
        await robin.sign_in("robin")
        await kim.sign_in("kim")
        await kim.post("/triage/sign-out", data={"csrf": await csrf_of(robin)})
        assert await kim.is_in()


async def test_only_admins_see_and_disable_accounts_and_nobody_disables_himself(
    console: Console,
) -> None:
    robin_id = await console.add("robin")
    kim_id = await console.add("kim", AccountRole.ADMIN)
    async with console.browser() as robin, console.browser() as kim:
        await robin.sign_in("robin")
        await kim.sign_in("kim")
        assert (await robin.get("/triage/accounts")).status_code == 403
        token = {"csrf": await csrf_of(robin)}
        refused = await robin.post(f"/triage/accounts/{kim_id}/disable", data=token)
        assert refused.status_code == 403
        assert await kim.is_in()
        token = {"csrf": await kim.form_of("/triage/accounts")}
        assert (await kim.post(f"/triage/accounts/{kim_id}/disable", data=token)).status_code == 422
        assert (
            await kim.post(f"/triage/accounts/{robin_id}/disable", data=token)
        ).status_code == 303
        assert not await robin.is_in()
        assert "disabled" in (await kim.get("/triage/accounts")).text
        assert (
            await kim.post(f"/triage/accounts/{robin_id}/enable", data=token)
        ).status_code == 303
        assert not await robin.is_in()  # what was ended stays ended
        assert (await robin.sign_in("robin")).status_code == 303
    assert ("account.disabled", kim_id, robin_id) in await console.audited()


async def test_a_role_that_was_taken_is_gone_at_the_next_page(console: Console) -> None:
    await console.add("kim", AccountRole.ADMIN)
    async with console.browser() as kim:
        await kim.sign_in("kim")
        assert (await kim.get("/triage/accounts")).status_code == 200
        await change_role(console.parts.sessions, "kim", AccountRole.LEAD, "test", console.now)
        assert (await kim.get("/triage/accounts")).status_code == 403


async def test_revoking_a_key_ends_what_it_opened(database_url: str, tmp_path) -> None:
    async with running(settings_for(database_url, tmp_path, sign_in_with_keys=True)) as console:
        key, secret = await issue_key(
            console.parts.sessions, Role.ANALYST, "Kim", "test", console.now
        )
        async with console.browser() as browser:
            csrf = await browser.form_of("/triage/sign-in")
            await browser.post("/triage/sign-in/key", data={"csrf": csrf, "key": secret})
            assert await browser.is_in()
            await withdraw_key(console.parts.sessions, key.id, "test", console.now)
            assert not await browser.is_in()


async def test_over_http_on_loopback_the_cookie_works_without_secure(
    database_url: str, tmp_path
) -> None:
    settings = settings_for(database_url, tmp_path).model_copy(update={"public_url": ""})
    async with running(settings) as console:
        await console.add("robin")
        async with console.browser(home="http://127.0.0.1:8000") as browser:
            answer = await browser.sign_in("robin")
            assert not any("Secure" in c for c in answer.headers.get_list("set-cookie")[:1])
            assert await browser.is_in()


async def test_ten_requests_at_one_moment_are_one_session_and_all_answered(
    console: Console,
) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        await browser.sign_in("robin")
        console.passes(minutes=10)
        answers = await asyncio.gather(*(browser.get("/triage/account") for _ in range(10)))
        assert [one.status_code for one in answers] == [200] * 10


async def test_what_time_has_ended_is_dropped_from_the_table(console: Console) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        await browser.sign_in("robin")
        console.passes(hours=13)
    async with console.browser() as other:
        await other.sign_in("robin")
    async with console.parts.sessions() as session:
        assert len((await session.scalars(select(TriageSession))).all()) == 1
