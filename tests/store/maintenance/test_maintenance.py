"""The check of a database finds each kind of damage; a copy is made in use and comes back whole."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from olvery_tui.domain.errors import FileRefused, StoreUnavailable
from olvery_tui.domain.problems import Problem
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.audit.checks import LISTED
from olvery_tui.store.database import guards, schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Manager
from olvery_tui.store.database.sqlite import guards as sqlite_guards
from olvery_tui.store.maintenance import maintenance
from olvery_tui.store.maintenance.maintenance import backup, check, restore
from tests.store.outside import (
    HOUR,
    NOW,
    add_ticket,
    connect,
    hold,
    hour,
    note,
    overlapping,
    start,
)

# ── The check ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def plain(plain: sqlite3.Connection) -> sqlite3.Connection:
    """What was furnished is in the trail."""
    note(plain)
    return plain


@pytest.fixture
def desk(plain: sqlite3.Connection) -> sqlite3.Connection:
    """A sound database with a ticket of every kind."""
    add_ticket(plain, 1, -2, 2, seat=1)
    add_ticket(plain, 2, 2, 4, seat=1)
    add_ticket(plain, 3, 2, 4, seat=2, order=OrderStatus.NEW)
    add_ticket(plain, 4, -4, -1, seat=2, order=OrderStatus.COMPLETED)
    add_ticket(plain, 5, 4, 6, seat=2, order=OrderStatus.CANCELLED)
    add_ticket(plain, 6, -4, -2, seat=3)  # has ended, its order is not completed
    return plain


def drop_guards(plain: sqlite3.Connection, of: str = "") -> None:
    for name in sqlite_guards.GUARDS:
        if name.startswith(of):
            plain.execute(f"DROP TRIGGER {name}")


def mend_guards(plain: sqlite3.Connection) -> None:
    for name, guard in sqlite_guards.GUARDS.items():
        plain.execute(f"DROP TRIGGER IF EXISTS {name}")
        plain.execute(guard)


def damaged(store: Store, plain: sqlite3.Connection, statement: str) -> tuple[Problem, ...]:
    """What the check says after a statement that no guard kept from its work."""
    drop_guards(plain)
    plain.execute("PRAGMA ignore_check_constraints = ON")
    plain.execute(statement)
    mend_guards(plain)
    return check(store, NOW)


def test_an_empty_database_is_sound(store: Store) -> None:
    assert check(store, NOW) == ()


def test_a_database_in_use_is_sound(store: Store, desk: sqlite3.Connection) -> None:
    assert check(store, NOW) == ()


@pytest.mark.parametrize("late", [1, 3, 100, 10_000])
def test_statuses_that_are_merely_due_are_no_problem(
    store: Store, desk: sqlite3.Connection, late: int
) -> None:
    """The worker was away for a while; it will make its moves when it is back."""
    assert check(store, NOW + late * HOUR) == ()


def test_a_status_a_minute_ahead_is_another_terminal_s_clock(
    store: Store, plain: sqlite3.Connection
) -> None:
    add_ticket(plain, 1, 0, 2)
    assert check(store, NOW - timedelta(minutes=1)) == ()
    found = check(store, NOW - timedelta(hours=1))
    assert [problem.code for problem in found] == ["status"]


MICROSECOND_OF = "UPDATE ticket SET {column} = {column} + 1 WHERE number = 2"


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        pytest.param(
            "UPDATE ticket SET order_number = 77 WHERE number = 2",
            [
                Problem("foreign_key", {"table": "ticket", "row": 2, "parent": "orders"}),
                Problem("order_period", {"order": 2}),
            ],
            id="a ticket of no order",
        ),
        pytest.param("DELETE FROM location", [Problem("location")], id="no location"),
        pytest.param(
            "UPDATE location SET time_zone = 'Mars/Olympus'",
            [Problem("time_zone", {"name": "Mars/Olympus"})],
            id="no such zone",
        ),
        pytest.param(
            "UPDATE location SET time_zone = '../../etc/passwd'",
            [Problem("time_zone", {"name": "../../etc/passwd"})],
            id="a zone that is a path",
        ),
        pytest.param(
            "DELETE FROM seat_assignment WHERE ticket_number = 3",
            [Problem("seat_uncovered", {"ticket": 3})],
            id="no seat",
        ),
        pytest.param(
            f"UPDATE seat_assignment SET ends_at = {hour(3)} WHERE ticket_number = 3",
            [Problem("seat_uncovered", {"ticket": 3})],
            id="a seat that ends early",
        ),
        pytest.param(
            f"UPDATE seat_assignment SET starts_at = {hour(2) + 1} WHERE ticket_number = 3",
            [Problem("seat_uncovered", {"ticket": 3})],
            id="a seat that begins late",
        ),
        pytest.param(
            f"UPDATE ticket SET ends_at = {hour(5)}, moves_at = NULL WHERE number = 3",
            [Problem("seat_uncovered", {"ticket": 3}), Problem("order_period", {"order": 3})],
            id="a longer period",
        ),
        pytest.param(
            "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
            f" VALUES (5, 3, {hour(4)}, {hour(6)})",
            [Problem("seat_kept", {"ticket": 5})],
            id="a cancelled ticket that keeps its seat",
        ),
        pytest.param(
            "UPDATE ticket SET workplace_id = 3 WHERE number = 3",
            [Problem("seat_shown", {"ticket": 3})],
            id="a seat that is not the one shown",
        ),
        pytest.param(
            "UPDATE ticket SET status = 'done', moves_at = NULL WHERE number = 2",
            [
                Problem(
                    "status", {"ticket": 2, "count": 1, "status": "done", "expected": "confirmed"}
                )
            ],
            id="done before it began",
        ),
        pytest.param(
            "UPDATE ticket SET status = 'new', moves_at = NULL WHERE number = 1",
            [Problem("status", {"ticket": 1, "count": 1, "status": "new", "expected": "active"})],
            id="new under a confirmed order",
        ),
        pytest.param(
            "UPDATE orders SET status = 'completed' WHERE number = 5",
            [
                Problem(
                    "status",
                    {"ticket": 5, "count": 1, "status": "cancelled", "expected": "confirmed"},
                )
            ],
            id="cancelled under a completed order",
        ),
        pytest.param(
            "UPDATE orders SET status = 'completed' WHERE number = 6",
            [Problem("moves_at", {"ticket": 6, "count": 1})],
            id="completed, but not due to be done",
        ),
        pytest.param(
            "UPDATE ticket SET moves_at = NULL WHERE number = 2",
            [Problem("moves_at", {"ticket": 2, "count": 1})],
            id="never to move",
        ),
        pytest.param(
            "UPDATE ticket SET moves_at = moves_at + 1 WHERE number = 2",
            [Problem("moves_at", {"ticket": 2, "count": 1})],
            id="to move too late",
        ),
        pytest.param(
            "DELETE FROM event WHERE ticket_number = 4",
            [Problem("no_event", {"ticket": 4})],
            id="no history",
        ),
        pytest.param(
            "UPDATE event SET kind = 'ticket.moved' WHERE ticket_number = 4",
            [Problem("no_event", {"ticket": 4})],
            id="a history without its beginning",
        ),
        pytest.param(
            "DELETE FROM person_word WHERE word = 'мария'",
            [Problem("search", {"person": 1})],
            id="a person whose name is not indexed",
        ),
        pytest.param(
            "UPDATE person SET folded = '' WHERE id = 1",
            [Problem("search", {"person": 1})],
            id="a person whose name is not folded",
        ),
        pytest.param(
            "INSERT INTO shared_value VALUES ('name', 'мария'), ('email', 'a@b.ru')",
            [Problem("shared", {"count": 2})],
            id="what nobody shares",
        ),
        pytest.param(
            f"UPDATE orders SET starts_at = {hour(1)} WHERE number = 2",
            [Problem("order_period", {"order": 2})],
            id="an order that begins before its tickets",
        ),
        pytest.param(
            "UPDATE orders SET starts_at = NULL, ends_at = NULL WHERE number = 2",
            [Problem("order_period", {"order": 2})],
            id="an order that knows nothing of its tickets",
        ),
        pytest.param(
            "DELETE FROM event WHERE order_number = 2",
            [Problem("order_no_event", {"order": 2})],
            id="an order from nowhere",
        ),
        pytest.param(
            "UPDATE person SET last_name = 'Столповская' WHERE id = 1",
            [Problem("search", {"person": 1})],
            id="a person whose new name is not indexed",
        ),
    ],
)
def test_each_kind_of_damage_is_found_and_named(
    store: Store, desk: sqlite3.Connection, statement: str, wanted: list[Problem]
) -> None:
    found = damaged(store, desk, statement)
    # What is done to the history breaks its seals as well: that has tests of its own.
    assert [problem for problem in found if not problem.code.startswith("trail_")] == wanted


def test_two_tickets_on_one_seat_are_both_named(store: Store, desk: sqlite3.Connection) -> None:
    found = damaged(
        store, desk, "UPDATE seat_assignment SET workplace_id = 1 WHERE ticket_number = 3"
    )
    overlap = [problem for problem in found if problem.code == "overlap"]
    assert [problem.params["workplace"] for problem in overlap] == ["PM №1"]
    assert {overlap[0].params["ticket"], overlap[0].params["other"]} == {2, 3}


def test_a_long_assignment_is_found_under_several_short_ones(
    store: Store, plain: sqlite3.Connection
) -> None:
    """An overlap with more than the neighbour: the long one ends after the short ones began."""
    drop_guards(plain, of="seat_assignment")
    add_ticket(plain, 1, 1, 10)
    for number in (2, 3, 4):
        add_ticket(plain, number, number, number + 1)
    mend_guards(plain)
    found = check(store, NOW)
    assert [(problem.code, problem.params["ticket"]) for problem in found] == [
        ("overlap", 2),
        ("overlap", 3),
        ("overlap", 4),
    ]
    assert overlapping(plain) == 3


def test_a_ticket_that_sits_on_two_seats_at_once_is_found(
    store: Store, desk: sqlite3.Connection
) -> None:
    desk.execute(f"UPDATE seat_assignment SET ends_at = {hour(3)} WHERE ticket_number = 2")
    hold(desk, 2, 10, 11, ticket=2)
    desk.execute(
        f"UPDATE seat_assignment SET starts_at = {hour(2.5)}, ends_at = {hour(4)},"
        " workplace_id = 3 WHERE ticket_number = 2 AND workplace_id = 2"
    )
    desk.execute("UPDATE ticket SET workplace_id = 3 WHERE number = 2")
    assert check(store, NOW) == (Problem("seat_uncovered", {"ticket": 2}),)


def test_a_ticket_that_was_moved_half_way_is_sound(store: Store, desk: sqlite3.Connection) -> None:
    desk.execute(f"UPDATE seat_assignment SET ends_at = {hour(0)} WHERE ticket_number = 1")
    hold(desk, 3, 0, 2, ticket=1)
    desk.execute("UPDATE ticket SET workplace_id = 3 WHERE number = 1")
    assert check(store, NOW) == ()


def test_a_cancelled_ticket_that_was_checked_may_have_sat_somewhere(
    store: Store, desk: sqlite3.Connection
) -> None:
    hold(desk, 3, -1, 0, ticket=5)
    assert check(store, NOW) == (Problem("seat_kept", {"ticket": 5}),)
    desk.execute(f"UPDATE ticket SET validated_at = {hour(-1)}, validated_by = 1 WHERE number = 5")
    assert check(store, NOW) == ()


def test_a_hole_in_the_past_is_no_fault_and_one_to_come_is(
    store: Store, desk: sqlite3.Connection
) -> None:
    """Who came back after a cancellation, or booked late, holds the seat since then."""
    desk.execute(f"UPDATE seat_assignment SET starts_at = {hour(0)} WHERE ticket_number = 1")
    assert check(store, NOW) == ()
    desk.execute(f"UPDATE seat_assignment SET starts_at = {hour(1)} WHERE ticket_number = 1")
    assert check(store, NOW) == (Problem("seat_uncovered", {"ticket": 1}),)


def test_a_guard_that_is_gone_or_does_nothing_is_missed(
    store: Store, plain: sqlite3.Connection
) -> None:
    for name, guard in sqlite_guards.GUARDS.items():
        for instead in ("", f"CREATE TRIGGER {name} BEFORE INSERT ON event BEGIN SELECT 1; END"):
            plain.execute(f"DROP TRIGGER {name}")
            plain.execute(instead)
            with store.reading() as session:
                assert guards.broken(session.connection()) == (name,)
            plain.execute(f"DROP TRIGGER IF EXISTS {name}")
            plain.execute(guard)
    assert check(store, NOW) == ()
    plain.execute(f"DROP TRIGGER {name}")
    assert check(store, NOW) == (Problem("guard", {"name": name}),)


def test_a_ticket_of_another_service_is_found(store: Store, desk: sqlite3.Connection) -> None:
    desk.execute("INSERT INTO service (id, name, slot_minutes) VALUES (2, 'Переговорная', 30)")
    desk.execute("UPDATE orders SET service_id = 2 WHERE number = 3")
    assert [one for one in check(store, NOW) if one.code not in {"fact", "untold"}] == [
        Problem("service", {"ticket": 3})
    ]


def test_findings_of_one_kind_are_listed_up_to_a_number(
    store: Store, plain: sqlite3.Connection
) -> None:
    drop_guards(plain, of="seat_assignment")
    for number in range(1, LISTED + 11):
        add_ticket(plain, number, number, number + 1)
    plain.execute("DELETE FROM seat_assignment")
    mend_guards(plain)
    found = check(store, NOW)
    assert [problem.code for problem in found] == ["seat_uncovered"] * LISTED + ["more"]
    assert found[-1].params == {"code": "seat_uncovered"}


def test_a_value_that_its_check_forbids_is_damage(store: Store, desk: sqlite3.Connection) -> None:
    found = damaged(store, desk, "UPDATE ticket SET status = 'gone' WHERE number = 2")
    assert [problem.code for problem in found] == ["integrity"]
    assert "ticket" in str(found[0].params["detail"])


def test_a_damaged_file_is_told_in_sqlite_s_words(store: Store, desk: sqlite3.Connection) -> None:
    """An index that does not hold what its table does, as after a fault of the disk."""
    desk.execute("PRAGMA writable_schema = ON")
    desk.execute(
        "UPDATE sqlite_master SET sql = replace(sql, 'order_number', 'created_at')"
        " WHERE name = 'ix_ticket_order'"
    )
    desk.execute("PRAGMA schema_version = 99")
    found = check(store, NOW)
    assert {problem.code for problem in found} == {"integrity"}
    assert any("ix_ticket" in str(problem.params["detail"]) for problem in found)


def test_a_schema_of_another_age_is_not_checked_but_told(
    store: Store, plain: sqlite3.Connection
) -> None:
    plain.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnavailable) as caught:
        check(store, NOW)
    assert caught.value.code == "newer_schema"


# ── Backup ───────────────────────────────────────────────────────────────────────────────────────


def numbers(path: Path) -> list[int]:
    with closing(connect(path)) as plain:
        return [number for (number,) in plain.execute("SELECT number FROM ticket ORDER BY number")]


def failure(act: Callable[[], object]) -> StoreUnavailable:
    with pytest.raises(StoreUnavailable) as caught:
        act()
    return caught.value


def beside(path: Path) -> set[str]:
    return {one.name for one in path.parent.iterdir()}


@pytest.fixture(params=["links", "no links"])
def file_system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that gives a file a second name, and one that doesn't (FAT, many shares)."""

    def refuse(*_: object, **_options: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    if request.param == "no links":
        monkeypatch.setattr(os, "link", refuse)


def test_a_backup_holds_everything_in_one_private_file(
    file_system: None, store: Store, desk: sqlite3.Connection, tmp_path: Path
) -> None:
    target = tmp_path / "copies" / "копия 1.db"
    target.parent.mkdir()
    before = os.umask(0)
    try:
        backup(store, target)
    finally:
        os.umask(before)
    assert beside(target) == {"копия 1.db"}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert numbers(target) == [1, 2, 3, 4, 5, 6]
    with closing(open_database(f"sqlite:///{target}")) as copy:
        assert check(copy, NOW) == ()


@pytest.mark.only("sqlite")
def test_a_backup_overwrites_nothing(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "dear.txt"
    target.write_text("не трогать")
    for taken in (target, tmp_path):
        error = failure(lambda taken=taken: backup(store, taken))
        assert (error.code, error.where) == ("exists", str(taken))
    with pytest.raises(FileRefused) as refused:
        backup(store, store.path)
    assert refused.value.code == "own"
    assert target.read_text() == "не трогать"
    assert not [name for name in beside(target) if name.startswith(".")]


@pytest.mark.only("sqlite")
def test_a_backup_does_not_overwrite_what_came_while_it_was_copying(
    file_system: None, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "copy.db"
    finish_copy = maintenance._sync

    def somebody_else_is_faster(path: Path) -> None:
        finish_copy(path)
        target.write_text("не трогать")

    monkeypatch.setattr(maintenance, "_sync", somebody_else_is_faster)
    assert failure(lambda: backup(store, target)).code == "exists"
    assert target.read_text() == "не трогать"
    assert beside(target) == {"copy.db", store.path.name}


@pytest.mark.only("sqlite")
def test_a_backup_that_can_not_be_given_its_name_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "link", refuse)
    target = tmp_path / "copy.db"
    assert failure(lambda: backup(store, target)).code == "full"
    assert beside(target) == {store.path.name}


@pytest.mark.only("sqlite")
def test_a_backup_into_no_folder_says_so(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "none" / "copy.db"
    assert failure(lambda: backup(store, target)).code == "missing"


def test_a_backup_neither_waits_for_a_writer_nor_takes_its_unfinished_work(
    store: Store, desk: sqlite3.Connection, tmp_path: Path
) -> None:
    desk.execute("BEGIN IMMEDIATE")
    desk.execute("DELETE FROM ticket WHERE number = 6")
    backup(store, tmp_path / "copy.db")
    desk.execute("COMMIT")
    assert numbers(tmp_path / "copy.db") == [1, 2, 3, 4, 5, 6]
    assert numbers(store.path) == [1, 2, 3, 4, 5]


@pytest.mark.only("sqlite")
def test_a_backup_taken_among_writes_is_one_moment(store: Store, tmp_path: Path) -> None:
    """Two rows are always written together; no copy has one without the other."""
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            with store.writing() as session:
                session.add(Manager(last_name="Орлова"))
                session.flush()
                session.add(Manager(last_name="Титов"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(10):
            backup(store, tmp_path / f"{number}.db")
    finally:
        done.set()
        writer.join()
    counts = []
    for number in range(10):
        with closing(connect(tmp_path / f"{number}.db")) as copy:
            counts.append(copy.execute("SELECT count(*) FROM manager").fetchone()[0])
    assert all(count % 2 == 0 for count in counts)
    assert counts == sorted(counts)
    assert counts[-1] > 0


# ── Restore ──────────────────────────────────────────────────────────────────────────────────────

KEPT = "olvery.db.before-restore-20221206T070000Z"


@pytest.fixture
def copied(store: Store, desk: sqlite3.Connection, tmp_path: Path) -> Path:
    """A backup with six tickets; the database has a seventh since, and nobody has it open."""
    target = tmp_path / "copy.db"
    backup(store, target)
    add_ticket(desk, 7, 10, 11)
    store.close()
    desk.close()
    return target


def test_a_restore_brings_the_copy_and_keeps_what_was_there(
    store: Store, copied: Path, database: Path
) -> None:
    kept = restore(copied, store.url, NOW)
    assert kept == database.with_name(KEPT)
    assert numbers(kept) == [1, 2, 3, 4, 5, 6, 7]
    assert numbers(database) == [1, 2, 3, 4, 5, 6]
    assert numbers(copied) == [1, 2, 3, 4, 5, 6]
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    assert check(store, NOW) == ()
    assert schema.state(store) is schema.SchemaState.CURRENT
    with closing(connect(database)) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_restoring_twice_in_a_second_keeps_both(store: Store, copied: Path, database: Path) -> None:
    first = restore(copied, store.url, NOW)
    second = restore(copied, store.url, NOW)
    assert first is not None
    assert second is not None
    assert (first.name, second.name) == (KEPT, f"{KEPT}-2")
    assert (len(numbers(first)), len(numbers(second))) == (7, 6)


def test_a_restore_where_there_was_nothing_keeps_nothing(copied: Path, tmp_path: Path) -> None:
    target = tmp_path / "new.db"
    assert restore(copied, f"sqlite:///{target}", NOW) is None
    assert numbers(target) == [1, 2, 3, 4, 5, 6]


def test_a_restore_leaves_no_piece_of_its_work(store: Store, copied: Path, database: Path) -> None:
    restore(copied, store.url, NOW)
    assert beside(database) == {"olvery.db", KEPT, "copy.db"}


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_a_restore_waits_for_nobody_and_refuses_while_the_database_is_open(
    impatient: None, store: Store, copied: Path, database: Path, journal: str
) -> None:
    with closing(connect(database)) as plain:
        plain.execute(f"PRAGMA journal_mode = {journal}")
    program = start(
        """
        import sqlite3, sys
        connection = sqlite3.connect(sys.argv[1], isolation_level=None)
        if sys.argv[2] == "DELETE":
            connection.execute("BEGIN")
        connection.execute("SELECT * FROM ticket").fetchall()
        print("open", flush=True)
        sys.stdin.readline()
        """,
        database,
        journal,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "open\n"
    before = beside(database)
    error = failure(lambda: restore(copied, store.url, NOW))
    assert (error.code, error.where) == ("in_use", str(database))
    assert beside(database) == before
    program.communicate("\n", timeout=30)
    assert restore(copied, store.url, NOW) is not None


def test_a_restore_refuses_while_somebody_has_the_file_to_themselves(
    impatient: None, store: Store, copied: Path, database: Path
) -> None:
    with closing(connect(database)) as plain:
        plain.execute("PRAGMA journal_mode = DELETE")
        plain.execute("BEGIN EXCLUSIVE")
        error = failure(lambda: restore(copied, store.url, NOW))
        assert (error.code, error.where) == ("in_use", str(database))


def test_a_restore_refuses_while_a_desk_is_open(
    impatient: None, copied: Path, database: Path
) -> None:
    with closing(open_database(f"sqlite:///{database}")) as store:
        with store.reading() as session:
            session.get(Manager, 1)
        assert failure(lambda: restore(copied, store.url, NOW)).code == "in_use"
    assert len(numbers(database)) == 7


def test_a_damaged_database_is_replaced_with_all_that_belongs_to_it(
    store: Store, copied: Path, database: Path
) -> None:
    database.write_bytes(b"rubbish" * 1000)
    database.with_name("olvery.db-wal").write_bytes(b"left behind")
    kept = restore(copied, store.url, NOW)
    assert kept is not None
    assert kept.read_bytes().startswith(b"rubbish")
    assert beside(database) == {"olvery.db", "copy.db", KEPT, f"{KEPT}-wal"}
    assert numbers(database) == [1, 2, 3, 4, 5, 6]


def test_a_log_that_was_left_behind_is_not_played_into_the_copy(
    store: Store, copied: Path, database: Path
) -> None:
    """The file went, its -wal stayed: opening a new file beside it would mix the two."""
    with closing(connect(database)) as plain:
        plain.execute("PRAGMA wal_autocheckpoint = 0")
        add_ticket(plain, 8, 20, 21)
        shutil.copy(database.with_name("olvery.db-wal"), database.with_name("saved"))
    database.unlink()
    database.with_name("saved").rename(database.with_name("olvery.db-wal"))
    assert restore(copied, store.url, NOW) is None
    assert numbers(database) == [1, 2, 3, 4, 5, 6]
    assert check(store, NOW) == ()


def test_a_file_system_without_links_is_enough(
    store: Store, copied: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: object, **__: object) -> None:
        raise PermissionError("links are not known here")

    monkeypatch.setattr(os, "link", link)
    kept = restore(copied, store.url, NOW)
    assert kept is not None
    assert (len(numbers(kept)), len(numbers(database))) == (7, 6)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.unlink(), "missing"),
        (lambda path: path.write_bytes(b"rubbish" * 1000), "not_a_database"),
        (lambda path: path.write_bytes(b""), "missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:20_000]), "corrupt"),
        (lambda path: _execute(path, "UPDATE alembic_version SET version_num = 9"), "newer_schema"),
        (lambda path: _execute(path, "DROP TABLE alembic_version"), "not_a_database"),
    ],
    ids=["gone", "rubbish", "empty", "cut off", "newer", "foreign"],
)
def test_what_cannot_be_lived_with_is_not_restored(
    store: Store, copied: Path, database: Path, spoil: Callable[[Path], None], code: str
) -> None:
    spoil(copied)
    before = beside(database)
    error = failure(lambda: restore(copied, store.url, NOW))
    assert (error.code, error.where) == (code, str(copied))
    assert beside(database) == before
    assert len(numbers(database)) == 7


def _execute(path: Path, statement: str) -> None:
    with closing(connect(path)) as plain:
        plain.execute(statement)


def test_a_copy_whose_guards_are_gone_comes_back_with_them(store: Store, copied: Path) -> None:
    _execute(copied, "DROP TRIGGER event_append_only_delete")
    restore(copied, store.url, NOW)
    assert check(store, NOW) == ()


def test_a_restore_into_no_folder_says_so(copied: Path, tmp_path: Path) -> None:
    target = tmp_path / "none" / "olvery.db"
    assert failure(lambda: restore(copied, f"sqlite:///{target}", NOW)).code == "missing"


def test_a_desk_that_is_opened_after_a_restore_in_its_back_reads_the_new_file(
    store: Store, copied: Path
) -> None:
    """The store object outlives the restore: its pool held nothing, its file is another one."""
    restore(copied, store.url, NOW)
    with store.writing() as session:
        session.add(Manager(last_name="Титов"))
    assert numbers(store.path) == [1, 2, 3, 4, 5, 6]
