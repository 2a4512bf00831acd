"""Instants as SQLite stores them: whole microseconds since 1970, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """Return the microseconds since 1970 of an aware instant."""
    return (moment - _EPOCH) // _MICROSECOND


@lru_cache(4_096)
def from_micros(value: int) -> datetime:
    """Return the UTC instant that `to_micros` converted to `value`."""
    return _EPOCH + timedelta(microseconds=value)
