"""Pages on security point to what exists, and leave no chapter out."""

import re
from pathlib import Path

import pytest

from benchmarks.scale import Figures, plan

ROOT = Path(__file__).parents[2]
PAGES = [
    "SECURITY.md",
    *(
        f"docs/{name}.md"
        for name in (
            "asvs",
            "threat-model",
            "privacy",
            "security",
            "scale",
            "runbooks",
            "operations",
        )
    ),
]
SECTIONS = {
    1: 14,
    2: 10,
    3: 7,
    4: 3,
    5: 5,
    6: 4,
    7: 4,
    8: 3,
    9: 2,
    10: 3,
    11: 1,
    12: 6,
    13: 4,
    14: 5,
}
"""Chapter of ASVS 4.0.3 to its last section; 1.3 and 1.13 are empty there."""


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one).strip().lower().replace(" ", "-") for one in headings}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    found = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", page.read_text())
    for path, anchor in found:
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), anchor


@pytest.mark.parametrize("name", PAGES)
def test_files_that_a_page_names_exist(name: str) -> None:
    ours = "service|tests|deploy|docs|benchmarks|scripts|models|sample_docs"
    named = re.findall(rf"`((?:{ours})(?:/[\w.\-]+)*/?)`", (ROOT / name).read_text())
    assert name != "docs/asvs.md" or len(named) > 30
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_every_section_of_asvs_is_answered() -> None:
    rows = re.findall(
        r"^\| ([\d., to]+) ?[^|]*\| ([\w ]+) \|", (ROOT / "docs/asvs.md").read_text(), re.MULTILINE
    )
    answered: set[str] = set()
    for sections, state in rows:
        assert state in {"met", "partly", "yours", "not met", "not applicable"}
        ends = [tuple(map(int, one.split("."))) for one in re.findall(r"\d+\.\d+", sections)]
        (chapter, first), (_, last) = ends[0], ends[-1]
        answered |= {f"{chapter}.{number}" for number in range(first, last + 1)}
    wanted = {f"{c}.{s}" for c, last in SECTIONS.items() for s in range(1, last + 1)}
    assert wanted - answered == {"1.3", "1.13"}


def test_the_plan_is_what_its_figures_give() -> None:
    page = (ROOT / "docs/scale.md").read_text()
    for what, how_much, _ in plan(100_000_000, Figures()):
        assert f"| {what} | {how_much} |" in page
