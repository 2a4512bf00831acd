"""What no program may do to the database, tried by plain SQL from outside, foreign keys off."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.store.database.sqlite import guards as sqlite_guards
from olvery_tui.store.database.values import tables
from tests.store.outside import SEATS, connect, finish, hold, hour, overlapping, run, start

REFUSED = pytest.raises(sqlite3.IntegrityError)


def seats_held(connection: sqlite3.Connection) -> list[tuple[int, ...]]:
    return connection.execute(
        "SELECT id, ticket_number, workplace_id, starts_at, ends_at FROM seat_assignment"
        " ORDER BY id"
    ).fetchall()


# ── One seat, one ticket ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("begins", "ends"),
    [(10, 12), (10, 11), (11, 12), (10.5, 11.5), (9, 13), (9, 10.001), (11.999, 13)],
    ids=["same", "its start", "its end", "inside", "around", "touching before", "touching after"],
)
def test_a_seat_that_is_held_cannot_be_held_again(
    plain: sqlite3.Connection, begins: float, ends: float
) -> None:
    hold(plain, 1, 10, 12)
    with pytest.raises(sqlite3.IntegrityError, match="seat_overlap"):
        hold(plain, 1, begins, ends, ticket=2)
    assert len(seats_held(plain)) == 1


@pytest.mark.parametrize(("begins", "ends"), [(8, 10), (12, 14)], ids=["before", "after"])
def test_periods_that_only_touch_are_not_in_each_others_way(
    plain: sqlite3.Connection, begins: float, ends: float
) -> None:
    hold(plain, 1, 10, 12)
    hold(plain, 1, begins, ends, ticket=2)
    hold(plain, 2, 10, 12, ticket=3)
    assert len(seats_held(plain)) == 3


def test_a_ticket_cannot_hold_one_seat_twice_at_a_time(plain: sqlite3.Connection) -> None:
    hold(plain, 1, 10, 12, ticket=1)
    with REFUSED:
        hold(plain, 1, 10, 12, ticket=1)


@pytest.mark.parametrize(
    "change",
    [
        "workplace_id = 1",
        "starts_at = {ten}, ends_at = {eleven}, workplace_id = 1",
        "workplace_id = 1, ticket_number = 1",
    ],
)
@pytest.mark.parametrize("verb", ["UPDATE", "UPDATE OR REPLACE"])
def test_moving_an_assignment_onto_a_held_seat_is_refused(
    plain: sqlite3.Connection, verb: str, change: str
) -> None:
    hold(plain, 1, 10, 12)
    second = hold(plain, 2, 10, 12, ticket=2)
    before = seats_held(plain)
    with REFUSED:
        plain.execute(
            f"{verb} seat_assignment SET {change.format(ten=hour(10), eleven=hour(11))}"
            " WHERE id = ?",
            (second,),
        )
    assert seats_held(plain) == before


@pytest.mark.parametrize(("begins", "ends"), [(11, 14), (9, 10.5), (9, 14)])
def test_stretching_an_assignment_over_its_neighbour_is_refused(
    plain: sqlite3.Connection, begins: float, ends: float
) -> None:
    hold(plain, 1, 10, 12)
    second = hold(plain, 1, 12, 14, ticket=2)
    with REFUSED:
        plain.execute(
            "UPDATE seat_assignment SET starts_at = ?, ends_at = ? WHERE id = ?",
            (hour(begins), hour(ends), second),
        )


def test_an_assignment_may_shrink_and_grow_over_itself(plain: sqlite3.Connection) -> None:
    first = hold(plain, 1, 10, 12)
    for begins, ends in ((10, 11), (10, 12), (9, 13), (11, 12)):
        plain.execute(
            "UPDATE seat_assignment SET starts_at = ?, ends_at = ? WHERE id = ?",
            (hour(begins), hour(ends), first),
        )
    assert seats_held(plain) == [(first, 1, 1, hour(11), hour(12))]


@pytest.mark.parametrize("column", ["id", "rowid", "_rowid_", "oid"])
def test_an_assignment_cannot_take_the_place_of_another_by_its_id(
    plain: sqlite3.Connection, column: str
) -> None:
    first = hold(plain, 1, 10, 12)
    second = hold(plain, 2, 10, 12, ticket=2)
    before = seats_held(plain)
    with REFUSED:
        plain.execute(
            f"INSERT OR REPLACE INTO seat_assignment"
            f" ({column}, ticket_number, workplace_id, starts_at, ends_at) VALUES (?, 9, 3, ?, ?)",
            (first, hour(20), hour(21)),
        )
    with REFUSED:
        plain.execute(
            f"UPDATE OR REPLACE seat_assignment SET {column} = ? WHERE id = ?", (first, second)
        )
    assert seats_held(plain) == before


def test_insert_or_replace_cannot_double_a_seat(plain: sqlite3.Connection) -> None:
    hold(plain, 1, 10, 12)
    for verb in ("INSERT OR REPLACE", "REPLACE", "INSERT OR FAIL", "INSERT OR ROLLBACK"):
        with REFUSED:
            plain.execute(
                f"{verb} INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
                " VALUES (2, 1, ?, ?)",
                (hour(11), hour(13)),
            )
    plain.execute(
        "INSERT OR IGNORE INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
        " SELECT 2, 1, 0, 1 WHERE 0"
    )
    assert len(seats_held(plain)) == 1


def test_an_upsert_cannot_double_a_seat(plain: sqlite3.Connection) -> None:
    hold(plain, 1, 10, 12)
    second = hold(plain, 2, 10, 12, ticket=2)
    with REFUSED:
        plain.execute(
            "INSERT INTO seat_assignment (id, ticket_number, workplace_id, starts_at, ends_at)"
            " VALUES (?, 2, 1, ?, ?) ON CONFLICT (id) DO UPDATE SET workplace_id = 1",
            (second, hour(10), hour(12)),
        )
    assert overlapping(plain) == 0


def test_one_statement_with_many_rows_cannot_double_a_seat(plain: sqlite3.Connection) -> None:
    with REFUSED:
        plain.execute(
            "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
            " VALUES (1, 1, ?, ?), (2, 1, ?, ?)",
            (hour(1), hour(3), hour(2), hour(4)),
        )
    hold(plain, 1, 10, 12)
    hold(plain, 2, 11, 13, ticket=2)
    with REFUSED:
        plain.execute("UPDATE seat_assignment SET workplace_id = 3")
    assert overlapping(plain) == 0


@pytest.mark.parametrize("no_time", ["завтра", "", 1.5, b"\x01", None])
def test_a_time_that_is_no_time_cannot_hold_a_seat(
    plain: sqlite3.Connection, no_time: object
) -> None:
    first = hold(plain, 1, 10, 12)
    insert = (
        "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
        " VALUES (1, 2, ?, ?)"
    )
    with REFUSED:
        plain.execute(insert, (hour(1), no_time))
    with REFUSED:
        plain.execute(insert, (no_time, hour(1)))
    with REFUSED:
        plain.execute("UPDATE seat_assignment SET ends_at = ? WHERE id = ?", (no_time, first))


def test_a_made_up_id_cannot_block_the_assignments_to_come(plain: sqlite3.Connection) -> None:
    """A row without an id yet is -1 in a trigger, so nothing may really be called that."""
    for number in (-1, 0):
        with REFUSED:
            plain.execute(
                "INSERT INTO seat_assignment (id, ticket_number, workplace_id, starts_at, ends_at)"
                " VALUES (?, 1, 1, ?, ?)",
                (number, hour(1), hour(2)),
            )
        with REFUSED:
            plain.execute(
                "INSERT INTO event (id, at, kind, actor, data) VALUES (?, 0, 'x', 'cli', '{}')",
                (number,),
            )
    assert hold(plain, 1, 1, 2) == 1


@given(
    attempts=st.lists(
        st.tuples(
            st.sampled_from(["insert", "move", "delete"]),
            st.sampled_from(SEATS),
            st.integers(0, 12),
            st.integers(1, 5),
            st.integers(0, 10),
        ),
        max_size=40,
    )
)
def test_whatever_is_tried_no_two_overlap_and_nothing_free_is_refused(
    empty_database: Path, attempts: list[tuple[str, int, int, int, int]]
) -> None:
    held: dict[int, tuple[int, int, int]] = {}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as plain:
        with closing(connect(empty_database)) as template:
            template.backup(plain)
        for action, seat, begins, length, which in attempts:
            wanted = (seat, begins, begins + length)
            own = sorted(held)[which % len(held)] if held else None
            taken = any(
                seat == other[0] and begins < other[2] and other[1] < begins + length
                for key, other in held.items()
                if action == "insert" or key != own
            )
            try:
                if action == "insert":
                    held[hold(plain, *wanted)] = wanted
                elif own is not None and action == "move":
                    plain.execute(
                        "UPDATE seat_assignment SET workplace_id = ?, starts_at = ?, ends_at = ?"
                        " WHERE id = ?",
                        (seat, hour(begins), hour(begins + length), own),
                    )
                    held[own] = wanted
                elif own is not None:
                    plain.execute("DELETE FROM seat_assignment WHERE id = ?", (own,))
                    del held[own]
            except sqlite3.IntegrityError:
                assert taken
            else:
                assert not taken or action == "delete" or own is None
            assert overlapping(plain) == 0


def test_a_seat_is_looked_up_in_one_step_of_its_index(plain: sqlite3.Connection) -> None:
    plan = plain.execute(
        "EXPLAIN QUERY PLAN SELECT ends_at FROM seat_assignment WHERE workplace_id = 1"
        " AND starts_at < 5 AND id <> -1 ORDER BY starts_at DESC, ends_at DESC LIMIT 1"
    ).fetchall()
    assert [row[3] for row in plan] == [
        "SEARCH seat_assignment USING COVERING INDEX ix_seat_assignment_workplace"
        " (workplace_id=? AND starts_at<?)"
    ]


# ── The race, and the race without the guard ─────────────────────────────────────────────────────

RACER = """
    import random, sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
    chance = random.Random(int(sys.argv[2]))
    sys.stdin.readline()
    booked = 0
    for turn in range(150):
        begins = chance.randrange(200)
        wanted = (1 + chance.randrange(3), begins, begins + 1 + chance.randrange(5))
        try:
            connection.execute(
                "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
                " VALUES (1, ?, ?, ?)", wanted)
            booked += 1
        except sqlite3.IntegrityError:
            pass
    print(booked)
