"""A statement that writes several rows is refused for one of them, and none of them is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from sqlalchemy.exc import DatabaseError

from olvery_tui.store.database import guards
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.errors import SeatConflict
from tests.databases import Databases
from tests.desk.making import IVAN, MARIA, MARINA, add_ticket, hours, make

ARCHIVED = 4
THREE = "(SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3) AS three WHERE n <> {but}"
"""Of the rows inserted below the second one is not allowed."""

ORDERS = (
    "orders (number, service_id, customer_id, status, payment_kind, price, currency, created_at,"
    " version, paid)",
    "SELECT 2000 + n, service_id, {customer}, status, payment_kind, price, currency, created_at, 1,"
    f" {{paid}} FROM (SELECT * FROM orders WHERE number = 1026) AS one, {THREE}",
)
INSERTED = {
    "orders of a merged person": (
        ORDERS[0],
        ORDERS[1].format(
            customer=f"CASE n WHEN 2 THEN {MARIA} ELSE {IVAN} END", paid=0, but="{but}"
        ),
    ),
    "orders paid without payments": (
        ORDERS[0],
        ORDERS[1].format(customer=IVAN, paid="CASE n WHEN 2 THEN 1 ELSE 0 END", but="{but}"),
    ),
    "tickets of a merged person": (
        "ticket (number, order_number, visitor_id, workplace_id, tariff_id, period_kind, starts_at,"
        " ends_at, status, created_at, version)",
        f"SELECT 200 + n, order_number, CASE n WHEN 2 THEN {MARIA} ELSE {IVAN} END, workplace_id,"
        " tariff_id, period_kind, starts_at, ends_at, status, created_at, 1"
        f" FROM (SELECT * FROM ticket WHERE number = 26) AS one, {THREE}",
    ),
    "seats at an archived workplace": (
        "seat_assignment (ticket_number, workplace_id, starts_at, ends_at)",
        f"SELECT 26, 2 + n, starts_at, ends_at"
        f" FROM (SELECT * FROM seat_assignment WHERE ticket_number = 26) AS one, {THREE}",
    ),
}
"""Tables with their columns, and queries for rows of them."""

UPDATED = {
    "orders given to a merged person": (
        f"UPDATE orders SET customer_id = CASE number WHEN 1027 THEN {MARIA} ELSE {IVAN} END"
    ),
    "orders paid without payments": (
        "UPDATE orders SET paid = CASE number WHEN 1027 THEN 1 ELSE paid END"
    ),
    "tickets given to a merged person": (
        f"UPDATE ticket SET visitor_id = CASE number WHEN 27 THEN {MARIA} ELSE {IVAN} END"
    ),
    "seats moved to an archived workplace": (
        f"UPDATE seat_assignment SET workplace_id = CASE ticket_number WHEN 27 THEN {ARCHIVED}"
        " ELSE workplace_id END"
    ),
}


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    """Two tickets of Ivan; Maria was merged into Marina, and a workplace is archived."""
    with closing(make(databases)) as store:
        for number in (26, 27):
            add_ticket(store, number, visitor=IVAN, period=hours(1, 2), seat=number - 25)
        run(store, f"UPDATE person SET merged_into = {MARINA} WHERE id = {MARIA}")
        run(store, f"UPDATE workplace SET archived = true WHERE id = {ARCHIVED}")
        yield store


def run(store: Store, statement: str) -> None:
    with store.writing() as session:
        session.connection().exec_driver_sql(statement)


def content(store: Store) -> list[list[tuple[object, ...]]]:
    with store.reading() as session:
        return [
            list(map(tuple, session.connection().exec_driver_sql(f"SELECT * FROM {table}")))
            for table in ("orders", "ticket", "seat_assignment")
        ]


@pytest.mark.parametrize("what", INSERTED)
def test_one_of_the_inserted_rows_is_enough(store: Store, what: str) -> None:
    before = content(store)
    into, query = INSERTED[what]
    with pytest.raises((DatabaseError, SeatConflict)):
        run(store, f"INSERT INTO {into} {query.format(but=0)}")
    assert content(store) == before
    run(store, f"INSERT INTO {into} {query.format(but=2)}")
    assert content(store) != before


@pytest.mark.parametrize("what", UPDATED)
def test_one_of_the_updated_rows_is_enough(store: Store, what: str) -> None:
    before = content(store)
    with pytest.raises((DatabaseError, SeatConflict)):
        run(store, UPDATED[what])
    assert content(store) == before


@pytest.mark.parametrize("change", ["ends_at = {later}", "starts_at = {earlier}"])
def test_what_is_held_at_an_archived_workplace_may_only_shrink(store: Store, change: str) -> None:
    add_ticket(store, 28, visitor=IVAN, period=hours(0, 9), seat=3)
    run(store, "UPDATE workplace SET archived = true")
    times = {
        "later": "(SELECT max(ends_at) FROM ticket)",
        "earlier": "(SELECT min(starts_at) FROM ticket)",
    }
    with pytest.raises(SeatConflict):
        run(store, f"UPDATE seat_assignment SET {change.format(**times)} WHERE ticket_number = 27")
    before = "starts_at = (SELECT starts_at FROM ticket WHERE number = 27)"
    after = "ends_at = (SELECT ends_at FROM ticket WHERE number = 27)"
    run(store, f"UPDATE seat_assignment SET {before}, {after} WHERE ticket_number = 28")


@pytest.mark.only("postgresql")
@pytest.mark.parametrize("what", INSERTED)
def test_one_of_the_copied_rows_is_enough_for_a_replica_s_session_too(
    store: Store, what: str
) -> None:
    before = content(store)
    into, query = INSERTED[what]
    with store.raw() as connection, connection.cursor() as cursor:
        with cursor.copy(f"COPY ({query.format(but=0)}) TO STDOUT".encode()) as copy:
            rows = b"".join(copy)
        assert rows.count(b"\n") == 3
        for role in ("origin", "replica"):
            cursor.execute(f"SET session_replication_role = {role}".encode())
            with (
                pytest.raises(psycopg.errors.IntegrityError),
                cursor.copy(f"COPY {into} FROM STDIN".encode()) as copy,
            ):
                copy.write(rows)
    assert content(store) == before


@pytest.mark.only("postgresql")
@pytest.mark.parametrize("what", ["orders", "ticket"])
def test_a_row_that_is_updated_instead_is_looked_at_too(store: Store, what: str) -> None:
    who = {"orders": "customer_id", "ticket": "visitor_id"}[what]
    with pytest.raises(DatabaseError, match="is_merged"):
        run(
            store,
            f"INSERT INTO {what} SELECT * FROM {what}"
            f" ON CONFLICT (number) DO UPDATE SET {who} = {MARIA}",
        )


@pytest.mark.parametrize(
    "statement",
    [
        *(f"INSERT INTO {into} {query.format(but=0)}" for into, query in INSERTED.values()),
        *UPDATED.values(),
    ],
    ids=[*INSERTED, *UPDATED],
)
def test_without_the_guards_it_is_written(store: Store, statement: str) -> None:
    """The negative control."""
    with store.writing() as session:
        guards.lift(session.connection())
    before = content(store)
    run(store, statement)
    assert content(store) != before
