"""Programs that are killed while they write: forks of one that has imported what they need."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import text

from olvery_tui.desk import Desk
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store.database import chain, engine
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.maintenance.maintenance import restore

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [Desk.__module__, StatusWorker.__module__, restore.__module__, "pytest"]
)


class Program:
    """A program that has begun its work, which tells what it has done."""

    def __init__(self, work: Callable[..., None], *arguments: object) -> None:
        self._told, theirs = FORKS.Pipe(duplex=False)
        self._process = FORKS.Process(target=work, args=(theirs, *arguments))
        self._process.start()
        theirs.close()
        assert self.read() == "ready"

    def read(self) -> Any:
        """Wait for what it tells next."""
        return self._told.recv()

    def kill(self) -> None:
        """End it at once, wherever it is."""
        self._process.kill()

    def left(self) -> Iterator[Any]:
        """What the killed one had told since it was last read."""
        self._process.join()
        assert self._process.exitcode == -signal.SIGKILL
        with self._told as told:
            while True:
                try:
                    yield told.recv()
                except EOFError:
                    return


_STATEMENTS = (
    # An order and a ticket that sits on two seats in turn, with its history: ten rows that belong
    # together.
    "INSERT INTO orders (number, service_id, customer_id, status, payment_kind, price, currency,"
    " created_at, version, comment, starts_at, ends_at) VALUES (:number, 1, 1, 'new', 'on_site', 0,"
    " 'RUB', 0, 1, '', :starts_at, :ends_at)",
    "INSERT INTO ticket (number, order_number, visitor_id, workplace_id, tariff_id, period_kind,"
    " starts_at, ends_at, status, created_at, version) VALUES (:number, :number, 1, 2, 1, 'hourly',"
    " :starts_at, :ends_at, 'new', 0, 1)",
    "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
    " VALUES (:number, 1, :starts_at, :middle)",
    "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
    " VALUES (:number, 2, :middle, :ends_at)",
    "INSERT INTO event (at, kind, actor, ticket_number, data, batch)"
    " VALUES (0, 'ticket.created', 'cli', :number, '{}', :batch)",
    "INSERT INTO event (at, kind, actor, order_number, data, batch)"
    " VALUES (0, 'order.created', 'cli', :number, '{}', :batch)",
    *["INSERT INTO event (at, kind, actor, ticket_number, data, batch)"
      " VALUES (0, 'ticket.visitor_changed', 'cli', :number, '{}', :batch)"] * 3,
    "UPDATE service SET slot_minutes = slot_minutes + 1",
)  # fmt: skip


def write(told: Connection, url: str, first: int) -> None:
    """Write one ticket after the other from the number `first` on, and tell each that is kept."""
    engine.BUSY_SECONDS = 60  # the other writer leaves no pause: SQLite may let it win for long
    store = open_database(url)
    told.send("ready")
    for number in range(first, first + 100_000):
        with store.writing() as session:
            half = {
                "number": number, "starts_at": number * 10, "ends_at": number * 10 + 5,
                "middle": number * 10 + 2, "batch": chain.batch_of(session),
            }  # fmt: skip
            for statement in _STATEMENTS:
                session.connection().execute(text(statement), half)
        told.send(number)


def restore_again_and_again(told: Connection, copy: Path, url: str) -> None:
    """Put a copy in the place of a database a thousand times."""
    told.send("ready")
    for seconds in range(1000):
        restore(copy, url, datetime(2023, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
