"""The watch sees what others commit, and comes through the loss of the file."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from olvery_tui.store.database import schema
from olvery_tui.store.database.changes import INTERVAL
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Manager
from olvery_tui.store.maintenance.maintenance import backup, restore
from tests.store.outside import NOW, connect, run
from tests.store.witness import Witness

pytestmark = pytest.mark.only("sqlite")

SECOND = 1.0
PATIENCE = 10.0
"""For what has to happen at all; a busy machine may take its time."""

INSERT = "INSERT INTO manager (last_name, first_name) VALUES ('Титов', 'Борис')"


class Looking(Witness):
    """A witness of a file, whose looks are counted."""

    def __init__(self, store: Store, interval: float) -> None:
        self.fail_in_callback = False
        self.looks = 0
        self._look = store.identity
        store.identity = self._count_look  # type: ignore[method-assign]
        super().__init__(store, interval=interval)

    def _count_look(self) -> tuple[int, int] | None:
        with self._said:
            self.looks += 1
            self._said.notify_all()
        return self._look()

    def _change(self) -> None:
        super()._change()
        if self.fail_in_callback:
            raise ZeroDivisionError


@pytest.fixture
def witness(store: Store) -> Iterator[Looking]:
    """A watch at its usual pace that has taken its first look."""
    one = Looking(store, INTERVAL)
    assert one.waits_for(lambda: one.looks >= 2)
    yield one
    one.end()


def test_another_program_s_commit_is_seen_within_a_second(witness: Looking, database: Path) -> None:
    for count in (1, 2, 3):
        run(
            "import sqlite3, sys\nsqlite3.connect(sys.argv[1], isolation_level=None).execute("
            "sys.argv[2])",
            database,
            INSERT,
        )
        assert witness.waits_for(lambda count=count: witness.changes == count, SECOND)


def test_the_program_s_own_commits_are_seen_too(witness: Looking, store: Store) -> None:
    with store.writing() as session:
        session.add(Manager(last_name="Титов"))
    assert witness.waits_for(lambda: witness.changes == 1)


def test_nothing_is_told_while_nothing_changes(
    witness: Looking, store: Store, database: Path
) -> None:
    with store.reading() as session:
        session.get(Manager, 1)
    with closing(connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute(INSERT)
        other.execute("ROLLBACK")
    assert not witness.waits_for(lambda: bool(witness.changes or witness.troubles), 3 * INTERVAL)


def test_many_commits_in_a_moment_are_told_as_few(witness: Looking, database: Path) -> None:
    with closing(connect(database)) as other:
        for _ in range(100):
            other.execute(INSERT)
    assert witness.waits_for(lambda: witness.changes > 0)
    assert not witness.waits_for(lambda: witness.changes > 5, 2 * INTERVAL)


def test_a_lost_file_is_told_once_and_so_is_its_return(witness: Looking, database: Path) -> None:
    away = database.with_name("away.db")
    database.rename(away)
    assert witness.waits_for(lambda: witness.troubles == ["lost"])
    assert not witness.waits_for(lambda: len(witness.troubles) > 1, 3 * INTERVAL)
    assert witness.changes == 0
    assert not database.exists()
    away.rename(database)
    assert witness.waits_for(lambda: witness.troubles == ["lost", None] and witness.changes == 1)
    with closing(connect(database)) as other:
        other.execute(INSERT)
    assert witness.waits_for(lambda: witness.changes == 2)


def test_another_file_in_its_place_is_a_change(
    witness: Looking, database: Path, empty_database: Path
) -> None:
    other = Path(shutil.copy2(empty_database, database.with_name("other.db")))
    other.replace(database)
    assert witness.waits_for(lambda: witness.changes == 1)
    assert witness.troubles == []
    with closing(connect(database)) as plain:
        plain.execute(INSERT)
    assert witness.waits_for(lambda: witness.changes == 2)


def test_a_restore_is_a_change_for_a_desk_that_starts_watching_again(
    store: Store, database: Path
) -> None:
    backup(store, database.with_name("copy.db"))
    store.close()
    restore(database.with_name("copy.db"), store.url, NOW)
    witness = Looking(store, 0.02)
    try:
        assert witness.waits_for(lambda: witness.looks >= 2)
        with closing(connect(database)) as plain:
            plain.execute(INSERT)
        assert witness.waits_for(lambda: witness.changes == 1)
    finally:
        witness.end()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.write_bytes(b"rubbish" * 1000), "not_a_database"),
        (lambda path: sqlite3.connect(path).execute("CREATE TABLE note (text)"), "not_a_database"),
        (lambda path: path.touch(), "missing"),
    ],
    ids=["rubbish", "another program's", "empty"],
)
def test_what_is_no_desk_database_in_its_place_is_a_trouble_until_it_is_mended(
    witness: Looking, database: Path, spoil: Callable[[Path], object], code: str
) -> None:
    strange = database.with_name("strange.db")
    spoil(strange)
    whole = database.with_name("whole.db")
    shutil.copy(database, whole)
    strange.replace(database)
    assert witness.waits_for(lambda: witness.troubles == [code])
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    whole.replace(database)
    assert witness.waits_for(lambda: witness.troubles == [code, None] and witness.changes == 1)


def test_an_upgrade_by_a_newer_program_is_a_trouble(witness: Looking, database: Path) -> None:
    with closing(connect(database)) as newer:
        newer.executescript(
            "BEGIN; CREATE TABLE parcel (id); UPDATE alembic_version SET version_num = '9999';"
            "COMMIT;"
        )
    assert witness.waits_for(lambda: witness.troubles == ["newer_schema"])
    with closing(connect(database)) as older:
        older.executescript(
            f"BEGIN; DROP TABLE parcel; UPDATE alembic_version SET version_num = '{schema.HEAD}';"
            "COMMIT;"
        )
    assert witness.waits_for(lambda: witness.troubles == ["newer_schema", None])


def test_a_fault_of_who_is_told_does_not_end_the_watch(witness: Looking, database: Path) -> None:
    witness.fail_in_callback = True
    for count in (1, 2):
        with closing(connect(database)) as other:
            other.execute(INSERT)
        assert witness.waits_for(lambda count=count: witness.changes == count)


def test_the_watch_ends_when_it_is_told_to_even_without_a_file(
    witness: Looking, database: Path
) -> None:
    database.unlink()
    assert witness.waits_for(lambda: witness.troubles == ["lost"])
    witness.end()


def test_a_look_costs_next_to_nothing(store: Store) -> None:
    """An hour of looking, four times a second, takes less than a second of the processor."""
    looks = int(3600 / INTERVAL)
    with store.raw() as connection:
        connection.execute("SELECT count(*) FROM manager").fetchone()
        began = time.process_time()
        for _ in range(looks):
            store.identity()
            connection.execute("PRAGMA data_version").fetchone()
        assert time.process_time() - began < 1
