"""What all tables share: the metadata, aware times, and how live columns merge."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMES = {"ix": "%(column_0_label)s", "uq": "%(table_name)s_of_%(column_0_name)s"}

# How a live column takes a value that comes again, late or out of order (records/merging.py).
FIRST: dict[Any, Any] = {"merge": "min"}
LAST: dict[Any, Any] = {"merge": "max"}
ONCE: dict[Any, Any] = {"merge": "coalesce"}  # every event that sets it sets the same value
NEWEST: dict[Any, Any] = {"merge": "newest"}  # of the row whose ``since`` is the latest


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, stored as UTC. A naive time is refused: it means a different instant on
    every machine."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


SID = String(128)  # a carrier's id, in whatever shape the carrier makes it
ID = String(36)


def at(merge: dict[Any, Any], **more: Any) -> Any:
    """A live column that holds an instant."""
    return mapped_column(UTCDateTime, info=merge, **more)
