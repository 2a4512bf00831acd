"""An order's payments and refunds, line by line; their sum is what is paid.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.errors import InputCode, InvalidForm, InvalidInput
from olvery_tui.domain.pricing import PRICE_MAX

RECEIPT_MAX = 50
"""Letters of a receipt's number."""

Share = tuple[PaymentKind, Decimal]
"""An amount by one kind of payment; negative where it is given back."""


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One line of an order's payments; a refund has a negative amount.

    `by` is the name of the manager who took or gave it; empty for an import.
    """

    at: datetime
    amount: Decimal
    kind: PaymentKind
    by: str = ""
    receipt: str = ""


def check_amount(amount: Decimal, receipt: str) -> None:
    """Refuse what can't be an amount of money, paid or given back.

    Raises:
        InvalidForm: `amount` is not above zero, too large or finer than hundredths; `receipt` is
            too long.
    """
    problems = []
    if not amount.is_finite() or amount <= 0:
        problems.append(InvalidInput("amount", InputCode.AMOUNT_ZERO))
    elif amount > PRICE_MAX:
        problems.append(InvalidInput("amount", InputCode.MONEY_LARGE, {"text": str(amount)}))
    elif amount != amount.quantize(Decimal("0.01")):
        problems.append(InvalidInput("amount", InputCode.HUNDREDTHS))
    if len(receipt) > RECEIPT_MAX:
        problems.append(InvalidInput("receipt", InputCode.TOO_LONG, {"limit": RECEIPT_MAX}))
    if problems:
        raise InvalidForm(tuple(problems))


def paid_since(price: Decimal, paid: Decimal, last: datetime | None) -> datetime | None:
    """Since when an order is paid in full; None while it is not, or costs nothing.

    `last` is the time of its last payment.
    """
    return last if paid >= price > 0 else None


def last_payment(lines: Iterable[PaymentLine]) -> PaymentLine | None:
    """The last payment, without refunds; `lines` in the order in which they were written."""
    return next((line for line in reversed(tuple(lines)) if line.amount > 0), None)


def given_back(lines: Iterable[PaymentLine], amount: Decimal) -> tuple[Share, ...]:
    """Split a refund of `amount` by the kinds of the payments, the last payment first.

    At most the sum of the lines is given back.
    """
    left: dict[PaymentKind, Decimal] = {}
    for line in lines:
        left[line.kind] = left.pop(line.kind, Decimal(0)) + line.amount
    shares = []
    for kind, paid in reversed(left.items()):
        share = min(paid, amount)
        if share > 0:
            shares.append((kind, -share))
            amount -= share
    return tuple(shares)
