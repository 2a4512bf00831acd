"""`olvery-tui order NUMBER`: one order, whole; and its next status."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from olvery_tui.cli.formats import DetailsFormat
from olvery_tui.cli.opening import opened
from olvery_tui.cli.tables import print_facts
from olvery_tui.cli.usage import bad_values
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.clock_times import at_clock, parse_clock_time
from olvery_tui.domain.errors import InputCode, InvalidForm, InvalidInput, OrderNotEnded
from olvery_tui.domain.filters import parse_day
from olvery_tui.domain.orders import COMMENT_MAX, OrderDetails, Payment
from olvery_tui.domain.people import shown_phone
from olvery_tui.domain.periods import day_start
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.domain.text import shown
from olvery_tui.export.json_lines import json_text, order_json
from olvery_tui.i18n import _, pgettext
from olvery_tui.start import DONE, NO, StartOptions
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.labels import order_status, overdue, ticket_status
from olvery_tui.wording.money import money_text
from olvery_tui.wording.orders import paid_text, payment_kind
from olvery_tui.wording.people import person_name
from olvery_tui.wording.periods import instant_text, period_text

_OPTIONS = {"paid_at": "--paid-at", "payment": "--paid-at, --payment", "reason": "--reason"}
_NOW = "now"


@dataclass(frozen=True, slots=True)
class Step:
    """The next status of an order, in the words of the one who asks. `paid_at` as it was typed;
    `early` permits to complete an order that has not ended yet.
    """

    to: OrderStatus
    reason: str = ""
    paid_at: str = ""
    payment: PaymentKind | None = None
    early: bool = False


def show_order(options: StartOptions, number: int, output_format: DetailsFormat) -> int:
    """Print the order; raises NoSuchOrder, which the runner makes a sentence and exit 1."""
    with opened(options) as services:
        card, zone = services.desk.orders.get(number), services.location.zone
    _print(card, zone, output_format)
    return DONE


def set_status(options: StartOptions, number: int, step: Step, output_format: DetailsFormat) -> int:
    """Bring the order to its next status and print it; a refusal is the runner's, exit 1."""
    with opened(options) as services:
        desk, zone = services.desk, services.location.zone
        card = desk.orders.get(number)
        try:
            payment = _payment(step, card, desk.now(), zone)
            card = desk.orders.set_status(
                card, step.to, payment=payment, reason=step.reason, early=step.early
            )
        except InvalidInput as problem:
            return bad_values((problem,), _OPTIONS)
        except InvalidForm as form:
            return bad_values(form.problems, _OPTIONS)
        except OrderNotEnded as refusal:
            how = _("With --early it is completed all the same.")
            print(f"{sentence(refusal, zone)} {how}", file=sys.stderr)
            return NO
    _print(card, zone, output_format)
    return DONE


def _payment(step: Step, card: OrderDetails, now: datetime, zone: tzinfo) -> Payment | None:
    """What the words say of a payment: without a time it was now, without a kind as ordered."""
    if not step.paid_at and step.payment is None:
        return None
    paid_at = _moment(step.paid_at or _NOW, now, zone)
    return Payment(paid_at, step.payment or card.payment_kind)


def _moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    """`now`, `2022-12-06T10:00+03:00`, `06.12.2022 10:00` or a day alone, which is its midnight.

    Raises:
        InvalidInput: field `paid_at`; `date`, `no_such_day`, `time`, and what `at_clock` raises.
    """
    typed = text.strip()
    if typed == _NOW:
        return now
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None:
        return moment
    day_text, _separator, clock_text = typed.replace("T", " ").partition(" ")
    day = parse_day("paid_at", day_text, now.astimezone(zone).date())
    if day is None:
        raise InvalidInput("paid_at", InputCode.DATE, {"text": text})
    if not clock_text.strip():
        return day_start(day, zone)
    return at_clock(day, parse_clock_time("paid_at", clock_text), zone, field="paid_at")


def _print(card: OrderDetails, zone: tzinfo, output_format: DetailsFormat) -> None:
    if output_format is DetailsFormat.JSON:
        print(json_text(order_json(card, zone), indent=1))
    else:
        print_facts(_facts(card, zone), sys.stdout)


def _facts(card: OrderDetails, zone: tzinfo) -> Iterator[tuple[str, str]]:
    customer = card.customer
    yield _("Order"), str(card.number)
    yield _("Created"), instant_text(card.created_at, zone)
    status = order_status(card.status)
    yield _("Status"), f"{status} · {overdue()}" if card.overdue else status
    yield _("Service"), shown(card.service)
    yield _("Customer"), person_name(customer)
    if customer.phone:
        yield _("Phone"), shown_phone(customer.phone)
    if customer.email:
        yield pgettext("field", "Email"), shown(customer.email)
    yield _("Price"), money_text(card.price, card.currency)
    yield _("Payment"), payment_kind(card.payment_kind)
    if card.owed:
        yield _("To be paid"), money_text(card.owed, card.currency)
    else:
        yield _("Paid at"), paid_text(card, zone)
    if card.comment:
        yield _("Comment"), shown(card.comment, COMMENT_MAX)
    for ticket in card.tickets:
        facts = (
            period_text(ticket.period, zone),
            shown(ticket.visitor),
            ticket_status(ticket.status),
            shown(ticket.workplace),
        )
        yield f"{_('Ticket')} {ticket.number}", " · ".join(facts)
