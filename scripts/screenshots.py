"""`make screenshots`: every screen of the console at 1440 and 390 pixels, light and dark, as PNG.

A real service screens specimens of fictitious people; their rows are then spread over the last weeks,
so that lists have ages and charts have days.
"""

import asyncio
import contextlib
import io
import json
import random
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
from PIL import Image
from playwright.async_api import Page, async_playwright
from sqlalchemy import select, update

from service.actions.issue_key import Role
from service.server import Development, development
from service.settings import Settings
from service.store import terms, worklist
from service.store.engine import open_engine, sessions_of
from service.store.tables import DecisionEntry, Screening, ScreeningCode, Submission

ROOT: Final = Path(__file__).parents[1]
SPECIMENS: Final = ROOT / "sample_docs" / "specimens"
_WIDTHS: Final = {"wide": (1440, 900), "phone": (390, 844)}
_SHOWN: Final = {
    "travel_document_refugee": "DE",
    "passport_fr_for_a_briton": "GB",
    "passport_es_glare_on_lines": "ES",
    "licence_us_texas_scan": "US",
    "passport_gb_photo": "GB",
    "id_es_front": "ES",
    "passport_gb_out_of_focus": "GB",
    "passport_of_a_child": "GB",
    "licence_de_both_sides": "DE",
    "passport_ke_lines_cut_off": "KE",
    "visa_gb_wide": "GB",
    "permit_de_front_only": "DE",
    "passport_jp": "JP",
}
_CLAIM: Final = {"first_name": "Greta", "last_name": "Mullenbach", "date_of_birth": "1979-12-30"}


async def main(out: Path) -> None:
    """Fills a service, walks through its screens, and writes the pictures."""
    out.mkdir(parents=True, exist_ok=True)
    async with _service() as (dev, settings):
        shown = await _screen_all(dev)
        engine = open_engine(settings.database_url)
        try:
            await _spread(sessions_of(engine))
        finally:
            await engine.dispose()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            for name, (width, height) in _WIDTHS.items():
                for theme in ("light", "dark"):
                    context = await browser.new_context(
                        base_url=dev.base_url,
                        viewport={"width": width, "height": height},
                        color_scheme=theme,
                    )
                    page = await context.new_page()
                    await _walk(page, dev, shown, out, f"{name}-{theme}")
                    await context.close()
            await browser.close()


async def _walk(page: Page, dev: Development, shown: dict[str, str], out: Path, mark: str) -> None:
    async def take(name: str, *, full: bool = True) -> None:
        await page.evaluate("scrollTo(0, 0)")
        shot = await page.screenshot(full_page=full)
        # Few colours are enough for pages, and keep the files small.
        small = (
            Image.open(io.BytesIO(shot)).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE)
        )
        small.save(out / f"{name}-{mark}.png", optimize=True)

    await page.goto("/triage")
    await take("sign-in", full=False)
    await page.get_by_label("Your analyst key").fill(dev.keys[Role.ANALYST])
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_selector("#worklist")
    await page.wait_for_timeout(400)
    await take("queue", full=False)
    await page.locator("#worklist tbody input").nth(1).check()
    await page.locator("#worklist tbody input").nth(2).check()
    await take("queue-selected", full=False)
    await page.goto("/triage?show=all&code=image_blurred")
    await take("queue-filtered", full=False)
    await page.goto("/triage?q=nothing-like-this")
    await take("queue-empty", full=False)
    case = f"/triage/{shown['travel_document_refugee']}"
    await page.goto(case)
    await page.wait_for_timeout(400)
    await take("case-masked", full=False)
    await page.keyboard.press("v")
    await page.wait_for_selector(".canvas canvas")
    await page.wait_for_timeout(900)
    await page.keyboard.press("a")
    await take("case")
    await page.goto(f"/triage/{shown['passport_es_glare_on_lines']}")
    await page.get_by_role("button", name="Show where").first.click()
    await page.wait_for_selector(".canvas canvas")
    await page.wait_for_timeout(1200)
    await page.keyboard.press("t")
    await take("case-finding")
    await page.goto(f"/triage/{shown['licence_us_texas_scan']}")
    await page.keyboard.press("v")
    await page.wait_for_selector(".canvas canvas")
    await page.keyboard.press("2")
    await page.wait_for_timeout(900)
    await take("case-licence")
    await page.keyboard.press("?")
    await take("keys", full=False)
    await page.goto("/triage/insight?days=30")
    await page.wait_for_selector(".chart canvas")
    await page.wait_for_timeout(300)
    await take("insight")


@contextlib.asynccontextmanager
async def _service() -> AsyncIterator[tuple[Development, Settings]]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            port=18400,
            workers=1,
            policy=ROOT / "sample_docs" / "policy.toml",
            database_url=f"sqlite+aiosqlite:///{folder}/console.db",
            blobs_url=f"file://{folder}/blobs",
            log=Path(folder) / "log",
            screening_timeout_s=300,
        )
        async with development(settings) as dev:
            yield dev, settings


