"""Column types with the same meaning on every engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from olvery_tui.store.database.moments import from_micros, to_micros


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant. `timestamptz` on PostgreSQL, microseconds since 1970 (UTC) on SQLite.

    SQLite would drop the zone without converting; a whole number sorts, subtracts and compares.

    Raises:
        ValueError: On writing a naive datetime.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Use one call per value instead of three: an import binds millions."""
        write = _in_utc if dialect.name == "postgresql" else to_micros

        def bound(value: datetime | None) -> Any:
            if value is None:
                return None
            if value.tzinfo is None:
                raise ValueError("a naive datetime can't be stored")
            return write(value)

        return bound

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """As for binding: a page of the list has hundreds."""
        read = _in_utc if dialect.name == "postgresql" else from_micros
        return lambda value: None if value is None else read(value)


FoldedText = String().with_variant(String(collation="C"), "postgresql")
"""Folded letters, ordered by code point on every engine.

So an index of them serves every prefix search, also of Cyrillic letters, whatever the database's
collation is.
"""


class Money(TypeDecorator[Decimal]):
    """An amount in its currency, stored as whole hundredths: never a float.

    Raises:
        ValueError: On writing an amount with more than two decimal places.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        hundredths = value * 100
        if hundredths != hundredths.to_integral_value():
            raise ValueError("an amount has at most two decimal places")
        return int(hundredths)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 100


def _in_utc(value: datetime) -> datetime:
    return value if value.tzinfo is UTC else value.astimezone(UTC)
