"""Lines that nobody can change, and what they come to, whoever writes to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.problems import ProblemCode
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database import guards
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.tables import IS_OWED
from olvery_tui.store.orders import payments
from tests import paying
from tests.databases import Databases
from tests.desk.making import NOW, TABLES, add_tickets, hours, make

LINE = "INSERT INTO payment (order_number, amount, kind, at)"
WHEN = "SELECT 1001, {amount}, 'on_site', created_at FROM orders WHERE number = 1001"


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    with closing(make(databases)) as store:
        yield store


@pytest.fixture(autouse=True)
def orders(store: Store) -> None:
    """Orders of 600 in every status; the first of them, which is confirmed, is paid."""
    statuses = (OrderStatus.CONFIRMED, *OrderStatus)
    add_tickets(
        store,
        (
            {"number": at, "order": status, "period": hours(at, at + 1), "seat": 1}
            for at, status in enumerate(statuses, 1)
        ),
    )
    pay(store, 1001, "600")


def pay(store: Store, number: int, *amounts: str) -> None:
    with store.writing() as session:
        shares = [(PaymentKind.ONLINE, Decimal(amount)) for amount in amounts]
        payments.add(session, [payments.NewPayment(number, share, NOW) for share in shares])


def run(store: Store, statement: str) -> None:
    with store.writing() as session:
        session.connection().exec_driver_sql(statement)


def paid(store: Store) -> dict[int, Decimal]:
    table = TABLES["orders"]
    with store.reading() as session:
        query = select(table.c.number, table.c.paid).where(table.c.paid != Decimal(0))
        return {row.number: row.paid for row in session.connection().execute(query)}


OUTSIDE = {
    "a line changed": "UPDATE payment SET amount = 1",
    "its time": "UPDATE payment SET at = at",
    "a line deleted": "DELETE FROM payment",
    "a refund of more than was paid": f"{LINE} {WHEN.format(amount=-60001)}",
    "a refund where nothing was paid": f"{LINE} {WHEN.format(amount=-1).replace('1001', '1002')}",
    "nothing at all": f"{LINE} {WHEN.format(amount=0)}",
    "an unknown kind": f"{LINE} {WHEN.format(amount=1)}".replace("on_site", "barter"),
    "an order that is not there": f"{LINE} {WHEN.format(amount=1)}".replace("1001,", "999,"),
    "another sum": "UPDATE orders SET paid = 60001 WHERE number = 1001",
    "no sum": "UPDATE orders SET paid = 0",
    "a sum without payments": "UPDATE orders SET paid = 1 WHERE number = 1002",
    "an order that is paid from the start": (
        "INSERT INTO orders (number, service_id, customer_id, status, payment_kind, price,"
        " currency, created_at, version, paid) SELECT 5, service_id, customer_id, status,"
        " payment_kind, price, currency, created_at, 1, 1 FROM orders WHERE number = 1001"
    ),
}


@pytest.mark.parametrize("what", OUTSIDE)
def test_no_other_program_can_write_it(store: Store, what: str) -> None:
    with pytest.raises(DatabaseError):
        run(store, OUTSIDE[what])
    assert paid(store) == {1001: Decimal(600)}


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO payment (id, order_number, amount, kind, at)"
        " SELECT id, order_number, 1, kind, at FROM payment",
        f"{LINE} {WHEN.format(amount=0.5)}",
        "REPLACE INTO orders (number, service_id, customer_id, status, payment_kind, price,"
        " currency, created_at, version) SELECT number, service_id, customer_id, status,"
        " payment_kind, price, currency, created_at, 1 FROM orders WHERE number = 1001",
    ],
    ids=["a line replaced", "less than a hundredth", "an order replaced"],
)
def test_nor_can_it_by_what_only_sqlite_does(store: Store, statement: str) -> None:
    with pytest.raises(DatabaseError):
        run(store, statement)
    assert paid(store) == {1001: Decimal(600)}


@pytest.mark.only("postgresql")
def test_nor_can_it_empty_the_table(store: Store) -> None:
    with pytest.raises(DatabaseError):
        run(store, "TRUNCATE payment")


def test_the_sum_follows_every_line_whoever_writes_it(store: Store) -> None:
    pay(store, 1002, "0.01", "599.98")
    run(store, f"{LINE} {WHEN.format(amount=-60000)}")
    assert paid(store) == {1002: Decimal("599.99")}
    run(store, paying.GIVE_BACK)
    assert paid(store) == {}


def test_with_the_guards_taken_away_all_of_it_would_be_written(store: Store) -> None:
    with store.writing() as session:
        guards.lift(session.connection())
    run(store, OUTSIDE["a refund of more than was paid"])
    run(store, OUTSIDE["a line deleted"])
    run(store, OUTSIDE["a sum without payments"])
    assert paid(store) == {1001: Decimal(600), 1002: Decimal("0.01")}


def test_many_lines_of_one_statement_are_in_the_sums(store: Store) -> None:
    """More than are written one by one; two of them are of the same order."""
    pay(store, 1001, *["-1"] * 12, *["0.50"] * 12)
    pay(store, 1002, *["0.01"] * 11)
    assert paid(store) == {1001: Decimal(594), 1002: Decimal("0.11")}
    with pytest.raises(DatabaseError):
        pay(store, 1002, *["-0.01"] * 12)
    assert paid(store) == {1001: Decimal(594), 1002: Decimal("0.11")}


def test_a_refund_before_its_payment_is_found(store: Store) -> None:
    """The sum is right, so only the single lines tell."""
    with store.writing() as session:
        guards.lift(session.connection())
    pay(store, 1002, "-5", "5")
    with store.writing() as session:
        guards.install(session.connection())
    found = [one for one in check(store, NOW) if one.code == ProblemCode.OVERPAID_BACK]
    assert [one.params["order"] for one in found] == [1002]


def test_confirmed_and_completed_orders_owe_what_is_not_paid(store: Store) -> None:
    pay(store, 1006, "100")
    table = TABLES["orders"]
    with store.reading() as session:
        query = select(table.c.number, table.c.status).where(IS_OWED)
        found = session.connection().execute(query.order_by(table.c.number.desc())).all()
    assert {status for _number, status in found} == {"confirmed", "completed"}
    assert 1001 not in {number for number, _status in found}
    assert len(found) == 2


def test_the_orders_that_owe_are_found_by_their_index(store: Store) -> None:
    table = TABLES["orders"]
    query = select(table.c.number).where(IS_OWED).order_by(table.c.number.desc())
    with store.reading() as session:
        connection = session.connection()
        if store.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN" if store.dialect == "postgresql" else "EXPLAIN QUERY PLAN"
        words = query.limit(50).compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"{explain} {words}")
        assert "ix_orders_owed" in " ".join(str(line) for line in plan)
