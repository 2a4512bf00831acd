"""When an order's first ticket begins and its last one ends, kept beside the order."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, select, update
from sqlmodel import Session

from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.tables import ORDERS, TICKETS


def _of_tickets(moment: ColumnElement[Any]) -> ScalarSelect[Any]:
    """The first or last moment among an order's tickets that were not cancelled by themselves.

    Grouped, because PostgreSQL looks for an ungrouped minimum along the index of all moments as
    long as it has no statistics: minutes in a new database, where this takes milliseconds.
    """
    of_order = and_(TICKETS.c.order_number == ORDERS.c.number, TICKETS.c.cancelled_at.is_(None))
    return select(moment).where(of_order).group_by(TICKETS.c.order_number).scalar_subquery()


_KEEP = (
    update(ORDERS)
    .where(any_of(ORDERS.c.number, "numbers"))
    .values(
        starts_at=_of_tickets(func.min(TICKETS.c.starts_at)),
        ends_at=_of_tickets(func.max(TICKETS.c.ends_at)),
    )
)


def keep(session: Session, numbers: Collection[int]) -> None:
    """Update the periods of these orders, after their tickets were written (ix_ticket_order)."""
    if numbers:
        session.connection().execute(_KEEP, {"numbers": sorted(numbers)})