"""


def race(path: Path, processes: int = 4) -> int:
    """Let processes book at random; how many bookings succeeded."""
    racers = [start(RACER, path, seed) for seed in range(processes)]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    return sum(int(finish(racer)) for racer in racers)


def test_four_programs_that_race_for_seats_never_share_one(
    database: Path, plain: sqlite3.Connection
) -> None:
    booked = race(database)
    assert len(seats_held(plain)) == booked > 20
    assert overlapping(plain) == 0


def test_without_the_guard_the_same_race_gives_seats_away_twice(
    database: Path, plain: sqlite3.Connection
) -> None:
    """The negative control: what the test above would see if the trigger did nothing."""
    plain.execute("DROP TRIGGER seat_assignment_no_overlap_insert")
    race(database)
    assert overlapping(plain) > 0


def test_looking_first_is_no_guard(database: Path, plain: sqlite3.Connection) -> None:
    """Two programs look before either books; with the guard dropped both get the seat."""
    script = """
        import sqlite3, sys
        connection = sqlite3.connect(sys.argv[1], isolation_level=None)
        print(connection.execute("SELECT count(*) FROM seat_assignment").fetchone()[0], flush=True)
        sys.stdin.readline()
        try:
            connection.execute(
                "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
                " VALUES (1, 1, 10, 20)")
            print("booked")
        except sqlite3.IntegrityError as error:
            print(error)
    """

    def both() -> list[str]:
        pair = [start(script, database) for _ in range(2)]
        for one in pair:
            assert one.stdout is not None
            assert one.stdout.readline() == "0\n"
        return sorted(one.communicate("go\n", timeout=30)[0].strip() for one in pair)

    assert both() == ["booked", "seat_overlap"]
    plain.execute("DELETE FROM seat_assignment")
    plain.execute("DROP TRIGGER seat_assignment_no_overlap_insert")
    assert both() == ["booked", "booked"]
    assert overlapping(plain) == 1


# ── The audit trail ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def trail(plain: sqlite3.Connection) -> sqlite3.Connection:
    plain.execute(
        "INSERT INTO event (at, kind, actor, ticket_number, data) VALUES (1, 'a', 'cli', 1, '{}')"
    )
    plain.execute(
        "INSERT INTO event (at, kind, actor, ticket_number, data) VALUES (2, 'b', 'cli', 1, '{}')"
    )
    return plain


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET kind = 'z'",
        "UPDATE event SET data = '{}' WHERE id = 1",
        "UPDATE event SET rowid = 7 WHERE id = 1",
        "UPDATE OR REPLACE event SET id = 2 WHERE id = 1",
        "UPDATE OR IGNORE event SET kind = 'z' WHERE id = 1",
        "DELETE FROM event",
        "DELETE FROM event WHERE id = 2",
        "INSERT OR REPLACE INTO event (id, at, kind, actor, data) VALUES (1, 9, 'z', 'cli', '{}')",
        "REPLACE INTO event (rowid, at, kind, actor, data) VALUES (2, 9, 'z', 'cli', '{}')",
        "INSERT INTO event (id, at, kind, actor, data) VALUES (1, 9, 'z', 'cli', '{}')"
        " ON CONFLICT (id) DO UPDATE SET kind = 'z'",
    ],
)
@pytest.mark.parametrize("recursive", [0, 1])
def test_what_is_in_the_trail_stays_as_it_was(
    trail: sqlite3.Connection, statement: str, recursive: int
) -> None:
    trail.execute(f"PRAGMA recursive_triggers = {recursive}")
    before = trail.execute("SELECT * FROM event ORDER BY id").fetchall()
    with pytest.raises(sqlite3.IntegrityError, match="append_only"):
        trail.execute(statement)
    assert trail.execute("SELECT * FROM event ORDER BY id").fetchall() == before


def test_the_trail_grows(trail: sqlite3.Connection) -> None:
    trail.execute("INSERT INTO event (at, kind, actor, data) VALUES (3, 'c', 'system', '{}')")
    assert trail.execute("SELECT id FROM event ORDER BY id").fetchall() == [(1,), (2,), (3,)]


def test_a_manager_s_event_names_the_manager_and_no_other_does(trail: sqlite3.Connection) -> None:
    for actor, manager in (("manager", None), ("system", 1), ("cli", 1)):
        with REFUSED:
            trail.execute(
                "INSERT INTO event (at, kind, actor, manager_id, data) VALUES (3, 'c', ?, ?, '{}')",
                (actor, manager),
            )


def test_the_shell_of_sqlite_is_refused_too(database: Path, trail: sqlite3.Connection) -> None:
    """Not only Python's driver: any program with the file, here in a process of its own."""
    said = run(
        """
        import sqlite3, sys
        connection = sqlite3.connect(sys.argv[1])
        try:
            connection.executescript("PRAGMA foreign_keys = OFF; DELETE FROM event;")
        except sqlite3.IntegrityError as error:
            print(error)
        """,
        database,
    )
    assert said == "append_only\n"
    assert trail.execute("SELECT count(*) FROM event").fetchone() == (2,)


def test_every_guard_has_its_name(plain: sqlite3.Connection) -> None:
    found = plain.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    assert {name for (name,) in found} == set(sqlite_guards.GUARDS)
    assert set(sqlite_guards.GUARDS) >= {
        "seat_assignment_no_overlap_insert",
        "seat_assignment_no_overlap_update",
        "event_append_only_update",
        "event_append_only_delete",
        "event_append_only_insert",
        "event_seal_append_only_update",
        "event_seal_append_only_delete",
        "event_seal_append_only_insert",
        "event_seal_follow",
        "event_chain_step_insert",
        "event_chain_step_update",
        "event_chain_step_delete",
        "event_next_insert",
        "person_next_insert",
        "person_next_update",
        *(f"{table.name}_values_{what}" for table in tables() for what in ("insert", "update")),
    }
