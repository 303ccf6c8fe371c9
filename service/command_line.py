"""What all commands share: settings from the environment, and leaving with a reason."""

from typing import TYPE_CHECKING, Any, Final

import typer

if TYPE_CHECKING:
    from service.settings import Settings

BAD_USE: Final = 2
"""The exit code of a command that was called wrongly."""


def fail(message: str) -> typer.Exit:
    """To be raised: the message on standard error, and the exit code of bad use."""
    typer.echo(message, err=True)
    return typer.Exit(BAD_USE)


def settings_of(**given: Any) -> "Settings":
    """The settings; a wrong one ends the command with its name."""
    from pydantic import ValidationError

    from service.settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as wrong:
        names = "; ".join(
            f"PRESCREEN_{str(e['loc'][0]).upper()}: {e['msg']}" for e in wrong.errors()
        )
        raise fail(names) from wrong
