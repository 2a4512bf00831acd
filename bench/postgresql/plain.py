"""The best that plain psycopg can do for a filter: statements as one writes them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import psycopg

from bench.plain_sql import COLUMNS, JOINS
from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.periods import DAY, day_start
from olvery_tui.store.listing.name_index import AFTER_EVERY_LETTER

_ZONE = ZoneInfo("Europe/Moscow")
_PATIENCE = "2s"
"""What takes longer is not the best one."""

_SHAPES = (
    f"{COLUMNS} FROM ticket t {JOINS} WHERE {{}} ORDER BY t.number DESC LIMIT %s",
    f"{COLUMNS} FROM (SELECT t.number FROM ticket t WHERE {{}} ORDER BY t.number DESC LIMIT %s) k"
    f" JOIN ticket t ON t.number = k.number {JOINS} ORDER BY k.number DESC",
    # The planner takes matches for evenly spread, and walks down the key through all of them.
    f"{COLUMNS} FROM (SELECT t.number FROM ticket t WHERE {{}}"
    f" ORDER BY t.number + 0 DESC LIMIT %s) k"
    f" JOIN ticket t ON t.number = k.number {JOINS} ORDER BY k.number DESC",
)
_NAMED = (
    "t.visitor_id IN (SELECT person_id FROM person_word WHERE word >= %s AND word < %s)",
    "EXISTS (SELECT 1 FROM person_word WHERE person_id = t.visitor_id AND word >= %s"
    " AND word < %s)",
)


class Statement(NamedTuple):
    """A text and the values of its parameters."""

    text: str
    values: tuple[Any, ...]

    def rows(self, connection: psycopg.Connection[Any]) -> list[Any]:
        """All that it gives."""
        return connection.execute(self.text, self.values).fetchall()


def best(connection: psycopg.Connection[Any], wanted: TicketFilter, limit: int) -> Statement:
    """The quickest of the statements, each tried with warm pages."""
    connection.execute(f"SET statement_timeout = '{_PATIENCE}'")
    found: list[tuple[float, Statement]] = []
    for statement in statements(connection, wanted, limit):
        with suppress(psycopg.errors.QueryCanceled):
            found.append((min(_timed(connection, statement) for _ in range(3)), statement))
    connection.execute("RESET statement_timeout")
    if not found:
        raise RuntimeError("no plain statement answers this filter")
    return min(found, key=lambda one: one[0])[1]


def statements(
    connection: psycopg.Connection[Any], wanted: TicketFilter, limit: int
) -> Iterator[Statement]:
    """All ways to ask for the first lines."""
    row = connection.execute("SELECT max(ends_at - starts_at) FROM ticket").fetchone()
    longest = row[0] if row and row[0] else timedelta()
    for named in _NAMED if wanted.visitor_words else _NAMED[:1]:
        conditions, values = _conditions(wanted, named, longest)
        for shape in _SHAPES:
            yield Statement(shape.format(conditions), (*values, limit))


def _conditions(wanted: TicketFilter, named: str, longest: timedelta) -> tuple[str, list[Any]]:
    parts: list[str] = ["true"]
    values: list[Any] = []
    for numbers in wanted.numbers:  # the filters that are measured have one range
        parts.append("t.number BETWEEN %s AND %s")
        values += [numbers.first, numbers.last]
    if wanted.from_day is not None:
        since = day_start(wanted.from_day, _ZONE)
        parts.append("t.starts_at > %s AND t.ends_at > %s")
        values += [since - longest, since]
    if wanted.to_day is not None:
        parts.append("t.starts_at < %s")
        values.append(day_start(wanted.to_day + DAY, _ZONE))
    for word in wanted.visitor_words:
        parts.append(named)
        values += [word, word + AFTER_EVERY_LETTER]
    if wanted.statuses:
        parts.append("t.status = ANY(%s)")
        values.append(sorted(status.value for status in wanted.statuses))
    return " AND ".join(parts), values


def _timed(connection: psycopg.Connection[Any], statement: Statement) -> float:
    began = time.perf_counter()
    statement.rows(connection)
    return time.perf_counter() - began
