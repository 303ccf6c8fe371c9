"""Pictures of the capture page in docs/pictures: `python -m scripts.capture_screenshots`."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page, Playwright, async_playwright, expect

from scripts.screens import PICTURES, SIZES, save, shown_service
from tests.capture_page.videos import far, still, write_video

LONGEST_MS: Final = 90_000
_CAPTURE: Final = "document-capture"

Step = Callable[[Page], Awaitable[None]]


async def _settled(page: Page, state: str) -> None:
    await expect(page.locator(_CAPTURE)).to_have_attribute("state", state, timeout=LONGEST_MS)


async def _sample(page: Page, name: str, state: str) -> None:
    await page.locator(".samples button", has_text=name).first.click()
    await _settled(page, state)


async def _aim(page: Page) -> None:
    await page.evaluate(f"document.querySelector('{_CAPTURE}').setAttribute('manual', '')")
    await page.locator(f"{_CAPTURE} button.primary").click()
    await _settled(page, "camera")


async def start(page: Page) -> None:
    """As it opens."""
    await expect(page.locator(f"{_CAPTURE} li").first).to_be_visible(timeout=LONGEST_MS)


async def good(page: Page) -> None:
    """The moment before the shutter."""
    await _aim(page)
    await expect(page.locator(f"{_CAPTURE} .camera.good")).to_be_visible(timeout=LONGEST_MS)
    await page.wait_for_timeout(400)


async def closer(page: Page) -> None:
    """A hint while aiming."""
    await _aim(page)
    await expect(page.locator(f"{_CAPTURE} .hint")).to_have_text("Move closer", timeout=LONGEST_MS)
    await page.wait_for_timeout(400)


async def turn(page: Page) -> None:
    """Between front and back."""
    await page.get_by_label("Document", exact=True).select_option("drivers_license")
    await good(page)
    await page.get_by_role("button", name="Take the photo").click()
    await expect(page.locator(f"{_CAPTURE} .hint")).to_have_text("Turn it over", timeout=LONGEST_MS)
    await page.wait_for_timeout(1500)


async def sending(page: Page) -> None:
    """Both sides on their way; the answer is held back."""
    await page.route("**/v1/screenings", lambda _: asyncio.sleep(0))
    await _sample(page, "Driver's licence, both sides", "sending")
    await page.wait_for_timeout(600)


async def accepted(page: Page) -> None:
    """All is well."""
    await _sample(page, "Passport", "accepted")


async def retake(page: Page) -> None:
    """What to do, and again."""
    await _sample(page, "Passport, out of focus", "retake")


async def rejected(page: Page) -> None:
    """What to use in its place."""
    await _sample(page, "National identity card", "rejected")


async def arabic(page: Page) -> None:
    """From the right."""
    await page.get_by_label("Language", exact=True).select_option("ar")
    await _sample(page, "Passport with a reflection", "retake")


async def upload(page: Page) -> None:
    """Where there is no camera."""
    await page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error()); }"
    )
    await page.locator(f"{_CAPTURE} button.primary").click()
    await expect(page.get_by_role("alert")).to_be_visible()


SHOTS: Final[tuple[tuple[str, str, Step, str], ...]] = (
    ("start", "passport", start, "light"),
    ("start_dark", "passport", start, "dark"),
    ("camera", "passport", good, "light"),
    ("closer", "far", closer, "light"),
    ("turn", "licence", turn, "light"),
    ("sending", "passport", sending, "light"),
    ("accepted", "passport", accepted, "light"),
    ("retake", "passport", retake, "light"),
    ("retake_dark", "passport", retake, "dark"),
    ("rejected", "passport", rejected, "light"),
    ("arabic", "passport", arabic, "light"),
    ("upload", "passport", upload, "light"),
)
"""Name, what the camera sees, how to get there, colours."""


async def _launch(playwright: Playwright, video: Path) -> Browser:
    return await playwright.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={video}",
        ],
    )


async def _take(browser: Browser, url: str, shot: tuple[str, str, Step, str]) -> None:
    name, _, step, colours = shot
    for width, height in SIZES:
        context = await browser.new_context(
            base_url=url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if colours == "dark" else "light",
            permissions=["camera"],
            has_touch=width < height,
            is_mobile=width < height,
        )
        page = await context.new_page()
        await page.goto("/capture")
        await _settled(page, "start")
        await step(page)
        if width < height:  # a phone: the component is what is looked at
            await page.locator("#person-title").scroll_into_view_if_needed()
            await page.evaluate("document.querySelector('#person-title').scrollIntoView()")
        await page.evaluate(
            "() => Promise.all([...document.images].map((one) => { one.loading = 'eager'; "
            "return one.decode().catch(() => null); }))"
        )
        save(await page.screenshot(), PICTURES / f"capture_{name}_{width}.png")
        await context.close()


async def main(names: Sequence[str]) -> None:
    """Those named, or all."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        passport = still("passport_gb_photo.jpg")
        seen = {
            "passport": passport,
            "far": far(passport, 0.45),
            "licence": still("licence_fr_both_sides.front.jpg"),
        }
        async with shown_service() as (dev, _), async_playwright() as playwright:
            for sight, frame in seen.items():
                video = write_video(home / f"{sight}.mjpeg", [(frame, 1)], moving=False)
                browser = await _launch(playwright, video)
                for shot in SHOTS:
                    if shot[1] == sight and shot[0] in (names or [shot[0]]):
                        await _take(browser, dev.base_url, shot)
                await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
