"""One ticket of an order is cancelled: which share of the price goes with it. Source: ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.tickets import TicketDetails


@dataclass(frozen=True, slots=True)
class CancelView:
    """What the window of «Отменить билет» shows. `share` is what the order costs less by it.

    With `is_last` nothing else is left of the order, so the order is cancelled.
    """

    ticket: TicketDetails
    order: OrderDetails
    share: Decimal
    is_last: bool


def share_of(price: Decimal, worth: Decimal, others: Sequence[Decimal]) -> Decimal:
    """The share of an order's price that one of its tickets has.

    `worth` is what its units cost at booking, `others` what those of the other tickets did. What
    the order costs beyond all of them is extras, of which each ticket has as many; what it costs
    less is a discount, in proportion. Rounded once, half a hundredth up.
    """
    total, count = worth + sum(others), len(others) + 1
    has_extras = price >= total
    share = worth + (price - total) / count if has_extras else price * worth / total
    return share.quantize(Decimal("0.01"), ROUND_HALF_UP)
