"""Deletes files that no row names: their process was killed after the file and before the row."""

from datetime import datetime, timedelta
from typing import Final

from service.store.engine import Sessions
from service.store.pictures import Blobs
from service.store.retention import blobs_named
from service.telemetry import Metrics

_AGE: Final = timedelta(days=1)
"""What is younger may belong to a row that is being written."""
_OF_SCREENINGS: Final = "scr_"
"""Whose files these are: every blob is stored under a screening's id."""
_MOST: Final = 10_000
"""Files without a row after which a run stops looking for more: their names are held in memory."""
_FEW: Final = 100
"""So many are deleted beside files that a row names, however few those are."""
_SUSPECT: Final = 0.1
"""Part of the files from which more than a few are no longer taken for those of killed processes."""


class SweepRefused(Exception):
    """So many files, or all of them, have no row that the database is more likely the wrong one."""


async def sweep_blobs(
    sessions: Sessions, blobs: Blobs, now: datetime, metrics: Metrics | None = None
) -> int:
    """How many were deleted; of very many the rest is left to the next run.

    Raises:
        SweepRefused: none of the files that were looked at has a row; or more than a hundred, and
            more than a tenth of them, have none. Nothing was deleted.

    """
    seen = 0
    orphans: list[str] = []
    async for page in blobs.stored_before(now - _AGE):
        found = {name: one for name, one in page.items() if one.startswith(_OF_SCREENINGS)}
        seen += len(found)
        async with sessions() as session:
            named = await blobs_named(session, set(found.values()))
        orphans += found.keys() - named
        if len(orphans) >= _MOST:
            break
    if orphans and (len(orphans) == seen or len(orphans) > max(_FEW, seen * _SUSPECT)):
        raise SweepRefused(
            f"{len(orphans)} of {seen} files belong to no row: is this the database of "
            "PRESCREEN_BLOBS_URL? Nothing was deleted."
        )
    for name in orphans:
        await blobs.delete(name)
    if metrics is not None:
        metrics.swept.inc(len(orphans))
    return len(orphans)
