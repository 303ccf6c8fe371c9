"""Every screen of the console in docs/pictures/console: `python -m scripts.console_screenshots`.

A real service screens specimens of fictitious people; their rows are then spread over the last weeks,
so that lists have ages and charts have days.
"""

import asyncio
import json
import random
import shutil
import sys
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.async_api import Page, async_playwright
from sqlalchemy import select, update

from scripts.screens import PICTURES, ROOT, SIZES, save, shown_service
from service.actions.issue_key import Role
from service.actions.manage_account import AccountRole, add_account, disable_account
from service.actions.parts import Parts
from service.bootstrap import open_parts, utc_now
from service.server import Development
from service.store import terms, worklist
from service.store.tables import DecisionEntry, Screening, ScreeningCode, Submission

SPECIMENS: Final = ROOT / "sample_docs" / "specimens"
_ALSO_DARK: Final = {"queue", "case", "insight"}
_PASSWORD: Final = "seven green kettles sing"  # noqa: S105 - of a service that lives for minutes
_PEOPLE: Final = {
    "Robin Okafor": AccountRole.ADMIN,
    "Ines Duarte": AccountRole.LEAD,
    "Tomasz Zielinski": AccountRole.ANALYST,
    "Noor Haddad": AccountRole.ANALYST,
}
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


async def main(out: Path, wanted: Collection[str]) -> None:
    """Fills a service, walks through its screens, and writes the pictures: all, or those wanted."""
    out.mkdir(parents=True, exist_ok=True)
    async with shown_service() as (dev, settings):
        shown = await _screen_all(dev)
        async with open_parts(settings, is_dev=True, with_workers=False) as parts:
            await _spread(parts.sessions)
            await _add_people(parts)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            for width, height in SIZES:
                for theme in ("light", "dark"):
                    context = await browser.new_context(
                        base_url=dev.base_url,
                        viewport={"width": width, "height": height},
                        color_scheme=theme,
                    )
                    camera = Camera(await context.new_page(), out, width, theme, wanted)
                    await _walk(camera, shown)
                    await context.close()
            await browser.close()


@dataclass(frozen=True, slots=True)
class Camera:
    """Takes the pictures of one walk; in the dark of a few screens only."""

    page: Page
    out: Path
    width: int
    theme: str
    wanted: Collection[str]

    async def take(self, name: str, *, full: bool = False) -> None:
        """The screen, or the whole page; from its top."""
        is_wanted = name in self.wanted if self.wanted else True
        if not is_wanted or (self.theme == "dark" and name not in _ALSO_DARK):
            return
        await self.page.evaluate("scrollTo(0, 0)")
        await self.page.wait_for_timeout(250)
        mark = "_dark" if self.theme == "dark" else ""
        shot = await self.page.screenshot(full_page=full)
        save(shot, self.out / f"{name}{mark}_{self.width}.png")


async def _walk(camera: Camera, shown: dict[str, str]) -> None:
    page = camera.page
    await _through_the_door(camera)
    await page.wait_for_timeout(400)
    await camera.take("queue")
    await page.locator("#worklist tbody input").nth(1).check()
    await page.locator("#worklist tbody input").nth(2).check()
    await camera.take("queue_selected")
    await page.goto("/triage?show=all&code=image_blurred")
    await camera.take("queue_filtered")
    await page.goto("/triage?q=nothing-like-this")
    await camera.take("queue_empty")
    await _cases(camera, shown)
    await page.keyboard.press("?")
    await camera.take("keys")
    await page.goto("/triage/insight?days=30")
    await page.wait_for_selector(".chart canvas")
    await camera.take("insight", full=True)
    await page.goto("/triage/account")
    await camera.take("account")
    await page.goto("/triage/accounts")
    await camera.take("accounts")


async def _through_the_door(camera: Camera) -> None:
    page = camera.page
    await page.goto("/triage")
    await camera.take("sign_in")
    for password in ("not this one, I am afraid", _PASSWORD):
        await page.get_by_label("Name").fill("robin okafor")
        await page.get_by_label("Password").fill(password)
        await page.get_by_role("button", name="Sign in").click()
        if password != _PASSWORD:
            await page.wait_for_selector(".problem")
            await camera.take("sign_in_refused")
    await page.wait_for_selector("#worklist")


async def _cases(camera: Camera, shown: dict[str, str]) -> None:
    page = camera.page
    await page.goto(f"/triage/{shown['travel_document_refugee']}")
    await page.wait_for_timeout(400)
    await camera.take("case_masked")
    await _open_pictures(page)
    await page.keyboard.press("a")
    await camera.take("case", full=True)
    await page.goto(f"/triage/{shown['passport_es_glare_on_lines']}")
    await page.get_by_role("button", name="Show where").first.click()
    await page.wait_for_selector(".canvas canvas")
    await page.wait_for_timeout(1200)
    await page.keyboard.press("t")
    await camera.take("case_finding", full=True)
    await page.goto(f"/triage/{shown['passport_fr_for_a_briton']}")
    await camera.take("case_second_opinion", full=True)
    await page.goto("/triage/scr_00000000000000000000000000")
    await camera.take("missing")
    await page.goto(f"/triage/{shown['passport_ke_lines_cut_off']}")
    await page.keyboard.press("t")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#undo")
    await camera.take("undo")
    await page.keyboard.press("u")
    await page.wait_for_selector("#decide")
    await page.goto(f"/triage/{shown['licence_us_texas_scan']}")
    await _open_pictures(page)
    await page.keyboard.press("2")
    await page.wait_for_timeout(900)
    await camera.take("case_licence", full=True)


async def _open_pictures(page: Page) -> None:
    await page.keyboard.press("v")
    await page.wait_for_selector(".canvas canvas")
    await page.wait_for_timeout(900)


async def _add_people(parts: Parts) -> None:
    for name, role in _PEOPLE.items():
        made = await add_account(parts.sessions, name, role, _PASSWORD, "screens", utc_now())
        if name == "Noor Haddad":
            await disable_account(parts.sessions, made.id, "screens", utc_now())


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
        (await http.post(f"/v1/screenings/{found['id_es_front']}/appeal")).raise_for_status()
    headers = {"Authorization": f"Bearer {dev.keys[Role.ANALYST]}"}
    async with httpx.AsyncClient(base_url=dev.base_url, headers=headers, timeout=60) as http:
        fraud = {
            "decision": "reject",
            "code": "authenticity_edited",
            "note": "The portrait's edge is too sharp, and lies over the pattern.",
        }
        path = f"/v1/screenings/{found['passport_fr_for_a_briton']}/decision"
        (await http.post(path, json=fraud)).raise_for_status()
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
        waiting = [one for one in rows if one.attention and not one.decision]
        for one in waiting[1:3]:
            await session.execute(
                update(Screening)
                .where(Screening.id == one.id)
                .values(
                    claimed_by="key_of_ines",
                    claimed_name="Ines Duarte",
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
        "decision": None,
        "decided_at": None,
        "claimed_by": None,
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
    asyncio.run(main(PICTURES / "console", sys.argv[1:]))
