"""Files that no row names are found and deleted, and never one that a row names."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.actions.forward_held import hold_update
from service.actions.housekeeping import Housekeeper
from service.actions.sweep_blobs import SweepRefused, sweep_blobs
from service.store.pictures import Blobs
from service.store.retention import Retention
from service.store.tables import Screening
from service.telemetry import Metrics
from tests.conftest import VAULT
from tests.store.rows import NOW, kept, submission

LATER = datetime.now(UTC) + timedelta(days=2)


def names(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


def swept(metrics: Metrics) -> float | None:
    return metrics.registry.get_sample_value("prescreen_blobs_swept_total")


def last_sweep(metrics: Metrics) -> float | None:
    return metrics.registry.get_sample_value("prescreen_sweep_last_timestamp_seconds")


async def test_what_a_killed_process_left_is_deleted_and_nothing_else(
    sessions, tmp_path: Path
) -> None:
    folder, metrics = tmp_path / "blobs", Metrics()
    blobs = Blobs(f"file://{folder}")
    one = await kept(sessions, blobs)
    async with sessions() as session:
        row = await session.get_one(Screening, one)
        files = [await blobs.put(b"bill", row.object_key) for _ in range(4)]
        sent, held = (
            {"proof_of_address": {"blob": blob, "upright": upright, "media_type": "image/png"}}
            for blob, upright in (files[:2], files[2:])
        )
        session.add(submission(one, "c", extra_files=sent))
        hold_update(
            session,
            screening_id=one,
            customer_id="c",
            owner_id=None,
            update={},
            extra_files=held,
            actor="key_1",
            now=NOW,
        )
        await session.commit()
    (folder / "ab").mkdir(exist_ok=True)
    (folder / "ab" / "of_a_former_form").write_bytes(b"kept")
    needed = names(folder)
    # Two that died: one before there was a row, one while files were added to it.
    await blobs.put(b"picture", VAULT.ring.new_key("scr_of_nobody"))
    await blobs.put(b"bill", row.object_key)
    everything = names(folder)
    assert await sweep_blobs(sessions, blobs, datetime.now(UTC), metrics) == 0
    assert names(folder) == everything, "what is younger than a day may get its row yet"
    assert await sweep_blobs(sessions, blobs, LATER, metrics) == 2
    assert names(folder) == needed
    assert swept(metrics) == 2
    assert await sweep_blobs(sessions, blobs, LATER, metrics) == 0


@pytest.mark.parametrize(("foreign", "own"), [(3, 0), (101, 1)])
async def test_the_files_of_another_database_are_not_deleted(
    sessions, tmp_path: Path, foreign: int, own: int
) -> None:
    folder = tmp_path / "blobs"
    blobs = Blobs(f"file://{folder}")
    for n in range(foreign):
        await blobs.put(b"", VAULT.ring.new_key(f"scr_{n}"))
    for _ in range(own):
        await kept(sessions, blobs)
    with pytest.raises(SweepRefused, match=f"{foreign} of {foreign + own}"):
        await sweep_blobs(sessions, blobs, LATER)
    assert len(names(folder)) == foreign + own


async def test_a_sweep_that_was_refused_is_tried_again_before_a_day_is_over(
    sessions, tmp_path: Path
) -> None:
    blobs, metrics = Blobs(f"file://{tmp_path}/blobs"), Metrics()
    await blobs.put(b"", VAULT.ring.new_key("scr_of_nobody"))
    at = [LATER]
    keeper = Housekeeper(
        sessions, blobs, Retention(), metrics, lambda: at[0], every=timedelta(hours=1)
    )
    with pytest.raises(SweepRefused):
        await keeper.sweep_if_due()
    assert last_sweep(metrics) == 0
    await kept(sessions, blobs)
    assert not await keeper.sweep_if_due(), "not at once either"
    at[0] += timedelta(hours=2)
    assert await keeper.sweep_if_due()
    assert last_sweep(metrics) == at[0].timestamp()


async def test_of_several_processes_one_sweeps_and_once_a_day(sessions, tmp_path: Path) -> None:
    blobs = Blobs(f"file://{tmp_path}/blobs")
    await kept(sessions, blobs)
    await blobs.put(b"", VAULT.ring.new_key("scr_of_nobody"))
    at = [LATER]
    metrics = [Metrics() for _ in range(3)]
    several = [
        Housekeeper(sessions, blobs, Retention(), one, lambda: at[0], every=timedelta(hours=1))
        for one in metrics
    ]
    assert sum(await asyncio.gather(*(one.sweep_if_due() for one in several))) == 1
    assert sorted(map(swept, metrics)) == [0, 0, 1]
    swept_at = at[0].timestamp()
    at[0] += timedelta(hours=23)
    assert not any([await one.sweep_if_due() for one in several])
    assert [last_sweep(one) for one in metrics] == [swept_at] * 3, "whoever did it"
    at[0] += timedelta(hours=1)
    assert await several[0].sweep_if_due()
