"""Commands run in the tests' own process."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """A command logs to the output that was caught for it; later tests must not."""
    yield
    structlog.reset_defaults()
