"""`olvery-tui orders` and `order NUMBER`: the list, one order, its next status."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Context, Option, Typer

from olvery_tui.cli.following import matching
from olvery_tui.cli.listing import Table, Target, period, print_list, with_given, yes
from olvery_tui.cli.moments import NOW, parse_moment
from olvery_tui.cli.opening import opened
from olvery_tui.cli.options import (
    Answer,
    DetailsFormat,
    FactsFormat,
    Follow,
    For,
    Format,
    FromDay,
    Limit,
    ListFormat,
    Numbers,
    OrderNumber,
    OrderPreset,
    Output,
    Period,
    Replace,
    ToDay,
    option,
)
from olvery_tui.cli.parsing import Command
from olvery_tui.cli.tables import Column, print_details
from olvery_tui.cli.usage import bad_values_named, missing, quoted, wrong
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.errors import InvalidInput, OrderNotEnded
from olvery_tui.domain.filters import NO_ORDER_FILTER, parse_numbers, parse_visitor
from olvery_tui.domain.orders import COMMENT_MAX, OrderDetails, Payment
from olvery_tui.domain.people import shown_phone
from olvery_tui.domain.presets import ORDER_PRESETS, Preset
from olvery_tui.domain.pricing import parse_money
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.domain.text import shown
from olvery_tui.export.json_lines import order_json
from olvery_tui.export.lists import ORDERS
from olvery_tui.i18n import N_, _, pgettext
from olvery_tui.start import DONE, NO
from olvery_tui.wording import labels
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.money import money_text
from olvery_tui.wording.orders import line_name, line_text, paid_text, payment_kind
from olvery_tui.wording.people import full_name, person_name
from olvery_tui.wording.periods import instant_text, period_text
from olvery_tui.wording.shifts import backdated_text

if TYPE_CHECKING:
    from olvery_tui.services import Services

commands = Typer()

_OPTIONS = {
    "paid_at": "--paid-at",
    "payment": "--paid-at, --payment",
    "reason": "--reason",
    "receipt": "--receipt",
}


class OrderAction(StrEnum):
    """What can be done with an order."""

    SET_STATUS = "set-status"
    PAY = "pay"
    REFUND = "refund"


@commands.command(cls=Command, help=N_("List orders, with the filters of the application."))
def orders(
    context: Context,
    number: Numbers = "",
    customer: Annotated[
        str, option("--customer", N_("TEXT"), N_("First letters of the last and first name."))
    ] = "",
    status: Annotated[
        list[OrderStatus] | None,
        option(
            "--status",
            N_("STATUS"),
            N_("A status of orders, such as confirmed; may be given several times."),
        ),
    ] = None,
    from_day: FromDay = "",
    to_day: ToDay = "",
    overdue: Annotated[
        bool,
        Option(
            "--overdue",
            help=N_("Only those whose tickets have ended and that nobody completed or cancelled."),
        ),
    ] = False,
    days: Period = "",
    paid: Annotated[
        Answer | None, option("--paid", N_("yes|no"), N_("Only what was paid, or what is owed."))
    ] = None,
    preset: Annotated[
        OrderPreset | None,
        option("--preset", N_("PRESET"), N_("unpaid; other conditions are added to it.")),
    ] = None,
    limit: Limit = None,
    output_format: ListFormat = Format.TABLE,
    audience: For = None,
    output: Output = None,
    replace: Replace = False,
    follow: Follow = False,
) -> int:
    """Print what the filters leave, newest number first."""

    def find(services: Services) -> Iterator[OrderDetails]:
        desk = services.desk
        today = desk.today()
        wanted = ORDER_PRESETS[Preset(preset)](today) if preset else NO_ORDER_FILTER
        first, last = period(from_day, to_day, today, days)
        filters = with_given(
            wanted,
            numbers=parse_numbers(number),
            from_day=first,
            to_day=last,
            customer_words=_words(customer),
            statuses=frozenset(status or ()),
            overdue=overdue,
            paid=yes(paid),
        )
        return matching(services, desk.orders, filters, follow=follow)

    target = Target(limit, output_format, audience, output, replace, follow)
    return print_list(context, target, ORDERS, Table(_columns, _row), find)


def _words(customer: str) -> tuple[str, ...]:
    try:
        return parse_visitor(customer)
    except InvalidInput as problem:
        raise InvalidInput("customer", problem.code, problem.params) from None


@commands.command(
    cls=Command,
    help=N_("Show one order, whole; change its status, take a payment or give money back."),
)
def order(
    context: Context,
    number: OrderNumber,
    action: Annotated[
        OrderAction | None,
        Argument(
            metavar=N_("ACTION"),
            help=N_("set-status: bring the order to a status; pay, refund: an amount of money."),
        ),
    ] = None,
    value: Annotated[
        str,
        Argument(
            metavar=N_("STATUS|AMOUNT"),
            help=N_("The status, such as confirmed or cancelled; or the amount, such as 900.50."),
        ),
    ] = "",
    reason: Annotated[
        str, option("--reason", N_("TEXT"), N_("Why; it is kept in the history."))
    ] = "",
    paid_at: Annotated[
        str, option("--paid-at", N_("TIME"), N_("When it was paid: now, or 2022-12-06 10:00."))
    ] = "",
    payment: Annotated[
        PaymentKind | None,
        option("--payment", N_("KIND"), N_("How it was paid: on_site, online or invoice.")),
    ] = None,
    early: Annotated[
        bool, Option("--early", help=N_("Complete it although its tickets have not all ended."))
    ] = False,
    kind: Annotated[
        PaymentKind | None,
        option("--kind", N_("KIND"), N_("How money is taken or given back, as for --payment.")),
    ] = None,
    receipt: Annotated[
        str, option("--receipt", N_("TEXT"), N_("Number of the receipt, for pay and refund."))
    ] = "",
    output_format: FactsFormat = DetailsFormat.TABLE,
) -> int:
    """Carry out the action, if any, and print the order.

    The runner reports refusals, exit 1.
    """
    moves = action is OrderAction.SET_STATUS
    if not moves and (reason or paid_at or payment or early):
        text = _("--reason, --paid-at, --payment and --early belong to set-status.")
        raise wrong(context, text)
    if (moves or not action) and (kind or receipt):
        raise wrong(context, _("--kind and --receipt belong to pay and refund."))
    if action and not value:
        raise missing(context, _("STATUS") if moves else _("AMOUNT"))
    status = _status(context, value) if moves else None
    if early and status is not OrderStatus.COMPLETED:
        raise wrong(context, _("--early belongs to set-status completed."))
    words = {**_OPTIONS, "amount": _("AMOUNT")}
    with opened(context.obj) as services, bad_values_named(words):
        desk, zone = services.desk, services.location.zone
        seen = desk.orders.get(number)
        try:
            if status:
                now = desk.now()
                paid = _payment(paid_at, payment, seen, now, zone)
                seen = desk.orders.set_status(
                    seen, status, payment=paid, reason=reason, early=early
                )
                if paid is not None and paid.is_backdated(now):
                    print(f"--paid-at: {backdated_text()}", file=sys.stderr)
            elif action:
                command = desk.orders.pay if action is OrderAction.PAY else desk.orders.refund
                amount = parse_money("amount", value)
                seen = command(seen, amount, kind or seen.payment_kind, receipt)
        except OrderNotEnded as refusal:
            how = _("With --early it is completed all the same.")
            print(f"{sentence(refusal, zone)} {how}", file=sys.stderr)
            return NO
    print_details(output_format, order_json(seen, zone), _facts(seen, zone))
    return DONE


def _status(context: Context, word: str) -> OrderStatus:
    if word in set(OrderStatus):
        return OrderStatus(word)
    text = _("{name} can't be {value}. Possible: {choices}.").format(
        name=_("STATUS"), value=quoted(word), choices=", ".join(OrderStatus)
    )
    raise wrong(context, text)


def _payment(
    paid_at: str, kind: PaymentKind | None, order: OrderDetails, now: datetime, zone: tzinfo
) -> Payment | None:
    """Return the payment that the options describe: now, and of the order's kind, unless told."""
    if not paid_at and kind is None:
        return None
    return Payment(parse_moment("paid_at", paid_at or NOW, now, zone), kind or order.payment_kind)


