"""`prescreen audit`: is the log whole, what is in it, and its head, to be kept elsewhere."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from service.command_line import fail, settings_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

audit_app = typer.Typer(help="The log of who did what.", no_args_is_help=True)

_Answer = TypeVar("_Answer")


@audit_app.command()
def verify(
    head: Annotated[
        str | None, typer.Option(help="SEQ:HASH as `audit head` printed it earlier.")
    ] = None,
) -> None:
    """Walk the whole log. Exit code 0: whole, 1: broken, and where, 2: bad use."""
    from service.store.audit_chain import Head, find_breaks, head_of

    kept = None
    if head is not None:
        seq, _, digest = head.partition(":")
        if not seq.isdecimal() or not digest:
            raise fail("--head takes SEQ:HASH as `prescreen audit head` prints it.")
        kept = Head(int(seq), digest)

    async def walk(session: "AsyncSession") -> int:
        broken = 0
        before = await head_of(session)
        async for one in find_breaks(session, kept):
            broken += 1
            typer.echo(f"BROKEN at {one.seq}: {one.problem}")
        if not broken:
            typer.echo(f"Whole. Head {before}")
        return broken

    raise typer.Exit(1 if _read(walk) else 0)


@audit_app.command("head")
def print_head() -> None:
    """Print SEQ:HASH of the last entry: kept elsewhere, it proves what came before."""
    from service.store.audit_chain import head_of

    found = _read(head_of)
    if found is None:
        typer.echo("The row that holds the head is gone: prescreen audit verify", err=True)
        raise typer.Exit(1)
    typer.echo(str(found))


@audit_app.command()
def export(
    after: Annotated[int, typer.Option(min=0, help="Only entries after this number.")] = 0,
) -> None:
    """Print entries as JSON lines, oldest first; ids and codes, no personal data."""
    from service.store.audit_chain import content_of, entries

    async def write(session: "AsyncSession") -> None:
        async for seq, entry in entries(session, after=after):
            line: dict[str, Any] = {"seq": seq, "unreadable": True}
            if entry is not None:
                line = content_of(entry) | {"hash": entry.hash}
            typer.echo(json.dumps(line, ensure_ascii=False))

    _read(write)


def _read(work: "Callable[[AsyncSession], Awaitable[_Answer]]") -> _Answer:
    """Nothing is migrated or written: what is looked at stays as it was found."""
    from sqlalchemy.exc import DBAPIError

    from service.bootstrap import open_sessions
    from service.store.engine import read_only

    async def run() -> _Answer:
        async with open_sessions(settings_of()) as sessions, read_only(sessions) as session:
            return await work(session)

    try:
        return asyncio.run(run())
    except (DBAPIError, OSError) as cause:
        raise fail(
            "The log cannot be read. Is PRESCREEN_DATABASE_URL right, and was the service of this "
            "version started on it once?"
        ) from cause
