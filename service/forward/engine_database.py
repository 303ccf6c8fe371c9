"""Where the durable engine keeps what is under way: beside our tables, and apart from them."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url

_BUSY_TIMEOUT_MS: Final = 30_000


def engine_database_url(database_url: str) -> str:
    """The engine's URL: on PostgreSQL the same database (a schema of its own), else a file beside.

    On SQLite writers wait for each other: a file of its own keeps the engine's polling apart.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        query = {("sslmode" if k == "ssl" else k): v for k, v in url.query.items()}
        return _text(url.set(drivername="postgresql+psycopg", query=query))
    return _text(url.set(drivername="sqlite", database=f"{url.database}.forwarding"))


def open_sqlite(engine_url: str) -> sa.Engine | None:
    """An engine with a write-ahead log for SQLite; None elsewhere, where the default is right.

    A commit lost with the machine's power is found again in our rows, so no commit waits for the
    disk; a killed process loses none.
    """
    if not engine_url.startswith("sqlite"):
        return None
    engine = sa.create_engine(engine_url)

    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    return engine


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
