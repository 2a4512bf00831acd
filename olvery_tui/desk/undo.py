"""Undo the last change by a command that restores the former state.

Source: ours. The audit trail says what there is to put back; what nobody has touched since is put
back under the rules that held for the change itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from olvery_tui.desk import cancelling, catalogue, closings, order_moves, payments, periods
from olvery_tui.desk.order_moves import ManyOutcome
from olvery_tui.desk.people import chosen_person
from olvery_tui.desk.tickets import check_data, identity_check, require_status, seat_ticket
from olvery_tui.desk.transaction import DeskContext, Transaction
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.conflicts import HoursChangedMeanwhile
from olvery_tui.domain.errors import (
    ChangedSince,
    HoursChangedSince,
    InvalidForm,
    NoManager,
    NotAllowed,
    NothingToUndo,
    Refusal,
    StoreUnavailable,
    UndoExpired,
    UndoImpossible,
)
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.statuses import OrderStatus, TicketChange
from olvery_tui.domain.undo import Change
from olvery_tui.store.audit import events
from olvery_tui.store.audit.events import Recorded
from olvery_tui.store.database import locks
from olvery_tui.store.orders import orders
from olvery_tui.store.tickets import ticket_writes

_WITH_ORDER = (EventKind.PERIOD_CHANGED, EventKind.TICKET_CANCELLED)
"""Changes of a ticket that its order's price follows."""

_HOPELESS = (ChangedSince, HoursChangedSince, UndoExpired, NothingToUndo)
"""Refusals after which another attempt can't succeed."""


def undo(context: DeskContext, changes: Sequence[Change]) -> tuple[ManyOutcome, ...]:
    """Undo changes of a desk; see `Desk.undo`."""
    outcomes: list[ManyOutcome] = []
    settled: set[Change] = set()
    for change in changes:
        try:
            _undo(context, change)
        except (NoManager, NotAllowed):
            raise
        except Refusal as refusal:
            if isinstance(refusal, _HOPELESS):
                settled.add(change)
                _forget(context, settled)
            if len(changes) == 1:
                raise
            outcomes.append(ManyOutcome(change.number, refusal))
        except StoreUnavailable as error:
            if not outcomes:
                raise
            outcomes.append(ManyOutcome(change.number, error))
            break
        else:
            settled.add(change)
            _forget(context, settled)
            outcomes.append(ManyOutcome(change.number))
    return tuple(outcomes)


def _forget(context: DeskContext, settled: set[Change]) -> None:
    context.last_changes = tuple(one for one in context.last_changes if one not in settled)


def _undo(context: DeskContext, change: Change) -> None:
    facts = {"event": change.event, "kind": change.kind.value}
    order = change.number if change.is_of_order else None
    ticket = change.number if change.is_of_ticket else None
    with context.command(EventKind.UNDO_REFUSED, facts, ticket=ticket, order=order) as transaction:
        session = transaction.session
        locks.acquire(session, locks.AdvisoryLock.SEATS)
        if order is not None:
            locks.lock_orders(session, (order,))
        elif change.kind in _WITH_ORDER:
            locks.lock_orders(session, orders.of_tickets(session, [change.number]).values())
        elif ticket is not None:
            locks.lock_tickets(session, (ticket,))
        now = transaction.now()
        line = _line(transaction, change, now)
        if change.is_of_order:
            _undo_order(transaction, line, now)
        elif change.is_of_place:
            _undo_place(transaction, line, now)
        elif change.hours is not None:
            _undo_hours(transaction, *change.hours)
        else:
            try:
                _undo_ticket(transaction, line, now)
            except InvalidForm as form:  # nobody has typed it
                raise UndoImpossible(form.problems[0]) from form
        events.record(
            session,
            at=now,
            kind=EventKind.UNDONE,
            actor=transaction.actor,
            ticket=line.ticket,
            order=line.order,
            data={**facts, "at": line.at.isoformat()},
        )
        transaction.made.clear()  # to take it back again is no change to be undone


