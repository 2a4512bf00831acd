"""Orders, brought from one status to the next.

Source: the manual, «Статусы билетов»: the tickets' statuses follow the order's. Which status may
follow which, and what becomes of the seats of a cancelled order, is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from olvery_tui.desk.commands import Attempt, Commands
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.errors import (
    ForbiddenTransition,
    InvalidForm,
    InvalidInput,
    NoManager,
    NotAllowed,
    OrderChangedMeanwhile,
    OrderNotEnded,
    PaymentMissing,
    Refusal,
    SeatsTaken,
    SeatTaken,
    StoreUnavailable,
)
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.order_cards import OrderCard
from olvery_tui.domain.orders import (
    REASON_MAX,
    Payment,
    completes_early,
    goes_back,
    needs_payment,
    takes_payment,
)
from olvery_tui.domain.seating import held_from
from olvery_tui.domain.statuses import OrderStatus, course
from olvery_tui.domain.text import clean
from olvery_tui.domain.undo import Change
from olvery_tui.store.audit import events
from olvery_tui.store.audit.events import NewEvent
from olvery_tui.store.database import locks
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.orders import order_writes
from olvery_tui.store.orders.order_writes import OrderTicket
from olvery_tui.store.tickets import seats

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session

Progress = Callable[[int, int], None]
"""Is told how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class ManyOutcome:
    """What became of one of many orders: done, or why not."""

    number: int
    error: Refusal | StoreUnavailable | None = None


