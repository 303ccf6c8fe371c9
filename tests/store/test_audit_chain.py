"""The audit log can only grow, and shows where somebody made it do something else."""

import asyncio
import contextlib
import hashlib
import json
import sys
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import async_sessionmaker

from service.actions.issue_key import Role, issue_key
from service.store import audit, audit_chain
from service.store.audit_chain import Break, Head
from service.store.engine import migrate, open_engine, sessions_of
from service.store.tables import Audit, AuditHead, Key
from tests.conftest import VAULT

NOW = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)


async def write(sessions, count: int, *, at_once: int = 1, action: str = "picture.seen") -> None:
    for start in range(0, count, at_once):
        async with sessions() as session:
            for n in range(start, min(start + at_once, count)):
                audit.record(
                    session,
                    at=NOW + timedelta(seconds=n),
                    actor="acc_1",
                    action=action,
                    subject=f"scr_{n}",
                    details={"side": "front", "n": n, "ü": ["z", {"b": None, "a": True}]},
                )
            await session.commit()


async def breaks(sessions, kept: Head | None = None) -> list[Break]:
    async with sessions() as session:
        return [one async for one in audit_chain.find_breaks(session, kept)]


async def head(sessions) -> Head:
    async with sessions() as session:
        found = await audit_chain.head_of(session)
        assert found is not None
        return found


async def tamper(sessions, *statements: str) -> None:
    """As somebody with all rights on the database, who takes the triggers away first."""
    async with sessions() as session:
        if session.get_bind().dialect.name == "sqlite":
            names = (
                await session.scalars(text("SELECT name FROM sqlite_master WHERE type='trigger'"))
            ).all()
            for name in names:
                await session.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("audit", "audit_head"):
                await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in statements:
            await session.execute(text(statement))
        await session.commit()


async def test_an_untouched_log_is_whole(sessions) -> None:
    assert await breaks(sessions) == []
    await write(sessions, 5)
    await write(sessions, 7, at_once=3)
    assert await breaks(sessions) == []
    assert (await head(sessions)).seq == 12
    assert await breaks(sessions, await head(sessions)) == []


async def test_the_hash_is_what_the_format_says(sessions) -> None:
    await write(sessions, 2)
    async with sessions() as session:
        first, second = (await session.scalars(select(Audit).order_by(Audit.seq))).all()
    text_of_first = (
        '{"action":"picture.seen","actor":"acc_1","at":"2026-11-25T12:00:00.123456+00:00",'
        '"details":{"n":0,"side":"front","ü":["z",{"a":true,"b":null}]},'
        f'"id":"{first.id}","previous":"{"0" * 64}","seq":1,"subject":"scr_0"}}'
    )
    assert first.hash == hashlib.sha256(text_of_first.encode()).hexdigest()
    assert second.previous == first.hash


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'nobody' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET seq = 1",
    ],
)
async def test_the_database_refuses_all_but_adding(sessions, statement: str) -> None:
    await write(sessions, 3)
    async with sessions() as session:
        with pytest.raises(DBAPIError, match="can only grow"):
            await session.execute(text(statement))
    assert await breaks(sessions) == []


