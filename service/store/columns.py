"""Types of columns, and what all tables share."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, String, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase

from service.ids import canonical_id


class UtcDateTime(TypeDecorator[datetime]):
    """Times in UTC on every database; SQLite forgets the zone, this puts it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """The time with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class BlaaizId(TypeDecorator[str]):
    """An id of Blaaiz's in its one form, as stored and as asked for: see `canonical_id`."""

    impl = String
    cache_ok = True

    def process_bind_param(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> str | None:
        """The id in its one form."""
        return None if value is None else canonical_id(value)


class Table(DeclarativeBase):
    """What all tables share: how Python types become columns."""

    # Rows may carry attributes in memory that are no columns, e.g. their data key.
    __allow_unmapped__ = True

    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012
