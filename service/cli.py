"""The command `prescreen`. What is heavy is imported by the command that needs it."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.account_commands import accounts_app
from service.audit_commands import audit_app
from service.cli_privacy import add_privacy_commands
from service.command_line import fail as _fail
from service.command_line import settings_of as _settings

if TYPE_CHECKING:
    from service.settings import Settings

app = typer.Typer(
    help="Screens identity documents before they reach Blaaiz, and forwards those that pass.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
keys_app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)
samples_app = typer.Typer(help="Specimens of fictitious people's documents.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")
app.add_typer(samples_app, name="samples")
blaaiz_app = typer.Typer(help="The account at Blaaiz.", no_args_is_help=True)
webhooks_app = typer.Typer(help="Our webhooks to your systems.", no_args_is_help=True)
app.add_typer(blaaiz_app, name="blaaiz")
app.add_typer(webhooks_app, name="webhooks")
app.add_typer(accounts_app, name="accounts")
app.add_typer(audit_app, name="audit")
add_privacy_commands(app)

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def main() -> None:
    """The entry point."""
    app()


@app.command()
def screen(
    files: Annotated[list[Path], typer.Argument(help="Pictures or PDFs, each one document.")],
    back: Annotated[Path | None, typer.Option(help="The other side of a single FILE.")] = None,
    country: Annotated[str, typer.Option(help="The customer's country, ISO alpha-2.")] = "GB",
    document_type: Annotated[
        str | None, typer.Option("--type", help="What the customer says it is, e.g. passport.")
    ] = None,
    customer_type: Annotated[str, typer.Option(help="individual or business.")] = "individual",
    as_json: Annotated[
        bool, typer.Option("--json", help="Whole screenings as JSON lines.")
    ] = False,
) -> None:
    """Screen files here, without a server. Exit code 0: all accepted, 1: not, 2: bad use."""
    from service.actions.disclosure import disclosed
    from service.actions.issue_key import Role
    from service.actions.record import to_record
    from service.actions.screen_document import ClaimIncomplete, claim_of
    from service.cores import usable_cores
    from service.intake.document import open_document
    from service.intake.errors import IntakeError
    from service.policy.policy import PolicyInvalid, load_policy
    from service.screening.claim import History
    from service.screening.pipeline import screen as judge
    from service.screening.readers import load_readers

    if back is not None and len(files) != 1:
        raise _fail("--back goes with exactly one FILE.")
    for path in [*files, *([back] if back else [])]:
        if not path.is_file():
            raise _fail(f"{path.name}: no such file.")
    parts = {"country": country, "customer_type": customer_type}
    if document_type:
        parts["document_type"] = document_type
    try:
        claim = claim_of(parts)
        policy = load_policy(_settings().policy)
    except ClaimIncomplete as wrong:
        raise _fail("; ".join(f"{k}: {v}" for k, v in wrong.errors.items())) from wrong
    except PolicyInvalid as wrong:
        raise _fail(str(wrong)) from wrong
    _warn_of_weaker_parts()
    readers = load_readers(usable_cores())  # one person waits, nobody else is served
    all_accepted = True
    for path in files:
        try:
            captures = open_document(path.read_bytes(), back.read_bytes() if back else None)
            judged = judge(captures, claim, History(), policy, readers, datetime.now(UTC).date())
        except IntakeError as refusal:
            all_accepted = False
            typer.echo(f"{path.name}: {refusal.code}. {refusal.message} {refusal.hint}")
            continue
        record = to_record(
            screening_id="",
            created_at=datetime.now(UTC),
            reference=path.name,
            customer_id=None,
            claim=claim,
            screening=judged,
            attempts_max=policy.attempts_max,
        )
        wire = disclosed(record, Role.ANALYST, "en")
        all_accepted = all_accepted and judged.verdict.value == "accepted"
        typer.echo(json.dumps(wire, ensure_ascii=False) if as_json else _in_words(path.name, wire))
    raise typer.Exit(0 if all_accepted else 1)


def _in_words(name: str, wire: dict[str, Any]) -> str:
    document = wire["document"]
    kind = document["type"].replace("_", " ")
    country, spent = document["country"] or "country unknown", wire["timings_ms"]["total"]
    lines = [f"{name}: {wire['verdict']}  ({kind}, {country}, {spent:.0f} ms)"]
    lines += [
        f"  {one['outcome']:<7} {one['code']}: {one['message']} {one['hint']}".rstrip()
        for one in wire["findings"]
    ]
    return "\n".join(lines)


def _warn_of_weaker_parts() -> None:
    from service.screening.read.passport_eye import is_available

    if not is_available():
        typer.echo(
            "tesseract is not installed: doubtful machine readable zones get no second reader "
            "and end as retake. Install the Debian package tesseract-ocr.",
            err=True,
        )


@app.command()
def serve(
    dev: Annotated[bool, typer.Option("--dev", help="SQLite, stand-in, printed keys.")] = False,
    host: Annotated[str | None, typer.Option(help="Address; default PRESCREEN_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; default PRESCREEN_PORT.")] = None,
) -> None:
    """Start the service. With --dev: on loopback only, with a stand-in for Blaaiz beside it."""
    settings = _settings(host=host, port=port)
    if dev and settings.host not in _LOOPBACK:
        raise _fail("serve --dev prints its keys: it listens on loopback only.")
    _warn_of_weaker_parts()
    asyncio.run(_serve(settings, is_dev=dev))


@app.command()
def worker() -> None:
    """Forward, deliver webhooks, erase what is due, without serving: beside `serve`, or elsewhere."""
    from service.bootstrap import SettingsUnsafe

    settings = _settings()
    try:
        asyncio.run(_work(settings))
    except SettingsUnsafe as wrong:
        raise _fail(str(wrong)) from wrong


@app.command("migrate")
def migrate_database() -> None:
    """Bring the database up to date, before a new version starts; `serve` does so as well."""
    from service.store.engine import migrate

    asyncio.run(migrate(_settings().database_url))


async def _work(settings: "Settings") -> None:
    import signal

    from service.bootstrap import open_parts
    from service.telemetry import configure_logs

    configure_logs(settings.log)
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    async with open_parts(settings, with_workers=False, serves=True) as parts:
        if settings.metrics_port:
            parts.metrics.serve(settings.host, settings.metrics_port)
        typer.echo("Forwarding.")
        await stopped.wait()


async def _serve(settings: "Settings", *, is_dev: bool) -> None:
    from service.bootstrap import SettingsUnsafe
    from service.policy.policy import PolicyInvalid
    from service.server import run_dev, run_service

    try:
        if is_dev:
            await run_dev(settings, typer.echo)
        else:
            await run_service(settings)
    except (SettingsUnsafe, PolicyInvalid) as wrong:
        raise _fail(str(wrong)) from wrong


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="First port to try.")] = 8000,
    leave: Annotated[bool, typer.Option("--exit", help="End after the table.")] = False,
) -> None:
    """Screen every sample through a real server and forward what is accepted to a stand-in."""
    from service.demo import run_demo

    raise typer.Exit(asyncio.run(run_demo(port, leave=leave)))


@app.command("replay")
def replay_stored(
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")] = 100,
    policy: Annotated[
        Path | None, typer.Option(help="Judge with this policy; default PRESCREEN_POLICY.")
    ] = None,
    verdict: Annotated[
        str | None,
        typer.Option(help="Only those that stand so: accepted, review, retake, rejected."),
    ] = None,
    code: Annotated[str | None, typer.Option(help="Only those with this finding.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only from then on, in UTC.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Every screening as a JSON line.")
    ] = False,
) -> None:
    """Judge stored screenings anew with the present rules and models, and show what would change.

    Nothing is written and nobody is told. Exit code 0: nothing would change, 1: something would.
    """
    from service.store.worklist import STANDINGS, Wanted

    if verdict is not None and verdict not in STANDINGS:
        raise _fail(f"A verdict is one of {', '.join(STANDINGS)}.")
    wanted = Wanted(
        standing=verdict,
        is_all=verdict is None,
        code=code,
        since=since.replace(tzinfo=UTC) if since else None,
    )
    given: dict[str, Any] = {"policy": policy} if policy else {}
    if asyncio.run(_replay(_settings(**given), wanted, limit, as_json=as_json)):
        raise typer.Exit(1)


async def _replay(settings: "Settings", wanted: Any, limit: int, *, as_json: bool) -> bool:
    from service.actions.replay_screenings import Difference, in_lines, replay_screenings
    from service.bootstrap import SettingsUnsafe, open_parts, utc_now
    from service.policy.policy import PolicyInvalid
    from service.store.encryption import KeyUnavailable
    from service.telemetry import configure_logs

    configure_logs(settings.log)
    difference = Difference()
    try:
        async with open_parts(settings, with_workers=True, serves=False) as parts:
            async for one in replay_screenings(
                parts.sessions,
                parts.blobs,
                parts.pool,
                wanted=wanted,
                limit=limit,
                now=utc_now(),
            ):
                difference.add(one)
                if as_json:
                    wire = {
                        "id": one.screening_id,
                        "verdict": [one.verdict, one.verdict_now],
                        "kind": [one.kind, one.kind_now],
                        "gained": sorted(one.gained),
                        "lost": sorted(one.lost),
                        "fault": one.fault,
                    }
                    typer.echo(json.dumps(wire))
    except (SettingsUnsafe, PolicyInvalid, KeyUnavailable) as wrong:
        raise _fail(str(wrong)) from wrong
    if not as_json:
        for line in in_lines(difference):
            typer.echo(line)
    return bool(difference.changed)


@app.command("blaaiz-sandbox")
def blaaiz_sandbox(
    port: Annotated[int, typer.Option(help="Port on loopback.")] = 8001,
    webhook_url: Annotated[str, typer.Option(help="Where its webhooks go.")] = "",
    faults: Annotated[Path | None, typer.Option(help="JSON list of faults.")] = None,
) -> None:
    """Start the local stand-in for Blaaiz's API."""
    import uvicorn

    from service.blaaiz_sandbox.app import create_sandbox
    from service.blaaiz_sandbox.sandbox import SandboxConfig

    sandbox = create_sandbox(SandboxConfig(webhook_url=webhook_url))
    if faults is not None:
        try:
            sandbox.state.sandbox.faults.replace(json.loads(faults.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as wrong:
            raise _fail(f"{faults.name}: {wrong}") from wrong
    typer.echo(f"Stand-in for Blaaiz on http://127.0.0.1:{port} (page: /sandbox)")
    typer.echo("client id sandbox-client, secret sandbox-secret")
    if webhook_url:
        typer.echo("webhooks are signed with sandbox-webhook-secret")
    uvicorn.run(sandbox, host="127.0.0.1", port=port, log_level="warning")


@app.command()
def config() -> None:
    """Print every setting with its present value; secrets as stars."""
    settings = _settings()
    for name, described in type(settings).model_fields.items():
        value = getattr(settings, name)
        typer.echo(f"PRESCREEN_{name.upper()}={'' if value is None else value}")
        typer.echo(f"    {described.description}")


@keys_app.command("create")
def create_key(
    role: Annotated[str, typer.Argument(help="frontend, analyst or admin.")],
    name: Annotated[str, typer.Option(help="Whose it is.")] = "unnamed",
    account: Annotated[
        str | None, typer.Option(help="Sign-in name of the person who gets it.")
    ] = None,
) -> None:
    """Make a key and print its secret, once."""
    from service.actions.issue_key import KeyHolderUnknown, Role, issue_key
    from service.bootstrap import open_parts, utc_now

    if role not in set(Role):
        raise _fail(f"A role is one of {', '.join(Role)}.")

    async def make() -> str:
        async with open_parts(_settings(), with_workers=False) as parts:
            _, secret = await issue_key(
                parts.sessions, Role(role), name, "command line", utc_now(), account=account
            )
            return secret

    try:
        typer.echo(asyncio.run(make()))
    except KeyHolderUnknown as wrong:
        raise _fail("There is no such account: prescreen accounts list") from wrong


@keys_app.command("list")
def list_all_keys() -> None:
    """List keys without their secrets."""
    from service.bootstrap import open_parts
    from service.store.engine import read_only
    from service.store.keys import list_keys

    async def read() -> Sequence[Any]:
        async with (
            open_parts(_settings(), with_workers=False) as parts,
            read_only(parts.sessions) as session,
        ):
            return await list_keys(session)

    for key in asyncio.run(read()):
        state = "revoked" if key.revoked_at else "valid"
        typer.echo(f"{key.id}  {key.role:<8}  {state:<7}  {key.name}")


@keys_app.command("revoke")
def revoke_one_key(key_id: Annotated[str, typer.Argument(help="As `keys list` shows it.")]) -> None:
    """Revoke a key at once."""
    from service.actions.issue_key import withdraw_key
    from service.bootstrap import open_parts, utc_now

    async def revoke() -> bool:
        async with open_parts(_settings(), with_workers=False) as parts:
            return await withdraw_key(parts.sessions, key_id, "command line", utc_now())

    if not asyncio.run(revoke()):
        raise _fail("There is no such key, or it was revoked already.")


@blaaiz_app.command("check")
def check_blaaiz_account(
    customer: Annotated[
        str | None, typer.Option(help="A customer of the account, read as well.")
    ] = None,
) -> None:
    """Try token, scopes and reading against the configured Blaaiz. Nothing is written there."""
    from service.actions.check_blaaiz import CheckLine, check_blaaiz
    from service.bootstrap import client_of

    blaaiz = client_of(_settings())
    if blaaiz is None:
        raise _fail("PRESCREEN_BLAAIZ_URL is not set: https://api-dev.blaaiz.com is the sandbox.")

    async def check() -> Sequence[CheckLine]:
        try:
            return await check_blaaiz(blaaiz, customer)
        finally:
            await blaaiz.close()

    lines = asyncio.run(check())
    for line in lines:
        mark = {True: "ok", False: "WRONG", None: "-"}[line.is_fine]
        typer.echo(f"{mark:<6} {line.name:<15} {line.told}")
    raise typer.Exit(1 if any(line.is_fine is False for line in lines) else 0)


@webhooks_app.command("replay")
def replay(
    event_ids: Annotated[list[str] | None, typer.Argument(help="Ids, evt_...")] = None,
    since: Annotated[datetime | None, typer.Option(help="All events from then on, in UTC.")] = None,
    undelivered: Annotated[
        bool, typer.Option("--undelivered", help="Only those that were given up.")
    ] = False,
) -> None:
    """Send webhooks again, under the ids that they had."""
    from service.actions.replay_webhooks import replay_webhooks
    from service.bootstrap import open_parts, utc_now

    if not event_ids and since is None and not undelivered:
        raise _fail("Say which: ids, --since, or --undelivered.")

    async def again() -> list[str]:
        async with open_parts(_settings(), with_workers=False) as parts:
            return await replay_webhooks(
                parts.sessions,
                event_ids=event_ids or (),
                since=since.replace(tzinfo=UTC) if since else None,
                undelivered_only=undelivered,
                actor="command line",
                now=utc_now(),
            )

    replayed = asyncio.run(again())
    for event_id in replayed:
        typer.echo(event_id)
    typer.echo(f"{len(replayed)} to be sent again.", err=True)


@samples_app.command("generate")
def generate_samples(
    out: Annotated[Path, typer.Argument(help="Folder to write to.")],
    count: Annotated[
        int, typer.Option(help="A random set of this size; 0: the committed one.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same set.")] = 1,
) -> None:
    """Draw specimens with their truth beside them."""
    try:
        from sample_docs.fonts import FontMissing
        from sample_docs.generate import committed_set, endless_set, write_set
    except ImportError as missing:
        raise _fail("Samples are drawn from a checkout with the extra `samples`.") from missing
    try:
        write_set(endless_set(count, seed) if count else committed_set(), out, seed)
    except FontMissing as missing:
        raise _fail(str(missing)) from missing
