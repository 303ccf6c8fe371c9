"""Local accounts and keys: who gets in, how often one may try, and what is told."""

import asyncio
import statistics
import time
from pathlib import Path

import pytest

from service.actions.issue_key import KeyHolderUnknown, Role, issue_key
from service.actions.manage_account import AccountRefused, AccountRole, add_account, disable_account
from service.actions.sign_in import (
    TRIES_BY_ADDRESS,
    TRIES_BY_NAME,
    SignIn,
    SignInLocked,
    SignInRefused,
)
from service.store.accounts import find_by_name
from service.store.engine import open_engine, sessions_of
from service.store.tables import Account, SignInAttempts
from service.telemetry import configure_logs
from tests.conftest import VAULT
from tests.triage.conftest import HOME, PASSWORD, Console, running, settings_for


async def test_a_person_with_an_account_gets_in_by_its_name_in_any_letter_case(
    console: Console,
) -> None:
    account = await console.add("Robin")
    async with console.browser() as browser:
        answer = await browser.sign_in(" rOBIN ")
        assert (answer.status_code, answer.headers["location"]) == (303, "/triage")
        page = await browser.get("/triage/account")
        assert "you decide cases" in page.text
        assert "Robin" in page.text
    assert ("session.opened", account, account) in await console.audited()


async def test_only_an_argon2_hash_of_the_password_is_stored(console: Console) -> None:
    await console.add("robin")
    async with console.parts.sessions() as session:
        kept = await find_by_name(session, "robin")
    assert kept.password_hash.startswith("$argon2id$")
    assert PASSWORD not in str(vars(kept))