@pytest.mark.parametrize(
    ("statements", "seq", "told"),
    [
        (["UPDATE audit SET actor = 'nobody' WHERE seq = 4"], 4, "was changed"),
        (["UPDATE audit SET at = '2020-01-01 00:00:00' WHERE seq = 4"], 4, "was changed"),
        (["UPDATE audit SET details = '{}' WHERE seq = 4"], 4, "was changed"),
        (["DELETE FROM audit WHERE seq IN (4, 5)"], 4, "entries 4 to 5 are missing"),
        (["DELETE FROM audit WHERE seq = 1"], 1, "entry 1 is missing"),
        (["DELETE FROM audit WHERE seq > 7"], 8, "the end was cut off"),
        (["DELETE FROM audit"], 1, "entries 1 to 9 are missing: the end was cut off"),
        (["DELETE FROM audit_head"], 0, "the row that holds the head is gone"),
        (["UPDATE audit_head SET hash = 'x'"], 9, "another hash"),
        (["UPDATE audit_head SET seq = 8"], 9, "past the head"),
        (
            [
                "UPDATE audit SET seq = 100 WHERE seq = 4",
                "UPDATE audit SET seq = 4 WHERE seq = 5",
                "UPDATE audit SET seq = 5 WHERE seq = 100",
            ],
            4,
            "does not follow",
        ),
    ],
)
async def test_whatever_was_done_to_it_is_found_where_it_was_done(
    sessions, statements: list[str], seq: int, told: str
) -> None:
    await write(sessions, 9)
    await tamper(sessions, *statements)
    found = await breaks(sessions)
    assert any(one.seq == seq and told in one.problem for one in found), found


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    "column", ["details = 'no json'", "details = '[NaN]'", "at = 'never'", "details = 'null'"]
)
async def test_what_cannot_be_read_at_all_is_a_break_and_the_walk_goes_on(
    backend: str, sessions, column: str
) -> None:
    await write(sessions, 9)
    changes = [f"UPDATE audit SET {column} WHERE seq = 3", "UPDATE audit SET actor='x' WHERE seq=7"]
    await tamper(sessions, *changes)
    found = await breaks(sessions)
    assert {one.seq for one in found if "was changed" in one.problem} == {3, 7}


async def test_an_entry_before_the_first_is_found(sessions) -> None:
    await write(sessions, 2)
    copied = "id || 'x', 0, previous, hash, at, actor, action, subject, details"
    columns = "id, seq, previous, hash, at, actor, action, subject, details"
    await tamper(
        sessions, f"INSERT INTO audit ({columns}) SELECT {copied} FROM audit WHERE seq = 1"
    )
    assert [one.seq for one in await breaks(sessions)] == [0]


async def test_an_end_cut_off_together_with_its_head_is_known_by_a_head_kept_elsewhere(
    sessions,
) -> None:
    await write(sessions, 9)
    kept = await head(sessions)
    async with sessions() as session:
        seventh = await session.scalar(select(Audit.hash).where(Audit.seq == 7))
    await tamper(
        sessions,
        "DELETE FROM audit WHERE seq > 7",
        f"UPDATE audit_head SET seq = 7, hash = '{seventh}'",
    )
    assert await breaks(sessions) == []
    assert [one.seq for one in await breaks(sessions, kept)] == [9]
    await write(sessions, 2)  # and written over with others
    assert [one.seq for one in await breaks(sessions, kept)] == [9]
    assert await breaks(sessions, Head(7, seventh)) == []


async def test_what_was_not_committed_leaves_no_entry_and_no_gap(sessions) -> None:
    async with sessions() as session:
        entry = {"at": NOW, "actor": "a", "subject": "s"}
        audit.record(session, action="rolled.back", **entry)
        await session.rollback()
        audit.record(session, action="kept", **entry)
        async with session.begin_nested():
            audit.record(session, action="kept.within", **entry)
        with contextlib.suppress(ZeroDivisionError):
            async with session.begin_nested():
                audit.record(session, action="undone.within", **entry)
                raise ZeroDivisionError
        await session.commit()
        audit.record(session, action="closed.without.commit", **entry)
        await session.close()
        await session.execute(select(Audit.id))
        await session.commit()
    async with sessions() as session:
        actions = (await session.scalars(select(Audit.action).order_by(Audit.seq))).all()
    assert actions == ["kept", "kept.within"]
    assert await breaks(sessions) == []


async def test_a_session_that_cannot_chain_is_refused_before_it_loses_an_entry(
    database_url: str,
) -> None:
    engine = open_engine(database_url)
    async with async_sessionmaker(engine)() as session:
        with pytest.raises(TypeError, match="sessions_of"):
            audit.record(session, at=NOW, actor="a", action="b", subject="c")
    await engine.dispose()


_WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from service.store import audit
from service.store.engine import open_engine, sessions_of
from tests.conftest import VAULT

