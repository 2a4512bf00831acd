"""What the audit trail keeps, and what it gives back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from olvery_tui.domain.access import SYSTEM, Actor, ActorKind, ManagerDetails
from olvery_tui.domain.events import EventKind
from olvery_tui.store.audit import events
from olvery_tui.store.audit.history import of_ticket
from olvery_tui.store.database.engine import Store
from tests.databases import Databases
from tests.desk.making import ANNA, AS_ANNA, BORIS, CONSOLE, MARIA, NOW, TABLES, add_ticket, make


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    store = make(databases)
    add_ticket(store, 26)
    add_ticket(store, 27, seat=2)
    yield store
    store.close()


def history(store, number, **limit):
    with store.reading() as session:
        return of_ticket(session, number, **limit)


def last_change(store, number):
    with store.reading() as session:
        return events.last_change(session, number)


def record(store, kind, actor=SYSTEM, **facts):
    with store.writing() as session:
        events.record(session, **{"at": NOW, "kind": kind, "actor": actor, "ticket": 26} | facts)


def test_an_event_comes_back_as_it_was_written(store):
    moment = datetime(2022, 12, 6, 7, 0, 0, 1, tzinfo=UTC)
    record(
        store,
        EventKind.TICKET_MOVED,
        at=moment,
        due_at=NOW - timedelta(days=1),
        data={"from": "confirmed", "to": "active"},
    )

    line = history(store, 26)[0]

    assert (line.at, line.due_at, line.kind) == (
        moment,
        NOW - timedelta(days=1),
        EventKind.TICKET_MOVED,
    )
    assert (line.actor, line.who) == (ActorKind.SYSTEM, "")
    assert (line.data, line.names) == ({"from": "confirmed", "to": "active"}, {})


@pytest.mark.parametrize(
    ("actor", "kind", "who"),
    [
        (AS_ANNA, ActorKind.MANAGER, ANNA.name),
        (Actor(ActorKind.CLI, BORIS, "root"), ActorKind.MANAGER, BORIS.name),
        (CONSOLE, ActorKind.CLI, "tests"),
        (Actor(ActorKind.CLI), ActorKind.CLI, ""),
        (Actor(ActorKind.MANAGER), ActorKind.NOBODY, ""),
        (SYSTEM, ActorKind.SYSTEM, ""),
    ],
)
def test_who_did_it_is_told_by_name_and_else_by_account(store, actor, kind, who):
    record(store, EventKind.TICKET_UPDATED, actor, data={"fields": ["visitor"]})

    line = history(store, 26)[0]

    assert (line.actor, line.who) == (kind, who)


def test_a_manager_of_whom_only_the_login_is_known_is_told_by_it(store):
    with store.writing() as session:
        session.connection().execute(
            TABLES["manager"].insert().values(id=9, login="guest", last_name="", first_name="")
        )
    actor = Actor(ActorKind.MANAGER, ManagerDetails(9, "guest", "", ""))
    record(store, EventKind.TICKET_VALIDATED, actor, data={"visitor": MARIA})

    assert history(store, 26)[0].who == "guest"
    assert last_change(store, 26) == ("guest", NOW)


def test_a_history_has_its_own_ticket_and_its_order_and_no_other(store):
    record(store, EventKind.TICKET_VALIDATED, AS_ANNA, data={"visitor": MARIA})
    record(store, EventKind.ORDER_MOVED, CONSOLE, ticket=None, order=1026)
    record(store, EventKind.ORDER_MOVED, CONSOLE, ticket=None, order=1027)
    record(store, EventKind.TICKET_VALIDATED, AS_ANNA, ticket=27, order=1026)

    assert [line.kind for line in history(store, 26)] == [
        EventKind.ORDER_MOVED,
        EventKind.TICKET_VALIDATED,
        EventKind.TICKET_CREATED,
        EventKind.ORDER_CREATED,
    ]


def test_a_history_is_cut_at_its_oldest_end(store):
    for number in range(5):
        record(store, EventKind.IMPORTED, CONSOLE, data={"lines": number})

    assert [line.data["lines"] for line in history(store, 26, limit=3)] == [4, 3, 2]


@pytest.mark.only("sqlite")
def test_a_history_relies_on_its_indexes_alone(store):
    statements = []
    with store.reading() as session:
        connection = session.connection()

        @event.listens_for(connection, "before_cursor_execute")
        def keep(_connection, _cursor, statement, parameters, _context, _many):
            statements.append((statement, parameters))

        of_ticket(session, 26)
        events.last_change(session, 26)
        asked = list(statements)
        plans = [
            row[3]
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

    assert any("ix_event_ticket" in line for line in plans)
    assert any("ix_event_order" in line for line in plans)
    assert [line for line in plans if line.startswith("SCAN event")] == []


def test_ids_of_what_is_not_there_any_more_have_no_name(store):
    record(store, EventKind.VISITOR_CHANGED, data={"from": 404, "to": MARIA, "cleared": False})
    record(store, EventKind.WORKPLACE_CHANGED, data={"from": "?", "to": None})
    record(store, EventKind.WORKPLACE_REFUSED, data={"reason": "seat_taken"})

    assert [line.names for line in history(store, 26)[:3]] == [{}, {}, {"to": "Мария Семенова"}]


def test_the_last_change_is_no_refusal(store):
    record(store, EventKind.TICKET_VALIDATED, AS_ANNA, data={"visitor": MARIA})
    for kind in EventKind:
        if kind.value.endswith("_refused"):
            record(store, kind, Actor(ActorKind.MANAGER, BORIS), at=NOW + timedelta(hours=1))

    assert last_change(store, 26) == (ANNA.name, NOW)


def test_the_last_change_by_the_system_has_nobodys_name(store):
    record(store, EventKind.TICKET_MOVED, data={"from": "confirmed", "to": "active"})

    assert last_change(store, 26) == (None, NOW)


def test_a_ticket_of_which_nothing_is_known_has_no_last_change(store):
    assert last_change(store, 404) is None
    assert history(store, 404) == ()


def test_many_events_keep_their_order(store):
    lines = [
        events.NewEvent(NOW, EventKind.TICKET_UPDATED, SYSTEM, ticket=26, data={"fields": [str(n)]})
        for n in range(100)
    ]
    with store.writing() as session:
        events.record_many(session, lines)
        events.record_many(session, [])

    told = [line.data["fields"] for line in history(store, 26)[:100]]
    assert told == [[str(number)] for number in reversed(range(100))]


def test_an_event_goes_with_the_change_that_it_tells(store):
    def half_done():
        with store.writing() as session:
            events.record(
                session, at=NOW, kind=EventKind.TICKET_VALIDATED, actor=AS_ANNA, ticket=26
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()

    assert [line.kind for line in history(store, 26)] == [
        EventKind.TICKET_CREATED,
        EventKind.ORDER_CREATED,
    ]
