"""The triage page in a real browser."""

import shutil
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.journeys.test_screening import screen

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("the Debian package chromium is not installed")
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield one
        one.close()


@pytest.fixture
def page(browser, service):
    context = browser.new_context(base_url=service.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, key: str) -> None:
    page.goto("/triage")
    page.get_by_label("Your analyst key").fill(key)
    page.get_by_role("button", name="Sign in").click()


def test_a_frontends_key_opens_nothing(page: Page, service) -> None:
    sign_in(page, service.keys["frontend"])
    expect(page.get_by_role("alert")).to_contain_text("opens nothing")


def test_an_analyst_sees_the_case_and_decides_it(page: Page, service, tmp_path: Path) -> None:
    made = screen(service, "travel_document_refugee.jpg", country="DE", reference="case-one").json()
    assert made["verdict"] == "review"
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    sign_in(page, service.keys["analyst"])
    page.get_by_role("link", name=made["id"][-8:]).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Passport, DE")
    expect(page.locator(".findings")).to_contain_text("document_special_status")
    expect(page.locator(".ocr")).to_contain_text(made["document"]["mrz"]["lines"][0])
    picture = page.get_by_alt_text("front of the document")
    picture.evaluate("image => image.decode()")  # waits until it is there
    assert picture.evaluate("image => image.naturalWidth") > 500
    page.screenshot(path=tmp_path / "case.png", full_page=True)
    page.get_by_label("Note").fill("Convention travel document, seen by me.")
    page.get_by_role("button", name="Accept").click()
    expect(page.locator(".verdict")).to_have_text("accepted")
    stands = httpx.get(
        f"{service.url}/v1/screenings/{made['id']}", headers=service.headers("analyst")
    ).json()
    assert (stands["standing"], stands["verdict"]) == ("accepted", "review")
    assert problems == []  # the content policy blocked nothing that the page needs


def test_a_finding_is_drawn_where_it_is(page: Page, service) -> None:
    made = screen(service, "passport_es_glare_on_lines.jpg", country="ES").json()
    sign_in(page, service.keys["analyst"])
    page.goto(f"/triage/{made['id']}")
    drawn = page.locator("svg polygon").first.get_attribute("points")
    corner = made["findings"][0]["region"][0]
    assert drawn.startswith(f"{corner[0] * 1000:.0f},{corner[1] * 1000:.0f}")


def test_nobody_decides_without_a_session_or_a_genuine_form(page: Page, service) -> None:
    made = screen(service, "passport_gb_out_of_focus.jpg").json()
    url = f"{service.url}/triage/{made['id']}"
    form = {"csrf": "guess", "decision": "accept", "note": "x"}
    assert httpx.post(f"{url}/decision", data=form).headers["location"] == "/triage/sign-in"
    assert httpx.get(f"{url}/images/front/upright").status_code == 401
    sign_in(page, service.keys["analyst"])
    cookies = {c["name"]: c["value"] for c in page.context.cookies()}
    assert httpx.post(f"{url}/decision", data=form, cookies=cookies).status_code == 403
    assert all(c["httpOnly"] and c["sameSite"] == "Lax" for c in page.context.cookies())


def test_the_page_is_usable_on_a_phone(page: Page, service) -> None:
    made = screen(service, "visa_gb_wide.jpg").json()
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, service.keys["analyst"])
    for path in ("/triage?verdict=rejected", f"/triage/{made['id']}"):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390
