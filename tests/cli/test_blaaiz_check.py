"""`prescreen blaaiz check` says in plain words what is wrong with an account."""

import pytest
from typer.testing import CliRunner

from service.blaaiz_sandbox.app import create_sandbox
from service.blaaiz_sandbox.sandbox import SandboxConfig
from service.cli import app
from tests.conftest import RunningServer


@pytest.fixture
def configured(monkeypatch):
    def configure(url: str, secret: str = "sandbox-secret") -> None:
        monkeypatch.setenv("PRESCREEN_BLAAIZ_URL", url)
        monkeypatch.setenv("PRESCREEN_BLAAIZ_CLIENT_ID", "sandbox-client")
        monkeypatch.setenv("PRESCREEN_BLAAIZ_CLIENT_SECRET", secret)

    return configure


def check(*arguments: str):
    return CliRunner().invoke(app, ["blaaiz", "check", *arguments])


def test_an_account_in_order_passes_and_nothing_is_written(stand_in, configured) -> None:
    configured(stand_in.url)
    customer = next(iter(stand_in.app.state.sandbox.customers.by_id))
    reply = check("--customer", customer)
    assert reply.exit_code == 0, reply.output
    assert "individual, GB, PENDING" in reply.output
    methods = {c["method"] for c in stand_in.app.state.sandbox.calls if "oauth" not in c["path"]}
    assert methods == {"GET"}


def test_wrong_credentials_are_named_by_their_settings(stand_in, configured) -> None:
    configured(stand_in.url, "wrong")
    reply = check()
    assert reply.exit_code == 1
    assert "PRESCREEN_BLAAIZ_CLIENT_SECRET" in reply.output


def test_a_missing_scope_is_named(configured) -> None:
    granted = frozenset({"customer:read"})
    with RunningServer(
        create_sandbox(SandboxConfig(granted_scopes=granted, tells_scopes=True))
    ) as server:
        configured(server.url)
        reply = check()
    assert reply.exit_code == 1
    assert "grant customer:write" in reply.output
    assert "grant file:upload" in reply.output
    assert "grant customer:read" not in reply.output


def test_reading_that_is_not_allowed_is_said(configured) -> None:
    with RunningServer(create_sandbox(SandboxConfig(granted_scopes=frozenset()))) as server:
        configured(server.url)
        reply = check()
    assert "grant customer:read" in reply.output


def test_nobody_there_and_nothing_set_say_what_to_set(configured) -> None:
    configured("http://127.0.0.1:9")
    assert "PRESCREEN_BLAAIZ_URL" in check().output
    configured("")
    reply = check()
    assert reply.exit_code == 2
    assert "api-dev.blaaiz.com" in reply.output
