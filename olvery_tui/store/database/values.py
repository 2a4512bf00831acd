"""Valid values of each column, beyond its type: the same on either engine.

SQLite can store a text in a column of numbers, PostgreSQL a moment that Python can't represent.
Either would fail wherever the row is read. The guards refuse such values; the check finds existing
ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Integer, Table, text
from sqlmodel import SQLModel

from olvery_tui.store.database import models
from olvery_tui.store.database.types import Money, UtcDateTime

_ = models  # importing the models fills the metadata

TEXT_MAX = 10_000
"""Longest text: several times the longest form field."""

FACTS_MAX = 65_536
"""Longest data of an event, in letters."""

FIRST_DAY, LAST_DAY = "1000-01-01", "9000-01-01"
"""Between these, arithmetic with moments is safe in every time zone."""

_FIRST_MICROS, _LAST_MICROS = -30_610_224_000_000_000, 221_845_392_000_000_000
_AMOUNT_MAX = 10**15
_NUMBER_MAX = 2**31 - 1

_SQLITE = {
    "moment": f"typeof({{v}}) = 'integer' AND {{v}} BETWEEN {_FIRST_MICROS} AND {_LAST_MICROS}",
    "amount": f"typeof({{v}}) = 'integer' AND {{v}} BETWEEN -{_AMOUNT_MAX} AND {_AMOUNT_MAX}",
    "flag": "typeof({v}) = 'integer' AND {v} IN (0, 1)",
    "number": f"typeof({{v}}) = 'integer' AND {{v}} BETWEEN -{_NUMBER_MAX} AND {_NUMBER_MAX}",
    "count": "typeof({v}) = 'integer'",
    "day": f"typeof({{v}}) = 'text' AND {{v}} IS date({{v}})"
    f" AND {{v}} BETWEEN '{FIRST_DAY}' AND '{LAST_DAY}'",
    "text": f"typeof({{v}}) = 'text' AND length({{v}}) <= {TEXT_MAX}",
    "facts": f"typeof({{v}}) = 'text' AND length({{v}}) <= {FACTS_MAX}"
    " AND CASE WHEN json_valid({v}) THEN json_type({v}) = 'object' ELSE 0 END",
}
_POSTGRESQL = {
    "moment": "olvery_is_moment({v})",
    "amount": "olvery_is_amount({v})",
    "day": "olvery_is_day({v})",
    "text": "olvery_is_text(({v})::text)",
    "facts": "olvery_is_facts({v})",
}
"""The column types check the rest."""

FUNCTIONS = {
    "olvery_is_moment(timestamp with time zone)": (
        f"SELECT $1 >= '{FIRST_DAY} 00:00:00+00'::timestamptz"
        f" AND $1 < '{LAST_DAY} 00:00:00+00'::timestamptz"
    ),
    "olvery_is_day(date)": (f"SELECT $1 BETWEEN '{FIRST_DAY}'::date AND '{LAST_DAY}'::date"),
    "olvery_is_amount(bigint)": f"SELECT $1 BETWEEN -{_AMOUNT_MAX} AND {_AMOUNT_MAX}",
    "olvery_is_text(text)": f"SELECT length($1) <= {TEXT_MAX}",
    "olvery_is_facts(json)": (
        f"SELECT json_typeof($1) = 'object' AND length($1::text) <= {FACTS_MAX}"
    ),
}
"""Functions used by PostgreSQL's conditions, by signature."""


def tables() -> list[Table]:
    """Return every guarded table, by name."""
    return [SQLModel.metadata.tables[name] for name in sorted(SQLModel.metadata.tables)]


def conditions(table: Table, dialect: str) -> Mapping[str, str]:
    """Return the condition on each column's non-null value, `{v}` standing for it."""
    words = _SQLITE if dialect == "sqlite" else _POSTGRESQL
    found = {}
    for column in table.columns:
        kind = _kind(column)
        if kind in words and not (dialect == "sqlite" and _is_row_number(column)):
            found[column.name] = words[kind]
    return found


def unfit(connection: Connection) -> Iterator[dict[str, object]]:
    """Yield existing values that the guards would refuse: `table`, `column`, `row`."""
    dialect = connection.dialect.name
    for table in tables():
        readable = _readable(connection, table)
        wanted = {k: v for k, v in conditions(table, dialect).items() if k in readable}
        if not wanted:
            continue
        told = {
            name: f"{name} IS NOT NULL AND NOT ({said.format(v=name)})"
            for name, said in wanted.items()
        }
        case = " ".join(f"WHEN {said} THEN '{name}'" for name, said in told.items())
        key = next(iter(table.primary_key.columns)).name
        query = (
            f'SELECT {key} AS "row", CASE {case} END AS "column" FROM {table.name}'
            f" WHERE {' OR '.join(told.values())}"
        )
        for row, column in connection.execute(text(query)):
            yield {"table": table.name, "column": column, "row": row}


def _kind(column: Column[object]) -> str:
    match column.type:
        case UtcDateTime():
            return "moment"
        case Money():
            return "amount"
        case JSON():
            return "facts"
        case Date():
            return "day"
        case Boolean():
            return "flag"
        case Integer():
            return "count" if type(column.type) is not Integer else "number"
    return "text"


def _is_row_number(column: Column[object]) -> bool:
    """Whether it is SQLite's row id: always a number, and unknown before an INSERT."""
    return column is column.table.autoincrement_column


def _readable(connection: Connection, table: Table) -> set[str]:
    """Return the columns that this role may read; on SQLite all of them."""
    names = {column.name for column in table.columns}
    if connection.dialect.name == "sqlite":
        return names
    query = text("SELECT has_column_privilege(:table, :column, 'SELECT')")
    return {
        name
        for name in names
        if connection.execute(query, {"table": table.name, "column": name}).scalar()
    }
