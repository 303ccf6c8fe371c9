"""The component as it is served: whole, compressed, and by its hash."""

import gzip
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256, sha384
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "static" / "document-capture.js"


@dataclass(frozen=True, slots=True)
class Component:
    """One version of the file.

    Attributes:
        version: of its content; in the address it lets caches keep the file for good.
        integrity: for the `integrity` attribute of the page that loads it (SRI).

    """

    plain: bytes
    compressed: bytes
    version: str
    integrity: str


def component() -> Component:
    """As the file stands: in development it changes under a running server."""
    return _read(FILE.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read(changed_ns: int) -> Component:  # noqa: ARG001 - a changed file is read again
    plain = FILE.read_bytes()
    return Component(
        plain,
        gzip.compress(plain, 9, mtime=0),
        sha256(plain).hexdigest()[:12],
        f"sha384-{b64encode(sha384(plain).digest()).decode()}",
    )
