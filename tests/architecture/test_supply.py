"""What the service is made of is known, and may be passed on."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.licences import EXCEPTIONS, LOCK, Licensed, licences

ROOT = Path(__file__).parents[2]


def test_every_package_has_a_licence_that_is_allowed() -> None:
    found = list(licences())
    assert len(found) > 60
    assert [one for one in found if not one.is_allowed] == []


def test_exceptions_are_about_packages_that_are_there() -> None:
    locked = set(re.findall(r"^([a-z0-9][\w.\-]*)==", LOCK.read_text(), re.MULTILINE))
    assert set(EXCEPTIONS) <= locked


@pytest.mark.parametrize(
    ("licence", "is_allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-2-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND AGPL-3.0-only", False),
        ("AGPL-3.0-only AND (MIT OR BSD-3-Clause)", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("MIT License; GNU Affero General Public License v3", False),
        ("", False),
    ],
)
def test_what_is_refused(licence: str, is_allowed: bool) -> None:
    assert Licensed("a-package", "1", licence).is_allowed is is_allowed


def test_the_bill_of_materials_names_every_locked_package_with_its_hashes(tmp_path: Path) -> None:
    make = (ROOT / "Makefile").read_text().replace("\\\n", "")
    line = re.search(r"\$\(BIN\)/cyclonedx-py (.+)$", make, re.MULTILINE)[1]
    options = line.replace("dist/sbom.json", str(tmp_path / "sbom.json")).split()
    program = Path(sys.executable).parent / "cyclonedx-py"
    subprocess.run([program, *options], cwd=ROOT, check=True, capture_output=True)
    bill = json.loads((tmp_path / "sbom.json").read_text())
    locked = set(re.findall(r"^([a-z0-9][\w.\-]*)==([^\s;]+)", LOCK.read_text(), re.MULTILINE))
    told = bill["components"]
    assert bill["metadata"]["component"]["name"] == "prescreen"
    assert {(one["name"], one["version"]) for one in told} == locked
    assert all(one["externalReferences"][0]["hashes"] for one in told)
