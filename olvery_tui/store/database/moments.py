"""Instants as SQLite keeps them: whole microseconds since 1970, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    return (moment - _EPOCH) // _MICROSECOND


@lru_cache(4_096)
def from_micros(value: int) -> datetime:
    """The UTC instant that `to_micros` made `value` of."""
    return _EPOCH + timedelta(microseconds=value)
