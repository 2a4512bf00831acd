"""What no program may do to a server's database, tried by plain SQL from outside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from random import Random
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from olvery_tui.domain.problems import Problem
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database import guards, schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.postgres import guards as own
from tests.databases import Databases, the_cluster
from tests.desk.making import HOUR, NOW, SEATS, add_ticket, fill, hours

Plain = psycopg.Connection[Any]


def at(hour: float) -> datetime:
    return NOW + hour * HOUR


@pytest.fixture
def databases() -> Iterator[Databases]:
    made = Databases("postgresql")
    yield made
    made.close()


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.new(fill)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(open_database(url)) as store:
        add_ticket(store, 26, period=hours(100, 101))
        yield store


@pytest.fixture
def plain(store: Store, url: str) -> Iterator[Plain]:
    """The owner of everything, by plain SQL."""
    with the_cluster().connect(url.partition("@/")[2].partition("?")[0]) as connection:
        yield connection


def hold(plain: Plain, seat: int, start: float, end: float) -> int:
    row = plain.execute(
        "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
        " VALUES (26, %s, %s, %s) RETURNING id",
        (seat, at(start), at(end)),
    ).fetchone()
    assert row is not None
    return int(row[0])


def overlapping(plain: Plain) -> int:
    row = plain.execute(
        "SELECT count(*) FROM seat_assignment AS one JOIN seat_assignment AS other"
        " ON one.workplace_id = other.workplace_id AND one.id < other.id"
        " AND one.starts_at < other.ends_at AND other.starts_at < one.ends_at"
    ).fetchone()
    assert row is not None
    return int(row[0])


# ── One seat, one ticket ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("begins", "ends"),
    [(10, 12), (10, 11), (11, 12), (10.5, 11.5), (9, 13), (9, 10.001), (11.999, 13)],
)
def test_a_seat_that_is_held_cannot_be_held_again(plain: Plain, begins: float, ends: float) -> None:
    hold(plain, 1, 10, 12)
    with pytest.raises(psycopg.errors.ExclusionViolation, match="seat_overlap"):
        hold(plain, 1, begins, ends)


def test_periods_that_only_touch_are_not_in_each_others_way(plain: Plain) -> None:
    hold(plain, 1, 10, 12)
    hold(plain, 1, 8, 10)
    hold(plain, 1, 12, 14)
    hold(plain, 2, 10, 12)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE seat_assignment SET workplace_id = 1 WHERE id = {second}",
        "UPDATE seat_assignment SET workplace_id = 3",
        "INSERT INTO seat_assignment (id, ticket_number, workplace_id, starts_at, ends_at)"
        " SELECT id, 26, 1, starts_at, ends_at FROM seat_assignment WHERE id = {second}"
        " ON CONFLICT (id) DO UPDATE SET workplace_id = 1",
        "MERGE INTO seat_assignment AS held USING workplace ON held.id = {second}"
        " AND workplace.id = 1 WHEN MATCHED THEN UPDATE SET workplace_id = 1",
    ],
)
def test_moving_an_assignment_onto_a_held_seat_is_refused(plain: Plain, statement: str) -> None:
    hold(plain, 1, 10, 12)
    second = hold(plain, 2, 11, 13)
    with pytest.raises(psycopg.errors.ExclusionViolation):
        plain.execute(statement.format(second=second).encode())
    assert overlapping(plain) == 0


def test_a_replica_s_session_is_refused_too(plain: Plain) -> None:
    """`session_replication_role` switches ordinary triggers off; not a constraint's index."""
    hold(plain, 1, 10, 12)
    plain.execute("SET session_replication_role = replica")
    with pytest.raises(psycopg.errors.ExclusionViolation):
        hold(plain, 1, 11, 13)


