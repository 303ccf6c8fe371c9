"""The component's file: small, alone, and in step with the catalogue, its types and its page."""

import gzip
import json
import re
import shutil
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from service.actions.issue_key import Role, issue_key
from service.api.rate_limit import DatabaseRate
from service.bootstrap import build_app
from service.capture_page.component import FILE, component
from service.capture_page.routes import mount_capture
from service.capture_page.texts import TEXTS, texts_in
from service.locales.translate import LANGUAGES
from service.screening.catalogue import REASONS
from service.store.tables import Rate, UploadToken
from tests.triage.conftest import running, settings_for

ROOT = Path(__file__).parents[2]
SCRIPT = FILE.read_text()
TYPES = (FILE.parent / "document-capture.d.ts").read_text()
SHOWN = {"capture_page": "demo"}
PAGE = (ROOT / "docs/capture.md").read_text()


@pytest.fixture
def http() -> TestClient:
    app = FastAPI()
    mount_capture(app, "")
    return TestClient(app)


def test_it_is_one_small_file_that_needs_no_other() -> None:
    assert len(gzip.compress(SCRIPT.encode(), 9)) <= 15 * 1024
    assert not re.search(r"^\s*import[ {(]", SCRIPT, re.MULTILINE)
    assert "http://www.w3.org/2000/svg" in re.findall(r"https?://[^\s\"']+", SCRIPT)
    assert len(set(re.findall(r"https?://[^\s\"']+", SCRIPT))) == 1  # a name, not an address


def test_it_uses_nothing_that_a_strict_content_policy_blocks() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", SCRIPT)
    assert not re.search(r"setAttribute\(\"style\"|<style|new Function", SCRIPT)
    assert "adoptedStyleSheets" in SCRIPT


def test_its_english_is_the_catalogues() -> None:
    block = re.search(r"const ENGLISH = \{(.*?)\};", SCRIPT, re.DOTALL)[1]
    english = {name: json.loads(text) for name, text in re.findall(r"(\w+): (\".*?\"),\n", block)}
    assert english == dict(TEXTS)
    assert f"const LANGUAGES = {json.dumps(list(LANGUAGES))}" in SCRIPT
    used = set(re.findall(r"#texts\.(\w+)|#texts\[\"(\w+)\"\]", SCRIPT))
    assert {a or b for a, b in used} <= set(TEXTS)


