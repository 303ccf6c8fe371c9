"""Sign-in through an OpenID Connect provider, over real HTTP."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select

from service.actions.issue_key import Role, issue_key
from service.actions.manage_account import disable_account
from service.bootstrap import SettingsUnsafe, check_settings
from service.settings import Settings
from service.store.tables import Account
from tests.conftest import RunningServer
from tests.triage.conftest import HOME, Browser, Console, running, settings_for
from tests.triage.provider import CLIENT_ID, CLIENT_SECRET, Provider, create_provider


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def provider() -> Iterator[Provider]:
    one = Provider()
    with RunningServer(create_provider(one)) as server:
        one.url = server.url
        yield one


def oidc(provider: Provider, **more: object) -> dict[str, object]:
    return {
        "oidc_discovery_url": f"{provider.url}/.well-known/openid-configuration",
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        **more,
    }


@pytest.fixture
async def console(provider: Provider, database_url: str, tmp_path: Path) -> AsyncIterator[Console]:
    async with running(settings_for(database_url, tmp_path, **oidc(provider))) as one:
        yield one


async def come_back(browser: Browser):
    """To the provider and back again, as a browser goes; the answer to the way back."""
    there = await browser.get("/triage/sign-in/provider")
    assert there.status_code == 303, there.text
    back = await browser.get(there.headers["location"])
    assert back.headers["location"].startswith(f"{HOME}/triage/sign-in/return?")
    return await browser.get(back.headers["location"])


async def test_the_account_page_says_what_let_one_in(
    provider: Provider, database_url: str, tmp_path: Path
) -> None:
    settings = settings_for(database_url, tmp_path, **oidc(provider, sign_in_with_keys=True))
    async with running(settings) as console, console.browser() as one, console.browser() as other:
        await come_back(one)
        assert "your organisation signs you in" in (await one.get("/triage/account")).text
        _, secret = await issue_key(
            console.parts.sessions, Role.ANALYST, "Kim", "test", console.now
        )
        csrf = await other.form_of("/triage/sign-in")
        await other.post("/triage/sign-in/key", data={"csrf": csrf, "key": secret})
        assert "an API key signs you in" in (await other.get("/triage/account")).text


async def accounts(console: Console) -> list[Account]:
    async with console.parts.sessions() as session:
        return list(await session.scalars(select(Account).order_by(Account.id)))


async def test_whom_the_provider_gives_a_role_gets_in(console: Console, provider: Provider) -> None:
    async with console.browser() as browser:
        await browser.get("/triage/sign-in", params={"goes_to": "/triage/scr_1"})
        answer = await come_back(browser)
        assert (answer.status_code, answer.headers["location"]) == (303, "/triage/scr_1")
        page = await browser.get("/triage/account")
        assert "Robin Example" in page.text
        assert "New password" not in page.text
    (asked,) = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20
    assert asked["redirect_uri"] == f"{HOME}/triage/sign-in/return"


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_one_person_is_one_account_however_often_and_wherever(
    console: Console, provider: Provider
) -> None:
    for address in ("192.0.2.1", "198.51.100.1"):
        async with console.browser(address) as browser:
            await come_back(browser)
        provider.person = provider.person | {"name": "Robin Newname", "roles": ["admin", "analyst"]}
    (one,) = await accounts(console)
    assert (one.name, one.role, one.subject) == ("Robin Newname", "admin", "u-1")
    opened = [entry for entry in await console.audited() if entry[0] == "session.opened"]
    assert {entry[1] for entry in opened} == {one.id}
    assert len(opened) == 2
    assert "Robin" not in str(await console.audited())


async def test_who_has_no_role_is_told_so_and_gets_no_account(
    console: Console, provider: Provider
) -> None:
    provider.person["roles"] = ["accountant"]
    async with console.browser() as browser:
        answer = await come_back(browser)
        assert answer.status_code == 403
        assert "you have no role here yet" in answer.text
        assert not await browser.is_in()
    assert await accounts(console) == []


async def test_losing_the_role_ends_what_was_open(console: Console, provider: Provider) -> None:
    async with console.browser() as desk, console.browser() as phone:
        await come_back(desk)
        assert await desk.is_in()
        provider.person["roles"] = []
        assert (await come_back(phone)).status_code == 403
        assert not await desk.is_in()


async def test_who_is_disabled_here_stays_out(console: Console) -> None:
    async with console.browser() as browser:
        await come_back(browser)
        (one,) = await accounts(console)
        await disable_account(console.parts.sessions, one.id, "test", console.now)
        assert not await browser.is_in()
        answer = await come_back(browser)
        assert answer.status_code == 403
        assert "disabled" in answer.text


@pytest.mark.parametrize(
    ("claims", "settings", "role"),
    [
        ({"realm_access": {"roles": ["kyc"]}}, {"oidc_role_claim": "realm_access.roles"}, "lead"),
        (
            {"https://x.example/roles": "kyc"},
            {"oidc_role_claim": "https://x.example/roles"},
            "lead",
        ),
        ({"groups": ["a", "kyc", 3]}, {"oidc_role_claim": "groups"}, "lead"),
        ({"groups": {"kyc": True}}, {"oidc_role_claim": "groups"}, None),
    ],
)
async def test_the_role_is_taken_from_the_claim_that_the_operator_names(
    provider: Provider, database_url: str, tmp_path: Path, claims, settings, role
) -> None:
    provider.person = {"sub": "u-2", **claims}
    given = oidc(provider, oidc_roles={"kyc": "lead"}, **settings)
    async with running(settings_for(database_url, tmp_path, **given)) as console:
        async with console.browser() as browser:
            await come_back(browser)
        assert [one.role for one in await accounts(console)] == ([role] if role else [])


async def test_a_role_that_only_the_userinfo_endpoint_tells_is_found(
    console: Console, provider: Provider
) -> None:
    del provider.person["roles"]
    provider.userinfo = {"sub": "u-1", "roles": ["lead"]}
    async with console.browser() as browser:
        assert (await come_back(browser)).status_code == 303
    assert [one.role for one in await accounts(console)] == ["lead"]


async def test_userinfo_of_another_person_is_not_believed(
    console: Console, provider: Provider
) -> None:
    del provider.person["roles"]
    provider.userinfo = {"sub": "u-9", "roles": ["admin"]}
    async with console.browser() as browser:
        assert (await come_back(browser)).status_code == 502
    assert await accounts(console) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"false": {"nonce": "another"}},
        {"without": {"nonce"}},
        {"false": {"aud": "another-client"}},
        {"false": {"aud": "another-client", "azp": CLIENT_ID}},
        {"false": {"aud": [CLIENT_ID, "another-client"], "azp": "another-client"}},
        {"without": {"aud"}},
        {"false": {"iss": "https://elsewhere.example"}},
        {"without": {"iss"}},
        {"false": {"exp": 1_000_000_000}},
        {"without": {"exp"}},
        {"without": {"sub"}},
        {"signs_with": "another key"},
        {"signs_with": "none"},
        {"signs_with": "HS256"},
    ],
)
async def test_an_id_token_with_anything_wrong_opens_nothing(
    console: Console, provider: Provider, fault: dict
) -> None:
    for name, value in fault.items():
        setattr(provider, name, value)
    async with console.browser() as browser:
        answer = await come_back(browser)
        assert answer.status_code == 502
        assert "does not answer as it should" in answer.text
        assert not await browser.is_in()
    assert await accounts(console) == []


async def test_a_new_key_of_the_provider_is_fetched(console: Console, provider: Provider) -> None:
    async with console.browser() as browser:
        assert (await come_back(browser)).status_code == 303
        provider.rotate()
        assert (await come_back(browser)).status_code == 303


async def test_an_answer_to_another_browser_opens_nothing(console: Console) -> None:
    async with console.browser() as theirs, console.browser() as ours:
        there = await theirs.get("/triage/sign-in/provider")
        back = (await theirs.get(there.headers["location"])).headers["location"]
        assert (await ours.get(back)).status_code == 400  # never began
        await ours.get("/triage/sign-in/provider")
        assert (await ours.get(back)).status_code == 400  # began another
        assert not await ours.is_in()


async def test_an_answer_with_another_state_is_not_even_asked_about(
    console: Console, provider: Provider
) -> None:
    async with console.browser() as browser:
        there = await browser.get("/triage/sign-in/provider")
        back = httpx.URL((await browser.get(there.headers["location"])).headers["location"])
        for wrong in (back.copy_set_param("state", "guess"), back.copy_remove_param("state")):
            assert (await browser.get(wrong)).status_code == 400
            assert len(provider.codes) == 1
            await browser.get("/triage/sign-in/provider")


async def test_an_answer_opens_once(console: Console) -> None:
    async with console.browser() as browser:
        there = await browser.get("/triage/sign-in/provider")
        back = (await browser.get(there.headers["location"])).headers["location"]
        assert (await browser.get(back)).status_code == 303
        browser.cookies.delete("__Host-prescreen_session")
        assert (await browser.get(back)).status_code == 400
        assert not await browser.is_in()


async def test_an_answer_with_anothers_issuer_is_refused(
    console: Console, provider: Provider
) -> None:
    provider.answers_as = "https://elsewhere.example"
    async with console.browser() as browser:
        assert (await come_back(browser)).status_code == 400


async def test_saying_no_at_the_provider_is_told_kindly(
    console: Console, provider: Provider
) -> None:
    provider.denies = True
    async with console.browser() as browser:
        answer = await come_back(browser)
        assert answer.status_code == 400
        assert "broken off" in answer.text
        assert "Continue with your organisation" in answer.text


async def test_a_provider_that_is_away_is_said_to_be(database_url: str, tmp_path: Path) -> None:
    given = {
        "oidc_discovery_url": "http://127.0.0.1:1/.well-known/openid-configuration",
        "oidc_client_id": CLIENT_ID,
    }
    settings = settings_for(database_url, tmp_path, **given)
    async with running(settings) as console, console.browser() as browser:
        answer = await browser.get("/triage/sign-in/provider")
        assert answer.status_code == 502
        assert "does not answer" in answer.text


async def test_what_a_flow_remembers_is_out_of_reach_of_scripts(console: Console) -> None:
    async with console.browser() as browser:
        there = await browser.get("/triage/sign-in/provider")
        cookie = there.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "Secure" in cookie
        assert "SameSite=lax" in cookie
        assert "code_verifier" not in parse_qs(urlsplit(there.headers["location"]).query)


@pytest.mark.parametrize(
    "given",
    [
        {"oidc_client_id": "x", "public_url": HOME, "oidc_discovery_url": "http://idp.example/x"},
        {"oidc_client_id": "x", "oidc_discovery_url": "https://idp.example/x"},
        {"public_url": HOME, "oidc_discovery_url": "https://idp.example/x"},
    ],
)
def test_a_provider_that_would_not_be_safe_stops_the_start(given: dict) -> None:
    with pytest.raises(SettingsUnsafe, match="PRESCREEN_"):
        check_settings(Settings(secret="a-secret-of-the-tests-only", **given))
