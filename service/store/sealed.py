"""Columns that are sealed under their object's data key, without the code around them knowing.

A row is opened as it is loaded and sealed as it is written. What cannot be sealed is not written:
the column types take nothing but what the events below prepared, and what is read past the rows of
the ORM stays shut.
"""

import base64
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, cast

from sqlalchemy import (
    JSON,
    Connection,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    delete,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import (
    Mapped,
    Mapper,
    QueryContext,
    column_property,
    declared_attr,
    mapped_column,
    object_session,
)
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from service.store.columns import Table
from service.store.encryption import ObjectKey, SealBroken, Vault, wrapped_by
from service.telemetry import log

VAULT: Final = "vault"
"""Under which a session's `info` holds the Vault."""
_MARK: Final = "sealed"
_TEXT_MARK: Final = "sealed:"


class Unsealed(Exception):
    """A personal field was to be written, or read, past the row that seals and opens it."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A value on its way to the database, and the form in which it goes."""

    plain: Any
    stored: Any


@dataclass(frozen=True, slots=True)
class Stored:
    """A value as it lies in the database, on its way to the row that opens it."""

    raw: Any

    @property
    def sealed(self) -> bytes | None:
        """The sealed bytes; None where it was written before there was encryption."""
        raw = self.raw
        text: object = None
        if isinstance(raw, dict) and set(cast("dict[str, Any]", raw)) == {_MARK}:
            text = cast("dict[str, Any]", raw)[_MARK]
        elif isinstance(raw, str) and raw.startswith(_TEXT_MARK):
            text = raw.removeprefix(_TEXT_MARK)
        return base64.b64decode(text) if isinstance(text, str) else None


class _SealedType(TypeDecorator[Any]):
    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """What the events prepared, and nothing else."""
        if value is None:
            return None
        if not isinstance(value, Bound):
            raise Unsealed("this column is written through its row only")
        return value.stored

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """Opened by the row."""
        return None if value is None else Stored(value)

    def compare_values(self, x: Any, y: Any) -> bool:
        """As the values themselves say."""
        return bool(x == y)


class SealedJson(_SealedType):
    """JSON: `{"sealed": ...}`, or the value itself from before there was encryption."""

    impl = JSON
    cache_ok = True

    @staticmethod
    def form(sealed: bytes) -> object:
        """As it is stored."""
        return {_MARK: base64.b64encode(sealed).decode()}


class SealedText(_SealedType):
    """Text: `sealed:...`, or the text itself from before there was encryption."""

    impl = Text
    cache_ok = True

    @staticmethod
    def form(sealed: bytes) -> object:
        """As it is stored."""
        return _TEXT_MARK + base64.b64encode(sealed).decode()


class DataKey(Table):
    """The data key of a screening or submission. Without it nothing of the object can be read.

    A table of its own, so that backups of it can be kept for a shorter time than those of the rest.
    """

    __tablename__ = "data_keys"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    wrapped_by: Mapped[str] = mapped_column(String(32), index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class Sealing:
    """A row with sealed columns.

    Attributes:
        sealed_under: name of the column that holds the id of the object whose key is used.
        makes_key: whether the row is that object: a new one gets a new key.
        digests: sealed columns that are searched for, to the columns of their keyed digests.
        object_key: the key; None of a row from before there was encryption, or of an erased one,
            whose remains are in clear.

    """

    sealed_under: ClassVar[str] = "id"
    makes_key: ClassVar[bool] = True
    digests: ClassVar[Mapping[str, str]] = {}
    object_key: ObjectKey | None = None
    is_shredded: bool = False
    """whether its key is gone, and what it sealed with it: as in a database that was restored from
    a backup older than the erasure"""
    is_broken: bool = False
    """whether something of it was changed or moved: it reads as if it were gone. One such row must
    not stop a list, or a queue, of all others; whoever acts on it asks `is_whole`"""

    @property
    def is_whole(self) -> bool:
        """Whether it reads as it was written."""
        return not (self.is_shredded or self.is_broken)

    @declared_attr
    def wrapped_key(cls) -> Mapped[bytes | None]:  # noqa: N805
        """Comes with each row in the same query."""
        column = getattr(cls, cast("type[Sealing]", cls).sealed_under)
        query = select(DataKey.wrapped).where(DataKey.id == column).scalar_subquery()
        return column_property(query, expire_on_flush=False)

    def remains(self, name: str) -> Any:
        """What is read of a sealed column whose key is gone."""
        kind = inspect(type(self)).columns[name].type
        return "" if isinstance(kind, SealedText) else {}


def sealed_columns(mapper: Mapper[Any]) -> list[tuple[str, type[SealedJson | SealedText]]]:
    """Attribute and type of each."""
    return [
        (one.key, type(one.columns[0].type))
        for one in mapper.column_attrs
        if isinstance(one.columns[0].type, (SealedJson, SealedText))
    ]


@event.listens_for(Sealing, "load", propagate=True)
def _open_loaded(row: Sealing, context: QueryContext) -> None:
    _open(row, context)


@event.listens_for(Sealing, "refresh", propagate=True)
def _open_refreshed(row: Sealing, context: QueryContext, _: object) -> None:
    _open(row, context)


def _open(row: Sealing, context: QueryContext) -> None:
    mapper = inspect(type(row))
    held = row.__dict__
    shut = [
        (name, value)
        for name, _ in sealed_columns(mapper)
        if isinstance(value := held.get(name), Stored)
    ]
    if not shut:
        return
    wrapped = held.get("wrapped_key")
    object_id: str | None = held.get(row.sealed_under)
    row.object_key, row.is_broken = None, False
    if wrapped is not None and object_id is not None:
        try:
            row.object_key = _vault(context.session).ring.unwrap(object_id, wrapped)
        except SealBroken:
            _note_broken(row, "data_keys.wrapped")
    row.is_shredded = wrapped is None and any(value.sealed for _, value in shut)
    for name, value in shut:
        set_committed_value(row, name, _plain(row, name, value))


def _plain(row: Sealing, name: str, value: Stored) -> Any:
    sealed, key = value.sealed, row.object_key
    if key is None:
        return value.raw if sealed is None and row.is_whole else row.remains(name)
    # Whatever has a key is sealed whole: clear text there was put in its place.
    if sealed is not None:
        with contextlib.suppress(SealBroken):
            return json.loads(key.open(sealed, _place(row, name)))
    _note_broken(row, _place(row, name))
    return row.remains(name)


def _note_broken(row: Sealing, place: str) -> None:
    row.is_broken = True
    log().error("seal.broken", record_id=getattr(row, row.sealed_under), stage=place)


@event.listens_for(Sealing, "before_insert", propagate=True)
def _seal_new(mapper: Mapper[Any], connection: Connection, row: Sealing) -> None:
    object_id: str = getattr(row, row.sealed_under)
    if row.makes_key:
        key = row.object_key or _vault(object_session(row)).ring.new_key(object_id)
        values = {"id": key.object_id, "wrapped": key.wrapped}
        connection.execute(insert(DataKey).values(**values, wrapped_by=wrapped_by(key.wrapped)))
        row.object_key = key
    _seal(mapper, connection, row, only_changed=False)


@event.listens_for(Sealing, "before_update", propagate=True)
def _seal_changed(mapper: Mapper[Any], connection: Connection, row: Sealing) -> None:
    _seal(mapper, connection, row, only_changed=True)


def _seal(mapper: Mapper[Any], connection: Connection, row: Sealing, *, only_changed: bool) -> None:
    state = inspect(row)
    to_do = [
        (name, kind)
        for name, kind in sealed_columns(mapper)
        if not only_changed or state.attrs[name].history.has_changes()
    ]
    if not to_do:
        return
    key = row.object_key or _find_key(connection, row)
    row.object_key = key
    for name, kind in to_do:
        plain = getattr(row, name)
        if isinstance(plain, Bound):
            continue
        if name in row.digests:
            found_by = None if plain is None else digest_of(object_session(row), name, plain)
            setattr(row, row.digests[name], found_by)
        if plain is None:
            continue
        stored = plain
        if key is not None:
            text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
            stored = kind.form(key.seal(text.encode(), _place(row, name)))
        setattr(row, name, Bound(plain, stored))


@event.listens_for(Sealing, "after_insert", propagate=True)
@event.listens_for(Sealing, "after_update", propagate=True)
def _show_again(mapper: Mapper[Any], _: Connection, row: Sealing) -> None:
    for name, _kind in sealed_columns(mapper):
        value = row.__dict__.get(name)
        if isinstance(value, Bound):
            set_committed_value(row, name, value.plain)


def _find_key(connection: Connection, row: Sealing) -> ObjectKey | None:
    object_id: str | None = getattr(row, row.sealed_under)
    if object_id is None:
        return None
    wrapped = connection.scalar(select(DataKey.wrapped).where(DataKey.id == object_id))
    if wrapped is None:
        return None
    return _vault(object_session(row)).ring.unwrap(object_id, wrapped)


def _place(row: Sealing, name: str) -> str:
    return f"{cast('Any', row).__tablename__}.{name}"


def _vault(session: Any) -> Vault:
    vault = session.info.get(VAULT) if session is not None else None
    if not isinstance(vault, Vault):
        raise Unsealed("this session has no vault: see store.engine.sessions_of")
    return vault


def digest_of(session: Any, purpose: str, value: str) -> str:
    """By which a value is found that is not kept in clear."""
    return _vault(session).digest(purpose, value)


async def drop_key(session: AsyncSession, row: Sealing) -> None:
    """Erases the object for good: whatever copies of it there are, none opens any more.

    What is left in the row is written in clear: the caller has taken all personal data out of it.
    """
    await drop_key_of(session, getattr(row, row.sealed_under))
    row.object_key, row.is_shredded, row.is_broken = None, False, False
    for name, _ in sealed_columns(inspect(type(row))):
        flag_modified(row, name)


async def drop_key_of(session: AsyncSession, object_id: str) -> None:
    """The key alone, of a row that goes as well."""
    await session.execute(
        delete(DataKey).where(DataKey.id == object_id).execution_options(synchronize_session=False)
    )


async def seal_old(session: AsyncSession, row: Sealing) -> ObjectKey:
    """Gives a row from before there was encryption its key, and all rows that are sealed under it.

    They are sealed when the session is flushed.
    """
    object_id: str = getattr(row, row.sealed_under)
    # Loaded while there is no key: clear text beside one would be taken for a fault.
    rows = [row, *await _sealed_under(session, object_id)]
    key = _vault(session.sync_session).ring.new_key(object_id)
    session.add(DataKey(id=key.object_id, wrapped=key.wrapped, wrapped_by=wrapped_by(key.wrapped)))
    for one in rows:
        one.object_key = key
        for name, _ in sealed_columns(inspect(type(one))):
            flag_modified(one, name)
    return key


async def _sealed_under(session: AsyncSession, object_id: str) -> list[Sealing]:
    """Rows of other tables that are sealed under this object's key."""
    found: list[Sealing] = []
    for mapper in Table.registry.mappers:
        kind = mapper.class_
        if issubclass(kind, Sealing) and not kind.makes_key:
            query = select(kind).where(getattr(kind, kind.sealed_under) == object_id)
            found += (await session.scalars(query)).all()
    return found
