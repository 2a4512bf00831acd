"""Versions of rows, by which a change is refused that was decided on an older one."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import ColumnElement

Version = TypeVar("Version", int, ColumnElement[int])

_ROUND = 1_000_000_000


def following(version: Version) -> Version:
    """The version after this one. It begins again before the column is full, so that no number that
    somebody has written there keeps a row from being changed.
    """
    return version % _ROUND + 1
