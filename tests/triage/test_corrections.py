"""What an analyst's correction changes: the number by which a document is known again."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service import bootstrap
from service.actions.issue_key import Role, issue_key
from service.pool import PoolAnswer, ScreeningJob
from service.settings import Settings
from service.store.tables import Screening
from tests.screening.evidence_builder import printed
from tests.triage.conftest import Browser, Console, running, settings_for
from tests.triage.test_learning import judged

MISREAD, RIGHT = "533I80157", "533180157"
CODE = "authenticity_reused"


class Reader:
    """In place of the workers: reads the number that stands in the file."""

    def __init__(self, _: Settings) -> None: ...

    def require_room(self) -> None: ...

    async def screen(self, job: ScreeningJob) -> PoolAnswer:
        one = printed(number=job.front.partition(b"\n")[2].decode())
        one.by_source["mrz"] = one.values
        return PoolAnswer(judged(claim=job.claim, history=job.history, printed=one), {}, {})


@pytest.fixture
async def console(
    migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Console]:
    monkeypatch.setattr(bootstrap, "_pool_of", Reader)
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'test.db')}"
    async with running(settings_for(url, tmp_path)) as one:
        yield one


class Shop:
    """Sends people's documents; an analyst stands by."""

    def __init__(self, console: Console, browser: Browser, key: str) -> None:
        self.console, self.browser, self.key = console, browser, key

    async def send(self, person: str, number: str) -> Screening:
        answer = await self.browser.post(
            "/v1/screenings",
            headers={"Authorization": f"Bearer {self.key}"},
            data={"country": "GB", "reference": person},
            files={"front": b"\xff\xd8\xff\xe0\n" + number.encode()},
        )
        assert answer.status_code == 201, answer.text
        return await self.row(answer.json()["id"])

    async def row(self, screening_id: str) -> Screening:
        async with self.console.parts.sessions() as session:
            return await session.get_one(Screening, screening_id)

    async def correct(self, screening_id: str, number: str) -> int:
        csrf = await self.browser.form_of(f"/triage/{screening_id}")
        form = {"csrf": csrf, "field": "number", "truth": number}
        path = f"/triage/{screening_id}/corrections"
        return (await self.browser.post(path, data=form)).status_code


@pytest.fixture
async def shop(console: Console) -> Shop:
    _, key = await issue_key(console.parts.sessions, Role.FRONTEND, "shop", "test", console.now)
    await console.add("Robin")
    browser = console.browser()
    await browser.sign_in("robin")
    return Shop(console, browser, key)


def codes(row: Screening) -> set[str]:
    return {one["code"] for one in row.wire["findings"]}


async def test_a_document_is_known_again_by_its_corrected_number_alone(shop) -> None:
    first = await shop.send("first-owner", MISREAD)
    assert await shop.correct(first.id, "533 180-157") == 303
    assert CODE not in codes(await shop.send("somebody-else", MISREAD))
    again = await shop.send("second-owner", RIGHT)
    assert CODE in codes(again)
    assert first.id in str(again.wire["findings"])


async def test_a_correction_can_be_corrected_back(shop) -> None:
    first = await shop.send("first-owner", RIGHT)
    assert await shop.correct(first.id, RIGHT) == 422
    assert await shop.correct(first.id, MISREAD) == 303
    assert await shop.correct(first.id, RIGHT) == 303
    assert (await shop.row(first.id)).number_digest == first.number_digest
    assert CODE in codes(await shop.send("second-owner", RIGHT))