def _facts(order: OrderDetails, zone: tzinfo) -> Iterator[tuple[str, str]]:
    customer = order.customer
    yield _("Order"), str(order.number)
    yield _("Created"), instant_text(order.created_at, zone)
    status = labels.order_status(order.status)
    yield _("Status"), f"{status} · {labels.overdue()}" if order.overdue else status
    yield _("Service"), shown(order.service)
    yield _("Customer"), full_name(customer)
    if customer.phone:
        yield _("Phone"), shown_phone(customer.phone)
    if customer.email:
        yield pgettext("field", "Email"), shown(customer.email)
    yield _("Price"), money_text(order.price, order.currency)
    yield _("Payment"), payment_kind(order.payment_kind)
    if order.owed:
        yield _("To be paid"), money_text(order.owed, order.currency)
    else:
        yield _("Paid at"), paid_text(order, zone)
    for line in order.payments:
        yield line_name(line), line_text(line, order.currency, zone)
    if order.comment:
        yield _("Comment"), shown(order.comment, COMMENT_MAX)
    for ticket in order.tickets:
        facts = (
            period_text(ticket.period, zone),
            shown(ticket.visitor),
            labels.ticket_status(ticket.status),
            shown(ticket.workplace),
        )
        yield f"{_('Ticket')} {ticket.number}", " · ".join(facts)


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Number")),
        Column(_("Customer"), least=10, letters=40),
        Column(_("Service"), least=10, letters=60),
        Column(_("Status")),
        Column(pgettext("column", "Tickets")),
        Column(_("Price")),
        Column(pgettext("column", "Paid")),
    )


def _row(order: OrderDetails, zone: tzinfo, narrow: bool) -> tuple[str, ...]:
    status = (
        labels.order_status_short(order.status) if narrow else labels.order_status(order.status)
    )
    return (
        str(order.number),
        person_name(order.customer),
        shown(order.service),
        f"{status}\n{labels.overdue()}" if order.overdue else status,
        str(len(order.tickets)),
        money_text(order.price, order.currency),
        paid_text(order, zone),
    )
