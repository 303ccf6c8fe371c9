"""The console in a real browser."""

import json
import re
import shutil
import sqlite3
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Error, Page, expect, sync_playwright

from tests.journeys.test_screening import await_state, picture, screen

CHROMIUM = shutil.which("chromium")
AXE = (Path(__file__).parents[1] / "vendor" / "axe" / "axe.min.js").read_text("utf-8")
REFUGEE = "travel_document_refugee.jpg"


def leave(page: Page) -> None:
    """Away from the page, even where it is just about to go elsewhere by itself."""
    for _ in range(3):
        page.wait_for_load_state("load")
        try:
            page.goto("about:blank")
        except Error as fault:
            if "interrupted" not in fault.message:
                raise
        else:
            return


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


@pytest.fixture(scope="module")
def cases(service) -> dict[str, dict]:
    """One screening of each sort, made once: nobody decides these."""
    return {
        "accepted": screen(service, "passport_se_exif_turned.jpg", country="SE").json(),
        "glare": screen(service, "passport_es_glare_on_lines.jpg", country="ES").json(),
        "visa": screen(service, "visa_gb_wide.jpg").json(),
        "licence": both_sides(service),
    }


def both_sides(service) -> dict:
    folder = Path(__file__).parents[2] / "sample_docs" / "specimens"
    sides = {
        side: (folder / f"licence_us_texas_scan.{side}.jpg").read_bytes()
        for side in ("front", "back")
    }
    reply = httpx.post(
        f"{service.url}/v1/screenings",
        headers=service.headers(),
        data={"country": "US", "last_name": "Different", "first_name": "Avery"},
        files=sides,
        timeout=120,
    )
    assert reply.status_code == 201, reply.text
    return reply.json()


def make_review(service, **parts: str) -> dict:
    made = screen(service, REFUGEE, country="DE", **parts).json()
    assert made["verdict"] == "review"
    return made


@pytest.fixture
def new_page(browser, service):
    """A page of a fresh browser; every message on its console is a problem."""
    contexts, problems = [], []

    def make(width: int = 1440, height: int = 900) -> Page:
        context = browser.new_context(
            base_url=service.url, viewport={"width": width, "height": height}
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(f"{message.text} {message.location}"))
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield make
    for context in contexts:
        # Chromium may wait for ever where a context is closed within a navigation.
        for page in context.pages:
            leave(page)
        context.close()
    assert [one for one in problems if "Failed to load resource" not in one] == []


@pytest.fixture
def page(new_page):
    return new_page()


def sign_in(page: Page, key: str) -> None:
    page.goto("/triage")
    page.get_by_label("Your analyst key").fill(key)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#worklist")).to_be_visible()
    page.wait_for_load_state("load")  # its scripts have run


def second_analyst(service) -> str:
    made = httpx.post(
        f"{service.url}/v1/keys",
        headers=service.headers("admin"),
        json={"role": "analyst", "name": "Robin Second"},
    )
    assert made.status_code == 201, made.text
    return made.json()["secret"]


def stands(service, screening_id: str) -> dict:
    return httpx.get(
        f"{service.url}/v1/screenings/{screening_id}", headers=service.headers("analyst")
    ).json()


def looks_at(service, screening_id: str) -> int:
    [path] = service.log.parent.glob("service.db")
    with sqlite3.connect(path) as database:
        query = "SELECT count(*) FROM audit WHERE subject = ? AND action = 'picture.seen'"
        return database.execute(query, (screening_id,)).fetchone()[0]


def open_pictures(page: Page) -> None:
    page.keyboard.press("v")
    expect(page.locator("#unmask")).to_have_count(0)
    expect(page.locator(".side:not([hidden]) canvas").first).to_be_visible()


