"""A larger database out of a measured one: `python -m bench.multiply --times 10 FROM.db TO.db`.

Importing ten million tickets takes most of an hour. Here each person, order, ticket, workplace and
room stands so many times beside itself, in the same four years; the copies of a ticket have
neighbouring numbers. Events are not multiplied. What persons share is found by `db upgrade`.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

_SPREAD = {
    "room": ("id",),
    "workplace": ("id", "room_id"),
    "person": ("id",),
    "person_word": ("person_id",),
    "orders": ("number", "customer_id"),
    "ticket": ("number", "order_number", "visitor_id", "workplace_id"),
    "ticket_modifier": ("ticket_number",),
    "seat_assignment": ("id", "ticket_number", "workplace_id"),
}
"""The tables that are multiplied, and their columns with a number that each copy has of its own."""

_NAMES = {"room": "name", "person": "key"}
"""Columns that must differ between the copies."""


def multiply(source: Path, target: Path, times: int) -> None:
    """Write the larger database; `target` must not exist."""
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        connection.execute("ATTACH ? AS source", (str(source),))
        connection.execute("CREATE TEMP TABLE copies (copy INTEGER PRIMARY KEY)")
        connection.executemany("INSERT INTO copies VALUES (?)", [(copy,) for copy in range(times)])
        tables = _definitions(connection, "table")
        for name, definition in tables.items():
            connection.execute(definition)
            connection.execute(_filling(connection, name, times))
            print(f"{name} …", file=sys.stderr, flush=True)
        for kind in ("index", "trigger"):
            for definition in _definitions(connection, kind).values():
                connection.execute(definition)
        connection.execute("ANALYZE")
        connection.commit()
        connection.execute("PRAGMA journal_mode = WAL")


def _definitions(connection: sqlite3.Connection, kind: str) -> dict[str, str]:
    """What SQLite has made by itself has none."""
    found = connection.execute(
        "SELECT name, sql FROM source.sqlite_master"
        " WHERE type = ? AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%'",
        (kind,),
    )
    return dict(found.fetchall())


def _filling(connection: sqlite3.Connection, table: str, times: int) -> str:
    """The statement that fills a table, in the order of its key."""
    if table not in _SPREAD:
        return f"INSERT INTO main.{table} SELECT * FROM source.{table}"
    spread, name = _SPREAD[table], _NAMES.get(table)
    columns = []
    for _index, column, *_rest in connection.execute(f"PRAGMA source.table_info({table})"):
        if column in spread:
            columns.append(f"({column} - 1) * {times} + copy + 1")
        elif column == name:
            columns.append(f"{column} || CASE copy WHEN 0 THEN '' ELSE ' ' || (copy + 1) END")
        else:
            columns.append(f'"{column}"')
    order = f"word, {spread[0]}" if table == "person_word" else spread[0]
    return (
        f"INSERT INTO main.{table} SELECT {', '.join(columns)}"
        f" FROM source.{table} CROSS JOIN copies ORDER BY {order}, copy"
    )


def main() -> int:
    """Read the command line and write the database."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--times", type=int, default=10)
    asked = parser.parse_args()
    began = time.perf_counter()
    multiply(asked.source, asked.target, asked.times)
    print(f"{asked.target} in {time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
