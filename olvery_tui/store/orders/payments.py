"""The payments of orders: lines that are added and never change, and the orders that owe.

What they come to is kept in `orders.paid` by a trigger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.payments import PaymentLine, Share
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.bulk import insert_many
from olvery_tui.store.database.tables import MANAGERS, ORDERS, PAYMENTS

LAST_PAID_AT = (
    select(PAYMENTS.c.at)
    .where(PAYMENTS.c.order_number == ORDERS.c.number, PAYMENTS.c.amount > Decimal(0))
    .order_by(PAYMENTS.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
"""When money last came in for an order of the query (ix_payment_order)."""

_OF_ORDERS = (
    select(PAYMENTS, MANAGERS.c.last_name, MANAGERS.c.first_name)
    .outerjoin_from(PAYMENTS, MANAGERS, MANAGERS.c.id == PAYMENTS.c.manager_id)
    .where(any_of(PAYMENTS.c.order_number, "numbers"))
    .order_by(PAYMENTS.c.order_number, PAYMENTS.c.id)
)


class NewPayment(NamedTuple):
    """A line to be written; `manager` is the id of who took or gave the money."""

    order: int
    share: Share
    at: datetime
    manager: int | None = None
    receipt: str = ""


def add(session: Session, lines: Iterable[NewPayment]) -> None:
    """Write payments and refunds, in their order."""
    rows = [
        {
            "order_number": line.order,
            "amount": line.share[1],
            "kind": line.share[0].value,
            "at": line.at,
            "manager_id": line.manager,
            "receipt": line.receipt,
        }
        for line in lines
    ]
    insert_many(session, PAYMENTS, rows)


def of_orders(session: Session, numbers: Collection[int]) -> defaultdict[int, list[PaymentLine]]:
    """The payments of these orders, as they were written."""
    found: defaultdict[int, list[PaymentLine]] = defaultdict(list)
    for row in session.connection().execute(_OF_ORDERS, {"numbers": sorted(numbers)}):
        by = f"{row.first_name or ''} {row.last_name or ''}".strip()
        line = PaymentLine(row.at, row.amount, PaymentKind(row.kind), by, row.receipt)
        found[row.order_number].append(line)
    return found