def test_a_frontends_key_opens_nothing(page: Page, service) -> None:
    page.goto("/triage")
    page.get_by_label("Your analyst key").fill(service.keys["frontend"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("opens nothing")


def test_a_case_is_decided_with_three_keys_and_the_next_one_opens(page: Page, service) -> None:
    first, second = make_review(service), make_review(service)
    sign_in(page, service.keys["analyst"])
    page.goto(f"/triage/{first['id']}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Passport, DE")
    expect(page.locator("#claim")).to_have_text("yours")
    open_pictures(page)
    page.keyboard.press("a")
    expect(page.locator("#confirm-label")).to_have_text("Accept")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"done=dec_"))
    assert (stands(service, first["id"])["standing"], first["verdict"]) == ("accepted", "review")
    assert first["id"] not in page.url
    expect(page.locator("#undo")).to_contain_text(first["id"][-8:])
    page.keyboard.press("u")
    page.wait_for_url(re.compile(first["id"]))
    expect(page.locator(".verdict")).to_have_text("review")
    assert stands(service, first["id"])["standing"] == "review"
    for made in (first, second):
        settle(service, made["id"])


def settle(service, screening_id: str) -> None:
    httpx.post(
        f"{service.url}/v1/screenings/{screening_id}/decision",
        headers=service.headers("analyst"),
        json={"decision": "retake", "code": "image_blurred", "note": "Settled by the test."},
    ).raise_for_status()


def test_pictures_are_closed_until_opened_and_each_look_is_noted(
    page: Page, service, cases
) -> None:
    screening_id = cases["licence"]["id"]
    sign_in(page, service.keys["analyst"])
    page.goto(f"/triage/{screening_id}")
    expect(page.get_by_role("button", name="Open the pictures")).to_be_visible()
    before = looks_at(service, screening_id)
    assert page.locator("#viewer img, #viewer canvas:not(.loupe)").count() == 0
    page.get_by_role("button", name="Open the pictures").click()
    expect(page.locator("#side-front canvas").first).to_be_visible()
    expect(page.locator("#unmask")).to_have_count(0)
    assert looks_at(service, screening_id) == before + 2  # each side once
    page.keyboard.press("2")
    expect(page.locator("#side-back canvas").first).to_be_visible()
    expect(page.locator("#side-front")).to_be_hidden()
    assert looks_at(service, screening_id) == before + 2


def test_the_viewer_zooms_turns_and_filters(page: Page, service, cases) -> None:
    sign_in(page, service.keys["analyst"])
    page.goto(f"/triage/{cases['glare']['id']}")
    open_pictures(page)
    mark = page.locator(".mark polygon").first
    at_first = mark.get_attribute("points")
    page.keyboard.press("+")
    expect(mark).not_to_have_attribute("points", at_first)
    page.keyboard.press("0")
    expect(mark).to_have_attribute("points", at_first)
    page.keyboard.press("l")
    expect(mark).not_to_have_attribute("points", at_first)
    page.keyboard.press("i")
    canvas = page.locator(".side:not([hidden]) .openseadragon-canvas canvas").first
    expect(canvas).to_have_css("filter", re.compile(r"invert\(1\)"))
    page.get_by_label("Brightness").fill("150")
    expect(canvas).to_have_css("filter", re.compile(r"brightness\(1.5\)"))
    page.keyboard.press("m")
    page.locator("#stage").hover(position={"x": 300, "y": 200})
    expect(page.locator("#loupe")).to_be_visible()
    page.keyboard.press("o")
    expect(mark).to_be_hidden()


def test_a_finding_is_drawn_where_it_is_and_clicking_goes_there(page: Page, service, cases) -> None:
    sign_in(page, service.keys["analyst"])
    made = cases["glare"]
    page.goto(f"/triage/{made['id']}")
    mark = page.locator(".mark").first
    corner = made["findings"][0]["region"][0]
    drawn = mark.get_attribute("data-points").split()[0].split(",")
    assert [float(one) for one in drawn] == pytest.approx(corner, abs=1e-3)
    page.get_by_role("button", name=re.compile("Show where")).first.click()
    expect(page.locator("#unmask")).to_have_count(0)
    expect(page.locator(".finding").first).to_have_class(re.compile(r"\bat\b"))
    page.wait_for_timeout(800)
    stage, box = page.locator("#stage").bounding_box(), mark.locator("polygon").bounding_box()
    assert box["width"] > 0.15 * stage["width"]
    assert abs(box["x"] + box["width"] / 2 - stage["x"] - stage["width"] / 2) < 80


