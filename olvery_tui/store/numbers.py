"""The next numbers of orders and tickets: in sequence, without a gap for another terminal."""

from __future__ import annotations

from sqlalchemy import Table, func, select, text
from sqlmodel import Session

from olvery_tui.store.models import Order, Ticket

_ORDERS = Order.metadata.tables["orders"]
_TICKETS = Ticket.metadata.tables["ticket"]

_LOCK = 0x4F_6C_76_79
"""The advisory lock of those who take numbers («Olvy»)."""


def next_order(session: Session) -> int:
    """The number that follows the highest order's."""
    return _next(session, _ORDERS)


def next_ticket(session: Session) -> int:
    """The number that follows the highest ticket's."""
    return _next(session, _TICKETS)


def _next(session: Session, table: Table) -> int:
    """Nobody else takes one until the transaction ends: on SQLite it has the write lock anyway."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    highest: int | None = connection.execute(select(func.max(table.c.number))).scalar_one()
    return (highest or 0) + 1