async def main(url, name):
    engine = open_engine(url)
    sessions = sessions_of(engine, VAULT)
    async def one(n):
        async with sessions() as session:
            audit.record(session, at=datetime.now(UTC), actor=name, action="x", subject=str(n))
            await session.commit()
    for n in range(0, 40, 4):
        await asyncio.gather(*(one(n + m) for m in range(4)))
    await engine.dispose()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_several_processes_write_one_chain(database_url: str, sessions) -> None:
    writers = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", _WRITER, database_url, f"p{n}")
        for n in range(3)
    ]
    assert [await writer.wait() for writer in writers] == [0, 0, 0]
    assert await breaks(sessions) == []
    async with sessions() as session:
        entries = (await session.execute(select(Audit.actor, Audit.subject))).all()
    assert {tuple(one) for one in entries} == {
        (f"p{writer}", str(n)) for writer in range(3) for n in range(40)
    }
    assert (await head(sessions)).seq == 120


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_the_end_of_the_chain_is_the_last_lock_that_a_transaction_takes(
    backend: str, sessions
) -> None:
    key, _ = await issue_key(sessions, Role.ANALYST, "first", "test", NOW)
    async with sessions() as early, sessions() as late:
        for session, name in ((early, "early"), (late, "late")):
            (await session.get_one(Key, key.id)).name = name
            audit.record(session, at=NOW, actor=name, action="renamed", subject=key.id)
        await early.flush()  # holds the key, not the chain
        waiting = asyncio.create_task(late.commit())
        await asyncio.sleep(0.5)
        await early.commit()  # a deadlock, if the other one held the chain
        await waiting
    async with sessions() as session:
        actors = (await session.scalars(select(Audit.actor).order_by(Audit.seq))).all()
    assert actors == ["test", "early", "late"]
    assert await breaks(sessions) == []


async def test_verifying_while_others_write_finds_nothing(sessions) -> None:
    await write(sessions, 20)
    found, _ = await asyncio.gather(breaks(sessions), write(sessions, 20))
    assert found == []


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_the_walk_holds_a_page_at_a_time(backend: str, sessions) -> None:
    await write(sessions, 3000, at_once=1000)
    peaks: list[int] = []
    for count in (3000, 9000):
        await write(sessions, count - (await head(sessions)).seq, at_once=1000)
        tracemalloc.start()
        assert await breaks(sessions) == []
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


async def test_entries_from_before_the_chain_are_chained_in_their_order(
    empty_database_url: str,
) -> None:
    await migrate(empty_database_url, "0002")
    engine = open_engine(empty_database_url)
    async with engine.begin() as connection:
        for n in (2, 1, 3):
            await connection.exec_driver_sql(
                "INSERT INTO audit (id, at, actor, action, subject, details) VALUES "
                f"('aud_{n}', '{NOW:%Y-%m-%d %H:%M:%S.%f}', 'k', 'a', 's', '{json.dumps({'n': n})}')"
            )
    await migrate(empty_database_url)
    sessions = sessions_of(engine, VAULT)
    assert await breaks(sessions) == []
    await write(sessions, 1)
    async with sessions() as session:
        ids = (await session.scalars(select(Audit.id).order_by(Audit.seq))).all()
        assert ids[:3] == ["aud_1", "aud_2", "aud_3"]
        assert (await session.get_one(AuditHead, audit_chain.HEAD_ID)).seq == 4
    assert await breaks(sessions) == []
    await engine.dispose()


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_service_that_owns_no_table_starts_and_writes_and_cannot_take_triggers_away(
    backend: str, database_url: str, sessions
) -> None:
    role = f"r{database_url[-12:]}"
    async with sessions() as session:
        for statement in (
            f"CREATE ROLE {role} LOGIN",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            f"REVOKE UPDATE, DELETE ON audit FROM {role}",
        ):
            await session.execute(text(statement))
        await session.commit()
    limited_url = database_url.replace("tester@", f"{role}@")
    await migrate(limited_url)
    engine = open_engine(limited_url)
    limited = sessions_of(engine, VAULT)
    await write(limited, 3)
    assert await breaks(limited) == []
    for statement in (
        "ALTER TABLE audit DISABLE TRIGGER USER",
        "DROP TRIGGER audit_no_change ON audit",
        "UPDATE audit SET actor = 'x'",
        "TRUNCATE audit",
    ):
        async with limited() as session:
            with pytest.raises(DBAPIError):
                await session.execute(text(statement))
    await engine.dispose()