def _line(transaction: Transaction, change: Change, now: datetime) -> Recorded:
    """The recorded event of a change that may be undone now."""
    line = events.recorded(transaction.session, change.event)
    manager = transaction.actor.manager
    if (
        line is None
        or line.kind is not change.kind
        or (
            change.hours is None
            and change.number not in (line.order, line.ticket, line.data.get("closing"))
        )
        or line.manager != (manager.id if manager else None)
    ):
        raise NothingToUndo
    if change.is_expired(now):
        raise UndoExpired(change.at)
    if change.is_of_ticket or change.is_of_order:  # the others say themselves how they are
        since = events.changed_since(transaction.session, line)
        if since is not None:
            raise ChangedSince(change.number, change.is_of_order, *since)
    return line


def _undo_ticket(transaction: Transaction, line: Recorded, now: datetime) -> None:
    session, ticket = transaction.session, transaction.ticket(line.ticket or 0)
    number, version, check = ticket.number, ticket.version, _check_in(line.data)
    match line.kind:
        case EventKind.TICKET_VALIDATED:
            require_status(ticket, now, TicketChange.RESET)
            written = ticket_writes.clear_validation(session, number, version)
            kind, data = EventKind.VALIDATION_RESET, check_data(identity_check(ticket))
        case EventKind.VALIDATION_RESET if check is not None:
            require_status(ticket, now, TicketChange.VALIDATE)
            written = ticket_writes.set_validation(session, number, version, *check)
            kind = EventKind.TICKET_VALIDATED
            data = {"visitor": ticket.visitor.id, **check_data(check)}
        case EventKind.VISITOR_CHANGED:
            require_status(ticket, now, TicketChange.VISITOR)
            former = chosen_person(transaction, int(line.data["from"])).id
            written = ticket_writes.set_visitor(session, number, version, former, check)
            kind = EventKind.VISITOR_CHANGED
            data = {"from": ticket.visitor.id, "to": former, "cleared": False}
            if check is not None:
                data |= {"restored": True, **check_data(check)}
        case EventKind.WORKPLACE_CHANGED:
            require_status(ticket, now, TicketChange.WORKPLACE)
            seat_ticket(transaction, ticket, line.data["from"])
            return
        case EventKind.PERIOD_CHANGED:
            require_status(ticket, now, TicketChange.PERIOD)
            periods.change_back(transaction, ticket, line.data)
            return
        case EventKind.TICKET_CANCELLED:
            cancelling.restore(transaction, ticket, line.data)
            return
        case _other:
            raise NothingToUndo
    transaction.record_ticket(kind, ticket, written, now, data)


def _undo_order(transaction: Transaction, line: Recorded, now: datetime) -> None:
    order, then = transaction.order(line.order or 0), line.data
    if line.kind in _CONTRARY:
        payments.record(transaction, order, _CONTRARY[line.kind], payments.contrary(then))
        return
    money = payments.lines(transaction, order, payments.contrary(then), now)
    is_new = line.kind is EventKind.ORDER_CREATED
    to = OrderStatus.CANCELLED if is_new else OrderStatus(then["from"])
    data: dict[str, object] = {"from": order.status.value, "to": to.value}
    if "paid_at" in then:
        data |= {"paid_at": then["paid_before"], "paid_before": then["paid_at"]}
    payment = None
    if "payment_before" in then:
        payment = PaymentKind(then["payment_before"])
        data |= {"payment": then["payment_before"], "payment_before": then["payment"]}
    order_moves.move(transaction, order, to, now, data, payment, money)


_CONTRARY = {
    EventKind.ORDER_PAID: EventKind.ORDER_REFUNDED,
    EventKind.ORDER_REFUNDED: EventKind.ORDER_PAID,
}
"""What takes back a payment or a refund: a line, for no line is ever removed."""


def _undo_place(transaction: Transaction, line: Recorded, now: datetime) -> None:
    if line.kind is EventKind.PLACE_CLOSED:
        closings.open_again(transaction, line.data["closing"], now)
    else:
        closings.close_again(transaction, line.data)


def _undo_hours(transaction: Transaction, before: OpeningHours, after: OpeningHours) -> None:
    try:
        catalogue.replace_hours(transaction, after, before)
    except HoursChangedMeanwhile:
        raise HoursChangedSince from None


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _check_in(data: Mapping[str, Any]) -> tuple[datetime, int] | None:
    """When and by which manager an identity was checked, as an event keeps it."""
    at, manager_id = _moment(data.get("validated_at")), data.get("validated_by")
    return None if at is None or manager_id is None else (at, manager_id)
