"""In no table and no column does anything personal lie in clear: new ones are covered as well."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    inspect,
    select,
    text,
)

from service.store.sealed import SealedJson, SealedText, Sealing, sealed_columns
from service.store.tables import DataKey, Table
from tests.store.rows import NOW

MAPPERS = {str(one.local_table.name): one for one in Table.registry.mappers}
IN_ORDER = sorted(
    (MAPPERS[table.name] for table in Table.metadata.sorted_tables),
    # After the objects under whose keys they are sealed.
    key=lambda one: issubclass(one.class_, Sealing) and not one.class_.makes_key,
)
SEALED = [(table, name) for table, mapper in MAPPERS.items() for name, _ in sealed_columns(mapper)]
IN_CLEAR = {
    "ids of ours": """
        id key_id screening_id account_id made about holder owner worker actor claimed_by subject
    """,
    "ids at Blaaiz or at a provider": "customer_id owner_id business_id issuer",
    "those who work here": "name claimed_name sign_in_name",
    "hashes and keyed digests": """
        secret_hash password_hash token_hash hash previous digest request_digest number_digest
        reference_digest sha256 fingerprint token source key wrapped wrapped_by
    """,
    "words from a closed set": """
        role verdict standing kind country customer_country code first_code state outcome type
        decision field side rendition media_type action last_error shadow_verdict gained lost policy
    """,
    "ids and digests, see service/store/terms.py and screenings.py": "term person",
    "names of blobs": "blob extra_files",
    "ids, states and codes: journeys look into them": "payload details query",
}
"""What a column that is not sealed holds. A new one is sealed, or whoever adds it says here why not:
numbers, times and booleans need no word."""
ALLOWED = {name for names in IN_CLEAR.values() for name in names.split()}


def canary(table: str, name: str) -> str:
    return f"Canary of {table}.{name}, née Ünder"


def plain(column: Column[Any], table: str) -> Any:
    """A value that the column takes and that says nothing."""
    kind = column.type
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return f"of {key.column.table.name}"
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, LargeBinary):
        return b"key"
    if isinstance(kind, Integer):
        return 2  # some tables have their first row from the beginning
    if isinstance(kind, Float):
        return 1.0
    if isinstance(kind, DateTime) or getattr(kind, "impl", None).__class__ is DateTime:
        return NOW
    return f"of {table}"[: getattr(kind, "length", None) or 40]


async def every_table_filled(sessions: Any) -> None:
    """A row in each table, with a canary in each sealed column."""
    async with sessions() as session:
        for mapper in IN_ORDER:
            table, kind = str(mapper.local_table.name), mapper.class_
            if kind is DataKey:
                continue  # comes by itself with each object
            row = kind(
                **{
                    attribute.key: plain(attribute.columns[0], table)
                    for attribute in mapper.column_attrs
                    if isinstance(attribute.columns[0], Column)
                }
            )
            if issubclass(kind, Sealing):
                if not kind.makes_key:
                    setattr(row, kind.sealed_under, "of screenings")
                for name, how in sealed_columns(mapper):
                    secret = canary(table, name)
                    setattr(row, name, {"told": [secret]} if how is SealedJson else secret)
            session.add(row)
            await session.flush()
        await session.commit()


async def lying(sessions: Any) -> dict[tuple[str, str], Any]:
    """Table and column to what lies there."""
    found: dict[tuple[str, str], Any] = {}
    async with sessions() as session:
        for table in Table.metadata.sorted_tables:
            rows = (await session.execute(text(f'SELECT * FROM "{table.name}"'))).mappings().all()
            for row in rows:
                found |= {(table.name, name): value for name, value in row.items()}
    return found


async def test_what_is_sealed_lies_sealed_in_every_table_and_is_read_back(
    sessions: Any, database_url: str
) -> None:
    await every_table_filled(sessions)
    found = await lying(sessions)
    assert {table for table, _ in found} == set(MAPPERS), "each table has a row"
    for place in SEALED:
        assert "sealed" in str(found[place])[:12], place
    told = json.dumps([str(value) for value in found.values()])
    assert "Canary" not in told
    if database_url.startswith("sqlite"):
        path = Path(database_url.partition("///")[2])
        files = [one.read_bytes() for one in path.parent.glob(f"{path.name}*")]
        assert any(b"of screenings" in content for content in files), "that is where it lies"
        assert not any(b"Canary" in content for content in files)
    async with sessions() as session:
        for table, name in SEALED:
            row = (await session.scalars(select(MAPPERS[table].class_))).one()
            assert canary(table, name) in str(getattr(row, name))


@pytest.mark.parametrize("table", sorted(MAPPERS))
def test_what_is_not_sealed_is_no_place_for_a_person(table: str) -> None:
    could_tell = {
        attribute.key
        for attribute in inspect(MAPPERS[table].class_).column_attrs
        if isinstance(column := attribute.columns[0], Column)
        and not isinstance(column.type, (SealedJson, SealedText))
        and not isinstance(plain(column, table), (bool, int, float, datetime))
    }
    assert could_tell - ALLOWED == set()
