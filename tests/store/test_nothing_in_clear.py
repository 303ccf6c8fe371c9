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
        accounts: id
        audit: id actor
        corrections: id screening_id actor
        data_keys: id
        decisions: id screening_id actor
        forward_workers: id
        held_updates: screening_id key_id
        idempotent_answers: key_id about made
        incoming_events: id
        keys: id account_id
        outgoing_events: id
        pictures: screening_id
        saved_views: id owner
        screening_codes: screening_id
        screening_terms: screening_id
        screenings: id key_id claimed_by
        shadow_judgements: screening_id
        submissions: id key_id screening_id worker
        triage_sessions: holder
        upload_tokens: id key_id screening_id
    """,
    "ids of ours; of an erased customer a keyed digest": "audit: subject",
    "ids at Blaaiz": """
        customer_queues: customer_id
        held_updates: customer_id owner_id
        screenings: customer_id business_id
        submissions: customer_id owner_id
    """,
    "those who work here, with their ids at a provider": """
        accounts: name sign_in_name issuer subject
        keys: name
        screenings: claimed_name
    """,
    "what those who work here call a set of filters": "saved_views: name",
    "hashes and keyed digests": """
        accounts: password_hash
        audit: previous hash
        audit_head: hash
        data_keys: wrapped_by wrapped
        idempotent_answers: token request_digest
        incoming_events: digest
        keys: secret_hash
        pictures: sha256 fingerprint
        screenings: reference_digest number_digest
        sign_in_attempts: source
        triage_sessions: token_hash
        upload_tokens: secret_hash
    """,
    "ids of keys, keyed digests of addresses": "rates: key",
    "ids and digests, see service/store/terms.py and screenings.py": """
        screening_terms: term
        screenings: person
    """,
    "words from a closed set": """
        accounts: role
        audit: action
        corrections: field source
        decisions: decision code state verdict standing
        incoming_events: type
        keys: role
        outgoing_events: type
        periodic_runs: name
        pictures: side rendition media_type
        screening_codes: code standing kind country
        screenings: verdict standing kind country first_code customer_country
        shadow_judgements: policy verdict shadow_verdict gained lost
        submissions: state outcome last_error
    """,
    "names of blobs": """
        held_updates: extra_files
        pictures: blob
        submissions: extra_files
    """,
    "ids, states and codes: journeys look into them": """
        audit: details
        outgoing_events: payload
        saved_views: query
    """,
}
"""What a column that is not sealed holds. A new one is sealed, or whoever adds it says here why not:
numbers, times and booleans need no word."""
ALLOWED = [
    (table.strip(), name)
    for lines in IN_CLEAR.values()
    for table, names in (line.split(":") for line in lines.strip().splitlines())
    for name in names.split()
]


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
    could_tell = [
        attribute.key
        for attribute in inspect(MAPPERS[table].class_).column_attrs
        if isinstance(column := attribute.columns[0], Column)
        and not isinstance(column.type, (SealedJson, SealedText))
        and not isinstance(plain(column, table), (bool, int, float, datetime))
    ]
    assert sorted(could_tell) == sorted(name for place, name in ALLOWED if place == table)
