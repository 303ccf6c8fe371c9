"""What all commands share: settings from the environment, and leaving with a reason."""

import re
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
    from pydantic_settings import SettingsError

    from service.settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as wrong:
        names = "; ".join(
            f"PRESCREEN_{str(e['loc'][0]).upper()}: {e['msg']}" for e in wrong.errors()
        )
        raise fail(names) from wrong
    except SettingsError as wrong:
        raise fail(f"{_named_in(str(wrong))} is not JSON.") from wrong


def _named_in(message: str) -> str:
    """The setting of which pydantic-settings says that it cannot be parsed."""
    quoted = re.search(r'"(\w+)"', message)
    return f"PRESCREEN_{quoted[1].upper()}" if quoted else "A setting"
