"""The audit trail is sealed: whoever changes it in the file is noticed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update

from olvery_tui.domain.access import Actor, ActorKind
from olvery_tui.domain.events import EventKind
from olvery_tui.store.audit import events
from olvery_tui.store.audit.events import NewEvent
from olvery_tui.store.database import chain, guards
from olvery_tui.store.database.chain import Seal
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Event
from olvery_tui.store.maintenance.maintenance import check
from tests.databases import Databases

NOW = datetime(2022, 12, 6, 7, tzinfo=UTC)
CONSOLE = Actor(ActorKind.CLI, account="tests", terminal="desk1 pts/1")


def line(number: int) -> NewEvent:
    return NewEvent(
        NOW + timedelta(seconds=number), EventKind.PERSON_CREATED, CONSOLE, data={"person": number}
    )


def write(store: Store, *sizes: int) -> None:
    """Transactions of so many events each."""
    for size in sizes:
        with store.writing() as session:
            events.record_many(session, [line(number) for number in range(size)])


def found(store: Store, noted: Seal | None = None) -> list[tuple[str, dict[str, object]]]:
    with store.reading() as session:
        problems = list(chain.verify(session.connection(), noted))
    return [(problem.code, problem.params) for problem in problems]


def newest(store: Store) -> Seal:
    with store.reading() as session:
        return chain.newest(session)


def tamper(store: Store, *statements: str) -> None:
    """Change the database as somebody can who owns it and knows of the triggers."""
    with store.writing() as session, guards.lifted(session.connection()):
        for statement in statements:
            session.connection().exec_driver_sql(statement)


class TestSealing:
    def test_one_seal_covers_the_events_of_one_transaction(self, store: Store) -> None:
        write(store, 1, 3, 0, 2)
        assert found(store) == []
        assert newest(store).number == 3

    def test_a_transaction_that_is_undone_leaves_no_seal(self, store: Store) -> None:
        write(store, 1)
        before = newest(store)
        with suppress(ZeroDivisionError), store.writing() as session:
            events.record_many(session, [line(1)])
            raise ZeroDivisionError
        assert newest(store) == before
        assert found(store) == []

    def test_a_part_that_is_undone_is_not_sealed_either(self, store: Store) -> None:
        with store.writing() as session:
            events.record_many(session, [line(1)])
            with suppress(ZeroDivisionError), session.connection().begin_nested():
                events.record_many(session, [line(2)])
                raise ZeroDivisionError
            events.record_many(session, [line(3)])
        assert found(store) == []
        with store.reading() as session:
            seals = session.connection().exec_driver_sql("SELECT events FROM event_seal")
            assert seals.scalars().all() == [2]

    def test_a_large_trail_is_sound_too(self, store: Store) -> None:
        write(store, *[7] * 40, 5_000, 1)
        assert found(store) == []

    def test_a_seal_is_read_as_it_is_written(self) -> None:
        seal = Seal(12, "ab" * 32)
        assert Seal.read(f" {seal}\n") == seal
        for text in ("", ":", "x:ab", "-1:ab", "12", "²:ab", "9" * 30 + ":ab"):
            assert Seal.read(text) in (None, Seal(12, ""))

    def test_what_was_recorded_before_there_were_seals_gets_the_first_one(
        self, store: Store
    ) -> None:
        with store.writing() as session:
            session.connection().execute(
                insert(Event).values(at=NOW, kind="import.finished", actor="cli", data={}, batch=0)
            )
        assert [code for code, _ in found(store)] == ["trail_added"]
        with store.writing() as session:
            chain.seal_former(session.connection())
        assert found(store) == []
        write(store, 2)
        assert found(store) == []


CHANGES: dict[str, tuple[str, str, dict[str, object]]] = {
    "who did it": (
        "UPDATE event SET account = 'somebody' WHERE id = 3", "trail_changed", {"seal": 2},
    ),
    "when": (
        "UPDATE event SET at = (SELECT at FROM event WHERE id = 4) WHERE id = 3",
        "trail_changed",
        {"seal": 2},
    ),
    "what": (
        "UPDATE event SET data = '{\"person\": 5}' WHERE id = 3", "trail_changed", {"seal": 2},
    ),
    "where": ("UPDATE event SET terminal = NULL WHERE id = 3", "trail_changed", {"seal": 2}),
    "one line gone": ("DELETE FROM event WHERE id = 3", "trail_changed", {"seal": 2}),
    "all lines of a seal gone": (
        "DELETE FROM event WHERE id IN (2, 3, 4)", "trail_removed", {"seal": 2},
    ),
    "a line slipped in": (
        "INSERT INTO event (at, kind, actor, data)"
        " SELECT at, 'import.finished', 'cli', '{}' FROM event WHERE id = 3",
        "trail_added",
        {},
    ),
    "a line slipped under a seal": (
        "INSERT INTO event (at, kind, actor, data, batch)"
        " SELECT at, 'import.finished', 'cli', '{}', batch FROM event WHERE id = 3",
        "trail_changed",
        {"seal": 2},
    ),
    "two lines swapped": (
        "UPDATE event SET id = 99 WHERE id = 2;"
        "UPDATE event SET id = 2 WHERE id = 3;"
        "UPDATE event SET id = 3 WHERE id = 99",
        "trail_changed",
        {"seal": 2},
    ),
    "a seal altered": (
        "UPDATE event_seal SET hash = substr(hash, 2) || 'x' WHERE id = 2",
        "trail_changed",
        {"seal": 2},
    ),
}  # fmt: skip


ALTERED = [
    ("at", "at + {moment}"), ("due_at", "at"), ("kind", "'order.created'"), ("account", "'x'"),
    ("terminal", "'x'"), ("data", "'{{}}'"), ("actor", "'system'"), ("id", "id + 1000"),
]  # fmt: skip


MOMENT = {"sqlite": "1", "postgresql": "interval '1 microsecond'"}


class TestTampering:
    @pytest.mark.parametrize("change", CHANGES)
    def test_every_change_in_the_file_is_noticed_and_named(self, store: Store, change: str) -> None:
        statement, code, facts = CHANGES[change]
        write(store, 1, 3, 1)
        tamper(store, *statement.split(";"))
        problems = found(store)
        assert code in [each for each, _ in problems]
        params = dict(problems[[each for each, _ in problems].index(code)][1])
        assert facts.items() <= params.items()
        assert code in {problem.code for problem in check(store, NOW)}

    def test_a_line_that_is_sealed_anew_breaks_the_seal_that_follows(self, store: Store) -> None:
        """Each seal covers all before it: whoever forges one has to forge every later one."""
        write(store, 1, 3, 1)
        with store.writing() as session, guards.lifted(session.connection()):
            run = session.connection().execute
            run(update(Event).where(Event.id == 1).values(account="x"))
            batch = run(select(Event.batch).where(Event.id == 1)).scalar_one()
            lines = run(chain._lines_of_batch(store.dialect), {"batch": batch}).all()
            content, _count = chain._digest((lines,))
            forged = chain._chained("", content)
            run(update(chain.SEALS).where(chain.SEALS.c.id == 1).values(hash=forged))
        ((code, facts),) = found(store)
        assert (code, facts["seal"]) == ("trail_changed", 2)

    def test_a_seal_that_is_gone_with_its_lines_is_noticed(self, store: Store) -> None:
        write(store, 1, 3, 1)
        tamper(
            store,
            "DELETE FROM event WHERE id IN (2, 3, 4)",
            "DELETE FROM event_seal WHERE id = 2",
        )
        assert ("trail_removed", {"seal": 2}) in found(store)

    def test_the_newest_lines_cut_off_with_their_seal_are_noticed(self, store: Store) -> None:
        write(store, 1, 3, 1)
        tamper(store, "DELETE FROM event WHERE id = 5", "DELETE FROM event_seal WHERE id = 3")
        assert found(store) == [("trail_cut", {"seals": 3, "found": 2})]

    def test_a_whole_trail_rewritten_is_noticed_by_who_has_noted_a_seal(self, store: Store) -> None:
        write(store, 1, 3, 1)
        noted = newest(store)
        write(store, 1)
        assert found(store, noted) == []
        tamper(
            store,
            "UPDATE event SET batch = 0, account = 'somebody'",
            "DELETE FROM event_seal",
            "UPDATE event_chain SET seals = 0, hash = ''",
        )
        with store.writing() as session:
            chain.seal_former(session.connection())
        assert found(store) == []  # it is sound in itself
        assert found(store, noted) == [("trail_cut", {"seals": 3, "found": 1})]
        write(store, 1, 1)
        assert found(store, noted) == [("trail_other", {"seal": 3})]


@pytest.fixture
def make(databases: Databases) -> Callable[[], Store]:
    return lambda: open_database(databases.new())


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_single_value_can_be_changed_unnoticed(
    make: Callable[[], Store], data: st.DataObject
) -> None:
    store = make()
    try:
        write(store, *data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)))
        with store.reading() as session:
            last = session.connection().execute(select(func.max(Event.id))).scalar_one()
        victim = data.draw(st.integers(1, last))
        column, value = data.draw(st.sampled_from(ALTERED))
        value = value.format(moment=MOMENT[store.dialect])
        tamper(store, f"UPDATE event SET {column} = {value} WHERE id = {victim}")
        assert found(store) != []
    finally:
        store.close()


def test_seals_are_append_only_like_the_events(store: Store, database: Path) -> None:
    write(store, 1)
    with closing(sqlite3.connect(database)) as plain:
        for statement in (
            "UPDATE event_seal SET hash = ''",
            "DELETE FROM event_seal",
            "INSERT OR REPLACE INTO event_seal (id, batch, events, hash) VALUES (1, 2, 3, '')",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                plain.execute(statement)
