"""Payments past the desk: statements of another program, and lines of a form's order."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.payments import PaymentLine

PAY = (
    "INSERT INTO payment (order_number, amount, kind, at)"
    " SELECT number, price - paid, payment_kind, 1670248800000000 FROM orders WHERE price > paid"
)
"""What is owed is paid, on SQLite; whose order it is may stand behind it."""

GIVE_BACK = (
    "INSERT INTO payment (order_number, amount, kind, at)"
    " SELECT number, -paid, payment_kind, created_at FROM orders WHERE paid > 0"
)
"""The contrary, on either engine."""


def whole(
    price: Decimal | int | str, at: datetime, *, paid: bool = True
) -> tuple[PaymentLine, ...]:
    """The lines of an order that was paid at once, or of one that is not."""
    if not paid or not Decimal(price):
        return ()
    return (PaymentLine(at, Decimal(price), PaymentKind.ON_SITE),)
