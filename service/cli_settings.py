"""What all commands share: the settings, and how a command ends that cannot go on."""

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from service.settings import Settings

_BAD_USE = 2


def fail(message: str) -> typer.Exit:
    """Says why, and is raised."""
    typer.echo(message, err=True)
    return typer.Exit(_BAD_USE)


def read_settings(**given: Any) -> "Settings":
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
