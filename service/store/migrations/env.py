"""Alembic's entry: runs the revisions on the URL that `store.engine.migrate` sets."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from service.store.tables import Table

_LOCK = 727220
_SQLITE_WAIT_S = 120
"""For another process that migrates; a table is copied where SQLite cannot change it."""


def _run(connection: Connection) -> None:
    # All revisions in one transaction, on both databases: a process that is killed leaves none of
    # it. Several start at once: one migrates, the others wait and find nothing left to do.
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if not _is_ahead_of_us():
            context.run_migrations()


def _is_ahead_of_us() -> bool:
    """Whether a newer version has migrated: while it is rolled out, this one goes on beside it.

    That works because a revision only adds what this version can leave alone; what is not wanted
    any more goes with a later release (docs/operations.md, Upgrading).
    """
    known = {one.revision for one in context.script.walk_revisions()}
    return not known.issuperset(context.get_context().get_current_heads())


def _lock_sqlite(engine: AsyncEngine) -> None:
    """The driver itself begins late and commits at each change of a table: we begin instead."""

    def leave_transactions_to_us(connection: Any, _: object) -> None:
        connection.isolation_level = None

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine.sync_engine, "connect", leave_transactions_to_us)
    event.listen(engine.sync_engine, "begin", begin)


async def _main() -> None:
    url = context.config.get_main_option("sqlalchemy.url") or ""
    if url.startswith("sqlite"):
        engine = create_async_engine(url, connect_args={"timeout": _SQLITE_WAIT_S})
        _lock_sqlite(engine)
    else:
        engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
        await connection.commit()
    await engine.dispose()


asyncio.run(_main())
