"""No statement of somebody with plain SQL stops the desk: it books, checks, tells and seals on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext, suppress
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.orders import OrderDraft
from olvery_tui.domain.problems import Problem
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database import guards, schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.wording.database import problem_text
from olvery_tui.wording.events import actor_text, event_text, when_text
from tests.databases import Databases, the_cluster
from tests.desk import making
from tests.desk.making import (
    ANNA,
    AS_ANNA,
    FLOOR,
    IVAN,
    MOSCOW,
    NOW,
    TABLES,
    add_ticket,
    hours,
)

Run = Callable[[str], None]
"""Runs one statement past the program; raises the driver's error where it is refused."""

REFUSED = (sqlite3.Error, psycopg.Error)
GREATEST = {"sqlite": 2**63 - 1, "postgresql": 2**31 - 1}
MOMENT = {"sqlite": "1", "postgresql": "now()"}


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.new(making.fill)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(open_database(url)) as store:
        add_ticket(store, 31)
        yield store


@pytest.fixture
def outside(store: Store, url: str) -> Iterator[Run]:
    with outsider(store, url) as run:
        yield run


def outsider(store: Store, url: str) -> Any:
    """A program with the database's own shell: every statement by itself, no foreign keys."""
    if store.file is not None:
        return _Outsider(sqlite3.connect(store.file, isolation_level=None, timeout=10))
    return _Outsider(the_cluster().connect(url.partition("@/")[2].partition("?")[0]))


class _Outsider:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __enter__(self) -> Run:
        return self.run

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def run(self, statement: str) -> None:
        self._connection.execute(statement)


def desk_goes_on(store: Store, *, hour: float = 500) -> None:
    """Somebody books, checks an identity, reads histories; what is written is sealed."""
    clock = FrozenClock(NOW)
    desk = Desk(store, clock, AS_ANNA)
    before = unsealed(store)
    draft = OrderDraft(IVAN, FLOOR, FLOOR, hours(hour, hour + 1), (4,))
    order = desk.orders.create(draft)
    number = order.tickets[0].number
    if not desk.tickets.get(31).validated:
        desk.tickets.validate(desk.tickets.get(31), banned=True)
    desk.tickets.reset_validation(desk.tickets.get(31))
    for line in (
        *desk.tickets.history(31),
        *desk.orders.history(order.number),
        *desk.tickets.history(number),
    ):
        assert event_text(line, MOSCOW)
        assert actor_text(line)
        assert when_text(line, MOSCOW)
    desk.access.history(ANNA.id)
    StatusWorker(store, clock).run_pass()
    for problem in check(store, NOW):
        assert problem_text(problem)
    assert unsealed(store) <= before


def unsealed(store: Store) -> set[int]:
    query = "SELECT id FROM event WHERE batch NOT IN (SELECT batch FROM event_seal)"
    with store.reading() as session:
        return set(session.connection().exec_driver_sql(query).scalars())


def told(store: Store) -> set[str]:
    return {problem.code for problem in check(store, NOW)}


SEALS = {
    "a seal that is not the next": (
        "INSERT INTO event_seal (id, batch, events, hash) VALUES ({greatest}, 1, 1, 'x')"
    ),
    "a seal in the place of another": (
        "INSERT INTO event_seal (id, batch, events, hash) VALUES (1, 1, 1, 'x')"
    ),
    "a counter set back": "UPDATE event_chain SET seals = 0, hash = ''",
    "a counter far ahead": "UPDATE event_chain SET seals = 2147483647",
    "another last hash": "UPDATE event_chain SET hash = 'x'",
    "no counter": "DELETE FROM event_chain",
    "another counter": "INSERT INTO event_chain (id, seals, hash) VALUES (1, 5, 'x')",
    "an event without a time": (
        "INSERT INTO event (at, kind, actor, data) VALUES (NULL, 'x', 'cli', '{{}}')"
    ),
    "an event whose data is a list": (
        "INSERT INTO event (at, kind, actor, data) VALUES ({moment}, 'x', 'cli', '[]')"
    ),
    "an event with very much data": (
        "INSERT INTO event (at, kind, actor, ticket_number, data)"
        " VALUES ({moment}, 'x', 'cli', 31, '{{\"a\": \"{much}\"}}')"
    ),
}


