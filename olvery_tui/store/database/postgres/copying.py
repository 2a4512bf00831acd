"""Bulk insert by COPY, several times faster than INSERT, into tables without their indexes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Table, text
from sqlalchemy.exc import DBAPIError

from olvery_tui.store.database.postgres.errors import translated

LABEL = "olvery_label"
"""The execution option that holds the database's label."""

_FEW = 10
"""Up to so many rows, INSERT is faster than starting a COPY."""


def copy_in(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows of the driver's values for the columns `names`.

    Raises:
        SeatConflict: The seat guard refuses a row, and so all of them.
        StoreUnavailable: The database can't be written.
    """
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    target = sql.SQL("{} ({})").format(sql.Identifier(table.name), columns)
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    if len(rows) <= _FEW:
        places = ", ".join(["%s"] * len(names))
        statement = sql.SQL("INSERT INTO {} VALUES ({})").format(target, sql.SQL(places))
        connection.exec_driver_sql(statement.as_string(driver), list(rows))
        return
    statement = sql.SQL("COPY {} FROM STDIN").format(target)
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate(error)
        label = str(connection.get_execution_options().get(LABEL, ""))
        meaning = translated(error, label) or DBAPIError.instance(
            statement.as_string(), None, error, psycopg.Error, dialect=connection.dialect
        )
        raise meaning from error


_CONSTRAINTS = text(
    """
    SELECT conrelid::regclass::text AS "table", quote_ident(conname) AS name,
        pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype IN ('f', 'x')
    ORDER BY contype DESC, oid
    """
)
_INDEXES = text(
    """
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
    FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    """
)


@contextmanager
def without_indexes(connection: Connection) -> Iterator[None]:
    """Take foreign keys, exclusions and plain indexes away for the writing of whole tables.

    They are made again at the end, each in one pass over its table, several times faster than row
    by row; what they refuse is refused then.
    """
    run = connection.exec_driver_sql
    constraints = connection.execute(_CONSTRAINTS).all()
    indexes = connection.execute(_INDEXES).all()
    for one in constraints:
        run(f"ALTER TABLE {one.table} DROP CONSTRAINT {one.name}")
    for one in indexes:
        run(f"DROP INDEX {one.name}")
    yield
    run("SET LOCAL maintenance_work_mem = '256MB'")
    for one in indexes:
        run(one.definition)
    for one in reversed(constraints):
        run(f"ALTER TABLE {one.table} ADD CONSTRAINT {one.name} {one.definition}")
