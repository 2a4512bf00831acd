"""What an order was before: kept by each change of its status, or found in the audit trail."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.audit import checks, events
from olvery_tui.store.database import guards
from olvery_tui.store.database.engine import Store
from olvery_tui.store.migrations import versions
from tests.databases import Databases
from tests.desk.making import AS_ANNA, CONSOLE, NOW, TABLES, add_ticket, hours, make
from tests.store.import_files import Importing, order, ticket, world

S = OrderStatus


@pytest.fixture
def filled(databases: Databases) -> Iterator[Store]:
    """A small coworking."""
    store = make(databases)
    yield store
    store.close()


def migration() -> Any:
    """The step that brings the column."""
    (path,) = Path(versions.__path__[0]).glob("*_previous_status.py")
    return import_module(f"{versions.__name__}.{path.stem}")


def previous(store: Store) -> dict[int, str | None]:
    """What each order was before, as it stands in the database."""
    orders = TABLES["orders"]
    with store.reading() as session:
        rows = session.connection().execute(orders.select())
        return {row.number: row.previous_status for row in rows}


def test_an_older_database_finds_it_in_its_audit_trail(filled: Store) -> None:
    desk = Desk(filled, FrozenClock(NOW), AS_ANNA)
    for number, status in enumerate((S.NEW, S.CONFIRMED, S.CONFIRMED, S.CANCELLED), start=1):
        add_ticket(filled, number, order=status, period=hours(number, number + 1))
    desk.orders.set_status(desk.orders.get(1001), S.CANCELLED)
    desk.orders.set_status(desk.orders.get(1002), S.COMPLETED, early=True)
    desk.orders.set_status(desk.orders.get(1002), S.CONFIRMED)
    with filled.writing() as session:  # a line that does not lead to what the order is now
        events.record(
            session,
            at=NOW,
            kind=EventKind.ORDER_MOVED,
            actor=CONSOLE,
            order=1003,
            data={"from": "from_mars", "to": "confirmed"},
        )
    with (
        filled.writing() as session,
        guards.lifted(session.connection()),  # as every upgrade does
        Operations.context(MigrationContext.configure(session.connection())),
    ):
        session.connection().exec_driver_sql("ALTER TABLE orders DROP COLUMN previous_status")
        migration().upgrade()

    assert previous(filled) == {1001: "new", 1002: "completed", 1003: None, 1004: None}
    assert desk.orders.get(1001).possible_next == (S.NEW,)
    assert checks.check(filled, NOW) == ()


def test_an_import_keeps_what_an_order_was(store: Store, tmp_path: Path) -> None:
    importing = Importing(store, tmp_path)
    importing(*world(), order(1, "confirmed"), order(2, "cancelled"), ticket(1, 1))
    importing(order(1, "cancelled"), order(2, "cancelled", comment="у окна"))

    assert previous(store) == {1: "confirmed", 2: None}
    importing(order(1, "cancelled", comment="у двери"))
    assert previous(store)[1] == "confirmed"
    importing.assert_sound()
