"""Promises about the project itself."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from service import __version__
from service.bootstrap import build_app
from service.screening.catalogue import REASONS
from service.screening.checks import CHECKS
from service.settings import Settings

ROOT = Path(__file__).parents[2]
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.split()
TEXT = [
    ROOT / name
    for name in TRACKED
    if Path(name).suffix in {".py", ".md", ".toml", ".html", ".css", ".lock", ".sh", ".yaml", ""}
    and not name.startswith("sample_docs/specimens/")
]


def test_imports_flow_down_only() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_names_of_files_say_what_is_in_them() -> None:
    vague = {
        "utils",
        "helpers",
        "manager",
        "common",
        "misc",
        "handler",
        "processor",
        "core",
        "base",
        "data",
        "info",
        "tmp",
        "img",
        "obj",
        "res",
    }
    assert [name for name in TRACKED if name.endswith(".py") and Path(name).stem in vague] == []


def test_every_check_lies_where_its_name_says() -> None:
    for name, module in CHECKS.items():
        assert module.__name__ == f"service.screening.checks.{name}"
        for reason in module.REASONS:
            assert REASONS[reason.code] is reason


def test_locks_have_hashes_and_no_addresses() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        packages = re.findall(r"^[a-z0-9][\w.\-]*==", text, re.MULTILINE)
        assert len(packages) > 50
        assert text.count("--hash=sha256:") >= len(packages)
        assert not re.search(r"https?://|index-url", text)


def test_no_file_names_the_machine_that_wrote_it() -> None:
    machine = re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/")
    for path in TEXT:
        assert not machine.search(path.read_text("utf-8", "replace")), path.name


def test_the_change_log_has_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert version == __version__
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text()


def test_every_setting_is_in_the_operators_page() -> None:
    page = (ROOT / "docs/operations.md").read_text()
    missing = [name for name in Settings.model_fields if f"PRESCREEN_{name.upper()}" not in page]
    assert missing == []


def test_every_reason_code_is_documented() -> None:
    page = (ROOT / "docs/reason-codes.md").read_text()
    assert [code for code in REASONS if f"`{code}`" not in page] == []


def test_the_container_is_built_as_make_builds() -> None:
    docker, make = (ROOT / "Dockerfile").read_text(), (ROOT / "Makefile").read_text()
    for line in re.findall(r"^COPY (?!--from)(.+)$", docker, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source.removeprefix('./')}" in (ROOT / ".dockerignore").read_text()
    packages = re.search(r"^RUNTIME_PACKAGES := (.+)$", make, re.MULTILINE)[1].split()
    assert all(package in docker for package in packages)
    for option in ("--no-deps", "--require-hashes", "--no-build-isolation"):
        assert option in docker
        assert option in make
    assert "USER 10001" in docker
    # Settings of deploy/ may ask for them.
    locked = (ROOT / "requirements.lock").read_text()
    assert all(f"\n{name}==" in locked for name in ("redis", "opentelemetry-sdk"))
    assert "HEALTHCHECK" in docker


def test_every_model_travels_in_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    names = [path.parent.name for path in (ROOT / "models").glob("*/manifest.toml")]
    files = [f"{name}/{file}" for name in names for file in ("manifest.toml", f"{name}.onnx")]
    assert included == {f"models/{file}": f"service/weights/{file}" for file in files}


def test_the_openapi_document_is_fresh() -> None:
    served = build_app(Settings()).openapi()
    text = json.dumps(served, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    assert (ROOT / "docs/openapi.json").read_text() == text


def test_loading_the_models_reports_to_nobody_and_leaves_no_identifier(tmp_path: Path) -> None:
    code = "from service.screening.readers import load_readers; load_readers()"
    variables = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, env=os.environ | variables)
    assert list(tmp_path.rglob("deviceid")) == []