def test_its_hints_are_for_codes_of_the_catalogue() -> None:
    block = re.search(r"const HINTS = \{(.*?)\};", SCRIPT, re.DOTALL)[1]
    hints = dict(re.findall(r"(\w+): \"(\w+)\"", block))
    assert len(hints) > 10
    assert set(hints) <= set(REASONS)
    assert set(hints.values()) <= set(TEXTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_served(http: TestClient, language: str) -> None:
    reply = http.get(f"/capture/texts/{language}.json")
    assert reply.json() == texts_in(language)
    assert reply.headers["access-control-allow-origin"] == "*"
    assert (reply.json() == dict(TEXTS)) is (language == "en")


def test_an_unknown_language_is_a_404(http: TestClient) -> None:
    assert http.get("/capture/texts/tlh.json").status_code == 404
    assert http.get("/capture/texts/..%2f..%2fsettings.json").status_code == 404


def test_any_page_may_load_it_and_keep_a_version_for_good(http: TestClient) -> None:
    version = http.get("/capture/version.json").json()
    pinned = http.get(version["src"])
    assert pinned.text == SCRIPT
    assert pinned.headers["content-encoding"] == "gzip"
    assert "immutable" in pinned.headers["cache-control"]
    assert pinned.headers["access-control-allow-origin"] == "*"
    assert pinned.headers["content-type"].startswith("text/javascript")
    loose = http.get("/capture/document-capture.js", headers={"Accept-Encoding": "identity"})
    assert loose.text == SCRIPT
    assert "content-encoding" not in loose.headers
    assert "immutable" not in loose.headers["cache-control"]
    again = http.get(
        "/capture/document-capture.js", headers={"If-None-Match": loose.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert http.get("/capture/document-capture.d.ts").text == TYPES


def test_the_page_that_gives_tokens_to_anybody_is_shown_on_wish_only(http: TestClient) -> None:
    assert http.get("/capture").status_code == 404
    assert http.post("/capture/tokens", json={}).status_code == 404


@pytest.mark.parametrize(("given", "is_shown"), [({}, False), (SHOWN, True)])
def test_the_page_is_for_whoever_names_a_key(
    tmp_path: Path, given: dict[str, str], is_shown: bool
) -> None:
    app = build_app(settings_for("sqlite+aiosqlite://", tmp_path, **given))
    assert ("/capture/static" in {getattr(one, "path", "") for one in app.routes}) is is_shown


async def test_tokens_of_the_page_are_of_the_named_key_and_bounded_by_it_and_by_address(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    url = f"sqlite+aiosqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'test.db')}"
    async with running(settings_for(url, tmp_path, **SHOWN)) as console:
        wanted = {"country": "GB", "customer_type": "individual", "document_type": "passport"}

        async def ask(address: str = "192.0.2.1", **changes: str) -> httpx.Response:
            return await console.browser(address).post("/capture/tokens", json=wanted | changes)

        sessions = console.parts.sessions
        await issue_key(sessions, Role.FRONTEND, "shop", "test", console.now)
        await issue_key(sessions, Role.ADMIN, "demo", "test", console.now)
        assert (await ask()).status_code == 404  # no frontend of that name has a key yet
        demo, _ = await issue_key(sessions, Role.FRONTEND, "demo", "test", console.now)
        await issue_key(sessions, Role.FRONTEND, "newer", "test", console.now)
        assert (await ask()).json()["token"]
        async with sessions() as session:
            assert (await session.scalars(select(UploadToken.key_id))).all() == [demo.id]
        assert (await ask(country="??")).status_code == 422
        assert (await ask(reference="mine")).status_code == 422
        # Ten a minute of all together, one of an address.
        console.app.state.rate = DatabaseRate(sessions, 10)
        assert (await ask()).status_code == 200
        assert (refused := await ask()).status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
        others = [await ask(f"192.0.2.{n}") for n in range(2, 12)]
        assert [one.status_code for one in others] == [200] * 9 + [429]
        async with sessions() as session:
            counted = set(await session.scalars(select(Rate.key)))
        assert demo.id in counted
        assert len(counted) == 12
        assert not any("192.0.2" in one for one in counted)


def test_the_hash_in_the_guide_is_of_this_file() -> None:
    assert component().integrity in PAGE
    assert component().version in PAGE


def test_types_guide_and_script_name_the_same_things() -> None:
    told = set(re.findall(r"#tell\(\"(\w+)\"", SCRIPT)) | {
        "accepted",
        "review",
        "retake",
        "rejected",
    }
    typed = re.search(r"interface DocumentCaptureEventMap \{(.*?)\n\}", TYPES, re.DOTALL)[1]
    assert set(re.findall(r"^  (\w+): CustomEvent", typed, re.MULTILINE)) == told
    for name in told:
        assert f"| `{name}` |" in PAGE
    attributes = set(re.findall(r"(?:get|has)Attribute\(\"([\w-]+)\"\)", SCRIPT))
    for name in attributes | {"lang", "document-type", "token", "screenings-url"}:
        assert f"`{name}`" in PAGE, name
    for name in re.findall(r"^  (\w+)\(.*\): (?:Promise|void)", TYPES, re.MULTILINE):
        assert f"`{name}(" in PAGE or name == "addEventListener"
        assert re.search(rf"^  (?:async )?{name}\(", SCRIPT, re.MULTILINE) or name.startswith("add")
    for name in set(re.findall(r"var\((--dc-[\w-]+)", SCRIPT)):
        assert f"`{name}`" in PAGE
    for parts in set(re.findall(r"part: \"([\w ]+)\"", SCRIPT)):
        assert all(f"`{part}`" in PAGE for part in parts.split())
