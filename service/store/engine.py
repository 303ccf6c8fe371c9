"""The database by URL: SQLite for one machine, PostgreSQL for many."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from service.store.audit import audited_sessions
from service.store.encryption import Vault
from service.store.sealed import VAULT

Sessions = async_sessionmaker[AsyncSession]

_BUSY_TIMEOUT_MS = 15_000
_NOT_IN_REPERTOIRE = "22021"
"""SQLSTATE of PostgreSQL for a text with a NUL character."""


class TextUnusable(Exception):
    """A text, perhaps an id that was asked for, has a character that the database cannot hold."""


def open_engine(url: str) -> AsyncEngine:
    """An engine. `url` is e.g. `sqlite+aiosqlite:///prescreen.db` or `postgresql+asyncpg://...`."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_async_engine(parsed, pool_size=10, max_overflow=20, pool_pre_ping=True)
        event.listen(engine.sync_engine, "handle_error", _name_unusable_text)
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(parsed, connect_args={"timeout": _BUSY_TIMEOUT_MS / 1000})

    def prepare(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            # What is erased, a data key above all, is not left behind in the file's free pages.
            "secure_delete=ON",
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", prepare)
    return engine


def _name_unusable_text(context: ExceptionContext) -> None:
    cause = context.original_exception
    if getattr(cause, "sqlstate", None) == _NOT_IN_REPERTOIRE:
        raise TextUnusable from cause


def sessions_of(engine: AsyncEngine, vault: Vault) -> Sessions:
    """Sessions whose records stay readable after the commit; the vault seals and opens them.

    What is told to the audit log within them joins its chain at the commit.
    """
    return async_sessionmaker(
        engine,
        sync_session_class=audited_sessions(),
        expire_on_commit=False,
        info={VAULT: vault},
    )


@asynccontextmanager
async def read_only(sessions: Sessions) -> AsyncGenerator[AsyncSession]:
    """A session for reading: it is closed without a commit, its records stay readable."""
    async with sessions() as session:
        yield session


async def compact(sessions: Sessions) -> None:
    """Rewrites the file of SQLite, whose free pages and journal keep what was overwritten.

    PostgreSQL does it in its own time, or at once by VACUUM FULL: see docs/privacy.md.
    """
    async with sessions() as session:
        connection = await session.connection()
        if connection.dialect.name != "sqlite":
            return
        await connection.exec_driver_sql("VACUUM")
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


async def migrate(url: str, revision: str = "head") -> None:
    """Brings the schema up to date, whole or not at all; safe from several processes at once."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    await asyncio.to_thread(command.upgrade, config, revision)
