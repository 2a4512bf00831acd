"""Row versions for optimistic locking: a change based on an older version is refused."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import ColumnElement

Version = TypeVar("Version", int, ColumnElement[int])

_ROUND = 1_000_000_000


def following(version: Version) -> Version:
    """Return the next version.

    It wraps around before the column is full, so that a number written by another program never
    blocks changes of a row.
    """
    return version % _ROUND + 1