@pytest.mark.parametrize("moment", ["infinity", "-infinity"])
def test_a_time_without_end_cannot_hold_a_seat(plain: Plain, moment: str) -> None:
    for starts_at, ends_at in ((moment, at(1).isoformat()), (at(1).isoformat(), moment)):
        with pytest.raises(psycopg.errors.CheckViolation):
            plain.execute(
                "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
                " VALUES (26, 1, %s, %s)",
                (starts_at, ends_at),
            )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ticket SET status = 'asleep'",
        "UPDATE ticket SET ends_at = starts_at",
        "UPDATE ticket SET starts_at = '-infinity'",
        "UPDATE ticket SET validated_at = now()",
        "UPDATE ticket SET period_kind = 'weekly'",
        "UPDATE ticket SET number = 0",
        "UPDATE orders SET status = 'asleep'",
        "UPDATE orders SET price = -1",
        "UPDATE tariff SET min_units = 5, max_units = 4",
        "UPDATE location SET id = 2",
    ],
)
def test_what_a_column_may_not_hold_is_refused(plain: Plain, statement: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        plain.execute(statement.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ticket SET visitor_id = 404",
        "UPDATE ticket SET workplace_id = 404",
        "DELETE FROM orders",
        "DELETE FROM workplace",
        "DELETE FROM manager",
        "DELETE FROM person WHERE id = 1",
    ],
)
def test_what_is_referred_to_stays(plain: Plain, statement: str) -> None:
    plain.execute("UPDATE ticket SET validated_at = now(), validated_by = 1")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        plain.execute(statement.encode())


_ATTEMPTS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "move", "delete"]),
        st.sampled_from(SEATS),
        st.integers(0, 12),
        st.integers(1, 5),
        st.integers(0, 10),
    ),
    max_size=30,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attempts=_ATTEMPTS)
def test_whatever_is_tried_no_two_overlap_and_nothing_free_is_refused(
    plain: Plain, attempts: list[tuple[str, int, int, int, int]]
) -> None:
    plain.execute("DELETE FROM seat_assignment")
    held: dict[int, tuple[int, int, int]] = {}
    for action, seat, begins, length, which in attempts:
        wanted = (seat, begins, begins + length)
        key = sorted(held)[which % len(held)] if held else None
        taken = any(
            seat == other[0] and begins < other[2] and other[1] < begins + length
            for id_, other in held.items()
            if action == "insert" or id_ != key
        )
        try:
            if action == "insert":
                held[hold(plain, *wanted)] = wanted
            elif key is not None and action == "move":
                plain.execute(
                    "UPDATE seat_assignment SET workplace_id = %s, starts_at = %s, ends_at = %s"
                    " WHERE id = %s",
                    (seat, at(begins), at(begins + length), key),
                )
                held[key] = wanted
            elif key is not None:
                plain.execute("DELETE FROM seat_assignment WHERE id = %s", (key,))
                del held[key]
        except psycopg.errors.ExclusionViolation:
            assert taken
        else:
            assert not taken or action == "delete" or key is None
        assert overlapping(plain) == 0


# ── The race, and the race without the guard ─────────────────────────────────────────────────────


def race(url: str) -> int:
    """Let four programs book at random; how many bookings succeeded."""
    name = url.partition("@/")[2].partition("?")[0]
    start, booked = threading.Barrier(4), []

    def book(seed: int) -> None:
        chance = Random(seed)
        with the_cluster().connect(name) as connection:
            start.wait(20)
            for _ in range(100):
                begins = chance.randrange(200)
                try:
                    hold(
                        connection,
                        1 + chance.randrange(3),
                        begins,
                        begins + 1 + chance.randrange(5),
                    )
                    booked.append(seed)
                except (psycopg.errors.IntegrityError, psycopg.errors.DeadlockDetected):
                    pass  # of two who wait for each other's row the server refuses one

    threads = [threading.Thread(target=book, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return len(booked)


def test_four_programs_that_race_for_seats_never_share_one(plain: Plain, url: str) -> None:
    assert race(url) > 20
    assert overlapping(plain) == 0


def test_without_the_guard_the_same_race_gives_seats_away_twice(plain: Plain, url: str) -> None:
    plain.execute("ALTER TABLE seat_assignment DROP CONSTRAINT seat_overlap")
    race(url)
    assert overlapping(plain) > 0


# ── The audit trail ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET kind = 'z'",
        "UPDATE event SET data = '{}' WHERE id = 1",
        "DELETE FROM event",
        "DELETE FROM event WHERE id = 1",
        "TRUNCATE event",
        "TRUNCATE ticket CASCADE",
        "INSERT INTO event (id, at, kind, actor, data) VALUES (1, now(), 'z', 'cli', '{}')"
        " ON CONFLICT (id) DO UPDATE SET kind = 'z'",
        "SET session_replication_role = replica; DELETE FROM event",
    ],
)
def test_what_is_in_the_trail_stays_as_it_was(plain: Plain, statement: str) -> None:
    before = plain.execute("SELECT * FROM event ORDER BY id").fetchall()
    assert before
    with pytest.raises(psycopg.errors.IntegrityError, match="append_only"):
        plain.execute(statement.encode())
    assert plain.execute("SELECT * FROM event ORDER BY id").fetchall() == before


