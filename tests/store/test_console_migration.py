"""Screenings from before the console are findable, countable and waiting like new ones."""

import json

from sqlalchemy import text

from service.store import worklist
from service.store.engine import migrate, open_engine, sessions_of
from service.store.tables import Screening
from service.store.worklist import Attention, Wanted
from tests.conftest import VAULT
from tests.triage.rows import NOW

_OLD = (
    "INSERT INTO screenings (id, created_at, key_id, reference, customer_id, verdict, standing, "
    "kind, country, attempt, wire) VALUES ('scr_OLD', :at, 'k', 'Order 7', 'c-1', 'review', "
    "'review', 'visa', 'KE', 1, :wire)"
)


async def test_what_was_screened_before_is_on_the_list(empty_database_url: str) -> None:
    await migrate(empty_database_url, "0002")
    engine = open_engine(empty_database_url)
    wire = {"findings": [{"code": "document_special_status"}], "customer": {"country": "KE"}}
    async with engine.begin() as connection:
        await connection.execute(text(_OLD), {"at": NOW, "wire": json.dumps(wire)})
        await connection.execute(
            text(
                "INSERT INTO screening_codes (screening_id, code) "
                "VALUES ('scr_OLD', 'document_special_status')"
            )
        )
    await engine.dispose()
    await migrate(empty_database_url)
    engine = open_engine(empty_database_url)
    async with sessions_of(engine, VAULT)() as session:
        row = await session.get_one(Screening, "scr_OLD")
        assert (row.attention, row.first_code) == (Attention.REVIEW, "document_special_status")
        assert row.customer_country == "KE"
        for wanted in (
            Wanted(),
            Wanted(code="document_special_status", kind="visa", country="KE"),
            Wanted(is_all=True, words="order 7"),
            Wanted(is_all=True, words="c-1"),
        ):
            assert await worklist.count(session, wanted, NOW) == 1
    await engine.dispose()
