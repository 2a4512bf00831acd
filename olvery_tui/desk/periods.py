"""«Изменить период»: longer, shorter, at another time, or over now. Source: ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from olvery_tui.desk.tickets import require_status, still_to_come
from olvery_tui.desk.transaction import Part, Transaction, find_ticket
from olvery_tui.domain import period_changes
from olvery_tui.domain.errors import (
    ChoiceCode,
    InputCode,
    InvalidForm,
    InvalidInput,
    NoSuchChoice,
    PeriodNotBegun,
)
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.period_changes import PeriodDraft, PeriodView
from olvery_tui.domain.periods import Period
from olvery_tui.domain.pricing import PRICE_MAX
from olvery_tui.domain.replay import period_fact
from olvery_tui.domain.statuses import TicketChange, status_change
from olvery_tui.domain.tickets import PlaceDetails, TicketDetails, held_from
from olvery_tui.store.catalogue import locations
from olvery_tui.store.database import locks
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.orders import order_writes
from olvery_tui.store.tickets import places, seats, ticket_periods, ticket_writes
from olvery_tui.store.tickets.seats import Holder, Seat


class Periods(Part):
    """Tickets whose period changes.

    Every method may raise `NoManager`, `NoSuchTicket` and `StoreUnavailable`; then nothing was
    changed.
    """

    def view(self, number: int) -> PeriodView:
        """All that the form of a ticket's period shows."""
        with self._context.reading() as session:
            ticket = find_ticket(session, number, self._context.now())
            terms = ticket_periods.terms(session, number)
            alike = ticket_periods.alike(session, ticket.order, ticket.period)
            return PeriodView(ticket, terms, alike, locations.hours(session))

    def places(self, number: int, since: datetime, until: datetime) -> tuple[PlaceDetails, ...]:
        """The workplaces of a ticket's service, as free or taken in `[since, until)`."""
        with self._context.reading() as session:
            ticket = find_ticket(session, number, self._context.now())
            return places.places(session, ticket.service_id, since, until, number)

    def change_period(self, seen: TicketDetails, draft: PeriodDraft) -> TicketDetails:
        """Give a ticket another period, or all tickets of its order that have the same one.

        The identity check stays, and what was used of a seat stays as it was. The order costs more
        by the units that are added, at the price of then, or by what the manager says. The period
        that the ticket has already is no change and leaves no trace.

        Raises:
            WrongStatus: one of the tickets is cancelled or done.
            ChangedMeanwhile: the ticket is not as it was on the screen.
            InvalidForm: see `period_changes.problems`; `price`, the order's would be none.
            SeatTaken: who has a workplace from when; with a place of its own in `draft.then` the
                ticket goes there from that moment on.
            NoSuchChoice: `workplace`; not one of the service.
        """
        refused = EventKind.PERIOD_REFUSED
        with self._context.command(refused, ticket=seen.number) as transaction:
            order = locked_order(transaction, seen)
            zone = self._context.location().zone
            for number in _concerned(transaction, seen, draft.whole_order):
                ticket, now = transaction.ticket(number), transaction.now()
                require_status(ticket, now, TicketChange.PERIOD)
                terms = ticket_periods.terms(transaction.session, number)
                problems = period_changes.problems(draft, ticket.period, terms, now, zone)
                if problems:
                    raise InvalidForm(problems)
                more = draft.surcharge
                if more is None:
                    more = period_changes.surcharge(terms, ticket.period, draft.period, zone)
                place, then = draft.workplace_id, draft.then.get(number)
                change_period(transaction, ticket, order, draft.period, more, place, then)
                order = transaction.order(order.number)
            return transaction.ticket(seen.number)

    def leave_early(self, seen: TicketDetails, *, whole_order: bool = False) -> TicketDetails:
        """End the period of a visitor who leaves: their place is free from now on.

        With `whole_order` all of its order leave whose tickets have the same period.

        Raises:
            WrongStatus, ChangedMeanwhile: see `change_period`.
            PeriodEnded, PeriodNotBegun: there is nothing to leave.
            InvalidForm: `period`, `over`; it has been lengthened at this very moment.
        """
        refused = EventKind.PERIOD_REFUSED
        with self._context.command(refused, ticket=seen.number) as transaction:
            order = locked_order(transaction, seen)
            for number in _concerned(transaction, seen, whole_order):
                ticket, now = transaction.ticket(number), transaction.now()
                require_status(ticket, now, TicketChange.PERIOD)
                still_to_come(ticket, now)
                if now <= ticket.period.starts_at:
                    raise PeriodNotBegun(ticket.number, ticket.period.starts_at)
                after = period_changes.leaving(ticket.period, now)
                change_period(transaction, ticket, order, after, Decimal(0))
                order = transaction.order(order.number)
            return transaction.ticket(seen.number)


def locked_order(transaction: Transaction, seen: TicketDetails) -> OrderDetails:
    """Lock a ticket's order with its tickets, and return it.

    Raises:
        NoSuchTicket: no ticket has this number.
        ChangedMeanwhile: the ticket is not as it was on the screen.
    """
    locks.acquire(transaction.session, locks.AdvisoryLock.SEATS)
    order = transaction.locked_order(transaction.ticket(seen.number).order)
    if (ticket := transaction.ticket(seen.number)).version != seen.version:
        raise transaction.changed(ticket)
    return order


def _concerned(transaction: Transaction, seen: TicketDetails, whole_order: bool) -> tuple[int, ...]:
    """The tickets that change with one: itself, or all of its order that have the same period."""
    if not whole_order:
        return (seen.number,)
    return ticket_periods.alike(transaction.session, seen.order, seen.period)


