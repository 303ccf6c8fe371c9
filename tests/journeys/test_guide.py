"""The curl examples of the guide and the README work as they stand."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def examples() -> list[str]:
    found: list[str] = []
    for page in ("README.md", "docs/api.md", "docs/capture.md"):
        blocks = re.findall(r"```bash\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
        found += [block for block in blocks if block.startswith("curl")]
    return found


@pytest.mark.parametrize("example", examples())
def test_an_example_works(example: str, service) -> None:
    assert "http" not in example  # every address is the reader's own
    done = subprocess.run(
        ["bash", "-euc", example.replace("curl -s ", "curl -sf ")],
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=90,
        check=False,
        env=os.environ | {"PRESCREEN": service.url, "KEY": service.keys["frontend"]},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("{")


def test_there_are_examples() -> None:
    assert len(examples()) >= 6
