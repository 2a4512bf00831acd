"""A database of each earlier revision is upgraded with what is in it, sound or damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import pytest
from alembic import command
from sqlalchemy import Connection, text

from olvery_tui.store.audit.checks import check
from olvery_tui.store.database import guards, schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.moments import to_micros
from olvery_tui.store.people import merging
from tests.databases import Databases, dump
from tests.desk.making import HOUR, NOW
from tests.each import each
from tests.store.audit.test_outsiders import GREATEST, desk_goes_on

EARLIER = schema.REVISIONS[:-1]


Opened = AbstractContextManager[Store]
"""A database of the test's own, open."""


@pytest.fixture(scope="module")
def filled(module_databases: Databases) -> Callable[[str], str]:
    """The URL of the filled database as it was at a revision, to be copied only."""
    made: list[str] = []

    def at(revision: str) -> str:
        place = EARLIER.index(revision)
        for step in EARLIER[len(made) : place + 1]:
            url = module_databases.copy(made[-1]) if made else module_databases.blank()
            with closing(open_database(url)) as store:
                migrate(store, step)
                if not made:
                    with store.writing() as session:
                        fill(session.connection())
            made.append(url)
        return made[place]

    return at


@pytest.fixture
def earlier(databases: Databases, filled: Callable[[str], str]) -> Callable[[str], Opened]:
    """A copy of the filled database as it was at a revision."""

    @contextmanager
    def at(revision: str) -> Iterator[Store]:
        with closing(open_database(databases.copy(filled(revision)))) as store:
            yield store

    return at


@pytest.fixture
def seen() -> set[str]:
    """What databases hold with which the desk has gone on: an equal one tells nothing more."""
    return set()


def migrate(store: Store, revision: str) -> None:
    """Bring the schema to a revision, without today's guards."""
    with store.writing() as session:
        command.upgrade(schema.alembic_config(session.connection()), revision)


def fill(connection: Connection) -> None:
    """What the first revision had, in its own columns: two orders, the second is cancelled."""
    at = {
        name: to_micros(moment) if connection.dialect.name == "sqlite" else moment
        for name, moment in {"now": NOW, "from": NOW + HOUR, "to": NOW + 3 * HOUR}.items()
    }
    for statement in (
        "INSERT INTO location (id, name, time_zone, currency)"
        " VALUES (1, 'Olvery', 'Europe/Moscow', 'RUB')",
        "INSERT INTO manager (login, last_name, first_name) VALUES ('anna', 'Орлова', 'Анна')",
        "INSERT INTO service (name, slot_minutes) VALUES ('Коворкинг', 30)",
        "INSERT INTO room (service_id, name) VALUES (1, 'Коворкинг №1')",
        *(f"INSERT INTO workplace (room_id, label) VALUES (1, 'PM №{n}')" for n in range(1, 5)),
        "INSERT INTO tariff (service_id, name, unit, price, currency, min_units, max_units)"
        " VALUES (1, 'Почасовой', 'hour', 20000, 'RUB', 1, 24)",
        *(
            "INSERT INTO person (last_name, first_name, phone, folded)"
            f" VALUES ('Ли', '{name}', NULL, 'ли {name.lower()}')"
            for name in ("Мария", "Марина", "Иван", "Иван")
        ),
        *(
            f"INSERT INTO person_word (word, person_id) VALUES ('{word}', {person})"
            for person, name in enumerate(("мария", "марина", "иван", "иван"), 1)
            for word in ("ли", name)
        ),
        *(
            "INSERT INTO orders (number, service_id, customer_id, status, payment_kind, price,"
            f" currency, created_at, version) VALUES ({1000 + number}, 1, 1, '{status}',"
            " 'on_site', 60000, 'RUB', :now, 1)"
            for number, status in ((31, "confirmed"), (32, "cancelled"))
        ),
        *(
            "INSERT INTO ticket (number, order_number, visitor_id, workplace_id, tariff_id,"
            " period_kind, starts_at, ends_at, status, moves_at, created_at, version)"
            f" VALUES ({number}, {1000 + number}, 1, 1, 1, 'hourly', :from, :to, '{status}',"
            f" {moves}, :now, 1)"
            for number, status, moves in ((31, "confirmed", ":from"), (32, "cancelled", "NULL"))
        ),
        "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
        " VALUES (31, 1, :from, :to)",
        *(
            "INSERT INTO event (at, kind, actor, order_number, data)"
            f" VALUES (:now, 'order.created', 'cli', {1000 + number},"
            f' \'{{"status": "{status}"}}\')'
            for number, status in ((31, "confirmed"), (32, "cancelled"))
        ),
        *(
            "INSERT INTO event (at, kind, actor, ticket_number, data)"
            f" VALUES (:now, 'ticket.created', 'cli', {number},"
            f' \'{{"order": {1000 + number}, "visitor": 1, "workplace": 1}}\')'
            for number in (31, 32)
        ),
    ):
        words = text(statement.replace(": ", "\\: "))
        connection.execute(words, {name: at[name] for name in at if f":{name}" in statement})


@pytest.mark.parametrize("damaged", [False, True], ids=["sound", "damaged"])
def test_it_is_upgraded_and_the_desk_goes_on(
    engine: str, earlier: Callable[[str], Opened], seen: set[str], damaged: bool
) -> None:
    """What is damaged is the same event on either engine: PostgreSQL has every third revision."""
    revisions = EARLIER[::3] if damaged and engine == "postgresql" else EARLIER
    each("revision", revisions)(is_upgraded)(earlier, seen, damaged=damaged)


