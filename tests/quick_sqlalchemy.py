"""SQLAlchemy for some thousand databases in one process: each statement is compiled once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache


def make_quick() -> None:
    """Share the compiled statements among all engines; a dialect of the same kind is the same."""
    compiled: LRUCache[Any, Any] = LRUCache(5_000)
    Engine._compiled_cache = property(lambda self: compiled, lambda self, own: None)  # type: ignore[assignment]
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
