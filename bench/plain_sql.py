"""Statements for plain `sqlite3` that answer a filter: as one writes them, and by each index."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.periods import DAY, day_start
from olvery_tui.store.database.moments import to_micros
from olvery_tui.store.listing.name_index import AFTER_EVERY_LETTER

_ZONE = ZoneInfo("Europe/Moscow")
_PATIENCE = 3.0
"""A statement that takes so many times as long as the best one so far is given up."""
_FIRST_PATIENCE = 2.0
_STEPS = 1000

COLUMNS = """
SELECT t.number, t.period_kind, t.starts_at, t.ends_at, p.first_name, p.last_name, t.status,
       w.label, o.status
"""
JOINS = """
JOIN person p ON p.id = t.visitor_id
JOIN workplace w ON w.id = t.workplace_id
JOIN orders o ON o.number = t.order_number
"""
_AS_WRITTEN = f"{COLUMNS} FROM ticket t {JOINS} WHERE {{}} ORDER BY t.number DESC LIMIT ?"
_KEYS_FIRST = f"""
{COLUMNS}
FROM (SELECT t.number FROM ticket t {{}} WHERE {{}} ORDER BY t.number DESC LIMIT ?) k
CROSS JOIN ticket t ON t.number = k.number {JOINS} ORDER BY k.number DESC
"""
_HINTS = (
    "NOT INDEXED",
    "INDEXED BY ix_ticket_status_number",
    "INDEXED BY ix_ticket_status_starts",
    "INDEXED BY ix_ticket_period",
    "INDEXED BY ix_ticket_visitor",
)
_NAMED = (
    "t.visitor_id IN (SELECT person_id FROM person_word WHERE word >= ? AND word < ?)",
    "EXISTS (SELECT 1 FROM person_word WHERE person_id = t.visitor_id AND word >= ? AND word < ?)",
)


class Statement(NamedTuple):
    """A text and the values of its parameters."""

    text: str
    values: tuple[Any, ...]

    def rows(self, connection: sqlite3.Connection) -> list[Any]:
        """All that it gives."""
        return connection.execute(self.text, self.values).fetchall()


def best(connection: sqlite3.Connection, wanted: TicketFilter, limit: int) -> Statement:
    """The quickest of the statements, each tried with warm pages."""
    quickest, found = _FIRST_PATIENCE, None
    for statement in statements(connection, wanted, limit):
        with suppress(sqlite3.OperationalError):  # an index that is of no use here, or too slow
            taken = min(_timed(connection, statement, quickest * _PATIENCE) for _ in range(3))
            if found is None or taken < quickest:
                quickest, found = taken, statement
    if found is None:
        raise RuntimeError("no plain statement answers this filter")
    return found


def statements(
    connection: sqlite3.Connection, wanted: TicketFilter, limit: int
) -> Iterator[Statement]:
    """All ways to ask for the first lines."""
    longest = connection.execute("SELECT max(ends_at - starts_at) FROM ticket").fetchone()[0] or 0
    for named in _NAMED if wanted.visitor_words else _NAMED[:1]:
        conditions, values = _conditions(wanted, named, longest)
        yield Statement(_AS_WRITTEN.format(conditions), (*values, limit))
        for hint in _HINTS:
            yield Statement(_KEYS_FIRST.format(hint, conditions), (*values, limit))


def _conditions(wanted: TicketFilter, named: str, longest: int) -> tuple[str, list[Any]]:
    parts: list[str] = ["1"]
    values: list[Any] = []
    for numbers in wanted.numbers:  # the filters that are measured have one range
        parts.append("t.number BETWEEN ? AND ?")
        values += [numbers.first, numbers.last]
    if wanted.from_day is not None:
        since = to_micros(day_start(wanted.from_day, _ZONE))
        parts.append("t.starts_at > ? AND t.ends_at > ?")
        values += [since - longest, since]
    if wanted.to_day is not None:
        parts.append("t.starts_at < ?")
        values.append(to_micros(day_start(wanted.to_day + DAY, _ZONE)))
    for word in wanted.visitor_words:
        parts.append(named)
        values += [word, word + AFTER_EVERY_LETTER]
    if wanted.statuses:
        parts.append(f"t.status IN ({', '.join('?' * len(wanted.statuses))})")
        values += sorted(status.value for status in wanted.statuses)
    return " AND ".join(parts), values


def _timed(connection: sqlite3.Connection, statement: Statement, patience: float) -> float:
    began = time.perf_counter()
    connection.set_progress_handler(lambda: int(time.perf_counter() - began > patience), _STEPS)
    try:
        statement.rows(connection)
    finally:
        connection.set_progress_handler(None, 0)
    return time.perf_counter() - began
