"""`prescreen accounts`: people who work at the triage console."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from service.command_line import fail, settings_of

if TYPE_CHECKING:
    from service.actions.manage_account import AccountRole
    from service.actions.parts import Parts
    from service.store.tables import Account

accounts_app = typer.Typer(
    help="People who work at the triage console. Passwords are asked for, or read from stdin.",
    no_args_is_help=True,
)

_Answer = TypeVar("_Answer")
_ACTOR = "command line"
_Name = Annotated[str, typer.Argument(help="The name that the person signs in with.")]


@accounts_app.command()
def add(
    name: _Name,
    role: Annotated[str, typer.Option(help="analyst, lead or admin.")] = "analyst",
) -> None:
    """Make a local account."""
    from service.actions.manage_account import add_account
    from service.bootstrap import utc_now

    wanted = _role(role)
    password = _password()

    async def make(parts: "Parts") -> str:
        made = await add_account(parts.sessions, name, wanted, password, _ACTOR, utc_now())
        return made.id

    typer.echo(_do(make))


@accounts_app.command("list")
def list_all() -> None:
    """List accounts, those of the provider too."""
    from service.store.accounts import list_accounts
    from service.store.engine import read_only

    async def read(parts: "Parts") -> "Sequence[Account]":
        async with read_only(parts.sessions) as session:
            return await list_accounts(session)

    for one in _do(read):
        state = "disabled" if one.disabled_at else "active"
        how = "password" if one.password_hash else "provider"
        typer.echo(f"{one.id}  {one.role:<8}  {state:<8}  {how:<8}  {one.name}")


@accounts_app.command()
def disable(name: Annotated[str, typer.Argument(help="Name or id.")]) -> None:
    """End its sessions and keys at once; it opens nothing until it is enabled."""
    from service.actions.manage_account import disable_account
    from service.bootstrap import utc_now

    _do(lambda parts: disable_account(parts.sessions, name, _ACTOR, utc_now()))


@accounts_app.command()
def enable(name: Annotated[str, typer.Argument(help="Name or id.")]) -> None:
    """Let a disabled account sign in again."""
    from service.actions.manage_account import enable_account
    from service.bootstrap import utc_now

    _do(lambda parts: enable_account(parts.sessions, name, _ACTOR, utc_now()))


@accounts_app.command("role")
def set_role(
    name: _Name, role: Annotated[str, typer.Argument(help="analyst, lead or admin.")]
) -> None:
    """Give an account another role."""
    from service.actions.manage_account import change_role
    from service.bootstrap import utc_now

    wanted = _role(role)
    _do(lambda parts: change_role(parts.sessions, name, wanted, _ACTOR, utc_now()))


@accounts_app.command("password")
def set_password(name: _Name) -> None:
    """Set a new password; whoever is signed in with the old one is signed out."""
    from service.actions.manage_account import change_password
    from service.bootstrap import utc_now

    password = _password()
    _do(lambda parts: change_password(parts.sessions, name, password, _ACTOR, utc_now()))


def _role(given: str) -> "AccountRole":
    from service.actions.manage_account import AccountRole

    if given not in set(AccountRole):
        raise fail(f"A role is one of {', '.join(AccountRole)}.")
    return AccountRole(given)


def _password() -> str:
    """From a prompt, twice; or the first line of stdin. Never an argument: others see those."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _do(work: "Callable[[Parts], Awaitable[_Answer]]") -> _Answer:
    from service.actions.manage_account import AccountRefused
    from service.bootstrap import open_parts

    async def run() -> _Answer:
        async with open_parts(settings_of(), with_workers=False) as parts:
            return await work(parts)

    try:
        return asyncio.run(run())
    except AccountRefused as refusal:
        raise fail(str(refusal)) from refusal