class Orders(Commands):
    """What an order comes to after it was made, its tickets and their seats with it."""

    def set_order_status(
        self,
        seen: OrderCard,
        to: OrderStatus,
        *,
        payment: Payment | None = None,
        reason: str = "",
        early: bool = False,
    ) -> OrderCard:
        """Bring an order to its next status, its tickets and their seats with it.

        Cancelling gives the seats back (`seats.give_back`), and restoring a cancelled order takes
        them from now on. A payment is recorded when the order is confirmed or completed. `early`
        permits to complete it before its last ticket has ended.

        Raises:
            NoManager, NoSuchOrder: see there.
            OrderChangedMeanwhile: the order is not as it was on the screen.
            ForbiddenTransition: `to` may not follow.
            OrderNotEnded: it would be completed early, which was not permitted.
            PaymentMissing: the order costs something and is not paid.
            SeatsTaken: it is to be restored, but others have its seats by now.
            InvalidForm: `reason` too long; `paid_at` in time to come; `payment` where there is
                none to record.
            StoreUnavailable: nothing was changed.
        """
        reason, now = clean(reason), self._clock.now()
        _check_words(to, payment, reason, now)
        with (
            self._order_attempt(
                EventKind.ORDER_MOVE_REFUSED, seen.number, {"to": to.value}
            ) as attempt,
            self._store.writing() as session,
        ):
            self._require_actor()
            if goes_back(seen.status, to):
                locks.take_turn(session, locks.Turn.SEATS)
            locks.lock_order(session, seen.number)
            now = self._clock.now()
            card = self._order(session, seen.number)
            if card.version != seen.version:
                raise self._order_changed(session, card)
            possible = card.possible_next
            if to not in possible:
                raise ForbiddenTransition(card.number, card.status, to, card.paid, possible)
            if card.ends_at and completes_early(to, card.ends_at, now) and not early:
                raise OrderNotEnded(card.number, card.ends_at)
            paid = card.paid or payment is not None
            if needs_payment(card.status, to, card.price, paid=paid):
                raise PaymentMissing(card.number)
            data = _moved(card, to, payment, reason)
            facts = None if payment is None else (payment.paid_at, payment.kind)
            return self._bring(session, attempt, card, to, now, data, facts)

    def _bring(
        self,
        session: Session,
        attempt: Attempt,
        card: OrderCard,
        to: OrderStatus,
        now: datetime,
        data: Mapping[str, object],
        paid: tuple[datetime | None, PaymentKind] | None = None,
    ) -> OrderCard:
        """Write another status of an order, its tickets and seats with it, and record it.

        Raises:
            OrderChangedMeanwhile: the order has another version by now.
            SeatsTaken: it was cancelled, and others have its seats by now.
        """
        if not order_writes.set_status(session, card.number, card.version, to, paid):
            raise self._order_changed(session, self._order(session, card.number))
        moved = NewEvent(now, EventKind.ORDER_MOVED, self._actor, order=card.number, data=data)
        events.record_many(session, (moved, *self._move_tickets(session, card, to, now)))
        event = events.latest(session, EventKind.ORDER_MOVED, order=card.number)
        attempt.change = Change(event, EventKind.ORDER_MOVED, card.number, now)
        return self._order(session, card.number)

    def _move_tickets(
        self, session: Session, card: OrderCard, to: OrderStatus, now: datetime
    ) -> list[NewEvent]:
        """Let the tickets follow their order; what was not written of it yet is told first."""
        tickets = order_writes.tickets_of(session, card.number)
        courses = {
            one.number: course(one.status, (card.status, one.period), (to, one.period), now)
            for one in tickets
        }
        order_writes.move_tickets(session, courses)
        if to.is_cancelled and not card.status.is_cancelled:
            seats.give_back(session, tuple(courses), now)
        elif card.status.is_cancelled and not to.is_cancelled:
            _take_seats(session, card.number, tickets, now)
        return [
            event
            for number, found in courses.items()
            for event in events.moves_of(number, found, self._actor, now)
        ]

    def set_status_of_many(
        self,
        numbers: Sequence[int],
        to: OrderStatus,
        *,
        payment: Payment | None = None,
        reason: str = "",
        early: Collection[int] = (),
        on_progress: Progress | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> tuple[ManyOutcome, ...]:
        """Bring many orders to a status, each in a transaction of its own.

        The `payment` is recorded with those that have to be paid for it: not with what is free of
        charge or was paid before. What is over is left so: each is taken up again by itself. Those
        that are named in `early` may be completed before they have ended. `stopped` is asked before
        each; the outcomes are of those that were come to. Where the database goes away in the
        middle, the last outcome says so.

        Raises:
            InvalidForm: see `set_order_status`; nothing was changed.
            NoManager, NotAllowed: whoever asks may not, or may not any more.
            StoreUnavailable: already at the first one; nothing was changed, or it is `unsure`.
        """
        outcomes: list[ManyOutcome] = []
        done: list[Change] = []
        for number in numbers:
            if stopped is not None and stopped():
                break
            try:
                outcomes.append(self._one_of_many(number, to, payment, reason, number in early))
            except StoreUnavailable as error:
                if not outcomes:
                    raise
                outcomes.append(ManyOutcome(number, error))
                break
            if outcomes[-1].error is None:
                done += self._last_changes
                self._last_changes = tuple(done)
            if on_progress is not None:
                on_progress(len(outcomes), len(numbers))
        return tuple(outcomes)

    def _one_of_many(
        self, number: int, to: OrderStatus, payment: Payment | None, reason: str, early: bool
    ) -> ManyOutcome:
        try:
            with self._store.reading() as session:
                card = self._order(session, number)
            if goes_back(card.status, to):
                possible = tuple(one for one in card.possible_next if one is not to)
                with self._order_attempt(EventKind.ORDER_MOVE_REFUSED, number, {"to": to.value}):
                    raise ForbiddenTransition(number, card.status, to, card.paid, possible)
            if not needs_payment(card.status, to, card.price, paid=card.paid):
                payment = None
            self.set_order_status(card, to, payment=payment, reason=reason, early=early)
        except (NoManager, NotAllowed):  # true of all of them
            raise
        except Refusal as refusal:
            return ManyOutcome(number, refusal)
        return ManyOutcome(number)

    def _order_changed(self, session: Session, card: OrderCard) -> OrderChangedMeanwhile:
        who, at = events.last_order_change(session, card.number) or (None, card.created_at)
        return OrderChangedMeanwhile(card, who, at)


def _check_words(to: OrderStatus, payment: Payment | None, reason: str, now: datetime) -> None:
    problems = []
    if len(reason) > REASON_MAX:
        problems.append(InvalidInput("reason", "too_long", {"limit": REASON_MAX}))
    if payment is not None and not takes_payment(to):
        problems.append(InvalidInput("payment", "no_payment_here"))
    elif payment is not None and payment.paid_at > now:
        problems.append(InvalidInput("paid_at", "in_future"))
    if problems:
        raise InvalidForm(tuple(problems))


def _moved(
    card: OrderCard, to: OrderStatus, payment: Payment | None, reason: str
) -> dict[str, object]:
    data: dict[str, object] = {"from": card.status.value, "to": to.value}
    if reason:
        data["reason"] = reason
    if payment is not None:
        data |= {
            "paid_at": payment.paid_at.isoformat(),
            "payment": payment.kind.value,
            "paid_before": card.paid_at.isoformat() if card.paid_at else None,
            "payment_before": card.payment_kind.value,
        }
    return data


def _take_seats(
    session: Session, order: int, tickets: Sequence[OrderTicket], now: datetime
) -> None:
    """Let the tickets of an order that is restored have their workplaces again.

    Raises:
        SeatsTaken: with everybody who has one of them.
    """
    if taken := _taken(session, tickets, now):
        raise SeatsTaken(order, taken)
    try:
        for one in tickets:
            # What was used before the cancel may reach further, where the clock was set back since.
            seats.release(session, one.number, held_from(one.period, now))
            seats.take_back(session, one.number, one.workplace_id, one.period, now)
    except SeatConflict:  # the database has the last word
        raise SeatsTaken(order, _taken(session, tickets, now)) from None


def _taken(
    session: Session, tickets: Sequence[OrderTicket], now: datetime
) -> tuple[SeatTaken, ...]:
    """Who has the workplaces that tickets would have again at `now`."""
    found = []
    for one in tickets:
        since, end = held_from(one.period, now), one.period.ends_at
        holder = seats.holder(session, one.workplace_id, since, end, but=one.number)
        seat = seats.seat(session, one.workplace_id)
        if holder is not None and seat is not None:
            found.append(SeatTaken(seat.label, seat.room, holder.ticket, holder.visitor))
    return tuple(found)
