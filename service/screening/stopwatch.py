"""Time by stage, for the record of a screening."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(slots=True)
class Stopwatch:
    """Milliseconds by stage, added up over both sides."""

    spent_ms: dict[str, float]

    def run(self, stage: str, work: Callable[[], _T]) -> _T:
        """Does the work and books its time."""
        started = time.perf_counter()
        try:
            return work()
        finally:
            elapsed = (time.perf_counter() - started) * 1000
            self.spent_ms[stage] = self.spent_ms.get(stage, 0.0) + elapsed
