"""The database as another program sees it: plain `sqlite3`, foreign keys off, times as numbers.

Also the way to start such a program.
"""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from olvery_tui.domain.name_search import index_words
from olvery_tui.domain.people import PersonFields, folded_name
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, moves_at, ticket_status
from olvery_tui.store.database import chain
from olvery_tui.store.database.moments import to_micros
from tests.forked import Running, of_a_terminal

NOTED = import_module("olvery_tui.store.migrations.versions.0009_noted")
"""The migration that records what a database holds."""

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2022, 12, 6, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEATS = (1, 2, 3)


def connect(path: Path, *, foreign_keys: bool = False) -> sqlite3.Connection:
    """A connection like that of the `sqlite3` shell; each statement is its own transaction."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    connection.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
    return connection


def hour(number: float) -> int:
    """The stored form of the moment so many hours after `NOW`."""
    return to_micros(NOW + number * HOUR)


def furnish(connection: sqlite3.Connection) -> None:
    """One service with a room, three seats and a tariff; a manager; a person."""
    connection.execute("INSERT INTO service (id, name, slot_minutes) VALUES (1, 'Коворкинг', 30)")
    connection.execute("INSERT INTO room (id, service_id, name) VALUES (1, 1, 'Коворкинг №1')")
    connection.executemany(
        "INSERT INTO workplace (id, room_id, label) VALUES (?, 1, ?)",
        [(seat, f"PM №{seat}") for seat in SEATS],
    )
    connection.execute(
        "INSERT INTO tariff (id, service_id, name, unit, price, currency, min_units, max_units)"
        " VALUES (1, 1, 'Почасовой', 'hour', 10000, 'RUB', 1, 24)"
    )
    connection.execute(
        "INSERT INTO manager (id, login, last_name, first_name)"
        " VALUES (1, 'anna', 'Орлова', 'Анна')"
    )
    connection.execute(
        "INSERT INTO person (id, last_name, first_name, folded) VALUES (1, 'Семенова', 'Мария', ?)",
        (folded_name("Семенова", "Мария"),),
    )
    connection.executemany(
        "INSERT INTO person_word VALUES (?, 1)",
        [(word,) for word in index_words(PersonFields("Семенова", "Мария", None))],
    )


def note(connection: sqlite3.Connection) -> None:
    """Tell in the trail what was furnished, as an upgrade does."""
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    with engine.connect() as noted:
        connection.execute("BEGIN IMMEDIATE")
        NOTED.note(noted, NOW)
        connection.execute("COMMIT")


def add_ticket(
    connection: sqlite3.Connection,
    number: int,
    start: float,
    end: float,
    *,
    seat: int = 1,
    order: OrderStatus = OrderStatus.CONFIRMED,
    hours_now: float = 0,
) -> None:
    """A sound ticket from hour to hour with its order, seat and events, as it is at `hours_now`."""
    period = Period.hourly(NOW + start * HOUR, NOW + end * HOUR)
    status = ticket_status(order, period, NOW + hours_now * HOUR)
    due = moves_at(order, period, status)
    session = Session(create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool))
    session.connection()  # which ends what was begun before
    connection.execute("BEGIN IMMEDIATE")
    batch = chain.batch_of(session)
    connection.execute(
        "INSERT INTO orders (number, service_id, customer_id, status, payment_kind, price,"
        " currency, created_at, version, starts_at, ends_at)"
        " VALUES (?, 1, 1, ?, 'on_site', 0, 'RUB', ?, 1, ?, ?)",
        (number, order.value, hour(-100), hour(start), hour(end)),
    )
    connection.execute(
        "INSERT INTO ticket (number, order_number, visitor_id, workplace_id, tariff_id,"
        " period_kind, starts_at, ends_at, status, moves_at, created_at, version)"
        " VALUES (?, ?, 1, ?, 1, 'hourly', ?, ?, ?, ?, ?, 1)",
        (
            number,
            number,
            seat,
            hour(start),
            hour(end),
            status.value,
            None if due is None else to_micros(due),
            hour(-100),
        ),
    )
    if status is not TicketStatus.CANCELLED:
        hold(connection, seat, start, end, ticket=number)
    connection.execute(
        "INSERT INTO event (at, kind, actor, ticket_number, data, batch)"
        " VALUES (?, 'ticket.created', 'cli', ?, '{}', ?)",
        (hour(-100), number, batch),
    )
    connection.execute(
        "INSERT INTO event (at, kind, actor, order_number, data, batch)"
        " VALUES (?, 'order.created', 'cli', ?, '{}', ?)",
        (hour(-100), number, batch),
    )
    chain.seal(session)
    session.commit()
    session.close()


def hold(
    connection: sqlite3.Connection, seat: int, start: float, end: float, *, ticket: int = 1
) -> int:
    """Let a ticket, which need not exist, hold a seat from hour to hour; the assignment's id."""
    done = connection.execute(
        "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
        " VALUES (?, ?, ?, ?)",
        (ticket, seat, hour(start), hour(end)),
    )
    assert done.lastrowid is not None
    return done.lastrowid


def overlapping(connection: sqlite3.Connection) -> int:
    """How many pairs of assignments hold one seat at one moment, counted the slow and sure way."""
    found: int = connection.execute(
        "SELECT count(*) FROM seat_assignment AS one JOIN seat_assignment AS other"
        " ON one.workplace_id = other.workplace_id AND one.id < other.id"
        " AND one.starts_at < other.ends_at AND other.starts_at < one.ends_at"
    ).fetchone()[0]
    return found


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Start another Python process on a script; it reads `sys.argv[1:]`."""
    return Running(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=of_a_terminal(),
    )


def finish(process: subprocess.Popen[str], seconds: float = 60) -> str:
    """What a process printed, once it has ended well."""
    said, complained = process.communicate(timeout=seconds)
    assert process.returncode == 0, complained
    return said


def run(script: str, *arguments: object) -> str:
    """What a script prints."""
    return finish(start(script, *arguments))


def kill(process: subprocess.Popen[str]) -> str:
    """End a process at once, wherever it is; what it had printed since it was last read."""
    process.kill()
    with process:
        assert process.stdout is not None
        said = process.stdout.read()
    assert process.returncode == -signal.SIGKILL
    return said


def ready(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    """The process, once it has printed its first line."""
    assert process.stdout is not None
    if process.stdout.readline() != "ready\n":
        raise AssertionError(process.communicate()[1])
    return process
