"""A program killed in the midst of writing loses nothing that it was told is kept."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.maintenance.maintenance import backup, check, restore
from tests.store.outside import NOW, add_ticket, kill, ready, run, start

ROUNDS = 7
"""With one writer, and as many with two."""

WRITER = """
    import os, sys
    from sqlalchemy import text
    from olvery_tui.store.database import chain, engine
    from olvery_tui.store.database.connect import open_database
    engine.BUSY_SECONDS = 60  # the other writer leaves no pause: SQLite may let it win for long
    store = open_database(sys.argv[1])
    first = int(sys.argv[2])
    print("ready", flush=True)
    for number in range(first, first + 100_000):
        with store.writing() as session:
            execute = session.connection().execute
            half = {"number": number, "starts_at": number * 10, "ends_at": number * 10 + 5,
                    "middle": number * 10 + 2, "batch": chain.batch_of(session)}
            # An order and a ticket that sits on two seats in turn, with its history: ten rows that
            # belong together.
            for statement in (
                "INSERT INTO orders (number, service_id, customer_id, status, payment_kind, price,"
                " currency, created_at, version, comment, starts_at, ends_at)"
                " VALUES (:number, 1, 1, 'new', 'on_site', 0, 'RUB', 0, 1, '', :starts_at,"
                " :ends_at)",
                "INSERT INTO ticket (number, order_number, visitor_id, workplace_id, tariff_id,"
                " period_kind, starts_at, ends_at, status, created_at, version) VALUES (:number,"
                " :number, 1, 2, 1, 'hourly', :starts_at, :ends_at, 'new', 0, 1)",
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
            ):
                execute(text(statement), half)
        os.write(1, b"%d\\n" % number)
"""


def tickets(store: Store) -> set[int]:
    with store.reading() as session:
        return set(session.connection().exec_driver_sql("SELECT number FROM ticket").scalars())


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("writers", [1, 2])
def test_a_writer_killed_at_any_moment_loses_nothing_that_it_acknowledged(
    store: Store, plain: sqlite3.Connection, writers: int
) -> None:
    chance = random.Random(7)
    acknowledged: set[int] = set()
    for turn in range(ROUNDS):
        numbers = range(turn * writers, (turn + 1) * writers)
        running = [ready(start(WRITER, store.url, 1 + number * 200_000)) for number in numbers]
        for one in running:
            acknowledged |= {int(read_line(one)) for _ in range(chance.randrange(20))}
        time.sleep(chance.uniform(0, 0.005))
        for one in running:
            one.kill()
        for one in running:
            # A line that the kill cut off promises nothing.
            acknowledged |= {int(line) for line in kill(one).split("\n")[:-1]}
        kept = tickets(store)
        assert acknowledged <= kept
        # Kept without a word: at most what each of the killed was about to tell.
        assert len(kept - acknowledged) <= (turn + 1) * writers
        assert {problem.code for problem in check(store, NOW)} <= {"untold"}  # what was furnished
        with store.writing():
            pass  # the lock of the dead is free
    assert len(acknowledged) > ROUNDS
    slots = plain.execute("SELECT slot_minutes FROM service").fetchone()[0]
    assert slots == 30 + len(kept)


def test_a_log_that_the_dead_left_is_read_by_the_next_and_taken_away(
    store: Store, database: Path, plain: sqlite3.Connection
) -> None:
    writer = ready(start(WRITER, store.url, 1))
    acknowledged = {int(read_line(writer)) for _ in range(20)}
    plain.close()
    store.close()
    kill(writer)
    assert database.with_name("olvery.db-wal").stat().st_size > 0
    with closing(open_database(store.url)) as reopened:
        assert {problem.code for problem in check(reopened, NOW)} <= {
            "untold"
        }  # what was furnished
        assert acknowledged <= tickets(reopened)
    assert {one.name for one in database.parent.iterdir()} == {"olvery.db"}


RESTORER = """
    import sys
    from datetime import UTC, datetime, timedelta
    from pathlib import Path
    from olvery_tui.store.maintenance.maintenance import restore
    print("ready", flush=True)
    for number in range(1000):
        restore(Path(sys.argv[1]), sys.argv[2], datetime(2023, 1, 1, tzinfo=UTC)
                + timedelta(seconds=number))
"""


def test_a_restore_killed_at_any_moment_leaves_a_sound_database(
    store: Store, database: Path, plain: sqlite3.Connection
) -> None:
    add_ticket(plain, 1, 1, 2)
    plain.close()
    copy = database.with_name("copy.db")
    backup(store, copy)
    store.close()
    chance = random.Random(7)
    for _ in range(5):
        restorer = ready(start(RESTORER, copy, store.url))
        time.sleep(chance.uniform(0, 0.15))
        kill(restorer)
        with closing(open_database(store.url, create=False)) as reopened:
            assert {problem.code for problem in check(reopened, NOW)} <= {
                "untold"
            }  # what was furnished
            assert tickets(reopened) == {1}
    assert restore(copy, store.url, NOW) is not None


BACKER = """
    import os, signal, sys
    from pathlib import Path
    from olvery_tui.store.database.connect import open_database
    from olvery_tui.store.maintenance.maintenance import backup

    moment = 0
    while True:
        moment += 1
        process = os.fork()
        if not process:
            store = open_database(sys.argv[1])
            left = moment

            def die(event, _):
                global left
                if event in {"open", "os.link", "os.rename", "os.remove", "sqlite3.connect"}:
                    left -= 1
                    if not left:
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(die)
            backup(store, Path(sys.argv[2]) / f"{moment}.db")
            os._exit(0)
        if not os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]):
            break
    print(moment)
"""


def test_a_backup_killed_before_any_of_its_steps_is_there_whole_or_not_at_all(
    store: Store, plain: sqlite3.Connection, tmp_path: Path
) -> None:
    """Every step that touches a file or a folder is, in its turn, the one that does not happen."""
    add_ticket(plain, 1, 1, 2)
    folder = tmp_path / "copies"
    folder.mkdir()
    moments = int(run(BACKER, store.url, folder))
    assert moments > 5
    copies = list(folder.glob("[0-9]*.db"))
    assert 1 < len(copies) < moments  # some were killed after it was there, some before
    for copy in copies:
        with closing(open_database(f"sqlite:///{copy}", create=False)) as whole:
            assert {problem.code for problem in check(whole, NOW)} <= {
                "untold"
            }  # what was furnished
            assert tickets(whole) == {1}


def test_a_writer_that_is_stopped_keeps_nobody_out_for_ever(
    impatient: None, database: Path
) -> None:
    """Stopped in a transaction: others are told that it is busy; killed: the lock is free."""
    script = """
        import sqlite3, sys
        connection = sqlite3.connect(sys.argv[1], isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE location SET name = 'half'")
        print("ready", flush=True)
        sys.stdin.readline()
    """
    holder = ready(start(script, database))
    os.kill(holder.pid, signal.SIGSTOP)
    with closing(open_database(f"sqlite:///{database}")) as store:
        with pytest.raises(StoreUnavailable) as caught, store.writing():
            pytest.fail("the lock was given twice")
        assert caught.value.code == "locked"
        kill(holder)
        with store.writing() as session:
            name = session.connection().exec_driver_sql("SELECT name FROM location").scalar()
    assert name == "Olvery"
