"""Deletes files that no row names: their process was killed after the file and before the row."""

from datetime import datetime, timedelta
from typing import Final

from service.store.engine import Sessions
from service.store.pictures import Blobs
from service.store.retention import blobs_named
from service.telemetry import Metrics

AGE: Final = timedelta(days=1)
"""What is younger may belong to a row that is being written."""
_OF_SCREENINGS: Final = "scr_"
_MOST: Final = 10_000
_FEW: Final = 100
_SUSPECT: Final = 0.1


class SweepRefused(Exception):
    """So many files without a row that the database is more likely the wrong one."""


async def sweep_blobs(
    sessions: Sessions, blobs: Blobs, now: datetime, metrics: Metrics | None = None
) -> int:
    """How many were deleted; of very many the rest is left to the next run.

    Raises:
        SweepRefused: more than a hundred, and more than a tenth of all that was looked at.

    """
    seen = 0
    orphans: list[str] = []
    async for page in blobs.stored_before(now - AGE):
        found = {name: one for name, one in page.items() if one.startswith(_OF_SCREENINGS)}
        seen += len(found)
        async with sessions() as session:
            named = await blobs_named(session, set(found.values()))
        orphans += found.keys() - named
        if len(orphans) >= _MOST:
            break
    if len(orphans) > max(_FEW, seen * _SUSPECT):
        raise SweepRefused(
            f"{len(orphans)} of {seen} files belong to no row: is this the database of "
            "PRESCREEN_BLOBS_URL? Nothing was deleted."
        )
    for name in orphans:
        await blobs.delete(name)
    if metrics is not None:
        metrics.swept.inc(len(orphans))
    return len(orphans)
