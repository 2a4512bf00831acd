"""The status worker and the import on PostgreSQL, beside bare SQL and beside SQLite."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from bench import generate
from bench.postgresql.desks import MOMENT, Desks
from bench.working import Worked
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.access import SYSTEM
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store import importing as importer
from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.postgres.store import PostgresStore

_CHUNK = 1000
_DUE = 100_000
_IMPORTED = 50_000
_RATE = 6_000

_MAKE_DUE = """
WITH chosen AS (
    SELECT DISTINCT order_number FROM (
        SELECT order_number FROM ticket WHERE status = 'done' ORDER BY number LIMIT %s
    ) AS these
), changed AS (
    UPDATE orders SET status = 'confirmed' WHERE number IN (SELECT order_number FROM chosen)
)
UPDATE ticket SET status = 'confirmed', moves_at = starts_at
WHERE status = 'done' AND order_number IN (SELECT order_number FROM chosen)
"""
_BARE = """
WITH chunk AS (
    SELECT number, moves_at FROM ticket WHERE moves_at <= %(now)s ORDER BY moves_at LIMIT %(many)s
    FOR UPDATE
), told AS (
    INSERT INTO event (at, due_at, kind, actor, ticket_number, data)
    SELECT %(now)s, moves_at, 'ticket.moved', 'system', number,
        '{"from": "confirmed", "to": "active"}' FROM chunk
)
UPDATE ticket SET status = 'active', moves_at = NULL, version = version + 1
WHERE number IN (SELECT number FROM chunk) AND status = 'confirmed'
"""


def write(desks: Desks) -> None:
    """Measure, and write the section."""
    report = desks.report
    with closing(open_database(desks.url)) as store:
        assert isinstance(store, PostgresStore)
        worked = moved(store, min(_DUE, desks.asked.tickets // 10), MOMENT)
    with TemporaryDirectory() as folder:
        urls = {
            "PostgreSQL": desks.server.url(desks.server.create()),
            "SQLite": f"sqlite:///{folder}/imported.db",
        }
        many = min(_IMPORTED, desks.asked.tickets)
        rates = imported(urls, many, MOMENT)
    report.section(
        "work",
        "Status worker and import",
        f"{worked.tickets:,} tickets that became due at once, each with its event:"
        f" {worked.worker:.1f} s. The bare SQL through psycopg,\nin transactions of {_CHUNK:,}"
        f" tickets too: {worked.bare:.1f} s. And {many:,} tickets with their people and orders"
        " imported\ninto an empty database.",
    )
    report.table(
        ["import", "tickets a second"], [[name, round(rate)] for name, rate in rates.items()]
    )
    report.goals(
        report.goal("the worker to bare SQL", worked.worker / worked.bare, 3),
        *(
            report.goal(f"{name}: time at {_RATE:,} tickets a second", _RATE / rate, 1.0)
            for name, rate in rates.items()
        ),
    )


def moved(store: PostgresStore, tickets: int, now: datetime) -> Worked:
    """Make so many tickets due, twice: the worker moves them, and then bare statements do."""
    with store.raw() as connection:
        connection.execute("SET statement_timeout = 0")
        StatusWorker(store, FrozenClock(now)).run_pass()  # what is due of itself
        due = _make_due(connection, tickets)
        began = time.perf_counter()
        found = StatusWorker(store, FrozenClock(now)).run_pass()
        worker = time.perf_counter() - began
        if found != due:
            raise RuntimeError(f"{found} of {due} tickets moved")
        due = _make_due(connection, tickets)
        began = time.perf_counter()
        while connection.execute(_BARE, {"now": now, "many": _CHUNK}).rowcount:
            pass
        return Worked(due, worker, time.perf_counter() - began)


def _make_due(connection: psycopg.Connection, tickets: int) -> int:
    """Make finished tickets confirmed ones whose period began a moment ago: a long outage."""
    due = connection.execute(_MAKE_DUE, (tickets,)).rowcount
    connection.execute("VACUUM (ANALYZE)")
    return due


def imported(urls: dict[str, str], tickets: int, now: datetime) -> dict[str, float]:
    """Tickets a second of one file's import into each of these empty databases."""
    rates = {}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "tickets.jsonl"
        generate.write(file, tickets, seed=1)
        for name, url in urls.items():
            with closing(open_database(url)) as store:
                schema.ensure(store)
                began = time.perf_counter()
                importer.run(store, file, clock=FrozenClock(now), actor=SYSTEM)
                rates[name] = tickets / (time.perf_counter() - began)
    return rates
