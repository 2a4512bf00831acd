"""«Продление»: month tickets that end soon, and their next orders. Source: ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING

from olvery_tui.desk import booking
from olvery_tui.desk.orders import Orders
from olvery_tui.desk.transaction import DeskContext, find_ticket
from olvery_tui.domain import ordering
from olvery_tui.domain.catalogue import ServiceDetails
from olvery_tui.domain.errors import (
    ChoiceCode,
    InputCode,
    InvalidForm,
    InvalidInput,
    NoSuchChoice,
    OlveryError,
)
from olvery_tui.domain.orders import OrderDetails, OrderDraft
from olvery_tui.domain.periods import PeriodKind
from olvery_tui.domain.renewals import Renewal, following_period, renewed_until
from olvery_tui.domain.tickets import PlaceDetails, TicketDetails
from olvery_tui.store.catalogue import offers
from olvery_tui.store.listing import presets
from olvery_tui.store.tickets import places, ticket_periods

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session


class Renewals:
    """What follows tickets that end. Every method may raise `StoreUnavailable`."""

    def __init__(self, context: DeskContext, orders: Orders) -> None:
        self._context = context
        self._orders = orders

    def soon(self) -> tuple[Renewal, ...]:
        """The month tickets that end within the days of the settings, in the order of time."""
        zone, now = self._context.location().zone, self._context.now()
        with self._context.reading() as session:
            until = renewed_until(now, presets.renewal_days(session), zone)
            numbers = ticket_periods.months_that_end(session, now, until)
            return tuple(self._renewal(session, number, zone) for number in numbers)

    def next_order(self, number: int) -> Renewal:
        """The order that would follow a ticket, and what stands in its way.

        Raises:
            NoSuchTicket: no ticket has this number.
            InvalidForm: `period`; hours are not renewed, they are extended.
        """
        zone = self._context.location().zone
        with self._context.reading() as session:
            return self._renewal(session, number, zone)

    def places(self, renewal: Renewal) -> tuple[PlaceDetails, ...]:
        """The workplaces of the service, as free or taken in the period that follows."""
        period = renewal.draft.period
        with self._context.reading() as session:
            service = renewal.draft.service_id
            return places.places(session, service, period.starts_at, period.ends_at)

    def renew(self, seen: TicketDetails, workplace_id: int | None = None) -> OrderDetails:
        """Make the order that follows a ticket, on its seat or another one, at today's price.

        Raises what `next_order` and `Orders.create` do.
        """
        draft = self.next_order(seen.number).draft
        if workplace_id is not None:
            draft = replace(draft, workplace_ids=(workplace_id,))
        return self._orders.create(draft)

    def _renewal(self, session: Session, number: int, zone: tzinfo) -> Renewal:
        now = self._context.now()
        ticket = find_ticket(session, number, now)
        if ticket.period.kind is PeriodKind.HOURLY:
            raise InvalidForm((InvalidInput("period", InputCode.NO_RENEWAL),))
        sale = ticket_periods.sale(session, number)
        draft = OrderDraft(
            customer=sale.customer_id,
            visitor=ticket.visitor.id,
            service_id=ticket.service_id,
            tariff_id=sale.tariff_id,
            variant_id=sale.variant_id,
            modifier_ids=sale.modifier_ids,
            period=following_period(ticket.period, sale.unit, zone),
            workplace_ids=(ticket.workplace_id,),
            payment_kind=sale.payment_kind,
        )
        service, price = offers.service(session, ticket.service_id), Decimal(0)
        try:
            price = _check(draft, service, zone)
            booking.refuse_if_taken(session, draft, now)
        except OlveryError as obstacle:
            return Renewal(ticket, draft, price, obstacle)
        return Renewal(ticket, replace(draft, proposed_price=price), price)


def _check(draft: OrderDraft, service: ServiceDetails | None, zone: tzinfo) -> Decimal:
    """Return the price of an order, or refuse what can't be ordered."""
    if service is None:
        raise NoSuchChoice(ChoiceCode.SERVICE)
    problems = ordering.problems(draft, service, zone)
    if problems:
        raise InvalidForm(problems)
    return ordering.price(draft, service, zone)
