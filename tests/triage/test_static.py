"""What a page loads: small, from us, with its licence."""

import gzip
import re
from pathlib import Path

STATIC = Path(__file__).parents[2] / "service" / "triage" / "static"
TEMPLATES = STATIC.parent / "templates"
_MOST_BYTES = 150 * 1024


def test_all_scripts_together_are_small() -> None:
    scripts = list(STATIC.rglob("*.js"))
    assert len(scripts) > 5
    assert sum(len(gzip.compress(one.read_bytes())) for one in scripts) <= _MOST_BYTES


def test_every_script_of_others_has_its_licence_beside_it() -> None:
    folders = [one for one in (STATIC / "vendor").iterdir() if one.is_dir()]
    assert folders
    for folder in folders:
        assert any("LICENSE" in one.name for one in folder.iterdir()), folder.name
        assert f"`{folder.name}`" in (STATIC / "vendor" / "README.md").read_text()


def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    pages = list(TEMPLATES.glob("*.html"))
    assert len(pages) > 5
    for page in pages:
        text = page.read_text()
        assert not re.search(r"\sstyle=|\son\w+=|<style|https?://", text), page.name
        for attributes in re.findall(r"<script([^>]*)>", text):
            assert "src=" in attributes or 'type="application/json"' in attributes, page.name
