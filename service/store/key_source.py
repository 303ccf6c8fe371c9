"""Where key-encryption keys come from: text, a file, and a command that unwraps them."""

import base64
import binascii
import contextlib
import os
import re
import secrets
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from service.store.encryption import KEY_BYTES, KeyRing

_ENTRY: Final = re.compile(r"([A-Za-z0-9._-]{1,32}):([A-Za-z0-9+/_=-]+)")
_COMMAND_TIMEOUT_S: Final = 30


class KeysInvalid(Exception):
    """The keys cannot be used; the message says what to set, and holds nothing of a key."""


def new_entry() -> str:
    """A new key as it is configured: an id that tells its day, and 256 random bits."""
    name = f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(2)}"
    return f"{name}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def ring_of(text: str, command: str = "") -> KeyRing:
    """The keys of a text: `id:base64` entries, the one that wraps first.

    Args:
        text: entries apart by commas or white space; from `#` to the end of a line is a remark.
        command: where set, the entries are themselves wrapped, and it unwraps each: it is given
            two lines, the id and the base64, and prints the key in base64. Run by the shell, once
            for each key at the start.

    Raises:
        KeysInvalid: with what is wrong.

    """
    plain = re.sub(r"#.*", "", text)
    keys: dict[str, bytes] = {}
    for entry in re.split(r"[\s,]+", plain.strip()):
        if not entry:
            continue
        match = _ENTRY.fullmatch(entry)
        if match is None:
            raise KeysInvalid(
                "An encryption key is id:base64, e.g. as `prescreen encryption new-key` prints it."
            )
        name, value = match.groups()
        if name in keys:
            raise KeysInvalid(f"The encryption key {name} is given twice.")
        key = _from_base64(_unwrapped(command, name, value) if command else value)
        if len(key) != KEY_BYTES:
            raise KeysInvalid(f"The encryption key {name} is not {KEY_BYTES} bytes in base64.")
        keys[name] = key
    return KeyRing(keys)


def read_key_file(path: Path) -> str:
    """The text of a key file. Raises KeysInvalid."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise KeysInvalid(
            f"PRESCREEN_ENCRYPTION_KEY_FILE: {path.name} cannot be read ({type(cause).__name__})."
        ) from cause


def file_beside(database_url: str) -> Path:
    """Where `serve --dev` keeps its key: beside the file of its database."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return Path(f"{url.database}.key")
    return Path("var/dev.key")


def make_key_file(path: Path) -> None:
    """Makes a file with a new key, unless there is one; only its owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written whole before it has its name: another process never reads half of it.
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"# made by serve --dev; whoever has it reads the database\n{new_entry()}\n")
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _unwrapped(command: str, name: str, value: str) -> str:
    try:
        done = subprocess.run(  # noqa: S602 - the operator's own setting, e.g. a pipe to a KMS
            command,
            shell=True,
            input=f"{name}\n{value}\n",
            capture_output=True,
            text=True,
            timeout=_COMMAND_TIMEOUT_S,
            check=True,
            env=_without_keys(os.environ),
        )
    except (subprocess.SubprocessError, OSError, UnicodeDecodeError) as cause:
        # What it printed may hold a key: it is not repeated.
        raise KeysInvalid(
            f"PRESCREEN_ENCRYPTION_KEY_COMMAND failed for {name} ({type(cause).__name__})."
        ) from None
    return done.stdout.strip()


def _without_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """The command needs the credentials of its KMS; of ours it needs none."""
    return {name: value for name, value in environment.items() if "PRESCREEN_" not in name}


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return b""
