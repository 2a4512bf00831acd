"""`olvery-tui orders`: the list of orders with the application's filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo

from olvery_tui.cli.listing import Table, Target, print_list
from olvery_tui.cli.tables import Column
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.filters import (
    OrderFilter,
    check_period,
    parse_day,
    parse_numbers,
    parse_visitor,
)
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.domain.text import shown
from olvery_tui.export.lists import ORDERS
from olvery_tui.i18n import _, pgettext
from olvery_tui.start import StartOptions
from olvery_tui.wording.labels import order_status, order_status_short, overdue
from olvery_tui.wording.money import money_text
from olvery_tui.wording.orders import paid_text
from olvery_tui.wording.people import person_name


@dataclass(frozen=True, slots=True)
class AskedOrders:
    """The filter of the list, in the words of the one who asks."""

    number: str = ""
    from_day: str = ""
    to_day: str = ""
    customer: str = ""
    statuses: frozenset[OrderStatus] = frozenset()
    overdue: bool = False


def list_orders(options: StartOptions, asked: AskedOrders, target: Target) -> int:
    """Print what the filters leave, newest number first."""
    return print_list(
        options,
        target,
        ORDERS,
        Table(_columns, _row),
        lambda desk: desk.orders.export(_wanted(asked, desk.today())),
    )


def _wanted(asked: AskedOrders, today: date) -> OrderFilter:
    first, last = parse_day("from", asked.from_day, today), parse_day("to", asked.to_day, today)
    check_period(first, last)
    return OrderFilter(
        numbers=parse_numbers(asked.number),
        from_day=first,
        to_day=last,
        customer_words=_words(asked.customer),
        statuses=asked.statuses,
        overdue=asked.overdue,
    )


def _words(customer: str) -> tuple[str, ...]:
    try:
        return parse_visitor(customer)
    except InvalidInput as problem:
        raise InvalidInput("customer", problem.code, problem.params) from None


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Number")),
        Column(_("Customer"), least=10, lines=2),
        Column(_("Service"), least=10, lines=3),
        Column(_("Status")),
        Column(pgettext("column", "Tickets")),
        Column(_("Price")),
        Column(pgettext("column", "Paid")),
    )


def _row(card: OrderDetails, zone: tzinfo, narrow: bool) -> tuple[str, ...]:
    status = order_status_short(card.status) if narrow else order_status(card.status)
    return (
        str(card.number),
        person_name(card.customer),
        shown(card.service),
        f"{status}\n{overdue()}" if card.overdue else status,
        str(len(card.tickets)),
        money_text(card.price, card.currency),
        paid_text(card, zone),
    )
