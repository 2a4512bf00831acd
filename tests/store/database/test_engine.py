"""Opening a database, its transactions, and what becomes of a file that changes underneath."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, func, select

from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.database.models import Manager, SeatAssignment
from olvery_tui.store.database.moments import from_micros
from tests.each import each
from tests.store.outside import ROOT, add_ticket, connect, finish, hour, start


def managers(store: Store) -> int:
    with store.reading() as session:
        return session.exec(select(func.count()).select_from(Manager)).one()


def add_manager(store: Store, name: str = "Орлова") -> None:
    with store.writing() as session:
        session.add(Manager(last_name=name))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# ── Opening ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["desk.db-wal", "desk.db-shm", "desk.db-journal", "X.DB-WAL"])
@pytest.mark.parametrize("linked", [False, True])
def test_no_database_is_made_of_what_belongs_to_another(
    tmp_path: Path, name: str, linked: bool
) -> None:
    file = tmp_path / name
    file.touch()
    if linked:
        file = tmp_path / "link.db"
        file.symlink_to(name)
    for create in (True, False):
        with pytest.raises(StoreUnavailable) as caught:
            open_database(f"sqlite:///{file}", create=create)
        assert caught.value.code == "bad_url"
    assert file.stat().st_size == 0


@each(
    "url",
    [
        "",
        "olvery.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:////srv/olvery.db?mode=ro",
        "sqlite:///file:olvery.db",
        "sqlite+aiosqlite:////srv/olvery.db",
        "mysql://host/olvery",
        "sqlite:////srv/\0.db",
        "::::",
    ],
)
def test_what_names_no_file_is_a_bad_url(url: str) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        open_database(url)
    assert caught.value.code == "bad_url"


def test_a_password_is_not_repeated_in_the_error() -> None:
    with pytest.raises(StoreUnavailable) as caught:
        open_database("postgresql+psycopg://anna:sesame@host/")
    assert caught.value.code == "bad_url"
    assert "host" in caught.value.where
    assert "sesame" not in repr(caught.value)


def test_a_new_database_and_what_stands_beside_it_are_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    before = os.umask(0)
    try:
        store = open_database(f"sqlite:///{path}")
        schema.ensure(store)
        add_manager(store)
        found = {one.name: mode(one) for one in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert found == {"new.db": 0o600, "new.db-wal": 0o600, "new.db-shm": 0o600}
    store.close()
    assert [one.name for one in tmp_path.iterdir()] == ["new.db"]


def test_a_file_that_is_not_there_is_made_only_if_asked(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        open_database(f"sqlite:///{tmp_path / 'none.db'}", create=False)
    assert caught.value.code == "missing"
    assert list(tmp_path.iterdir()) == []


def test_opening_writes_nothing_to_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE note (text)")
        other.commit()
    before = path.read_bytes()
    store = open_database(f"sqlite:///{path}")
    assert schema.state(store) is schema.SchemaState.FOREIGN
    with pytest.raises(StoreUnavailable) as caught:
        schema.ensure(store)
    store.close()
    assert caught.value.code == "not_a_database"
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["база данных.db", "100%.db", "a#b&c.db", "a b;c'd\".db", "…"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    store = open_database(URL.create("sqlite", database=str(tmp_path / name)).render_as_string())
    schema.ensure(store)
    again = open_database(store.url, create=False)
    add_manager(store)
    assert managers(again) == 1
    assert store.path == tmp_path / name
    for one in (store, again):
        one.close()


def test_a_store_says_where_it_is(store: Store, database: Path) -> None:
    assert (store.label, store.path, store.dialect) == (str(database), database, "sqlite")


@pytest.mark.only("sqlite")
def test_every_connection_keeps_promises_on_the_disk_and_between_tables(store: Store) -> None:
    wanted = {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 2,
        "busy_timeout": 5000,
    }
    with store.reading() as first, store.writing() as second, store.raw() as third:
        for execute in (
            first.connection().exec_driver_sql,
            second.connection().exec_driver_sql,
            third.execute,
        ):
            found = {name: execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
            assert found == wanted


def test_the_store_opens_without_alembic_typer_or_textual() -> None:
    script = (
        "import sys; from olvery_tui.store.database import changes, schema; "
        "print([m for m in ('alembic', 'typer', 'textual', 'babel') if m in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert said.stdout == "[]\n"


# ── Transactions ─────────────────────────────────────────────────────────────────────────────────


def test_a_block_that_ends_well_is_kept_and_one_that_raises_is_not(store: Store) -> None:
    add_manager(store)

    def fail() -> None:
        with store.writing() as session:
            session.add(Manager(last_name="Титов"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert managers(store) == 1


def test_reading_cannot_write_and_leaves_the_connection_fit_for_writing(store: Store) -> None:
    def write() -> None:
        with store.reading() as session:
            session.add(Manager(last_name="Титов"))
            session.flush()

    for _ in range(3):
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            write()
        add_manager(store)
    assert managers(store) == 3


def test_reading_sees_one_moment(store: Store) -> None:
    with store.reading() as session:
        counted = select(func.count()).select_from(Manager)
        assert session.exec(counted).one() == 0
        add_manager(store)
        assert session.exec(counted).one() == 0
    assert managers(store) == 1


def test_readers_neither_wait_for_a_writer_nor_keep_one_waiting(store: Store) -> None:
    with store.writing() as writer, store.reading() as reader:
        writer.add(Manager(last_name="Орлова"))
        writer.flush()
        assert reader.exec(select(Manager)).all() == []
    with store.reading() as reader:
        reader.exec(select(Manager)).all()
        add_manager(store)
    assert managers(store) == 2


def is_open(connection: DBAPIConnection) -> bool:
    try:
        connection.cursor().execute("SELECT 1")
    except Exception as error:
        return "closed" not in str(error)
    return True


def test_a_connection_in_use_is_closed_when_it_comes_back_too_late(store: Store) -> None:
    """The application ends while somebody reads."""
    with store.reading() as session:
        used = session.connection().connection.dbapi_connection
        assert used is not None
        store.close()
        assert session.exec(select(func.count()).select_from(Manager)).one() == 0
    assert not is_open(used)
    with store.reading() as session:
        later = session.connection().connection.dbapi_connection
        assert later is not None
    assert not is_open(later)
    assert managers(store) == 0


def test_writing_holds_the_lock_from_its_first_moment(store: Store, database: Path) -> None:
    with closing(connect(database)) as other:
        other.execute("PRAGMA busy_timeout = 0")
        with store.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")


def test_after_a_busy_database_the_store_works_again(impatient: None, database: Path) -> None:
    with (
        closing(open_database(f"sqlite:///{database}")) as store,
        closing(connect(database)) as other,
    ):
        for _ in range(20):  # more often than the pool has connections
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable) as caught, store.writing():
                pytest.fail("the lock was given twice")
            assert caught.value.code == "locked"
            other.execute("ROLLBACK")
        add_manager(store)
        assert managers(store) == 1


INCREMENTS = """
    import sys
    from sqlmodel import select
    from olvery_tui.store.database.connect import open_database
    from olvery_tui.store.database.models import Manager
    store = open_database(sys.argv[1])
    sys.stdin.readline()
    for _ in range(60):
        with store.writing() as session:
            counter = session.exec(select(Manager)).one()
            counter.last_name = str(int(counter.last_name) + 1)
            session.add(counter)
    print("done")