def is_upgraded(
    earlier: Callable[[str], Opened], seen: set[str], revision: str, damaged: bool
) -> None:
    """It is, and the desk goes on."""
    with earlier(revision) as store:
        if damaged:
            with store.writing() as session:
                session.connection().exec_driver_sql(
                    "INSERT INTO event (id, at, kind, actor, data)"
                    f" SELECT {GREATEST[store.dialect]}, at, 'x', 'cli', '{{}}'"
                    " FROM event WHERE id = 1"
                )
        assert schema.upgrade(store)
        with store.reading() as session:
            assert guards.broken(session.connection()) == ()
            ((*twins,),) = merging.duplicates(session, 9).groups
            assert [(one.id, one.last_name, one.first_name) for one in twins] == [
                (3, "Ли", "Иван"), (4, "Ли", "Иван"),
            ]  # fmt: skip
        if (held := dump(store)) not in seen:
            assert damaged or check(store, NOW) == ()
            desk_goes_on(store)
            codes = {problem.code for problem in check(store, NOW)}
            assert codes <= (
                {"trail_added", "trail_changed", "trail_unknown"} if damaged else set()
            )
            assert bool(codes) is damaged
            seen.add(held)


PAYMENTS = {
    # order: status, price, paid
    41: ("confirmed", 90_050, True),
    42: ("confirmed", 0, True),
    43: ("confirmed", 70_000, False),
    44: ("refunded", 1_001, True),
    45: ("refund_in_progress", 2_000, True),
}


def fill_payments(connection: Connection) -> dict[str, object]:
    """Orders that were paid, and that were not; one has been given back what was paid."""
    at = {"now": NOW, "paid": NOW + HOUR, "back": NOW + 2 * HOUR}
    if connection.dialect.name == "sqlite":
        moments: dict[str, object] = {name: to_micros(moment) for name, moment in at.items()}
    else:
        moments = dict(at)
    now, paid, back = (
        f"'{moment}'" if connection.dialect.name == "postgresql" else str(moment)
        for moment in moments.values()
    )
    for number, (status, price, was_paid) in PAYMENTS.items():
        connection.exec_driver_sql(
            "INSERT INTO orders (number, service_id, customer_id, status, payment_kind, price,"
            f" currency, created_at, version, paid_at) VALUES ({number}, 1, 1, '{status}',"
            f" 'online', {price}, 'RUB', {now}, 1, {paid if was_paid else 'NULL'})"
        )
        told = f', "paid_at": "{at["paid"].isoformat()}"' if was_paid else ""
        facts = f'"price": "{price / 100:.2f}", "service": 1, "status": "{status}"{told}'
        connection.exec_driver_sql(
            "INSERT INTO event (at, kind, actor, order_number, data)"
            f" VALUES ({now}, 'order.created', 'cli', {number}, '{{{facts}}}')"
        )
    connection.exec_driver_sql(
        "INSERT INTO event (at, kind, actor, manager_id, order_number, data)"
        f" VALUES ({back}, 'order.moved', 'manager', 1, 44,"
        """ '{"from": "refund_in_progress", "to": "refunded"}')"""
    )
    return moments


def test_what_was_paid_becomes_lines_of_the_same_sum(
    engine: str, earlier: Callable[[str], Opened]
) -> None:
    """From each revision before 0016; on PostgreSQL from the first, a middle one and the last."""
    revisions = [one for one in EARLIER if one < "0016"]

    @each("revision", revisions[::7] if engine == "postgresql" else revisions)
    def becomes_lines(revision: str) -> None:
        with earlier(revision) as store:
            assert_paid_lines(store)

    becomes_lines()


def assert_paid_lines(store: Store) -> None:
    with store.writing() as session:
        at = fill_payments(session.connection())
    assert schema.upgrade(store)
    with store.reading() as session:
        run = session.connection().exec_driver_sql
        found = run(
            "SELECT order_number, amount, kind, at, manager_id FROM payment ORDER BY id"
        ).all()
        paid = dict(run("SELECT number, paid FROM orders WHERE paid <> 0").all())
    assert [tuple(line) for line in found] == [
        (41, 90_050, "online", at["paid"], None),
        (44, 1_001, "online", at["paid"], None),
        (45, 2_000, "online", at["paid"], None),
        (44, -1_001, "online", at["back"], 1),
    ]
    taken = sum(price for _status, price, was_paid in PAYMENTS.values() if was_paid)
    assert sum(line.amount for line in found if line.amount > 0) == taken
    assert paid == {41: 90_050, 45: 2_000}
    problems = check(store, NOW + 3 * HOUR)
    assert [one for one in problems if "paid" in (one.code, one.params.get("name"))] == []


def test_tickets_keep_what_their_tariff_costs_now(earlier: Callable[[str], Opened]) -> None:
    with earlier(EARLIER[0]) as store:
        assert schema.upgrade(store)
        with store.writing() as session:
            run = session.connection().exec_driver_sql
            run("UPDATE tariff SET price = 99900")
            rows = run("SELECT number, unit_price, cancelled_at FROM ticket ORDER BY number").all()
    assert rows == [(31, 20_000, None), (32, 20_000, None)]
