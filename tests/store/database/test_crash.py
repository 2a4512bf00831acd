"""A program killed in the midst of writing loses nothing that it was told is kept."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.maintenance.maintenance import backup, check, restore
from tests.store.outside import NOW, add_ticket, kill, ready, run, start
from tests.store.writing import Program, restore_again_and_again, write

ROUNDS = 7
"""With one writer, and as many with two."""


def tickets(store: Store) -> set[int]:
    with store.reading() as session:
        return set(session.connection().exec_driver_sql("SELECT number FROM ticket").scalars())


@pytest.mark.parametrize("writers", [1, 2])
def test_a_writer_killed_at_any_moment_loses_nothing_that_it_acknowledged(
    store: Store, plain: sqlite3.Connection, writers: int
) -> None:
    chance = random.Random(7)
    acknowledged: set[int] = set()
    for turn in range(ROUNDS):
        numbers = range(turn * writers, (turn + 1) * writers)
        running = [Program(write, store.url, 1 + number * 200_000) for number in numbers]
        for one in running:
            acknowledged |= {one.read() for _ in range(chance.randrange(20))}
        time.sleep(chance.uniform(0, 0.005))
        for one in running:
            one.kill()
        for one in running:
            acknowledged |= set(one.left())
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
    writer = Program(write, store.url, 1)
    acknowledged = {writer.read() for _ in range(20)}
    plain.close()
    store.close()
    writer.kill()
    acknowledged |= set(writer.left())
    assert database.with_name("olvery.db-wal").stat().st_size > 0
    with closing(open_database(store.url)) as reopened:
        assert {problem.code for problem in check(reopened, NOW)} <= {
            "untold"
        }  # what was furnished
        assert acknowledged <= tickets(reopened)
    assert {one.name for one in database.parent.iterdir()} == {"olvery.db"}


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
        restorer = Program(restore_again_and_again, copy, store.url)
        time.sleep(chance.uniform(0, 0.15))
        restorer.kill()
        assert list(restorer.left()) == []
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
