"""Confirmations before orders are cancelled, refunded, or completed early or unpaid.

A confirmation lists what is affected: the order, its customer, the tickets with their seats, and
the sum.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import tzinfo
from decimal import Decimal

from olvery_tui.domain.orders import Caution, OrderDetails
from olvery_tui.domain.payments import last_payment
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _, ngettext
from olvery_tui.wording.money import money_text
from olvery_tui.wording.orders import payment_kind, tickets_text
from olvery_tui.wording.people import named, person_name
from olvery_tui.wording.periods import end_text, instant_text, period_text

# Limits with which a question fits into 24 lines whatever the names are.
_TICKETS_TOLD = 4
_ORDERS_TOLD = 4
_PLACE_MAX = 12
_NAME_MAX = 20


def one_question(
    order: OrderDetails, to: OrderStatus, found: Collection[Caution], zone: tzinfo
) -> tuple[str, str, str]:
    """Return title, text and confirming button before the order becomes `to`."""
    number = order.number
    if to is OrderStatus.REFUND_IN_PROGRESS:
        title, yes = _("Give back what was paid for order {number}?"), _("Give it back")
    elif to is OrderStatus.REFUNDED:
        title, yes = _("Was the payment of order {number} given back?"), _("It was given back")
    elif Caution.CANCELS in found:
        title, yes = _("Cancel order {number}?"), _("Cancel the order")
    elif Caution.EARLY in found:
        title, yes = _("Complete order {number} before its end?"), _("Complete the order")
    else:
        title, yes = _("Complete order {number} without a payment?"), _("Complete the order")
    lines = [
        f"{person_name(order.customer)} · {money_text(order.price, order.currency)}",
        *_ticket_lines(order, zone),
        "",
        *_warnings(order, found, zone),
    ]
    return title.format(number=number), "\n".join(lines), yes


def _ticket_lines(order: OrderDetails, zone: tzinfo) -> Iterable[str]:
    for row in order.tickets[:_TICKETS_TOLD]:
        parts = [
            _("ticket {number}").format(number=row.number),
            period_text(row.period, zone, short=True),
            shown(row.workplace, _PLACE_MAX),
        ]
        if row.visitor != order.customer.name:
            parts.append(shown(named(row.visitor), _NAME_MAX))
        yield "  ".join(parts)
    if len(order.tickets) > _TICKETS_TOLD:
        rest = len(order.tickets) - _TICKETS_TOLD
        yield _("and {tickets} more").format(tickets=tickets_text(rest))


def _warnings(order: OrderDetails, found: Collection[Caution], zone: tzinfo) -> Iterable[str]:
    if Caution.CANCELS in found:
        yield ngettext(
            "The ticket is cancelled, its place becomes free from now on.",
            "The tickets are cancelled, their places become free from now on.",
            len(order.tickets),
        )
    last = last_payment(order.payments)
    if Caution.REFUNDS in found and order.paid and last:
        yield _("To be given back: {money}, paid {time}, {kind}.").format(
            money=money_text(order.paid, order.currency),
            time=instant_text(last.at, zone),
            kind=payment_kind(last.kind).lower(),
        )
    if Caution.EARLY in found:
        latest = max(order.tickets, key=lambda row: row.period.ends_at)
        yield _("The last ticket has not ended: {until}.").format(
            until=_("until {time}").format(time=end_text(latest.period, zone))
        )
    if Caution.UNPAID in found:
        money = money_text(order.unpaid, order.currency)
        yield _("Not paid, still owed: {money}").format(money=money)


def many_lines(
    orders: Sequence[OrderDetails], early: Collection[int], unpaid: Collection[int]
) -> list[str]:
    """Return what a change of `orders` affects: customers, tickets, seats, prices."""
    lines = [_order_line(order) for order in orders[:_ORDERS_TOLD]]
    if len(orders) > _ORDERS_TOLD:
        rest = len(orders) - _ORDERS_TOLD
        more = ngettext("and {count} order more", "and {count} orders more", rest)
        lines.append(more.format(count=rest))
    if len(orders) > 1:
        tickets = sum(len(order.tickets) for order in orders)
        told = _("Together: {tickets}, {money}")
        lines.append(told.format(tickets=tickets_text(tickets), money=_sum_text(orders)))
    if early:
        lines.append(f"! {_('Not ended yet: {numbers}').format(numbers=_some(early))}")
    if unpaid:
        lines.append(f"! {_('Not paid: {numbers}').format(numbers=_some(unpaid))}")
    return lines


def _order_line(order: OrderDetails) -> str:
    first = order.tickets[:1]
    seats = [f"{row.number} {shown(row.workplace, _PLACE_MAX)}" for row in first]
    if len(order.tickets) > 1:
        seats.append(f"+{len(order.tickets) - 1}")
    name = shown(person_name(order.customer), _NAME_MAX)
    money = money_text(order.price, order.currency)
    return f"{order.number}  {name} · {' '.join(seats) or '—'} · {money}"


def _sum_text(orders: Sequence[OrderDetails]) -> str:
    sums: dict[str, Decimal] = {}
    for order in orders:
        sums[order.currency] = sums.get(order.currency, Decimal(0)) + order.price
    return " + ".join(money_text(amount, currency) for currency, amount in sums.items())


def _some(numbers: Collection[int]) -> str:
    from olvery_tui.wording.many import numbers_text

    return numbers_text(tuple(numbers))
