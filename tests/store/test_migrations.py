"""Migrations that are interrupted, or made by several processes at once, end well all the same."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

from service.store.engine import __file__ as engine_file
from service.store.engine import migrate, open_engine
from service.store.tables import Table

MIGRATE = """
import asyncio, sys
from service.store.engine import migrate
asyncio.run(migrate(sys.argv[1]))
"""
HANGS_AFTER = """
import sys, time
from alembic import op
real, left = op.create_table, [int(sys.argv[2])]
def create_table(*given, **named):
    made = real(*given, **named)
    left[0] -= 1
    if left[0] == 0:
        print("in the middle", flush=True)
        time.sleep(600)
    return made
op.create_table = create_table
"""


def process(code: str, *given: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", code, *given],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


async def differences(url: str) -> list:
    engine = open_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(
            lambda one: compare_metadata(MigrationContext.configure(one), Table.metadata)
        )
    await engine.dispose()
    return found


async def test_the_migrations_make_the_tables_that_the_code_knows(database_url: str) -> None:
    assert await differences(database_url) == []


async def test_the_last_revision_goes_back_and_forth(database_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(engine_file).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", database_url)
    await asyncio.to_thread(command.downgrade, config, "-1")
    assert await differences(database_url) != []
    await migrate(database_url)
    assert await differences(database_url) == []


@pytest.mark.slow
async def test_several_processes_that_start_at_once_all_find_it_migrated(
    empty_database_url: str,
) -> None:
    several = [process(MIGRATE, empty_database_url) for _ in range(4)]
    for one in several:
        _, told = await asyncio.to_thread(one.communicate, timeout=180)
        assert one.returncode == 0, told.decode()[-2000:]
    assert await differences(empty_database_url) == []


@pytest.mark.parametrize("tables", [3, 10])
async def test_a_start_after_one_that_was_killed_in_the_middle_succeeds(
    empty_database_url: str, tables: int
) -> None:
    killed = process(HANGS_AFTER + MIGRATE, empty_database_url, str(tables))
    assert killed.stdout is not None
    line = await asyncio.to_thread(killed.stdout.readline)
    assert line == b"in the middle\n"
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    await migrate(empty_database_url)
    assert await differences(empty_database_url) == []


async def test_a_former_version_starts_beside_a_newer_one(database_url: str) -> None:
    engine = open_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE screenings ADD COLUMN later VARCHAR(8)"))
        await connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    await migrate(database_url)
    async with engine.connect() as connection:
        at = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        await connection.execute(text("SELECT later FROM screenings"))
    await engine.dispose()
    assert at == "later"
