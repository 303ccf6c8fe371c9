"""Two servers: one as it is, one that waits for nothing as long."""

from collections.abc import Iterator

import pytest

from benchmarks.served import ROOT, Served

PROBE = ROOT / "sample_docs" / "specimens" / "passport_gb_out_of_focus.jpg"
_HASTY = """
from service import connections
from service.api import admission
connections.HEAD_S, connections.MAX_CONNECTIONS = 1.5, 40
admission.PAUSE_S, admission.BODY_S = 1.0, 3.0
"""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """With two workers and the limits that it comes with."""
    with Served(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture(scope="session")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Impatient."""
    with Served(tmp_path_factory.mktemp("hasty"), before=_HASTY, workers="1") as server:
        yield server
