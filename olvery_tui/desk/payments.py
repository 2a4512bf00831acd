"""Lines of an order's payments, and the events that tell of them. Source: ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from olvery_tui.desk.transaction import Transaction
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.payments import Share
from olvery_tui.store.audit.events import NewEvent
from olvery_tui.store.orders import order_writes, payments
from olvery_tui.store.orders.payments import NewPayment


def lines(
    transaction: Transaction,
    order: OrderDetails,
    shares: Iterable[Share],
    at: datetime,
    receipt: str = "",
) -> list[NewPayment]:
    """Build the lines of a payment or a refund at the hands of the actor."""
    manager = transaction.actor.manager
    by = manager.id if manager else None
    return [NewPayment(order.number, share, at, by, receipt) for share in shares]


def record(
    transaction: Transaction,
    order: OrderDetails,
    kind: EventKind,
    shares: Iterable[Share],
    receipt: str = "",
) -> OrderDetails:
    """Write a payment or a refund, record it as an event of this `kind`; the order after that.

    Raises:
        OrderChangedMeanwhile: the order has another version by now.
    """
    session, number, now = transaction.session, order.number, transaction.now()
    if not order_writes.touch(session, number, order.version):
        raise transaction.order_changed(transaction.order(number))
    written = lines(transaction, order, shares, now, receipt)
    payments.add(session, written)
    data = facts(order, written)
    event = NewEvent(now, kind, transaction.actor, order=number, data=data)
    return transaction.record_order(kind, number, now, [event])


def facts(order: OrderDetails, written: Sequence[NewPayment]) -> dict[str, object]:
    """What an event records of lines: each of them, and the order's new sum."""
    if not written:
        return {}
    paid = order.paid + sum(line.share[1] for line in written)
    told = [[line.share[0].value, f"{line.share[1]:.2f}"] for line in written]
    return {"lines": told, "paid": f"{paid:.2f}", "currency": order.currency}


def contrary(data: Mapping[str, Any]) -> list[Share]:
    """The lines that reverse those of an event."""
    return [(PaymentKind(kind), -Decimal(amount)) for kind, amount in data.get("lines", ())]