@pytest.mark.parametrize("what", SEALS)
def test_only_the_next_step_is_let_in(store: Store, outside: Run, what: str) -> None:
    statement = SEALS[what].format(
        greatest=2**31 - 1, moment=MOMENT[store.dialect], much="x" * 70_000
    )
    with pytest.raises(REFUSED):
        outside(statement)
    assert told(store) == set()
    desk_goes_on(store)


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("column", ["kind", "actor", "account", "terminal", "at", "due_at"])
def test_a_value_of_another_kind_is_refused(store: Store, outside: Run, column: str) -> None:
    values = {"at": "1", "kind": "'x'", "actor": "'cli'", "data": "'{}'"} | {column: "x'ff00'"}
    with pytest.raises(REFUSED):
        outside(f"INSERT INTO event ({', '.join(values)}) VALUES ({', '.join(values.values())})")
    desk_goes_on(store)


@pytest.mark.only("sqlite")
def test_an_event_with_the_greatest_number_is_refused(store: Store, outside: Run) -> None:
    with pytest.raises(REFUSED, match="not_next"):
        outside(
            f"INSERT INTO event (id, at, kind, actor, data)"
            f" VALUES ({2**63 - 1}, 1, 'x', 'cli', '{{}}')"
        )
    desk_goes_on(store)


def test_a_seal_with_the_next_number_is_told_and_the_chain_goes_on(
    store: Store, outside: Run
) -> None:
    outside(
        "INSERT INTO event_seal (id, batch, events, hash)"
        " SELECT seals + 1, 7, 1, 'x' FROM event_chain"
    )
    desk_goes_on(store)
    assert told(store) == {"trail_removed"}
    desk_goes_on(store, hour=600)
    assert told(store) == {"trail_removed"}


def test_a_line_of_an_unknown_kind_is_shown_as_such(store: Store, outside: Run) -> None:
    outside(
        "INSERT INTO event (at, kind, actor, ticket_number, order_number, data)"
        " SELECT max(at), 'ticket.stolen', 'ghost', 31, 1031, '{}' FROM event"
    )
    desk_goes_on(store)
    line = next(
        one
        for one in Desk(store, FrozenClock(NOW), AS_ANNA).tickets.history(31)
        if one.actor == "ghost"
    )
    assert event_text(line, MOSCOW) == (
        "Неизвестная запись «ticket.stolen»: её сделала не эта программа"
    )
    assert actor_text(line) == "Неизвестно кто"
    assert told(store) == {"trail_added", "trail_unknown"}


_TICKET = (
    "INSERT INTO ticket (number, order_number, visitor_id, workplace_id, tariff_id, period_kind,"
    " starts_at, ends_at, status, created_at, version) SELECT {number}, order_number,"
    " visitor_id, workplace_id, tariff_id, period_kind, starts_at, ends_at, status, created_at,"
    " 2147483647 FROM ticket WHERE number = 31"
)
UNSEATED = {"seat_uncovered", "no_event"}
NUMBERS: list[tuple[str, set[str] | None]] = [
    # what somebody writes, and what a check tells of it afterwards; None: it is refused
    ("UPDATE ticket SET version = 2147483647", set()),
    ("UPDATE orders SET version = 2147483647", set()),
    ("UPDATE location SET version = 2147483647", set()),
    (
        "INSERT INTO sign_in_delay (bucket, failures, until) SELECT 1, 2147483647, {moment}",
        set(),
    ),
    ("UPDATE orders SET price = 9223372036854775807 WHERE number = 1031", None),
    (_TICKET.replace("{number}", "2147483647"), UNSEATED),
    (_TICKET.replace("{number}", "2146999999"), UNSEATED),
]


@pytest.mark.parametrize(("statement", "problems"), NUMBERS)
def test_a_number_at_its_end_stops_nobody(
    store: Store, outside: Run, statement: str, problems: set[str] | None
) -> None:
    with nullcontext() if problems is not None else pytest.raises(REFUSED):
        outside(statement.format(moment=MOMENT[store.dialect]))
    desk_goes_on(store)
    desk_goes_on(store, hour=600)
    assert told(store) == (problems or set())


