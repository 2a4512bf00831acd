"""The list's queries beside the best that plain `sqlite3` can do for the same filter."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bench import plain_sql
from bench.databases import LOGIN, NOW
from bench.filters import filters
from bench.plain_sql import Statement
from bench.running import Bench
from bench.timing import in_turns, median, p95
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import Actor, ActorKind
from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.pages import Top
from olvery_tui.store.access import managers
from olvery_tui.store.database.connect import open_database

_LIMIT = 100
_TIMES = 30
_PRESETS_MOST = 60
"""Milliseconds that 95 of 100 counts of all presets may take."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Milliseconds of one filter.

    `query` is the desk's own statements put to plain `sqlite3`, `plain` the best plain statement,
    `page` and `count` the whole way through the desk.
    """

    rows: int
    plain: float
    query: float
    page: float
    page_p95: float
    count_p95: float


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    store = open_database(f"sqlite:///{bench.large.path}")
    with store.reading() as session:
        manager = Actor(ActorKind.MANAGER, managers.by_login(session, LOGIN))
    desk = Desk(store, FrozenClock(datetime.fromisoformat(NOW).astimezone(UTC)), manager)
    with closing(store), closing(sqlite3.connect(bench.large.path)) as plain:
        compared = {
            name: _compare(desk, plain, wanted, max(bench.times, _TIMES))
            for name, wanted in filters(bench.large.tickets).items()
        }
        presets = in_turns({"counts": desk.presets.counts}, max(bench.times, _TIMES))["counts"]
    _report(bench, compared, presets)


def _report(bench: Bench, compared: dict[str, Compared], presets: list[float]) -> None:
    bench.report.section(
        "queries",
        "Queries",
        f"The first {_LIMIT} rows of a filter with {bench.large.tickets:,} tickets; milliseconds,"
        " medians in turns.\n`plain` is the best of up to twelve statements for plain `sqlite3`"
        " that answer the same filter: as one\nwould write it, and with each index forced"
        " (`bench/plain_sql.py`). `query` are the statements of the\ndesk, those included that"
        " decide which index to take, put to plain `sqlite3` too. `page` is the whole\nway through"
        " the desk: a session, SQLAlchemy, frozen rows; where nothing or one row is found, this\n"
        "fixed cost is nearly all of it.",
    )
    bench.report.table(
        ["filter", "rows", "plain", "query", "query ÷ plain", "page", "page p95", "count p95"],
        [
            [
                name,
                one.rows,
                f"{one.plain:.3f}",
                f"{one.query:.3f}",
                f"{one.query / one.plain:.2f}",
                f"{one.page:.2f}",
                f"{one.page_p95:.2f}",
                f"{one.count_p95:.2f}",
            ]
            for name, one in compared.items()
        ],
    )
    ratios = {name: one.query / one.plain for name, one in compared.items()}
    worst = max(ratios, key=lambda name: ratios[name])
    bench.report.goals(
        bench.report.goal(f"the query to plain sqlite3 at its worst ({worst})", ratios[worst], 3),
        bench.report.goal("p95 of the counts of all presets", p95(presets), _PRESETS_MOST, "ms"),
    )


def _compare(desk: Desk, plain: sqlite3.Connection, wanted: TicketFilter, times: int) -> Compared:
    def page() -> Any:
        return desk.tickets.page(wanted, Top(), _LIMIT)

    with _statements() as heard:
        found = [row.number for row in page().rows]
    query = tuple(heard)
    best = plain_sql.best(plain, wanted, _LIMIT)
    if [row[0] for row in best.rows(plain)] != found:
        raise RuntimeError(f"the desk and {best.text} find different tickets")
    calls: dict[str, Callable[[], object]] = {
        "plain": lambda: best.rows(plain),
        "query": lambda: [statement.rows(plain) for statement in query],
        "page": page,
        "count": lambda: desk.tickets.count(wanted),
    }
    taken = in_turns(calls, times)
    return Compared(
        rows=len(found),
        plain=median(taken["plain"]),
        query=median(taken["query"]),
        page=median(taken["page"]),
        page_p95=p95(taken["page"]),
        count_p95=p95(taken["count"]),
    )


@contextmanager
def _statements() -> Iterator[list[Statement]]:
    """What is asked meanwhile, but for the transaction around it."""
    heard: list[Statement] = []

    def listen(_connection: Any, _cursor: Any, text: str, values: Any, *_more: Any) -> None:
        if text.startswith("SELECT"):
            heard.append(Statement(text, tuple(values)))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