# ── The guards themselves ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("ALTER TABLE seat_assignment DROP CONSTRAINT seat_overlap", "seat_overlap"),
        (
            "ALTER TABLE seat_assignment DROP CONSTRAINT seat_overlap;"
            "ALTER TABLE seat_assignment ADD CONSTRAINT seat_overlap EXCLUDE USING gist"
            " (ticket_number WITH =, tstzrange(starts_at, ends_at) WITH &&)",
            "seat_overlap",
        ),
        ("DROP TRIGGER event_append_only ON event", "event_append_only"),
        ("ALTER TABLE event DISABLE TRIGGER event_append_only", "event_append_only"),
        (
            "CREATE OR REPLACE FUNCTION olvery_append_only() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN NULL; END $$",
            "olvery_append_only()",
        ),
        ("DROP TRIGGER ticket_notify ON ticket", "ticket_notify"),
        ("ALTER FUNCTION olvery_person_shares RESET enable_seqscan", "olvery_person_shares()"),
        ("ALTER TABLE ticket DROP CONSTRAINT ck_ticket_finite", "ck_ticket_finite"),
    ],
)
def test_a_guard_that_is_gone_or_does_nothing_is_missed_and_comes_back(
    store: Store, plain: Plain, statement: str, name: str
) -> None:
    plain.execute(statement.encode())
    assert check(store, NOW) == (Problem("guard", {"name": name}),)
    assert schema.ensure(store) is False
    assert check(store, NOW) == ()


def test_the_guards_are_those_that_are_written_here(store: Store) -> None:
    with store.reading() as session:
        assert guards.broken(session.connection()) == ()
    names = {trigger.table for trigger in own._triggers() if trigger.function == "olvery_notify"}
    with store.reading() as session:
        assert names == store.tables(session.connection())


# ── Soundness ────────────────────────────────────────────────────────────────────────────────────


def unguarded(plain: Plain, *statements: str) -> None:
    """Do what no guard lets anybody do."""
    plain.execute("SET session_replication_role = replica")  # no foreign keys
    for statement in (
        "ALTER TABLE seat_assignment DROP CONSTRAINT seat_overlap",
        "ALTER TABLE event DISABLE TRIGGER event_append_only",
        *statements,
    ):
        plain.execute(statement.encode())
    plain.execute("RESET session_replication_role")


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE ticket SET visitor_id = 404", "foreign_key"),
        ("UPDATE location SET time_zone = 'Mars/North'", "time_zone"),
        ("DELETE FROM location", "location"),
        ("UPDATE ticket SET status = 'done'", "status"),
        ("UPDATE ticket SET moves_at = starts_at + interval '1 minute'", "moves_at"),
        ("DELETE FROM seat_assignment", "seat_uncovered"),
        ("UPDATE seat_assignment SET workplace_id = 2", "seat_shown"),
        ("DELETE FROM event", "no_event"),
        ("DELETE FROM person_word WHERE person_id = 1", "search"),
        ("UPDATE person SET folded = 'x' WHERE id = 1", "search"),
        ("INSERT INTO shared_value VALUES ('phone', '+7')", "shared"),
        (
            "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
            " SELECT ticket_number, workplace_id, starts_at, ends_at FROM seat_assignment",
            "overlap",
        ),
    ],
)
def test_each_kind_of_damage_is_found(
    store: Store, plain: Plain, statement: str, code: str
) -> None:
    assert check(store, NOW) == ()
    unguarded(plain, statement)
    found = {problem.code for problem in check(store, NOW)}
    assert code in found
    assert "guard" in found