def test_the_zone_is_shown_with_its_check_digits(page: Page, service, cases) -> None:
    sign_in(page, service.keys["analyst"])
    made = cases["accepted"]
    page.goto(f"/triage/{made['id']}")
    for n, line in enumerate(made["document"]["mrz"]["lines"]):
        assert page.locator(".line").nth(n).inner_text().replace("\n", "") == line
    assert page.locator(".c.ok").count() >= 4
    assert page.locator(".c.wrong").count() == 0
    assert page.locator(".c.sure").count() == 88
    expect(page.locator("[data-crop]")).to_contain_text("Opens with the pictures")
    open_pictures(page)
    crop = page.get_by_alt_text("The machine readable zone as photographed")
    crop.evaluate("image => image.decode()")
    assert crop.evaluate("image => image.naturalWidth") > 500


def test_sources_and_claim_stand_side_by_side(page: Page, service, cases) -> None:
    sign_in(page, service.keys["analyst"])
    page.goto(f"/triage/{cases['licence']['id']}")
    table = page.locator(".compare")
    heads = table.locator("thead th").all_inner_texts()
    assert heads == ["Field", "Barcode", "Visual zone", "Customer"]
    surname = table.locator("tr", has_text="Surname")
    expect(surname.locator("td").last).to_have_text("Different differs")
    expect(surname.locator("td").last).to_have_class(re.compile("differs"))
    number = table.locator("tr", has_text="Number").locator("td")
    assert number.nth(0).inner_text() == number.nth(1).inner_text() != ""


def test_a_frontend_reads_back_no_readings_and_no_claim(service, cases) -> None:
    for made in cases.values():
        assert not {"readings", "mrz_guess", "votes"} & made["document"].keys()
        assert "claimed" not in made["customer"]
        assert "character_confidence" not in (made["document"]["mrz"] or {})
    seen = stands(service, cases["licence"]["id"])
    assert seen["customer"]["claimed"]["last_name"] == "Different"
    assert {"barcode", "text"} <= seen["document"]["readings"].keys()


def test_a_misread_field_is_corrected(page: Page, service, cases) -> None:
    sign_in(page, service.keys["analyst"])
    page.goto(f"/triage/{cases['visa']['id']}")
    page.keyboard.press("e")
    page.get_by_label("Field", exact=True).select_option("surname")
    page.get_by_label("The document says").fill("ANOTHER")
    page.get_by_label("The person agreed").check()
    page.get_by_role("button", name="Keep the correction").click()
    expect(page.locator(".corrected")).to_have_text("ANOTHER")
    expect(page.locator(".timeline")).to_contain_text("corrected surname")


