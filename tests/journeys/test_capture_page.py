"""`<document-capture>` in a real browser, with a fake camera that plays specimens."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, expect

from tests.capture_page.videos import blurred, dark, far, still, write_video

CHROMIUM = shutil.which("chromium")
ROOT = Path(__file__).parents[2]
SPECIMENS = ROOT / "sample_docs" / "specimens"
AXE = (ROOT / "tests/vendor/axe/axe.min.js").read_text()
WAIT_MS = 60_000
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A page that the test makes up has no address: to Chromium this machine is foreign to it.
    "--disable-features=LocalNetworkAccessChecks",
)
SHOP = "http://localhost:18999"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.skip("the Debian package chromium is not installed")
    with sync_playwright() as one:
        yield one


FAKE_CAMERA = "--use-fake-device-for-media-stream"


def launch(playwright: Playwright, video: Path | None = None, *more: str) -> Browser:
    camera = (
        FAKE_CAMERA,
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    )
    return playwright.chromium.launch(
        executable_path=CHROMIUM, args=[*QUIET, *(camera if video else more)]
    )


@pytest.fixture(scope="module")
def passport_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "passport.mjpeg"
    return write_video(path, [(still("passport_gb_photo.jpg"), 8)])


@pytest.fixture(scope="module")
def browser(playwright: Playwright, passport_video: Path) -> Iterator[Browser]:
    """One whose camera sees a good passport."""
    one = launch(playwright, passport_video)
    yield one
    one.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(service, browser: Browser) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def opened(of: Browser = browser, *, camera: bool = True, **options) -> Page:
        context = of.new_context(
            base_url=service.url, **{"viewport": {"width": 1440, "height": 900}, **options}
        )
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        expect.set_options(timeout=WAIT_MS)
        if camera:
            context.grant_permissions(["camera"])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda fault: page.complaints.append(str(fault)))
        page.goto("/capture")
        page.bring_to_front()
        expect(page.locator("document-capture")).to_have_attribute("state", "start")
        return page

    yield opened
    for context in contexts:
        for page in context.pages:
            page.unroute_all(behavior="ignoreErrors")
        context.close()


def choose(page: Page, label: str, value: str) -> None:
    page.get_by_label(label, exact=True).select_option(value)


def await_state(page: Page, state: str) -> None:
    expect(page.locator("document-capture")).to_have_attribute("state", state, timeout=WAIT_MS)


def events(page: Page) -> list[str]:
    return [line.split(" ", 2)[2] for line in page.locator("#events li").all_inner_texts()]


def use_camera(page: Page) -> None:
    page.get_by_role("button", name="Use the camera").click()
    await_state(page, "camera")


def test_a_passport_held_still_is_taken_by_itself_and_accepted(open_page: Open) -> None:
    page = open_page()
    use_camera(page)
    await_state(page, "accepted")
    expect(page.get_by_role("heading", name="Your document is fine")).to_be_visible()
    told = events(page)
    assert [one for one in told if one.startswith("captured")] == [
        one for one in told if one.startswith("captured front, auto")
    ]
    assert any(one.startswith("preview good") for one in told)
    assert told[-1].startswith("accepted")
    assert page.complaints == []  # a strict content policy blocked nothing


def test_the_whole_picture_of_the_camera_is_sent(open_page: Open, service) -> None:
    page = open_page()
    page.evaluate(
        """() => {
          const capture = document.querySelector("document-capture");
          capture.setAttribute("manual", "");
          capture.addEventListener(
            "screened", (event) => { window.screened = event.detail.screening; });
        }"""
    )
    use_camera(page)
    expect(page.locator("document-capture .camera.good")).to_be_visible()
    page.get_by_role("button", name="Take the photo").click()
    await_state(page, "accepted")
    quality = page.evaluate("window.screened.quality.front")
    assert (quality["width"], quality["height"]) == (1280, 960)


@pytest.mark.parametrize(
    ("spoil", "hint"), [(blurred, "Hold still"), (dark, "Find more light"), (far, "Move closer")]
)
def test_what_is_wrong_is_said_while_the_person_aims(
    playwright, open_page: Open, tmp_path: Path, spoil, hint: str
) -> None:
    frame = spoil(still("passport_gb_photo.jpg"))
    browser = launch(playwright, write_video(tmp_path / "v.mjpeg", [(frame, 2)], moving=False))
    page = open_page(browser)
    use_camera(page)
    expect(page.locator("document-capture .hint")).to_have_text(hint)
    expect(page.locator("document-capture [role=status]")).to_have_text(hint)  # is read out
    # Two good looks would have taken it.
    expect(page.locator("#events li", has_text="preview").nth(2)).to_be_attached()
    assert not any(one.startswith("captured") for one in events(page))
    browser.close()


def test_a_licence_is_turned_over(playwright, open_page: Open, tmp_path: Path) -> None:
    sides = [(still(f"licence_fr_both_sides.{side}.jpg"), 9.0) for side in ("front", "back")]
    browser = launch(playwright, write_video(tmp_path / "v.mjpeg", sides))
    page = open_page(browser)
    choose(page, "Document", "drivers_license")
    page.get_by_label("Country").fill("FR")
    page.get_by_label("Country").press("Tab")
    use_camera(page)
    expect(page.locator("document-capture .hint")).to_have_text("Turn it over")
    await_state(page, "accepted")
    captured = [one for one in events(page) if one.startswith("captured")]
    assert [one.split(",")[0] for one in captured] == ["captured front", "captured back"]
    browser.close()


def upload(page: Page, *names: str) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload a photo").click()
    chooser.value.set_files([SPECIMENS / name for name in names])


@pytest.mark.parametrize(
    ("is_allowed", "why"),
    [(True, "The camera cannot be used here"), (False, "The camera is not allowed")],
)
def test_without_a_camera_a_photo_is_uploaded(
    playwright, open_page: Open, is_allowed: bool, why: str
) -> None:
    browser = launch(playwright, None, *([] if is_allowed else [FAKE_CAMERA]))
    page = open_page(browser, camera=is_allowed)
    page.get_by_role("button", name="Use the camera").click()
    expect(page.get_by_role("alert")).to_contain_text(why)
    expect(page.get_by_role("button", name="Use the camera")).to_have_count(0)
    upload(page, "passport_gb_photo.jpg")
    await_state(page, "accepted")
    browser.close()


def test_a_dropped_file_is_taken(open_page: Open) -> None:
    page = open_page()
    page.evaluate(
        """async () => {
          const reply = await fetch("/capture/samples/passport_gb_photo.jpg");
          const transfer = new DataTransfer();
          transfer.items.add(new File([await reply.blob()], "p.jpg", { type: "image/jpeg" }));
          document.querySelector("document-capture").shadowRoot.querySelector(".card")
            .dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
        }"""
    )
    await_state(page, "accepted")


def test_a_retake_tells_what_to_do_and_the_next_try_has_a_token_of_its_own(
    open_page: Open,
) -> None:
    page = open_page()
    tokens: list[str] = []
    page.on(
        "request",
        lambda one: "/v1/screenings" in one.url and tokens.append(one.headers["authorization"]),
    )
    page.get_by_role("button", name="Passport, out of focus").click()
    await_state(page, "retake")
    expect(page.get_by_role("heading", name="The text is blurry.")).to_be_visible()
    expect(page.locator("[part=advice]")).to_contain_text("Hold the phone still")
    expect(page.get_by_text("Tries left: 3")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    await_state(page, "accepted")  # by the camera
    assert len(set(tokens)) == len(tokens) == 2


def test_only_the_missing_side_is_asked_for(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("button", name="Licence, front alone").click()
    await_state(page, "retake")
    expect(page.get_by_role("heading", name="The back is missing.")).to_be_visible()
    page.evaluate("document.querySelector('document-capture').setAttribute('no-camera', '')")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Show the back of the document")).to_be_visible()
    upload(page, "licence_gb_both_sides.back.jpg")
    await_state(page, "accepted")
    captured = [one.split(",")[0] for one in events(page) if one.startswith("captured")]
    assert captured == ["captured front", "captured back"]


def test_a_national_identity_card_is_turned_away_with_what_to_use(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("button", name="National identity card").click()
    await_state(page, "rejected")
    expect(page.get_by_role("heading", name="We can't accept national ID cards.")).to_be_visible()
    expect(page.locator("[part=advice]")).to_contain_text("Use your passport")
    expect(page.get_by_role("button", name="Use another document")).to_be_visible()


def test_arabic_is_read_from_the_right(open_page: Open) -> None:
    page = open_page()
    choose(page, "Language", "ar")
    camera = page.get_by_role("button", name="استخدم الكاميرا")
    expect(camera).to_be_visible()
    root = page.locator("document-capture .box")
    expect(root).to_have_attribute("dir", "rtl")
    upload_button = page.get_by_role("button", name="ارفع صورة")
    assert camera.bounding_box()["x"] > upload_button.bounding_box()["x"]
    page.get_by_role("button", name="Passport, out of focus").click()
    await_state(page, "retake")
    expect(page.get_by_role("button", name="حاول مرة أخرى")).to_be_visible()
    assert "النص" in page.locator("document-capture h2").inner_text()  # the service's own words too


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    # What is right on the page is long, and slow to bring here.
    found = page.evaluate("axe.run(document).then((found) => found.violations)")
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_hinders_people_with_disabilities(open_page: Open, scheme: str) -> None:
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    page.evaluate("document.querySelector('document-capture').setAttribute('manual', '')")
    assert violations(page) == []
    use_camera(page)
    expect(page.locator("document-capture .camera.good")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Take the photo").click()
    await_state(page, "sending")
    assert violations(page) == []
    await_state(page, "accepted")
    assert violations(page) == []
    for name, state in (("Passport, out of focus", "retake"), ("National identity", "rejected")):
        page.get_by_role("button", name=name).click()
        await_state(page, state)
        assert violations(page) == []


def test_everything_is_done_by_keyboard(open_page: Open) -> None:
    page = open_page()
    page.evaluate("document.querySelector('document-capture').setAttribute('manual', '')")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the document")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Use the camera")).to_be_focused()
    page.keyboard.press("Enter")
    await_state(page, "camera")
    expect(page.get_by_role("button", name="Take the photo")).to_be_focused()
    page.keyboard.press("Escape")
    await_state(page, "start")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    await_state(page, "camera")
    expect(page.locator("document-capture .camera.good")).to_be_visible()
    page.keyboard.press("Space")
    await_state(page, "accepted")
    expect(page.get_by_role("heading", name="Your document is fine")).to_be_focused()


def test_it_fits_a_phone_and_its_buttons_fit_a_thumb(open_page: Open) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.evaluate("document.querySelector('document-capture').setAttribute('manual', '')")

    def check() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        boxes = [
            button.bounding_box()
            for button in page.locator("document-capture button:visible").all()
        ]
        # One that went meanwhile has none.
        assert all(min(box["width"], box["height"]) >= 44 for box in boxes if box)
        assert any(boxes)

    check()
    use_camera(page)
    check()
    page.get_by_role("button", name="Passport, out of focus").click()
    await_state(page, "retake")
    check()


def test_one_preview_at_a_time_and_less_of_them_when_the_service_is_busy(open_page: Open) -> None:
    page = open_page()
    page.evaluate("document.querySelector('document-capture').setAttribute('manual', '')")
    under_way, most, asked = 0, 0, []
    lock = threading.Lock()

    def slow(route: Route) -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        asked.append(page.evaluate("performance.now()"))
        busy = len(asked) == 3
        page.wait_for_timeout(150)
        with lock:
            under_way -= 1
        if busy:
            route.fulfill(status=503, headers={"Retry-After": "2"}, json={"code": "busy"})
        else:
            route.fulfill(json={"verdict": "retake", "findings": [], "document": {"type": "none"}})

    page.route("**/v1/previews", slow)
    use_camera(page)
    while len(asked) < 6:
        page.wait_for_timeout(100)
    page.evaluate("document.querySelector('document-capture').stop()")
    page.unroute_all(behavior="wait")
    assert most == 1
    pauses = [after - before for before, after in pairwise(asked)]
    assert pauses[2] >= 2000  # as it was asked to
    assert min(pauses) >= 150


def test_a_page_of_another_origin_embeds_it(open_page: Open, service) -> None:
    import httpx

    page = open_page()
    version = httpx.get(f"{service.url}/capture/version.json").json()
    token = httpx.post(
        f"{service.url}/v1/upload-tokens", headers=service.headers(), json={"country": "GB"}
    ).json()["token"]
    host = f"""<!doctype html><html lang="en"><title>Shop</title>
      <script type="module" src="{service.url}{version["src"]}" integrity="{version["integrity"]}"
        crossorigin></script>
      <document-capture document-type="passport" token="{token}"></document-capture>"""
    policy = (
        f"default-src 'none'; script-src {service.url}; connect-src {service.url}; img-src blob:"
    )
    page.route(
        f"{SHOP}/**",
        lambda route: route.fulfill(
            body=host, content_type="text/html", headers={"Content-Security-Policy": policy}
        ),
    )
    page.complaints.clear()
    page.goto(f"{SHOP}/")
    await_state(page, "start")
    upload(page, "passport_gb_photo.jpg")
    await_state(page, "accepted")
    assert [one for one in page.complaints if "favicon" not in one] == []


def test_an_own_backend_is_asked_in_place_of_the_service(open_page: Open) -> None:
    page = open_page()
    sent: list[tuple[str, dict[str, str], bytes]] = []
    answer = {
        "verdict": "review",
        "findings": [{"code": "x", "outcome": "review", "message": "Own words.", "hint": ""}],
    }

    def backend(route: Route) -> None:
        request = route.request
        sent.append((request.method, request.headers, request.post_data_buffer))
        route.fulfill(json={"data": []} if request.method == "GET" else answer)

    page.route("**/own/**", backend)
    page.evaluate(
        """async () => {
          const own = document.createElement("document-capture");
          for (const [name, value] of Object.entries({
            "document-type": "passport", country: "GB", reference: "person-1",
            "screenings-url": "/own/documents", "previews-url": "/own/previews",
            "requirements-url": "/own/requirements",
          })) own.setAttribute(name, value);
          own.headers = { "X-CSRF-Token": "csrf-1" };
          document.querySelector("document-capture").replaceWith(own);
          await own.addFile(new File(["picture"], "p.jpg", { type: "image/jpeg" }));
        }"""
    )
    expect(page.locator("document-capture h2")).to_have_text("Own words.")
    _, headers, body = sent[-1]
    assert "authorization" not in headers
    assert headers["x-csrf-token"] == "csrf-1"
    assert len(headers["idempotency-key"]) == 32
    for part in (b'name="country"\r\n\r\nGB', b'name="reference"\r\n\r\nperson-1', b'name="front"'):
        assert part in body


def test_a_broken_connection_is_tried_again_as_the_same_request(open_page: Open) -> None:
    page = open_page()
    keys: list[str] = []

    def flaky(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) < 3:
            route.abort()
        else:
            route.continue_()

    page.route("**/v1/screenings", flaky)
    upload(page, "passport_gb_photo.jpg")
    await_state(page, "accepted")
    assert len(keys) == 3
    assert len(set(keys)) == 1


def test_a_file_that_cannot_be_read_is_said_to_the_person(open_page: Open, tmp_path: Path) -> None:
    page = open_page()
    (tmp_path / "letter.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 64)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload a photo").click()
    chooser.value.set_files(tmp_path / "letter.jpg")
    await_state(page, "failed")
    expect(page.get_by_role("heading", name="The photo didn't arrive whole.")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    upload(page, "passport_gb_photo.jpg")
    await_state(page, "accepted")


def test_methods_and_events_serve_the_host_page(open_page: Open) -> None:
    page = open_page()
    seen = page.evaluate(
        """async () => {
          const capture = document.querySelector("document-capture");
          await capture.reset();
          const seen = [];
          for (const name of ["ready", "camera"]) {
            document.addEventListener(name, (event) => seen.push([name, event.detail]));
          }
          await capture.start();
          seen.push(capture.state);
          capture.stop();
          seen.push(capture.state);
          await capture.reset();
          return seen;
        }"""
    )
    assert seen[:2] == [["camera", {"state": "on"}], "camera"]
    assert seen[2:4] == [["camera", {"state": "off"}], "start"]
    assert seen[4] == ["ready", {"language": "en", "sides": ["front"]}]
    assert json.dumps(seen)