@pytest.mark.parametrize(
    ("name", "password"),
    [("robin", "seven green kettles sang"), ("nobody", PASSWORD), ("robin\0", PASSWORD)],
)
async def test_a_wrong_name_and_a_wrong_password_are_told_alike(
    console: Console, name: str, password: str
) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        answer = await browser.sign_in(name, password)
        assert answer.status_code == 401
        assert "The name or the password is wrong." in answer.text
        assert not await browser.is_in()
    (failed,) = [one for one in await console.audited() if one[0] == "sign_in.failed"]
    assert name not in failed[1:]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_an_unknown_name_takes_as_long_as_a_known_one(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # with the hashes that the service makes
    await console.add("robin")
    spent: dict[str, list[float]] = {"robin": [], "nobody": []}
    for _ in range(5):
        for name, times in spent.items():
            started = time.process_time()
            with pytest.raises(SignInRefused):
                await console.parts.sign_in.check_password(name, "x" * 20, "192.0.2.7", console.now)
            times.append(time.process_time() - started)
    known, unknown = (statistics.median(times) for times in spent.values())
    assert 0.5 < unknown / known < 2  # without the hash of nobody it is a tenth


async def test_a_name_is_locked_for_a_while_and_not_for_ever(console: Console) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        for _ in range(TRIES_BY_NAME):
            assert (await browser.sign_in("robin", "wrong")).status_code == 401
        locked = await browser.sign_in("ROBIN")
        assert locked.status_code == 429
        assert "Try again in 15 minutes." in locked.text
        assert locked.headers["retry-after"] == "900"
        console.passes(minutes=14)
        assert (await browser.sign_in("robin")).status_code == 429
        console.passes(minutes=1)
        assert (await browser.sign_in("robin")).status_code == 303
    actions = [one[0] for one in await console.audited()]
    assert actions.count("sign_in.locked") == 1


async def test_an_unknown_name_is_locked_like_a_known_one(console: Console) -> None:
    async with console.browser() as browser:
        await console.add("somebody")
        for _ in range(TRIES_BY_NAME):
            await browser.sign_in("nobody")
        assert (await browser.sign_in("nobody")).status_code == 429


async def test_getting_in_forgets_the_failures_before(console: Console) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        for _ in range(2):
            for _ in range(TRIES_BY_NAME - 1):
                await browser.sign_in("robin", "wrong")
            assert (await browser.sign_in("robin")).status_code == 303


@pytest.mark.parametrize(
    ("first", "second"),
    [("192.0.2.9", "192.0.2.9"), ("2001:db8:1:2::1", "2001:db8:1:2:ffff::2")],
)
async def test_an_address_is_locked_whatever_names_it_tries(
    console: Console, first: str, second: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.actions.sign_in.verify_password", lambda *_: False)  # quick
    for n in range(TRIES_BY_ADDRESS):
        with pytest.raises(SignInRefused):
            await console.parts.sign_in.check_password(f"name-{n}", "x", first, console.now)
    with pytest.raises(SignInLocked):
        await console.parts.sign_in.check_password("another", "x", second, console.now)
    with pytest.raises(SignInRefused):
        await console.parts.sign_in.check_password("another", "x", "198.51.100.1", console.now)


async def test_processes_count_together_and_attempts_at_one_moment_too(
    console: Console, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = []
    monkeypatch.setattr(
        "service.actions.sign_in.verify_password", lambda *_: checked.append(1) or False
    )
    engines = [open_engine(database_url) for _ in range(3)]
    secret, limits = console.parts.session_secret, console.parts.sign_in.limits
    doors = [SignIn(sessions_of(engine, VAULT), secret, limits) for engine in engines]
    outcomes = await asyncio.gather(
        *(
            door.check_password("robin", "x", "192.0.2.1", console.now)
            for door in doors
            for _ in range(8)
        ),
        return_exceptions=True,
    )
    kinds = [type(one) for one in outcomes]
    assert kinds.count(SignInRefused) == len(checked) == TRIES_BY_NAME
    assert kinds.count(SignInLocked) == 24 - TRIES_BY_NAME
    for engine in engines:
        await engine.dispose()


async def test_names_and_addresses_of_attempts_are_not_readable(console: Console) -> None:
    async with console.browser("203.0.113.77") as browser:
        await console.add("other")
        await browser.sign_in("robin.example")
    async with console.parts.sessions() as session:
        rows = (await session.scalars(SignInAttempts.__table__.select())).all()
    assert len(rows) == 2
    assert not any("robin" in str(row) or "203.0" in str(row) for row in rows)


async def test_a_disabled_account_is_out_at_once_and_stays_out(console: Console) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        await browser.sign_in("robin")
        assert await browser.is_in()
        await disable_account(console.parts.sessions, "robin", "test", console.now)
        assert not await browser.is_in()
        answer = await browser.sign_in("robin")
        assert answer.status_code == 401
        assert "The name or the password is wrong." in answer.text


async def test_one_disabled_while_its_password_is_checked_does_not_get_in(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    await console.add("robin")
    door = console.parts.sign_in
    check = door.check_password

    async def slow(*arguments: object) -> Account:
        account = await check(*arguments)
        await disable_account(console.parts.sessions, "robin", "test", console.now)
        return account

    monkeypatch.setattr(door, "check_password", slow)
    with pytest.raises(SignInRefused):
        await door.by_password("robin", PASSWORD, "192.0.2.1", console.now, instead_of=None)


@pytest.mark.parametrize(
    "password", ["short", "x" * 40, "robin robin robin rob", "prescreen prescreen", "y" * 257]
)
async def test_passwords_that_are_guessed_first_are_refused(
    console: Console, password: str
) -> None:
    with pytest.raises(AccountRefused):
        await add_account(
            console.parts.sessions, "Robin", AccountRole.LEAD, password, "test", console.now
        )


async def test_a_name_is_given_once(console: Console) -> None:
    await console.add("robin")
    with pytest.raises(AccountRefused):
        await console.add("ROBIN ")


async def test_the_form_of_another_browser_signs_nobody_in(console: Console) -> None:
    await console.add("robin")
    async with console.browser() as theirs, console.browser() as ours:
        await ours.get("/triage/sign-in")
        form = {
            "csrf": await theirs.form_of("/triage/sign-in"),
            "name": "robin",
            "password": PASSWORD,
        }
        assert (await ours.post("/triage/sign-in", data=form)).status_code == 403
        assert not await ours.is_in()


async def test_forms_in_two_tabs_are_both_good(console: Console) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        first = await browser.form_of("/triage/sign-in")
        await browser.get("/triage/sign-in")
        form = {"csrf": first, "name": "robin", "password": PASSWORD}
        assert (await browser.post("/triage/sign-in", data=form)).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/triage/scr_1?x=1", "/triage/scr_1?x=1"),
        ("/triage?verdict=retake", "/triage?verdict=retake"),
        ("https://elsewhere.example/triage", "/triage"),
        ("//elsewhere.example", "/triage"),
        ("/triage.elsewhere.example", "/triage"),
        ("/triage/\\elsewhere.example", "/triage"),
        ("/triage/sign-out", "/triage"),
    ],
)
async def test_one_is_led_back_to_where_one_was_and_never_elsewhere(
    console: Console, wanted: str, led_to: str
) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        page = await browser.get("/triage/sign-in", params={"goes_to": wanted})
        csrf = page.text.split('name="csrf" value="')[1][:64]
        form = {"csrf": csrf, "name": "robin", "password": PASSWORD}
        answer = await browser.post("/triage/sign-in", data=form)
        assert answer.headers["location"] == led_to


async def test_keys_open_the_console_only_where_the_operator_says_so(
    console: Console, database_url: str, tmp_path
) -> None:
    _, secret = await issue_key(console.parts.sessions, Role.ANALYST, "Kim", "test", console.now)
    _, frontend = await issue_key(console.parts.sessions, Role.FRONTEND, "F", "test", console.now)
    async with console.browser() as browser:
        page = await browser.get("/triage/sign-in")
        assert "analyst key" not in page.text
        assert "prescreen accounts add" in page.text
        assert (await browser.post("/triage/sign-in/key", data={"key": secret})).status_code == 404
    settings = settings_for(database_url, tmp_path, sign_in_with_keys=True)
    async with running(settings) as other, other.browser() as browser:
        csrf = await browser.form_of("/triage/sign-in")
        wrong = await browser.post("/triage/sign-in/key", data={"csrf": csrf, "key": frontend})
        assert wrong.status_code == 401
        csrf = await browser.form_of("/triage/sign-in")
        form = {"csrf": csrf, "key": secret}
        assert (await browser.post("/triage/sign-in/key", data=form)).status_code == 303
        assert "Kim" in (await browser.get("/triage/account")).text


async def test_a_key_of_a_person_stands_for_that_person_and_goes_with_the_account(
    console: Console,
) -> None:
    account = await console.add("robin")
    sessions, door, now = console.parts.sessions, console.parts.sign_in, console.now
    key, secret = await issue_key(sessions, Role.ANALYST, "R", "test", now, account="robin")
    assert key.account_id == account
    await door.by_key(secret, "192.0.2.1", now, instead_of=None)
    assert ("session.opened", account, key.id) in await console.audited()
    await disable_account(sessions, "robin", "test", now)
    with pytest.raises(SignInRefused):
        await door.by_key(secret, "192.0.2.1", now, instead_of=None)
    with pytest.raises(KeyHolderUnknown):
        await issue_key(sessions, Role.ANALYST, "R", "test", now, account="robin")


async def test_the_pages_of_sign_in_let_no_script_and_no_frame_in(console: Console) -> None:
    async with console.browser() as browser:
        for path in ("/triage/sign-in", "/triage/static/triage.css", "/triage/none/images/a/b"):
            headers = (await browser.get(path)).headers
            policy = headers["content-security-policy"]
            assert "script-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["referrer-policy"] == "same-origin"
            assert "camera=()" in headers["permissions-policy"]
            assert headers["x-content-type-options"] == "nosniff"
        assert (await browser.get("/triage/sign-in")).headers["cache-control"] == "no-store"
        assert "content-security-policy" not in (await browser.get("/healthz")).headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": HOME}, 303),
        ({"Origin": HOME}, 303),
        ({}, 303),
    ],
)
async def test_another_site_changes_nothing_even_with_the_right_token(
    console: Console, headers: dict[str, str], status: int
) -> None:
    await console.add("robin")
    async with console.browser() as browser:
        csrf = await browser.form_of("/triage/sign-in")
        form = {"csrf": csrf, "name": "robin", "password": PASSWORD}
        answer = await browser.post("/triage/sign-in", data=form, headers=headers)
        assert answer.status_code == status


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_was_typed_is_in_no_answer_and_no_log(
    backend: str, console: Console, tmp_path: Path
) -> None:
    configure_logs(tmp_path / "log")
    await console.add("robin")
    typed = "correct-horse-canary"
    async with console.browser() as browser:
        answers = [await browser.sign_in("robin-canary", typed)]
        answers.append(await browser.sign_in("robin", typed))
        csrf = await browser.form_of("/triage/sign-in")
        form = {"csrf": csrf, "name": "robin", "password": typed * 200}
        answers.append(await browser.post("/triage/sign-in", data=form))
        form = {"csrf": csrf, "name": "robin-canary" * 20, "password": typed}
        answers.append(await browser.post("/triage/sign-in", data=form))
    assert [one.status_code for one in answers] == [401] * 4
    assert not any("canary" in one.text for one in answers)
    logged = (tmp_path / "log").read_text("utf-8")
    configure_logs(None)
    assert "/triage/sign-in" in logged
    assert "canary" not in logged
    assert "canary" not in str(await console.audited())