def test_an_update_waits_for_the_analyst_and_is_forwarded_after_its_minute(
    page: Page, service
) -> None:
    made = httpx.post(
        f"{service.stand_in}/api/external/customer",
        headers={"x-blaaiz-api-key": "sandbox-key"},
        json={
            "type": "individual",
            "email": "greta@example.com",
            "country": "DE",
            "first_name": "Greta",
            "last_name": "Before",
            "id_type": "passport",
            "id_number": "1",
        },
    )
    customer = made.json()["data"]["data"]["id"]
    update = {
        "id_type": "passport",
        "id_number": "327086109",
        "first_name": "GRETA SOFIE",
        "last_name": "MÜLLENBACH",
    }
    refused = httpx.put(
        f"{service.url}/v1/customers/{customer}",
        headers=service.headers(),
        files={"id_file": ("p.jpg", picture(REFUGEE))},
        data={"update": json.dumps(update)},
        timeout=120,
    )
    assert refused.status_code == 422, refused.text
    screening = refused.json()["screening"]
    assert screening["verdict"] == "review"
    sign_in(page, service.keys["analyst"])
    page.goto(f"/triage/{screening['id']}")
    page.keyboard.press("a")
    expect(page.get_by_label("Forward to Blaaiz when accepted")).to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("done="))
    [submission] = [
        one
        for one in httpx.get(
            f"{service.url}/v1/submissions", headers=service.headers("analyst")
        ).json()["data"]
        if one["screening_id"] == screening["id"]
    ]
    assert submission["state"] == "queued"
    assert submission["attempts"] == 0
    await_state(service, submission["id"], "forwarded")
    page.goto(f"/triage/{screening['id']}")
    expect(page.locator(".timeline")).to_contain_text("sent an update, which waits")
    expect(page.get_by_text("forwarded", exact=True)).to_be_visible()


def test_fraud_needs_a_second_analyst(new_page, service) -> None:
    made = make_review(service)
    first, second = new_page(), new_page()
    sign_in(first, service.keys["analyst"])
    first.goto(f"/triage/{made['id']}")
    first.keyboard.press("f")
    assert first.locator("#code").input_value().startswith("authenticity_")
    first.keyboard.press("Enter")
    first.wait_for_url(re.compile("done="))
    expect(first.locator("#undo")).to_contain_text("once a second analyst agrees")
    first.goto(f"/triage/{made['id']}")
    expect(first.locator(".second-opinion")).to_contain_text("You say: reject")
    expect(first.locator(".confirm")).to_be_disabled()
    assert stands(service, made["id"])["standing"] == "review"
    sign_in(second, second_analyst(service))
    second.goto(f"/triage/{made['id']}")
    expect(second.locator(".second-opinion")).to_contain_text("says: reject")
    second.keyboard.press("f")
    expect(second.locator("#note")).to_have_value("I looked myself, and agree.")
    second.keyboard.press("Enter")
    second.wait_for_url(re.compile("done="))
    assert stands(service, made["id"])["standing"] == "rejected"


def test_two_do_not_work_on_one_case(new_page, service) -> None:
    made = make_review(service)
    mine, theirs = new_page(), new_page()
    sign_in(mine, service.keys["analyst"])
    mine.goto(f"/triage/{made['id']}")
    expect(mine.locator("#claim")).to_have_text("yours")
    sign_in(theirs, second_analyst(service))
    theirs.goto(f"/triage?q={made['id']}")
    row = theirs.locator(f"#row-{made['id']}")
    expect(row.locator(".holder")).to_have_text("dev analyst")
    theirs.goto(f"/triage/{made['id']}")
    expect(theirs.locator("#claim")).to_contain_text("works on this")
    expect(theirs.locator(".confirm")).to_be_disabled()
    theirs.goto(f"/triage?q={made['id']}")
    expect(row.locator(".holder")).to_be_visible()
    mine.goto("/triage")  # leaving the page leaves the case, and the list learns of it by itself
    expect(row.locator(".holder")).to_have_count(0, timeout=20_000)
    settle(service, made["id"])


def test_the_list_renews_itself_and_is_worked_by_keys(page: Page, service) -> None:
    sign_in(page, service.keys["analyst"])
    expect(page.locator("#live")).to_contain_text("Live")
    made = make_review(service, reference="fresh-from-the-feed")
    row = page.locator(f"#row-{made['id']}")
    expect(row).to_contain_text("fresh-from-the-feed")
    page.keyboard.press("/")
    page.keyboard.type("fresh-from-the-feed")
    expect(page.locator("#worklist tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=fresh-from-the-feed"))
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(row).to_have_class(re.compile("at"))
    page.keyboard.press("c")
    expect(row.locator(".holder")).to_have_text("you")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(made["id"]))
    expect(page.locator("#claim")).to_have_text("yours")
    page.keyboard.press("q")
    page.wait_for_url(re.compile("q=fresh-from-the-feed"))
    settle(service, made["id"])


