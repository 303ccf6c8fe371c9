"""Commands about encryption and about persons: `encryption ...`, `purge`, `erase`, `export`."""

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from service.command_line import fail as _fail
from service.command_line import settings_of as _settings

ACTOR = "command line"
_Answer = TypeVar("_Answer")
encryption_app = typer.Typer(help="Keys that encrypt what is stored.", no_args_is_help=True)


def add_privacy_commands(app: typer.Typer) -> None:
    """Adds them to `prescreen`."""
    app.add_typer(encryption_app, name="encryption")
    app.command()(purge)
    app.command()(erase)
    app.command()(export)


@encryption_app.command("new-key")
def new_key() -> None:
    """Print a new key, for PRESCREEN_ENCRYPTION_KEY or its file. Nothing is stored."""
    from service.store.key_source import new_entry

    typer.echo(new_entry())


@encryption_app.command()
def status() -> None:
    """Print which keys wrap how many data keys, and how much is still in clear."""
    from service.bootstrap import open_parts
    from service.store.engine import read_only
    from service.store.rewrapping import count_by_key, count_in_clear

    async def read() -> tuple[str, dict[str, int], int]:
        async with (
            open_parts(_settings(), with_workers=False) as parts,
            read_only(parts.sessions) as session,
        ):
            ring = parts.screener.vault.ring
            writing = "" if ring.is_empty else ring.writing
            return writing, await count_by_key(session), await count_in_clear(session)

    writing, counts, in_clear = _run(read())
    for name in sorted({*counts, writing} - {""}):
        mark = "  (encrypts)" if name == writing else ""
        typer.echo(f"{name}  {counts.get(name, 0)} data keys{mark}")
    typer.echo(f"{in_clear} screenings and submissions in clear")


@encryption_app.command()
def rotate() -> None:
    """Wrap all data keys with the first key. The service may run; it must have both keys."""
    from service.actions.rotate_keys import rotate_keys
    from service.bootstrap import open_parts

    async def run() -> tuple[int, str]:
        async with open_parts(_settings(), with_workers=False) as parts:
            ring = parts.screener.vault.ring
            writing = ring.writing
            return await rotate_keys(parts.sessions, ring, _tell), writing

    done, writing = _run(run())
    typer.echo(f"{done} data keys are wrapped by {writing} now.")


@encryption_app.command()
def apply() -> None:
    """Encrypt what was stored before there was encryption. The service may run."""
    from service.actions.seal_stored import Sealed, seal_stored
    from service.bootstrap import open_parts
    from service.store.engine import compact

    async def run() -> Sealed:
        async with open_parts(_settings(), with_workers=False) as parts:
            done = await seal_stored(parts.sessions, parts.blobs, _tell)
            await compact(parts.sessions)
            return done

    done = _run(run())
    typer.echo(f"{done.screenings} screenings and {done.submissions} submissions encrypted.")
    if done.left:
        typer.echo(f"{done.left} are on their way to Blaaiz: run this again later.", err=True)


def purge(
    restored: Annotated[
        bool,
        typer.Option("--restored", help="Also erase again what a restored backup brought back."),
    ] = False,
    sweep: Annotated[
        bool,
        typer.Option("--sweep", help="Also delete files of PRESCREEN_BLOBS_URL that no row names."),
    ] = False,
) -> None:
    """Erase what was kept for its time, as `serve` and `worker` do by themselves."""
    from service.actions.purge_expired import finish_erasures, purge_expired
    from service.actions.sweep_blobs import sweep_blobs
    from service.bootstrap import open_parts, utc_now

    async def run() -> None:
        async with open_parts(_settings(), with_workers=False) as parts:
            counts = await purge_expired(
                parts.sessions, parts.blobs, parts.retention, ACTOR, utc_now()
            )
            if restored:
                counts += await finish_erasures(parts.sessions, parts.blobs, ACTOR, utc_now())
            for name, number in sorted(counts.items()):
                typer.echo(f"{name}: {number}")
            typer.echo(f"{counts.total()} erased.", err=True)
            # Apart: it may be refused, and what was erased is told all the same.
            if sweep:
                deleted = await sweep_blobs(parts.sessions, parts.blobs, utc_now())
                typer.echo(f"{deleted} files without a row deleted.", err=True)

    _run(run())


def erase(
    customer: Annotated[str, typer.Option(help="Id of the customer at Blaaiz.")],
) -> None:
    """Erase all that is stored of a customer."""
    from service.actions.erase_customer import Erased, erase_customer
    from service.bootstrap import open_parts, utc_now

    async def run() -> Erased:
        async with open_parts(_settings(), with_workers=False) as parts:
            return await erase_customer(parts.sessions, parts.blobs, customer, ACTOR, utc_now())

    done = _run(run())
    typer.echo(f"{done.screenings} screenings and {done.submissions} submissions erased.")
    typer.echo(f"In the audit log under {done.subject}")


def export(
    customer: Annotated[str, typer.Option(help="Id of the customer at Blaaiz.")],
    out: Annotated[Path, typer.Option(help="ZIP file to write; it must not be there.")],
) -> None:
    """Write all that is stored of a customer to a ZIP file: JSON and pictures, in clear."""
    from service.actions.export_customer import NothingStored, export_customer
    from service.bootstrap import open_parts, utc_now

    async def run() -> bytes:
        async with open_parts(_settings(), with_workers=False) as parts:
            return await export_customer(parts.sessions, parts.blobs, customer, ACTOR, utc_now())

    if out.exists():
        raise _fail(f"{out.name} is there already.")
    try:
        archive = _run(run())
    except NothingStored as nothing:
        raise _fail("Nothing is stored of this customer.") from nothing
    # Nobody but its owner may read it.
    with os.fdopen(os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(archive)
    typer.echo(
        f"{out.name}: {len(archive)} bytes, in clear. Erase it when it has been handed over."
    )


def _run(work: Coroutine[Any, Any, _Answer]) -> _Answer:
    """Runs it; what an operator can set right ends the command with its message."""
    from service.actions.sweep_blobs import SweepRefused
    from service.bootstrap import SettingsUnsafe
    from service.store.encryption import KeyUnavailable

    try:
        return asyncio.run(work)
    except (SettingsUnsafe, KeyUnavailable, SweepRefused) as wrong:
        raise _fail(str(wrong)) from wrong


def _tell(number: int) -> None:
    typer.echo(f"{number} ...", err=True)
