"""`prescreen accounts`, as an operator uses it."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from service.cli import app

PASSWORD = "seven green kettles sing"


@pytest.fixture
def prescreen(migrated_sqlite: Path, tmp_path: Path):
    url = f"sqlite+aiosqlite:///{tmp_path}/accounts.db"
    (tmp_path / "accounts.db").write_bytes(migrated_sqlite.read_bytes())

    variables = {"PRESCREEN_DATABASE_URL": url, "PRESCREEN_BLOBS_URL": "memory://"}

    def run(*arguments: str, given: str = "") -> Result:
        return CliRunner().invoke(app, arguments, input=given, env=variables)

    return run


def test_an_account_is_made_listed_changed_and_disabled(prescreen) -> None:
    made = prescreen("accounts", "add", "Robin", "--role", "lead", given=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.stderr
    account = made.stdout.strip()
    assert account.startswith("acc_")
    assert prescreen("accounts", "role", "robin", "admin").exit_code == 0
    assert prescreen("accounts", "disable", account).exit_code == 0
    listed = prescreen("accounts", "list").stdout
    assert listed.split() == [account, "admin", "disabled", "password", "Robin"]
    assert prescreen("accounts", "enable", "ROBIN").exit_code == 0
    changed = prescreen("accounts", "password", "robin", given="eight yellow ladders hum\n")
    assert changed.exit_code == 0
    assert "active" in prescreen("accounts", "list").stdout
    assert prescreen("audit", "verify").exit_code == 0
    exported = prescreen("audit", "export").stdout
    assert exported.count('"account.') == 5
    assert "obin" not in exported  # who it is stands in the table of accounts alone


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (("add", "robin"), "short\n"),
        (("add", "robin"), ""),
        (("add", "robin", "--role", "king"), f"{PASSWORD}\n"),
        (("add", " "), f"{PASSWORD}\n"),
        (("disable", "nobody"), ""),
        (("password", "nobody"), f"{PASSWORD}\n"),
        (("role", "nobody", "lead"), ""),
    ],
)
def test_what_cannot_be_done_is_said_with_2(prescreen, arguments, given) -> None:
    found = prescreen("accounts", *arguments, given=given)
    assert found.exit_code == 2
    assert found.stderr.strip()
    assert "Traceback" not in found.stderr
    assert PASSWORD not in found.stderr


def test_a_password_is_never_taken_as_an_argument(prescreen) -> None:
    for command in ("add", "password"):
        assert prescreen("accounts", command, "robin", PASSWORD).exit_code == 2
        assert "--password" not in prescreen("accounts", command, "--help").stdout


def test_a_key_is_given_to_a_person_who_has_an_account(prescreen) -> None:
    prescreen("accounts", "add", "robin", given=f"{PASSWORD}\n")
    assert prescreen("keys", "create", "analyst", "--account", "robin").exit_code == 0
    assert prescreen("keys", "create", "analyst", "--account", "nobody").exit_code == 2


@pytest.mark.parametrize("value", ["no json", '{"kyc": "king"}', "[]"])
def test_a_wrong_map_of_roles_is_named(value: str) -> None:
    found = CliRunner().invoke(app, ["config"], env={"PRESCREEN_OIDC_ROLES": value})
    assert found.exit_code == 2
    assert "PRESCREEN_OIDC_ROLES" in found.stderr
