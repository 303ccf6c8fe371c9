"""The command line as people use it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from service.cli import app

ROOT = Path(__file__).parents[2]
SPECIMENS = ROOT / "sample_docs" / "specimens"


def prescreen(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "100"} | variables)


def test_help_names_every_command() -> None:
    program = Path(sys.executable).parent / "prescreen"
    text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    for command in ("screen", "serve", "demo", "keys", "samples", "blaaiz-sandbox", "config"):
        assert command in text


def test_screening_a_file_tells_the_verdict_and_exits_accordingly() -> None:
    policy = {"PRESCREEN_POLICY": str(ROOT / "sample_docs/policy.toml")}
    good = prescreen("screen", str(SPECIMENS / "passport_gb_scan.jpg"), **policy)
    assert (good.exit_code, good.stdout.split(":")[1].split()[0]) == (0, "accepted")
    card = prescreen("screen", str(SPECIMENS / "id_es_front.jpg"), "--country", "ES", "--json")
    assert card.exit_code == 1
    assert json.loads(card.stdout)["findings"][0]["code"] == "document_national_id_not_accepted"


def test_both_sides_of_a_licence_are_one_document() -> None:
    found = prescreen(
        "screen",
        str(SPECIMENS / "licence_us_texas_scan.front.jpg"),
        "--back",
        str(SPECIMENS / "licence_us_texas_scan.back.jpg"),
        "--country",
        "US",
        "--type",
        "drivers_license",
    )
    assert found.exit_code == 0, found.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("screen", "no-such-file.jpg"),
        ("screen", str(ROOT / "README.md"), "--country", "England"),
        ("screen", str(ROOT / "README.md"), "--type", "library_card"),
        ("keys", "create", "king"),
        ("serve", "--dev", "--host", "0.0.0.0"),
    ],
)
def test_bad_use_exits_with_2_and_says_what_to_do(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    found = prescreen(*arguments, PRESCREEN_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/x.db")
    assert found.exit_code == 2
    assert found.stderr.strip()
    assert "Traceback" not in found.stderr


def test_a_wrong_setting_is_named() -> None:
    found = prescreen("config", PRESCREEN_PORT="many")
    assert found.exit_code == 2
    assert "PRESCREEN_PORT" in found.stderr


def test_settings_are_printed_without_their_secrets() -> None:
    text = prescreen("config", PRESCREEN_SECRET="hush-hush").stdout
    assert "PRESCREEN_DATABASE_URL=" in text
    assert "hush-hush" not in text


def test_keys_are_made_listed_and_revoked(tmp_path: Path) -> None:
    where = {
        "PRESCREEN_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/keys.db",
        "PRESCREEN_BLOBS_URL": "memory://",
    }
    secret = prescreen("keys", "create", "analyst", "--name", "Robin", **where).stdout.strip()
    assert secret.startswith("psk_")
    listed = prescreen("keys", "list", **where).stdout
    assert "Robin" in listed
    assert secret not in listed
    key_id = listed.split()[0]
    assert prescreen("keys", "revoke", key_id, **where).exit_code == 0
    assert "revoked" in prescreen("keys", "list", **where).stdout
    assert prescreen("keys", "revoke", key_id, **where).exit_code == 2


def test_a_real_service_does_not_start_without_its_secret(tmp_path: Path) -> None:
    found = prescreen("serve", PRESCREEN_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/x.db")
    assert "PRESCREEN_SECRET" in found.stderr
