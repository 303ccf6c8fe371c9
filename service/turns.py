"""One at a time, over processes: what takes much memory waits for its turn."""

import contextlib
import fcntl
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

_LOOK_AGAIN_S: Final = 0.02


class TurnTooFar(Exception):
    """Others had their turn for as long as one may wait."""


@contextlib.contextmanager
def turn(file: Path | None, wait_s: float) -> Generator[None]:
    """Holds the turn that `file` stands for; a process that dies gives it back. None: always free.

    Raises:
        TurnTooFar: it did not come.

    """
    if file is None:
        yield
        return
    with file.open("ab") as held:
        until = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise TurnTooFar from None
                time.sleep(_LOOK_AGAIN_S)
        yield
