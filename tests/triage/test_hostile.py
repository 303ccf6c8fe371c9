"""What nobody sends by mistake: odd characters, very long values, forms of an hour ago."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from service.actions.manage_account import AccountRole
from tests.triage.conftest import PASSWORD, Browser, Console
from tests.triage.rows import keep, screening

ODD = "%00", "%ff", "..%2f..%2fetc", "a" * 3000, "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "%E2%80%AE"
NUL = "a\0b"
SHOUT = '"><img src=x onerror=alert(1)>'


class Desk:
    """One case, and an analyst before it."""

    def __init__(self, browser: Browser, case: str, csrf: str) -> None:
        self.browser, self.case, self.csrf = browser, case, csrf

    async def post(self, path: str, **form: object):
        return await self.browser.post(f"/triage/{path}", data={"csrf": self.csrf} | form)


@pytest.fixture
async def desk(console: Console) -> AsyncIterator[Desk]:
    async with console.parts.sessions() as session:
        [case] = await keep(session, screening(1, reference=SHOUT, key_id="key_1"))
    await console.add("Robin", AccountRole.ADMIN)
    async with console.browser() as browser:
        await browser.sign_in("robin")
        yield Desk(browser, case, await browser.form_of(f"/triage/{case}"))


async def test_no_address_breaks_a_page(desk: Desk) -> None:
    for odd in ODD:
        for path, allowed in (
            (f"/triage/{odd}", {404}),
            (f"/triage/{odd}/images/front/upright", {404}),
            (f"/triage/{desk.case}/images/{odd}/upright", {404}),
            (f"/triage?q={odd}&customer={odd}&kind={odd}&after={odd}&done={odd}&age={odd}", {200}),
            (f"/triage?show=all&customer={odd}", {200}),
            (f"/triage?show=all&after=0.{odd}", {200}),
            (f"/triage/{desk.case}?done={odd}&q={odd}", {200}),
            (f"/triage/insight?days={odd}", {422}),
            (f"/triage/insight/{odd}.csv", {404}),
            (f"/triage/sign-in?goes_to={odd}", {200}),
        ):
            reply = await desk.browser.get(path)
            # PostgreSQL holds no NUL.
            assert reply.status_code in allowed | ({422} if odd == "%00" else set()), path[:60]
            assert "<script>alert" not in reply.text or "json" in reply.headers["content-type"]


async def test_no_form_breaks_a_page(desk: Desk) -> None:
    for odd in (NUL, SHOUT, "\u202e", "x" * 2000):
        for path, form, allowed in (
            (f"{desk.case}/decision", {"decision": odd[:16], "note": "n"}, {422}),
            (f"{desk.case}/decision", {"decision": "retake", "note": "n", "code": odd}, {422}),
            (f"{desk.case}/corrections", {"field": odd, "truth": "x"}, {422}),
            (f"{desk.case}/undo", {"decision_id": odd}, {409, 422}),
            (f"{desk.case}/release", {"until": odd}, {422}),
            (f"{odd[:40]}/claim", {}, {200, 404}),
            ("bulk", {"act": "claim", "ids": [odd, desk.case]}, {303}),
            ("bulk", {"act": "retake", "ids": [odd], "code": "image_blurred"}, {303}),
            ("views", {"name": odd, "view": f"q={odd}"}, {303, 422}),
            (f"views/{odd[:40]}/drop", {}, {303}),
            ("next", {"view": f"q={odd}"}, {303, 422}),
            (f"accounts/{odd[:40]}/disable", {}, {422, 404}),
        ):
            reply = await desk.post(quote(path), **form)
            assert reply.status_code in allowed | ({422} if odd == NUL else set()), (path, form)
            assert "<img src=x" not in reply.text
    assert (await desk.browser.get("/triage")).status_code == 200


async def test_a_reference_of_html_is_text_on_every_page(desk: Desk) -> None:
    for path in ("/triage?show=all", f"/triage/{desk.case}", "/triage/insight"):
        assert "<img src=x" not in (await desk.browser.get(path)).text
    assert "&lt;img src=x" in (await desk.browser.get("/triage?show=all")).text


async def test_whoever_was_signed_out_comes_back_to_the_case(console: Console, desk: Desk) -> None:
    console.passes(hours=1)
    asked = await desk.browser.get(f"/triage/{desk.case}?show=all")
    assert asked.headers["location"].endswith(f"goes_to=%2Ftriage%2F{desk.case}%3Fshow%3Dall")
    desk.browser.headers["Referer"] = f"https://console.example/triage/{desk.case}"
    sent = await desk.post(f"{desk.case}/decision", decision="accept", note="n")
    assert sent.headers["location"].endswith(f"goes_to=%2Ftriage%2F{desk.case}")
    csrf = await desk.browser.form_of(sent.headers["location"])
    form = {"csrf": csrf, "name": "robin", "password": PASSWORD}
    entered = await desk.browser.post("/triage/sign-in", data=form)
    assert entered.headers["location"] == f"/triage/{desk.case}"
