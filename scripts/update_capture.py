"""Writes the component's present version and hash into docs/capture.md."""

import re
from pathlib import Path

from service.capture_page.component import component

PAGE = Path(__file__).parents[1] / "docs" / "capture.md"


def updated(text: str) -> str:
    """With the version in addresses and table, and the hash wherever one stands."""
    one = component()
    text = re.sub(r"sha384-[\w+/]{64}|@INTEGRITY@", one.integrity, text)
    text = re.sub(r"(?<=\?v=)[\w@]+", one.version, text)
    return re.sub(r"(?<=\| `)(?:[0-9a-f]{12}|@VERSION@)(?=` \| `sha384)", one.version, text)


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text("utf-8")), "utf-8")
