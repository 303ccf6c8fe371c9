"""Writes docs/openapi.json anew: what the service answers at /openapi.json."""

import json
from pathlib import Path

from service.bootstrap import build_app
from service.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "openapi.json"


def text() -> str:
    """The document as it is kept."""
    served = build_app(Settings()).openapi()
    return json.dumps(served, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text(), "utf-8")