async def _screen_all(dev: Development) -> dict[str, str]:
    """Id of each specimen's screening."""
    found: dict[str, str] = {}
    headers = {"Authorization": f"Bearer {dev.keys[Role.FRONTEND]}"}
    async with httpx.AsyncClient(base_url=dev.base_url, headers=headers, timeout=300) as http:
        for number, (name, country) in enumerate(_SHOWN.items()):
            truth = json.loads((SPECIMENS / f"{name}.json").read_text("utf-8"))
            files = {side: (SPECIMENS / file).read_bytes() for side, file in truth["files"].items()}
            claim = _CLAIM if name == "travel_document_refugee" else {}
            reply = await http.post(
                "/v1/screenings",
                files=files,
                data={"country": country, "reference": f"signup-{48120 + number}", **claim},
            )
            reply.raise_for_status()
            found[name] = reply.json()["id"]
            print(f"{name}: {reply.json()['verdict']}", file=sys.stderr)  # noqa: T201
        for name in ("id_es_front",):
            (await http.post(f"/v1/screenings/{found[name]}/appeal")).raise_for_status()
    return found


async def _spread(sessions: Any) -> None:
    """Ages for what waits, and copies over the last month for the figures."""
    chance, now = random.Random(7), datetime.now(UTC)
    async with sessions() as session:
        rows = (await session.scalars(select(Screening).order_by(Screening.id))).all()
        codes: dict[str, list[str]] = {}
        for one in await session.scalars(select(ScreeningCode)):
            codes.setdefault(one.screening_id, []).append(one.code)
        for number, row in enumerate(rows):
            age = timedelta(minutes=(3, 9, 24, 41, 55, 78, 130)[number % 7])
            await session.execute(
                update(Screening).where(Screening.id == row.id).values(created_at=now - age)
            )
        for number in range(900):
            original = chance.choice(rows)
            at = now - timedelta(days=29 * chance.random() ** 1.3, minutes=chance.randrange(1400))
            copy = _copy(original, at, number, chance)
            session.add(copy)
            await session.flush()
            for code in codes.get(original.id, ()):
                session.add(
                    ScreeningCode(
                        screening_id=copy.id,
                        code=code,
                        standing=copy.standing,
                        attention=copy.attention,
                        kind=copy.kind,
                        country=copy.country,
                    )
                )
            terms.add(session, copy.id, copy.reference, copy.customer_id)
            if copy.standing != copy.verdict or (copy.verdict == "review" and not copy.attention):
                _decide(session, copy, at, chance)
        waiting = [one for one in rows if one.attention]
        for one in waiting[1:3]:
            await session.execute(
                update(Screening)
                .where(Screening.id == one.id)
                .values(
                    claimed_by="key_of_robin",
                    claimed_name="Robin Okafor",
                    claimed_until=now + timedelta(hours=1),
                )
            )
        await session.commit()


def _copy(original: Screening, at: datetime, number: int, chance: random.Random) -> Screening:
    values = {column.key: getattr(original, column.key) for column in Screening.__table__.columns}
    standing, attention = original.verdict, None
    if original.verdict == "review":
        standing = chance.choice(("accepted", "accepted", "retake", "rejected"))
    if number < 26:
        standing = original.verdict
        attention = worklist.attention_of(standing, 1 + number % 3)
        at = datetime.now(UTC) - timedelta(minutes=chance.randrange(2, 160))
    values |= {
        "id": worklist.first_id_of("scr", at)[:-8] + f"{number:08d}",
        "created_at": at,
        "standing": standing,
        "attention": attention,
        "attempt": 1 + number % 3 if attention else 1,
        "reference": f"signup-{41000 + number}",
        "customer_id": f"{chance.getrandbits(64):016x}-0000" if number % 3 else None,
        "person": f"person-{number // 2}",
        "number_digest": None,
    }
    return Screening(**values)


def _decide(session: Any, row: Screening, at: datetime, chance: random.Random) -> None:
    word = {"accepted": "accept", "retake": "retake", "rejected": "reject"}[row.standing]
    session.add(
        DecisionEntry(
            id=f"dec_{row.id[4:]}",
            screening_id=row.id,
            at=at,
            actor="key_of_robin",
            decision=word,
            code=None,
            note="Seen by eye.",
            state="final",
            verdict=row.verdict,
            standing=row.standing,
            effective_at=at,
            before={},
        )
    )
    if word != "accept":
        return
    session.add(
        Submission(
            id=f"sub_{row.id[4:]}",
            created_at=at,
            updated_at=at,
            key_id=row.key_id,
            customer_id=row.customer_id or "–",
            screening_id=row.id,
            update={},
            extra_files={},
            state="forwarded",
            outcome=chance.choice(("verified", "verified", "verified", "rejected", "pending")),
            steps={},
            errors=[],
            last_error=None,
            attempts=0,
            next_attempt_at=at,
            expires_at=at,
            outcome_at=at,
        )
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures" / "console"
    asyncio.run(main(folder))
