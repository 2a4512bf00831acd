"""A peer: a Textual `DataTable` that is filled whole: `python -m bench.filled_table FILE ROWS`."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.widgets import DataTable

_ROWS = """
SELECT t.number, t.starts_at, p.first_name || ' ' || p.last_name, t.status, w.label
FROM ticket t JOIN person p ON p.id = t.visitor_id JOIN workplace w ON w.id = t.workplace_id
ORDER BY t.number DESC LIMIT ?
"""


def rows(path: Path, limit: int) -> list[tuple[Any, ...]]:
    """The first `limit` rows of the list, or all for -1."""
    with sqlite3.connect(path) as connection:
        return connection.execute(_ROWS, (limit,)).fetchall()


class FilledTable(App[None]):
    """All rows of a database in one table."""

    def __init__(self, filling: list[tuple[Any, ...]]) -> None:
        super().__init__()
        self._filling = filling

    def compose(self) -> ComposeResult:
        yield DataTable()

    def on_mount(self) -> None:
        table: DataTable[Any] = self.query_one(DataTable)
        table.add_columns("Номер", "Период", "Посетитель", "Статус", "Место")
        table.add_rows(self._filling)


if __name__ == "__main__":
    FilledTable(rows(Path(sys.argv[1]), int(sys.argv[2]))).run()