"""


@pytest.mark.only("sqlite")
def test_four_programs_that_read_and_then_write_lose_nothing(store: Store) -> None:
    add_manager(store, "0")
    programs = [start(INCREMENTS, store.url) for _ in range(4)]
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    assert [finish(program) for program in programs] == ["done\n"] * 4
    with store.reading() as session:
        assert session.exec(select(Manager.last_name)).one() == "240"


def test_many_threads_share_a_store(store: Store) -> None:
    def work(number: int) -> int:
        for _ in range(5):
            add_manager(store, str(number))
            managers(store)
        return number

    with ThreadPoolExecutor(32) as threads:
        assert sorted(threads.map(work, range(32))) == list(range(32))
    assert managers(store) == 160


HOLD = (
    "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
    " VALUES (1, :seat, :starts_at, :ends_at)"
)


def test_a_taken_seat_is_told_by_its_statement_and_the_rest_goes_on(
    store: Store, plain: sqlite3.Connection
) -> None:
    add_ticket(plain, 1, 1, 2, seat=1)

    def book(session: Session, seat: int) -> None:
        with session.begin_nested():
            session.add(
                SeatAssignment(
                    ticket_number=1,
                    workplace_id=seat,
                    starts_at=from_micros(hour(1)),
                    ends_at=from_micros(hour(2)),
                )
            )

    with store.writing() as session:
        with pytest.raises(SeatConflict):
            book(session, 1)
        book(session, 2)
        with pytest.raises(SeatConflict):
            session.connection().execute(text(HOLD), {"seat": 2, "starts_at": 0, "ends_at": 2**57})
        book(session, 3)
    held = plain.execute("SELECT workplace_id FROM seat_assignment ORDER BY id").fetchall()
    assert held == [(1,), (2,), (3,)]


def test_a_seat_conflict_that_nobody_catches_undoes_the_block(
    store: Store, plain: sqlite3.Connection
) -> None:
    add_ticket(plain, 1, 1, 2, seat=1)

    def book() -> None:
        with store.writing() as session:
            session.add(Manager(last_name="Титов"))
            session.flush()
            session.connection().execute(
                text(HOLD), {"seat": 1, "starts_at": hour(1.5), "ends_at": hour(3)}
            )

    with pytest.raises(SeatConflict):
        book()
    assert managers(store) == 1  # the one of the furniture


# ── A file that changes underneath ───────────────────────────────────────────────────────────────


def test_a_file_that_went_away_is_lost_and_does_not_come_back_empty(
    store: Store, database: Path
) -> None:
    add_manager(store)
    away = database.with_name("away.db")
    database.rename(away)
    for attempt in (store.reading, store.writing):
        with pytest.raises(StoreUnavailable) as caught, attempt() as session:
            session.exec(select(Manager)).all()
        assert caught.value.code == "lost"
    assert not database.exists()
    away.rename(database)
    assert managers(store) == 1


def test_a_file_that_was_replaced_is_opened_anew(
    store: Store, database: Path, tmp_path: Path
) -> None:
    other = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    schema.ensure(other)
    for _ in range(3):
        add_manager(other)
    other.close()
    assert managers(store) == 0
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    (tmp_path / "other.db").replace(database)
    assert managers(store) == 3
    add_manager(store)
    store.close()
    with closing(connect(database)) as plain:
        assert plain.execute("SELECT count(*) FROM manager").fetchone() == (4,)


def test_closing_twice_is_harmless_and_from_any_thread(store: Store) -> None:
    managers(store)
    thread = threading.Thread(target=store.close)
    thread.start()
    thread.join()
    store.close()
    assert managers(store) == 0
