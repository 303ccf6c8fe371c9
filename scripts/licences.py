"""The licence of every package that the service runs on, and whether it may be among them.

    python -m scripts.licences

Packages are those of requirements.lock that are installed here. A package says its licence as an
SPDX expression (PEP 639), by classifiers, or, of old, in a field of free text. Exit code 1 where
one is not among those allowed.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

LOCK: Final = Path(__file__).parents[1] / "requirements.lock"
ALLOWED: Final = frozenset(
    {
        *(
            "MIT",
            "MIT License",
            "MIT-0",
            "ISC License ISCL",
            "0BSD",
            "Zlib",
            "CC0-1.0",
            "Unlicense",
        ),
        *("BSD", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "3-Clause BSD License"),
        *("Apache-2.0", "Apache Software License", "Apache 2.0", "Apache-2.0 WITH LLVM-exception"),
        *("PSF-2.0", "Python Software Foundation License", "HPND", "MIT-CMU"),
        "Mozilla Public License 2.0 MPL 2.0",
        "MPL-2.0",
    }
)
"""Licences that ask for no more than their text beside a copy; MPL for changes of its own files."""
EXCEPTIONS: Final = {
    "psycopg": "LGPL-3.0-only: used as it is, as a library that whoever runs us may replace",
    "psycopg-binary": "LGPL-3.0-only: as psycopg",
    "pypdfium2": "BSD-3-Clause, Apache-2.0 and those of PDFium's own parts, all of that sort",
}


@dataclass(frozen=True, slots=True)
class Licensed:
    """A package, its version, and its licence as it says it."""

    name: str
    version: str
    licence: str

    @property
    def is_allowed(self) -> bool:
        """Of alternatives one is enough, of parts each counts; where both stand, all count."""
        parts = re.split(r" AND | OR |; ", re.sub(r"[()]", "", self.licence))
        is_choice = " OR " in self.licence and " AND " not in self.licence
        enough = any if is_choice else all
        return self.name in EXCEPTIONS or enough(part.strip() in ALLOWED for part in parts)


def licences() -> Iterator[Licensed]:
    """Those of the locked packages that this platform has."""
    for name in re.findall(r"^([a-z0-9][\w.\-]*)==", LOCK.read_text(), re.MULTILINE):
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        yield Licensed(name, found.version, licence_of(found))


def licence_of(package: Distribution) -> str:
    """As it says it; empty where it says nothing."""
    told = package.metadata
    if expression := told.get("License-Expression"):
        return expression
    classifiers = [
        one.rpartition(" :: ")[2]
        for one in told.get_all("Classifier") or ()
        if one.startswith("License :: ") and one != "License :: OSI Approved"
    ]
    first_line = (told.get("License") or "").partition("\n")[0].strip()
    return "; ".join(sorted(set(classifiers))) or first_line


def main() -> None:
    """From the command line."""
    found = list(licences())
    for one in found:
        mark = "" if one.is_allowed else "  NOT ALLOWED"
        sys.stdout.write(f"{one.name} {one.version}: {one.licence or 'says nothing'}{mark}\n")
    sys.exit(not all(one.is_allowed for one in found))


if __name__ == "__main__":
    main()
