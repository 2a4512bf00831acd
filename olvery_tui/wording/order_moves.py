"""The effect of a status change on an order and its tickets, shown before it is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, tzinfo

from olvery_tui.domain.orders import OrderDetails, goes_back
from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, ticket_status
from olvery_tui.domain.text import shown
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import _, ngettext
from olvery_tui.wording.checks import already_checked
from olvery_tui.wording.labels import order_status, status_symbol, status_text
from olvery_tui.wording.money import money_text
from olvery_tui.wording.orders import payment_kind
from olvery_tui.wording.people import named, person_name
from olvery_tui.wording.periods import instant_text, period_text

_NAME_MAX = 24
_PLACE_MAX = 16


def order_line(order: OrderDetails, zone: tzinfo) -> str:
    """Return the order in two lines: its customer, and its state."""
    if order.paid_at is not None:
        paid = _("paid {time}").format(time=instant_text(order.paid_at, zone))
    else:
        paid = _part_paid(order) if order.price > 0 else _("free of charge")
    facts = (
        order_status(order.status),
        payment_kind(order.payment_kind),
        money_text(order.price, order.currency),
        paid,
    )
    whose = f"{person_name(order.customer)} · {shown(order.service)}"
    return f"{whose}\n{_('Now')}: {' · '.join(facts)}"


def _part_paid(order: OrderDetails) -> str:
    if not order.paid:
        return _("not paid")
    return _("{money} of it paid").format(money=money_text(order.paid, order.currency))


def choose_first() -> str:
    """Return the hint for confirming without a chosen status."""
    return _("Choose a status first: its number or the arrows.")


def step_text(status: OrderStatus, to: OrderStatus) -> str:
    """Return a step's label: the status that it leads to, and whether it goes back."""
    if not goes_back(status, to):
        return order_status(to)
    if status is OrderStatus.COMPLETED:
        return _("Put back in work: {status}").format(status=order_status(to))
    return _("Restore: {status}").format(status=order_status(to))


def effect_text(order: OrderDetails, to: OrderStatus, now: datetime) -> str:
    """Return `билеты: ◇ Подтвержден 2, ● Активен 1`.

    A cancellation adds that the places become free; undoing it, that they are taken again.
    """
    after = Counter(ticket_status(to, ticket.period, now) for ticket in order.sold)
    if not after:
        return _("the order has no tickets")
    if all(ticket_status(to, one.period, now) is one.status for one in order.sold):
        return _("the tickets stay as they are")
    statuses = ", ".join(
        f"{status_text(status)} {after[status]}" if len(order.tickets) > 1 else status_text(status)
        for status in TicketStatus
        if after[status]
    )
    one = len(order.tickets) == 1
    told = _("the ticket becomes: {statuses}") if one else _("the tickets become: {statuses}")
    told = told.format(statuses=statuses)
    if to.is_cancelled and not order.status.is_cancelled:
        told += (
            _(", the place becomes free from now on")
            if one
            else _(", the places become free from now on")
        )
    elif order.status.is_cancelled and not to.is_cancelled:
        told += _(", with its place again") if one else _(", with their places again")
    return told


def tickets_after(
    order: OrderDetails,
    tickets: Sequence[TicketDetails],
    to: OrderStatus | None,
    zone: tzinfo,
    now: datetime,
) -> tuple[str, str]:
    """Return a heading and the order's tickets, each with its current and its next status.

    If all tickets are known, those whose visitors were checked are listed in a line of their own.
    """
    checked = {ticket.number: ticket for ticket in tickets if ticket.validated}
    going = to is not None and to.is_cancelled and not order.status.is_cancelled
    count = len(order.tickets)
    if going:
        title = ngettext("This ticket goes", "These {count} tickets go", count)
    else:
        title = ngettext("Ticket of the order", "{count} tickets of the order", count)
    title = title.format(count=count)
    if checked and going:
        title += _(", checked already: {count}").format(count=len(checked))
    lines: list[str] = []
    for row in order.tickets:
        lines.append(_ticket_line(row, to, zone, now))
        if row.number in checked:
            lines.append(f"       ! {already_checked(checked[row.number], zone, now)}")
    return title, "\n".join(lines)


def _ticket_line(row: TicketRow, to: OrderStatus | None, zone: tzinfo, now: datetime) -> str:
    after = row.status if to is None else ticket_status(to, row.period, now)
    status = status_text(row.status)
    if after is not row.status:
        status = f"{status_symbol(row.status)} → {status_text(after)}"
    parts = (
        period_text(row.period, zone, short=True),
        status,
        shown(row.workplace, _PLACE_MAX),
        named(row.visitor),
    )
    return f"{row.number:>5}  {'  '.join(parts)}"