# ── What was there before there were such guards ─────────────────────────────────────────────────

DAMAGE = {
    "an event with the greatest number": (
        "INSERT INTO event (id, at, kind, actor, ticket_number, data)"
        " SELECT {greatest}, at, 'x', 'cli', 31, '{{}}' FROM event WHERE id = 1"
    ),
    "a counter set back": "UPDATE event_chain SET seals = 0, hash = ''",
    "no counter": "DELETE FROM event_chain",
    "a seal far ahead": (
        "INSERT INTO event_seal (id, batch, events, hash) VALUES (2147483647, 1, 1, 'x')"
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_trail_that_was_damaged_goes_on(store: Store, what: str) -> None:
    lift(store, DAMAGE[what].format(greatest=GREATEST[store.dialect]))
    lose_a_guard(store)
    schema.ensure(store)
    desk_goes_on(store)
    found = told(store)
    assert found <= {"trail_removed", "trail_cut", "trail_added", "trail_unknown"}
    assert bool(found) is (what in {"an event with the greatest number", "a seal far ahead"})
    desk_goes_on(store, hour=600)
    assert told(store) == found


UNREADABLE = {
    "kind": "x'ff00'",
    "actor": "x'ff'",
    "at": "'завтра'",
    "due_at": "9223372036854775807",
    "data": "'{'",
    "account": "x'ff'",
    "terminal": "x'ff'",
}


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("column", UNREADABLE)
def test_a_line_that_nobody_can_read_is_told_and_hides_no_other(store: Store, column: str) -> None:
    lift(
        store,
        "INSERT INTO event (at, kind, actor, ticket_number, data) VALUES (1, 'x', 'cli', 31, '{}')",
        f"UPDATE event SET {column} = {UNREADABLE[column]} WHERE kind = 'x'",
    )
    desk_goes_on(store)
    assert {"unfit", "trail_added"} <= told(store)


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    "data", ["[]", "null", "7", '{"from": [], "to": {}}', "[" * 900 + "]" * 900]
)
def test_data_of_any_shape_is_shown(store: Store, data: str) -> None:
    kinds = ["ticket.created", "ticket.visitor_changed", "ticket.moved", "order.moved"]
    before = Desk(store, FrozenClock(NOW), AS_ANNA).tickets.history(31)
    lift(
        store,
        *(
            "INSERT INTO event (at, kind, actor, ticket_number, data)"
            f" VALUES (1, '{kind}', 'cli', 31, '{data}')"
            for kind in kinds
        ),
    )
    lines = Desk(store, FrozenClock(NOW), AS_ANNA).tickets.history(31)
    assert [event_text(line, MOSCOW) for line in lines if line not in before] == [
        "Статус заказа: — → —",
        "Статус: — → —",
        "Посетитель: — → —",
        "Билет создан 06.12.2022 10:00: посетитель —, место —, —",
    ]
    desk_goes_on(store)
    assert "trail_added" in told(store)


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ticket SET validated_at = 'x', validated_by = 1",
        "UPDATE person SET last_name = x'ff'",
        "UPDATE orders SET price = 'viel'",
        "UPDATE ticket SET created_at = 'x'",
    ],
)
def test_a_check_answers_whatever_is_in_the_tables(store: Store, statement: str) -> None:
    lift(store, statement)
    assert "unfit" in told(store)


BEYOND = 2**31


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(("table", "number"), [("ticket", 31), ("orders", 1031)])
def test_a_number_that_no_list_shows_is_not_let_in_and_is_told(
    store: Store, outside: Run, table: str, number: int
) -> None:
    """PostgreSQL's columns end before it."""
    columns = [column.name for column in TABLES[table].columns if column.name != "number"]
    copy = (
        f"INSERT INTO {table} (number, {', '.join(columns)})"
        f" SELECT {BEYOND}, {', '.join(columns)} FROM {table} WHERE number = {number}"
    )
    with pytest.raises(sqlite3.IntegrityError, match="bad_value"):
        outside(copy)
    lift(store, copy)
    found = check(store, NOW)
    assert Problem("unfit", {"table": table, "column": "number", "row": BEYOND}) in found
    untold = "no_event" if table == "ticket" else "order_no_event"
    assert untold in {problem.code for problem in found}  # the rest is looked at all the same
    desk_goes_on(store)


