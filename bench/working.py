"""The status worker beside the bare SQL statements that do the same to a copy of the database."""

from __future__ import annotations

import shutil
import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.databases import NOW
from bench.running import Bench
from olvery_tui.clock import FrozenClock
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.moments import to_micros

_DUE = 100_000
_CHUNK = 1000
_HOUR = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Worked:
    """Seconds for so many tickets: by the worker, and by bare statements in the same chunks."""

    tickets: int
    worker: float
    bare: float


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    worked = _compare(bench.large.path)
    bench.report.section(
        "worker",
        "Status worker",
        f"{worked.tickets:,} tickets that became due at once, each with its event: "
        f"{worked.worker:.1f} s. The bare SQL statements,\nin transactions of {_CHUNK:,} tickets"
        f" too: {worked.bare:.1f} s.",
    )
    bench.report.goals(bench.report.goal("the worker to bare SQL", worked.worker / worked.bare, 3))


def _compare(path: Path) -> Worked:
    """Make 100,000 confirmed tickets due, then move them twice: here and there."""
    now = datetime.fromisoformat(NOW).astimezone(UTC)
    ours, theirs = path.with_suffix(".worker.db"), path.with_suffix(".bare.db")
    shutil.copy(path, ours)
    due = _make_due(ours, to_micros(now))
    shutil.copy(ours, theirs)
    try:
        store = open_database(f"sqlite:///{ours}")
        began = time.perf_counter()
        moved = StatusWorker(store, FrozenClock(now)).run_pass()
        worker = time.perf_counter() - began
        store.close()
        if moved != due:
            raise RuntimeError(f"{moved} of {due} tickets moved")
        return Worked(due, worker, _bare(theirs, to_micros(now)))
    finally:
        for file in (ours, theirs):
            for part in file.parent.glob(file.name + "*"):
                part.unlink()


def _make_due(path: Path, now: int) -> int:
    """Make finished tickets confirmed ones whose period began a moment ago: a long outage."""
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE orders SET status = 'confirmed' WHERE number IN"
            " (SELECT order_number FROM ticket WHERE status = 'done' ORDER BY number LIMIT ?)",
            (_DUE,),
        )
        connection.execute(
            "UPDATE ticket SET status = 'confirmed', moves_at = starts_at WHERE status = 'done' AND"
            " order_number IN (SELECT number FROM orders WHERE status = 'confirmed')"
        )
        due = connection.execute(
            "SELECT count(*) FROM ticket WHERE moves_at <= ?", (now,)
        ).fetchone()
        connection.execute("ANALYZE")
    connection.close()
    return int(due[0])


def _bare(path: Path, now: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("CREATE TEMP TABLE chunk (number INTEGER PRIMARY KEY, due INTEGER)")
    began = time.perf_counter()
    while True:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM temp.chunk")
        found = connection.execute(
            "INSERT INTO temp.chunk SELECT number, moves_at FROM ticket"
            " WHERE moves_at <= ? ORDER BY moves_at LIMIT ?",
            (now, _CHUNK),
        ).rowcount
        connection.execute(
            "INSERT INTO event (at, due_at, kind, actor, ticket_number, data)"
            " SELECT ?, due, 'ticket.moved', 'system', number,"
            ' \'{"from": "confirmed", "to": "active"}\' FROM temp.chunk',
            (now,),
        )
        connection.execute(
            "UPDATE ticket SET status = 'active', moves_at = NULL, version = version + 1"
            " WHERE number IN (SELECT number FROM temp.chunk) AND status = 'confirmed'"
        )
        connection.execute("COMMIT")
        if not found:
            break
    seconds = time.perf_counter() - began
    connection.close()
    return seconds