def change_period(
    transaction: Transaction,
    ticket: TicketDetails,
    order: OrderDetails,
    period: Period,
    more: Decimal,
    workplace_id: int | None = None,
    then: int | None = None,
) -> TicketDetails:
    """Write another period of a ticket, its seats and its order's price with it, and record it.

    Raises what `Periods.change_period` does.
    """
    session, now, before = transaction.session, transaction.now(), ticket.period
    moves = workplace_id is not None and workplace_id != ticket.workplace_id
    if period == before and not more and not moves:
        return ticket
    place = _seat(transaction, ticket, period, workplace_id if moves else None, then)
    change = status_change(
        ticket.status, (ticket.governed_by, before), (ticket.governed_by, period), now
    )
    number, version = ticket.number, ticket.version
    written = ticket_writes.set_period(session, number, version, period, change, place)
    sums = change_price(transaction, order, more)
    order_writes.keep_period(session, order.number)
    data = {"from": _fact(before), "to": _fact(period), **sums}
    if place != ticket.workplace_id:
        data |= {"workplace": place, "workplace_before": ticket.workplace_id, "moved": moves}
    kind = EventKind.PERIOD_CHANGED
    return transaction.record_ticket(kind, ticket, written, now, data, moves=change)


def change_price(transaction: Transaction, order: OrderDetails, more: Decimal) -> dict[str, object]:
    """Raise an order's price by `more`, which may be negative; return what an event records of it.

    Raises:
        InvalidForm: `price`; less than nothing would be left, or more than an order may cost.
        OrderChangedMeanwhile: the order has another version by now.
    """
    price = order.price + more
    if not 0 <= price <= PRICE_MAX:
        code = InputCode.BELOW_ZERO if price < 0 else InputCode.MONEY_LARGE
        facts: dict[str, object] = {"text": f"{price:.2f}", "price": order.price}
        raise InvalidForm((InvalidInput("price", code, facts),))
    if not order_writes.set_price(transaction.session, order.number, order.version, price):
        raise transaction.order_changed(transaction.order(order.number))
    before = f"{order.price:.2f}"
    return {"price": f"{price:.2f}", "price_before": before, "currency": order.currency}


def change_back(transaction: Transaction, ticket: TicketDetails, data: Mapping[str, Any]) -> None:
    """Take a change of period back, as recorded in `data`; raises as `Periods.change_period`."""
    _kind, starts_at, ends_at = data["from"]
    period = Period(
        ticket.period.kind, datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at)
    )
    less = Decimal(data["price_before"]) - Decimal(data["price"])
    order = transaction.order(ticket.order)
    moved = data.get("moved") or period.starts_at != ticket.period.starts_at
    place = data.get("workplace_before") if moved else None
    change_period(transaction, ticket, order, period, less, place)


def _fact(period: Period) -> list[str]:
    return period_fact(period.kind.value, period.starts_at, period.ends_at)


def _seat(
    transaction: Transaction,
    ticket: TicketDetails,
    period: Period,
    workplace_id: int | None,
    then: int | None,
) -> int:
    """Reassign a ticket's seats for another period; return its workplace at the end.

    Past assignments stay as they were. If the start stays, so do the assignments up to the new end,
    and the last one is prolonged; from the moment when somebody else holds that place, the ticket
    goes on at `then`.
    """
    session, now = transaction.session, transaction.now()
    held = seats.assignments(session, ticket.number)
    kept = [one for one in held if one.starts_at < period.ends_at]
    if workplace_id is None and kept and period.starts_at == ticket.period.starts_at:
        seats.release(session, ticket.number, period.ends_at)
        since, place = max(kept[-1].ends_at, now), kept[-1].workplace_id
        if kept[-1].ends_at < period.ends_at <= now:  # nobody can sit in what has passed
            raise InvalidForm((InvalidInput("period", InputCode.OVER),))
    else:
        since = held_from(period, now)
        seats.release(session, ticket.number, min(since, held_from(ticket.period, now)))
        place = workplace_id or (held[0].workplace_id if held else ticket.workplace_id)
    if since >= period.ends_at:
        return place
    taken = _hold(transaction, ticket, place, since, period.ends_at)
    if taken is None:
        return place
    seat, holder = taken
    free_until = max(since, holder.since)
    if then is None or (
        free_until > since and _hold(transaction, ticket, place, since, free_until)
    ):
        raise seats.refusal(seat, holder, ticket.number)
    if taken := _hold(transaction, ticket, then, free_until, period.ends_at):
        raise seats.refusal(*taken, ticket.number)
    return then


def _hold(
    transaction: Transaction,
    ticket: TicketDetails,
    workplace_id: int,
    since: datetime,
    until: datetime,
) -> tuple[Seat, Holder] | None:
    """Assign a workplace to a ticket, or return who holds it."""
    session, number = transaction.session, ticket.number
    seat = seats.seat(session, workplace_id)
    is_new = workplace_id != ticket.workplace_id
    if seat is None or seat.service_id != ticket.service_id or (seat.archived and is_new):
        raise NoSuchChoice(ChoiceCode.WORKPLACE)
    find_holder = partial(seats.holder, session, workplace_id, since, until, exclude=number)
    holder = find_holder()
    if holder is None:
        try:
            seats.hold(session, number, workplace_id, since, until)
            return None
        except SeatConflict:  # the database has the last word
            holder = find_holder()
            if holder is None:
                raise seats.refusal(seat, None) from None
    return seat, holder