def lose_a_guard(store: Store) -> None:
    of_table = " ON event" if store.dialect == "postgresql" else "_update"
    with store.writing() as session:
        session.connection().exec_driver_sql(f"DROP TRIGGER event_append_only{of_table}")


def lift(store: Store, *statements: str) -> None:
    with store.writing() as session, guards.lifted(session.connection()):
        for statement in statements:
            session.connection().exec_driver_sql(statement)


# ── Whatever else somebody thinks of ─────────────────────────────────────────────────────────────

_NASTY = [
    "NULL", "''", "'x'", "0", "-1", "1", "2147483647", "9223372036854775807", "1e308", "'[]'",
    "'{}'", "'infinity'", "'-infinity'", "'294276-01-01'", "x'ff00'", "'\\xff'",
    "'Infinity'::float", "repeat('x', 200000)", "hex(zeroblob(200000))", "true",
]  # fmt: skip

_FACTS = {
    ("location", "sign_in"), ("location", "auto_complete_orders"), ("location", "time_zone"),
    ("location", "name"), ("location", "currency"),
    ("manager", "active"), ("manager", "role"),
    ("tariff", "min_units"), ("tariff", "max_units"), ("tariff", "price"), ("tariff", "service_id"),
    ("tariff", "variant_id"),
    ("service", "slot_minutes"), ("room", "service_id"), ("workplace", "room_id"),
    ("ticket", "order_number"), ("ticket", "visitor_id"), ("ticket", "workplace_id"),
    ("ticket", "tariff_id"), ("ticket", "variant_id"), ("ticket", "validated_at"),
    ("ticket", "validated_by"), ("ticket", "starts_at"), ("ticket", "ends_at"),
    ("ticket", "period_kind"),
    ("orders", "service_id"), ("orders", "customer_id"), ("orders", "status"),
    ("person_word", "person_id"), ("person", "merged_into"),
    ("seat_assignment", "workplace_id"), ("seat_assignment", "starts_at"),
    ("seat_assignment", "ends_at"),
}  # fmt: skip
"""Another value of these means another desk, not one that is stopped: what is sold to whom. So does
the archive (`archived`) of any table.
"""

_COLUMNS = [
    (table.name, column.name)
    for table in SQLModel.metadata.sorted_tables
    for column in table.columns
]
_CHANGED = [
    (table, column)
    for table, column in _COLUMNS
    if (table, column) not in _FACTS and column != "archived"
]


@st.composite
def statements(draw: st.DrawFn) -> str:
    verb = draw(st.sampled_from(["UPDATE", "INSERT", "DELETE"]))
    if verb == "UPDATE":
        table, column = draw(st.sampled_from(_CHANGED))
        return f"UPDATE {table} SET {column} = {draw(st.sampled_from(_NASTY))}"
    if verb == "DELETE":
        table = draw(st.sampled_from(["event", "event_seal", "event_chain", "sign_in_delay"]))
        return f"DELETE FROM {table}"
    table = draw(st.sampled_from(SQLModel.metadata.sorted_tables))
    if draw(st.booleans()):  # as another row is, but for one value
        column = draw(st.sampled_from([one.name for one in table.columns]))
        names = [one.name for one in table.columns if one.name != column]
        if draw(st.booleans()) and "id" in names:
            names.remove("id")
        value = draw(st.sampled_from(_NASTY))
        return (
            f"INSERT INTO {table.name} ({', '.join([column, *names])})"
            f" SELECT {', '.join([value, *names])} FROM {table.name} LIMIT 1"
        )
    values = [draw(st.sampled_from(_NASTY)) for _ in table.columns]
    names = [one.name for one in table.columns]
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join(values)})"


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(storm=st.lists(statements(), min_size=1, max_size=25))
def test_after_any_storm_of_statements_the_desk_goes_on(
    databases: Databases, storm: list[str]
) -> None:
    url = databases.new(making.fill)
    with closing(open_database(url)) as store:
        add_ticket(store, 31)
        with outsider(store, url) as run:
            for statement in storm:
                with suppress(*REFUSED, sqlite3.Warning, sqlite3.ProgrammingError):
                    run(statement)
        desk_goes_on(store)
