"""Bulk inserts, faster than row by row through the statement compiler.

Type conversion is prepared once per column, not once per value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Session

Convert = Callable[[Any], Any]


def insert_many(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same keys as the first one."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        from olvery_tui.store.database.postgres.copying import copy_in

        copy_in(connection, table, rows)
        return
    statement, columns = _prepared(table, tuple(rows[0]), connection.dialect)
    values: list[Sequence[Any]] = []
    for name, convert in columns:
        value = itemgetter(name)
        values.append(
            [value(row) for row in rows]
            if convert is None
            else [convert(value(row)) for row in rows]
        )
    connection.exec_driver_sql(statement, list(zip(*values, strict=True)))


@lru_cache(maxsize=64)
def _prepared(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, tuple[tuple[str, Convert | None], ...]]:
    """Return the statement, and its columns in order with their bind processors."""
    compiled = insert(table).compile(dialect=dialect, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup is not None
    return str(compiled), tuple(
        (name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in compiled.positiontup
    )