def test_filters_stand_in_the_address_and_are_saved_as_views(page: Page, service, cases) -> None:
    sign_in(page, service.keys["analyst"])
    page.goto("/triage?show=all")
    page.get_by_label("Kind").select_option("visa")
    expect(page).to_have_url(re.compile("kind=visa"))
    row = page.locator(f"#row-{cases['visa']['id']}")
    expect(row).to_be_visible()
    expect(page.locator(f"#row-{cases['accepted']['id']}")).to_have_count(0)
    page.get_by_label("Name of the view").fill("Visas")
    page.get_by_role("button", name="Save").click()
    page.goto("/triage")
    page.get_by_role("link", name="Visas").click()
    expect(page).to_have_url(re.compile("kind=visa"))
    expect(row).to_be_visible()
    page.get_by_label("Country, two letters").fill("zz")
    page.get_by_label("Country, two letters").press("Tab")
    expect(page.locator(".empty")).to_contain_text("Nothing fits these filters")
    page.go_back()
    page.get_by_role("button", name="Drop the view Visas").click()
    expect(page.get_by_role("link", name="Visas")).to_have_count(0)


def test_many_are_asked_for_a_retake_at_once_but_never_accepted(page: Page, service) -> None:
    made = [make_review(service, reference=f"bulk-{n}") for n in range(2)]
    sign_in(page, service.keys["analyst"])
    page.goto("/triage?q=bulk")
    page.get_by_label("Select all on this page").check()
    expect(page.locator("#bulk-count")).to_have_text("2 selected")
    assert "ccept" not in page.locator("#bulk-bar").inner_text()
    page.get_by_label("Code of the retake").select_option("image_glare")
    with page.expect_response(lambda reply: "q=bulk" in reply.url):
        page.evaluate(
            "document.dispatchEvent(new Event('visibilitychange'))"
        )  # the list is renewed
    page.wait_for_timeout(300)
    expect(page.get_by_label("Code of the retake")).to_have_value("image_glare")
    page.get_by_role("button", name="Ask for a retake").click()
    expect(page.locator("#notice")).to_contain_text("2 done")
    for one in made:
        assert stands(service, one["id"])["decision"]["code"] == "image_glare"
    form = {"act": "accept", "ids": made[0]["id"], "csrf": csrf_of(page)}
    assert page.request.post("/triage/bulk", form=form).status == 422


def csrf_of(page: Page) -> str:
    return page.locator('meta[name="csrf"]').get_attribute("content")


def test_an_appeal_brings_a_rejected_document_before_a_person(page: Page, service) -> None:
    made = screen(service, "visa_gb_wide.jpg", reference="appealing").json()
    url = f"{service.url}/v1/screenings/{made['id']}/appeal"
    assert httpx.post(url, headers=service.headers()).status_code == 200
    sign_in(page, service.keys["analyst"])
    page.goto("/triage?q=appealing")
    expect(page.locator(f"#row-{made['id']}")).to_contain_text("appealed")
    settle(service, made["id"])


def test_insight_counts_and_gives_tables(page: Page, service, cases) -> None:
    sign_in(page, service.keys["analyst"])
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url(re.compile("/triage/insight"))
    expect(page.locator("#chart canvas")).to_be_visible()
    answer = page.request.get("/triage/insight/kinds.csv?days=1")
    lines = answer.text().splitlines()
    assert lines[0] == "Kind,Accepted,Review,Retake,Rejected,All"
    assert any(line.startswith("visa,") for line in lines)
    assert page.request.get("/triage/insight/nothing.csv").status == 404
    reasons = page.request.get("/triage/insight/reasons.csv?days=1").text()
    assert "document_kind_not_accepted" in reasons


