"""When an order's first ticket begins and its last one ends, kept beside the order."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select, update
from sqlmodel import Session

from olvery_tui.store.database.listed import is_listed
from olvery_tui.store.database.models import Order

_ORDERS = Order.metadata.tables["orders"]
_TICKETS = Order.metadata.tables["ticket"]

_OF_ORDER = _TICKETS.c.order_number == _ORDERS.c.number
_KEEP = (
    update(_ORDERS)
    .where(is_listed(_ORDERS.c.number, "numbers"))
    .values(
        starts_at=select(func.min(_TICKETS.c.starts_at)).where(_OF_ORDER).scalar_subquery(),
        ends_at=select(func.max(_TICKETS.c.ends_at)).where(_OF_ORDER).scalar_subquery(),
    )
)


def keep(session: Session, numbers: Collection[int]) -> None:
    """Write it anew for these orders, after their tickets were written (ix_ticket_order)."""
    if numbers:
        session.connection().execute(_KEEP, {"numbers": sorted(numbers)})
