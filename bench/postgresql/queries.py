"""Each filter on PostgreSQL: through the desk, by bare psycopg, and beside SQLite."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial

import psycopg

from bench.filters import filters
from bench.postgresql import plain
from bench.postgresql.desks import Desks, desk, say
from bench.timing import in_turns, median, p95
from olvery_tui.domain.pages import Top
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.postgres.store import PostgresStore

LINES = 100
_MOST = 60
"""Milliseconds that 95 of 100 answers may take."""


def write(desks: Desks) -> None:
    """Measure, and write the section."""
    report = desks.report
    report.section(
        "queries",
        "Queries",
        f"The first {LINES} lines of a filter and their count; milliseconds, in turns."
        " `plain` is the best of up to\nsix statements for bare psycopg that answer the same filter"
        " as one would write it\n(`bench/postgresql/plain.py`). `page` is the whole way through the"
        " desk: a session, SQLAlchemy, frozen rows.",
    )
    rows, goals = [], []
    with ExitStack() as stack:
        store = stack.enter_context(closing(open_database(desks.url)))
        file = stack.enter_context(closing(open_database(f"sqlite:///{desks.file}")))
        assert isinstance(store, PostgresStore)
        bare = stack.enter_context(store.raw())
        here, there = desk(store), desk(file)
        for name, wanted in filters(desks.asked.tickets).items():
            best = plain.best(bare, wanted, LINES)
            found = [row.number for row in here.tickets.page(wanted, Top(), LINES).rows]
            if [row[0] for row in best.rows(bare)] != found:
                raise RuntimeError(f"the desk and {best.text} find different tickets")
            calls: dict[str, Callable[[], object]] = {
                "plain": partial(_rows, best, bare),
                "page": partial(here.tickets.page, wanted, Top(), LINES),
                "count": partial(here.tickets.count, wanted),
                "SQLite page": partial(there.tickets.page, wanted, Top(), LINES),
                "SQLite count": partial(there.tickets.count, wanted),
            }
            taken = in_turns(calls, desks.asked.times)
            rows.append(
                [
                    name,
                    len(found),
                    f"{median(taken['plain']):.2f}",
                    f"{median(taken['page']):.2f}",
                    *(f"{p95(taken[one]):.2f}" for one in list(calls)[1:]),
                ]
            )
            goals.append(report.goal(f"{name}, p95 of a page", p95(taken["page"]), _MOST, "ms"))
            say(str(rows[-1]))
        counted = p95(in_turns({"presets": here.presets.counts}, desks.asked.times)["presets"])
        goals.append(report.goal("counts of all presets, p95", counted, _MOST, "ms"))
    columns = ["plain", "page", "page p95", "count p95", "SQLite page p95", "SQLite count p95"]
    report.table(["filter", "rows", *columns], rows)
    report.goals(*goals)


def _rows(statement: plain.Statement, connection: psycopg.Connection) -> object:
    return statement.rows(connection)