def test_the_sheet_of_keys_opens_and_single_keys_can_be_switched_off(page: Page, service) -> None:
    sign_in(page, service.keys["analyst"])
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("Accept, retake, reject, fraud")
    sheet.get_by_label("Shortcuts of single keys are on").uncheck()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#q")).not_to_be_focused()


def test_nobody_acts_without_a_session_or_a_genuine_form(page: Page, service, cases) -> None:
    url = f"{service.url}/triage/{cases['visa']['id']}"
    form = {"csrf": "guess", "decision": "reject", "note": "x", "ids": "a", "act": "claim"}
    paths = ("decision", "undo", "corrections", "claim", "release")
    posts = [f"{url}/{path}" for path in paths] + [
        f"{service.url}/triage/{path}" for path in ("bulk", "views", "next")
    ]
    for path in posts:
        assert httpx.post(path, data=form).headers["location"] == "/triage/sign-in", path
    assert httpx.get(f"{url}/images/front/upright").status_code == 401
    assert httpx.get(f"{service.url}/triage/events", headers={"Accept": "x/y"}).status_code == 401
    sign_in(page, service.keys["analyst"])
    cookies = {c["name"]: c["value"] for c in page.context.cookies()}
    for path in posts:
        assert httpx.post(path, data=form, cookies=cookies).status_code == 403, path
    assert all(c["httpOnly"] and c["sameSite"] == "Lax" for c in page.context.cookies())


def test_every_page_has_a_policy_for_its_content(page: Page, service, cases) -> None:
    sign_in(page, service.keys["analyst"])
    for path in ("/triage", f"/triage/{cases['visa']['id']}", "/triage/insight", "/triage/nothing"):
        policy = page.request.get(path).headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_accessible_and_fits(new_page, service, cases, width: int) -> None:
    page = new_page(width=width)
    page.emulate_media(reduced_motion="reduce")  # colours change at once
    page.goto("/triage/sign-in")
    check(page)
    sign_in(page, service.keys["admin"])
    for path in (
        "/triage/account",
        "/triage/accounts",
        "/triage?show=all",
        "/triage?q=there-is-none",
        f"/triage/{cases['glare']['id']}",
        f"/triage/{cases['licence']['id']}",
        f"/triage/{cases['accepted']['id']}",
        "/triage/insight?days=1",
        "/triage/nothing",
    ):
        page.goto(path)
        if page.locator("#unmask").count():
            check(page)
            open_pictures(page)
            page.locator("details summary").evaluate_all("all => all.forEach(one => one.click())")
            page.keyboard.press("t")
        check(page)
    page.goto("/triage?show=all")
    page.locator('#worklist input[name="ids"]').first.check()
    expect(page.locator("#bulk-bar")).to_be_visible()
    check(page)
    page.keyboard.press("?")
    check(page)


RULES = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "dark": ["color-contrast", "link-in-text-block"],  # what depends on colours
}


def check(page: Page) -> None:
    """No violation that axe knows of, light or dark, and nothing wider than the screen."""
    page.evaluate(AXE)
    for scheme, rules in RULES.items():
        page.emulate_media(color_scheme=scheme)
        # What is right on the page is long, and slow to bring here.
        violations = page.evaluate(
            "only => axe.run(document, {runOnly: only}).then((found) => found.violations)", rules
        )
        told = [
            (
                one["id"],
                [
                    node["html"][:160] + " / " + (node["any"] or [{}])[0].get("message", "")
                    for node in one["nodes"]
                ][:4],
            )
            for one in violations
        ]
        assert told == [], f"{page.url} {scheme}"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], page.url


def test_the_theme_is_switched_and_remembered(page: Page, service) -> None:
    sign_in(page, service.keys["analyst"])
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Switch between light and dark").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != ground
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
