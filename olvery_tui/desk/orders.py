"""Orders: the list, one of them, making them and bringing them from one status to the next.

Source: the manual, «Статусы билетов»; it shows an order only as a line of the ticket's form. What
else is done with one, and which status may follow which, is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from decimal import Decimal

from olvery_tui.desk import booking, order_moves, payments
from olvery_tui.desk.order_moves import ManyOutcome
from olvery_tui.desk.paging import Listed
from olvery_tui.desk.people import chosen_person
from olvery_tui.desk.transaction import DeskContext, Transaction, find_order
from olvery_tui.domain import ordering
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.errors import (
    ChoiceCode,
    ForbiddenTransition,
    InputCode,
    InvalidForm,
    InvalidInput,
    NoManager,
    NoSuchChoice,
    NotAllowed,
    OrderNotEnded,
    PaymentMissing,
    PaymentTooLarge,
    PriceChanged,
    RefundTooLarge,
    Refusal,
    StoreUnavailable,
)
from olvery_tui.domain.events import EventKind, EventLine
from olvery_tui.domain.filters import OrderFilter
from olvery_tui.domain.orders import (
    REASON_MAX,
    OrderDetails,
    OrderDraft,
    OrderRow,
    Payment,
    completes_early,
    goes_back,
    needs_payment,
    takes_payment,
)
from olvery_tui.domain.payments import RECEIPT_MAX, check_amount, given_back
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.domain.text import clean
from olvery_tui.domain.undo import Change
from olvery_tui.store.audit import following, history
from olvery_tui.store.catalogue import offers
from olvery_tui.store.database import locks
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.orders import details, order_writes, orders
from olvery_tui.store.orders.payments import NewPayment

Progress = Callable[[int, int], None]
"""Is told how many are done, and of how many."""

_READ_AT_ONCE = 200
"""Orders that are read whole by one question."""


class Orders(Listed[OrderFilter, OrderDetails, OrderRow]):
    """The list and the order's form.

    Every method may raise `StoreUnavailable`, and every change `NoManager` and `NoSuchOrder`; then
    nothing was changed.
    """

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context, "orders", orders.LIST, details.load_many, following.orders)

    def get(self, number: int) -> OrderDetails:
        """An order, whole. Raises `NoSuchOrder`."""
        with self._context.reading() as session:
            return find_order(session, number, self._context.now())

    def numbered(self, numbers: Sequence[int]) -> tuple[OrderDetails, ...]:
        """These orders, whole, in their order; without those that are not there."""
        now = self._context.now()
        with self._context.reading() as session:
            return tuple(
                order
                for start in range(0, len(numbers), _READ_AT_ONCE)
                for order in details.load_many(
                    session, numbers[start : start + _READ_AT_ONCE], now=now
                )
            )

    def history(self, number: int) -> tuple[EventLine, ...]:
        """Who did what with an order and its tickets when, newest first. Raises `NoSuchOrder`."""
        with self._context.reading() as session:
            find_order(session, number, self._context.now())
            return history.of_order(session, number)

    def overdue(self, limit: int) -> tuple[int, ...]:
        """The orders that are «Время истекло», those that ended longest ago first."""
        with self._context.reading() as session:
            return orders.overdue(session, self._context.now(), limit)

    def of_tickets(self, numbers: Collection[int]) -> dict[int, int]:
        """The order that each of these tickets is of; without those that are not there."""
        with self._context.reading() as session:
            return orders.of_tickets(session, numbers)

    def create(self, draft: OrderDraft) -> OrderDetails:
        """Make an order with a ticket for each workplace; the customer is the tickets' visitor.

        Either all of it is saved, or nothing.

        Raises:
            InvalidForm: with everything that is wrong, see `ordering.problems`.
            PersonExists: somebody has the phone or email of the new customer by now.
            PriceChanged: the manager has seen another price than the present one.
            NoSuchChoice: `service`, `person`, `tariff`, `variant`, `modifier` or `workplace`.
            SeatTaken: naming the first workplace that another ticket has.
        """
        zone = self._context.location().zone
        try:
            with self._context.writing() as transaction:
                session = transaction.session
                locks.acquire(session, locks.AdvisoryLock.SEATS)
                service = offers.service(session, draft.service_id)
                if service is None:
                    raise NoSuchChoice(ChoiceCode.SERVICE)
                problems = ordering.problems(draft, service, zone)
                if problems:
                    raise InvalidForm(problems)
                price = ordering.price(draft, service, zone)
                if draft.price is None and draft.proposed_price not in (None, price):
                    currency = ordering.chosen_tariff(draft, service).currency
                    raise PriceChanged(price, currency)
                customer = chosen_person(transaction, draft.customer)
                if draft.visitor is not None:
                    chosen_person(transaction, draft.visitor)
                now = transaction.now()
                booking.refuse_if_taken(session, draft, now)
                new = booking.new_order(session, draft, customer.id, service, zone, now)
                order_writes.add(session, new)
                lines = booking.creation(new, transaction.actor)
                return transaction.record_order(EventKind.ORDER_CREATED, new.number, now, lines)
        except SeatConflict:  # the database has the last word; nothing is kept
            with self._context.reading() as session:
                booking.refuse_if_taken(session, draft, self._context.now())
            raise

    def set_status(
        self,
        seen: OrderDetails,
        to: OrderStatus,
        *,
        payment: Payment | None = None,
        reason: str = "",
        early: bool = False,
    ) -> OrderDetails:
        """Bring an order to its next status, its tickets and their seats with it.

        Cancelling gives the seats back (`seats.give_back`), and restoring a cancelled order takes
        them from now on. When the order is confirmed or completed, the `payment` is of what is not
        paid yet; when it becomes «Выполнен возврат», what is paid goes back as it came. `early`
        permits to complete it before its last ticket has ended.

        Raises:
            OrderChangedMeanwhile: the order is not as it was on the screen.
            ForbiddenTransition: `to` may not follow.
            OrderNotEnded: it would be completed early, which was not permitted.
            PaymentMissing: the order costs something and is not paid.
            SeatsTaken: it is to be restored, but others have its seats by now.
            InvalidForm: `reason` too long; `paid_at` in time to come; `payment` where there is
                none to record.
        """
        reason = clean(reason)
        _check_words(to, payment, reason, self._context.now())
        with self._context.command(
            EventKind.ORDER_MOVE_REFUSED, {"to": to.value}, order=seen.number
        ) as transaction:
            if goes_back(seen.status, to):
                locks.acquire(transaction.session, locks.AdvisoryLock.SEATS)
            order, now = _unchanged(transaction, seen), transaction.now()
            possible = order.possible_next
            if to not in possible:
                paid = order.paid > 0
                raise ForbiddenTransition(order.number, order.status, to, paid, possible)
            if order.ends_at and completes_early(to, order.ends_at, now) and not early:
                raise OrderNotEnded(order.number, order.ends_at)
            if payment is None and needs_payment(order.status, to, order.price, order.paid):
                raise PaymentMissing(order.number)
            money: list[NewPayment] = []
            if payment is not None and order.unpaid:
                share, at = (payment.kind, order.unpaid), payment.paid_at
                money = payments.lines(transaction, order, [share], at, clean(payment.receipt))
            elif to is OrderStatus.REFUNDED:
                shares = given_back(order.payments, order.paid)
                money = payments.lines(transaction, order, shares, now)
            data, kind = _moved(order, to, payment, reason), payment.kind if payment else None
            return order_moves.move(transaction, order, to, now, data, kind, money)

    def pay(
        self, seen: OrderDetails, amount: Decimal, kind: PaymentKind, receipt: str = ""
    ) -> OrderDetails:
        """Take money for what an order owes, all of it or a part.

        Raises:
            InvalidForm: see `check_amount`.
            OrderChangedMeanwhile: the order is not as it was on the screen.
            PaymentTooLarge: it does not owe so much; nothing before it is confirmed.
        """
        check_amount(amount, clean(receipt))
        with self._context.command(EventKind.PAYMENT_REFUSED, order=seen.number) as transaction:
            order = _unchanged(transaction, seen)
            if amount > order.owed:
                raise PaymentTooLarge(order.number, order.owed, order.currency)
            paid, share = EventKind.ORDER_PAID, (kind, amount)
            return payments.record(transaction, order, paid, [share], clean(receipt))

    def refund(
        self, seen: OrderDetails, amount: Decimal, kind: PaymentKind, receipt: str = ""
    ) -> OrderDetails:
        """Give back what was paid for an order, all of it or a part; raises as `pay`.

        Raises:
            RefundTooLarge: so much was not paid, or is given back already.
        """
        check_amount(amount, clean(receipt))
        with self._context.command(EventKind.REFUND_REFUSED, order=seen.number) as transaction:
            order = _unchanged(transaction, seen)
            if amount > order.paid:
                raise RefundTooLarge(order.number, order.paid, order.currency)
            refunded, share = EventKind.ORDER_REFUNDED, (kind, -amount)
            return payments.record(transaction, order, refunded, [share], clean(receipt))

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

        The `payment` is recorded only with orders that need one, not with those that are free of
        charge or paid already. Completed and cancelled orders are refused: they are reopened one by
        one. Orders in `early` may be completed before they have ended. `stopped` is asked before
        each order; those that were not reached have no outcome. If the database goes away in the
        middle, the last outcome says so.

        Raises:
            InvalidForm: see `set_status`; nothing was changed.
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
                done += self._context.last_changes
                self._context.last_changes = tuple(done)
            if on_progress is not None:
                on_progress(len(outcomes), len(numbers))
        return tuple(outcomes)

    def _one_of_many(
        self, number: int, to: OrderStatus, payment: Payment | None, reason: str, early: bool
    ) -> ManyOutcome:
        try:
            order = self.get(number)
            if goes_back(order.status, to):
                possible = tuple(one for one in order.possible_next if one is not to)
                with self._context.recording_refusals(
                    EventKind.ORDER_MOVE_REFUSED, {"to": to.value}, order=number
                ):
                    raise ForbiddenTransition(number, order.status, to, order.paid > 0, possible)
            if not needs_payment(order.status, to, order.price, order.paid):
                payment = None
            self.set_status(order, to, payment=payment, reason=reason, early=early)
        except (NoManager, NotAllowed):  # true of all of them
            raise
        except Refusal as refusal:
            return ManyOutcome(number, refusal)
        return ManyOutcome(number)


def _unchanged(transaction: Transaction, seen: OrderDetails) -> OrderDetails:
    """Lock an order that has to be as it was seen."""
    order = transaction.locked_order(seen.number)
    if order.version != seen.version:
        raise transaction.order_changed(order)
    return order


def _check_words(to: OrderStatus, payment: Payment | None, reason: str, now: datetime) -> None:
    problems = []
    if len(reason) > REASON_MAX:
        problems.append(InvalidInput("reason", InputCode.TOO_LONG, {"limit": REASON_MAX}))
    if payment is not None and not takes_payment(to):
        problems.append(InvalidInput("payment", InputCode.NO_PAYMENT_HERE))
    elif payment is not None and payment.paid_at > now:
        problems.append(InvalidInput("paid_at", InputCode.IN_FUTURE))
    if payment is not None and len(clean(payment.receipt)) > RECEIPT_MAX:
        problems.append(InvalidInput("receipt", InputCode.TOO_LONG, {"limit": RECEIPT_MAX}))
    if problems:
        raise InvalidForm(tuple(problems))


def _moved(
    order: OrderDetails, to: OrderStatus, payment: Payment | None, reason: str
) -> dict[str, object]:
    data: dict[str, object] = {"from": order.status.value, "to": to.value}
    if reason:
        data["reason"] = reason
    if payment is not None and order.unpaid:
        data |= {"paid_at": payment.paid_at.isoformat(), "paid_before": None}
    if payment is not None:
        data |= {"payment": payment.kind.value, "payment_before": order.payment_kind.value}
    return data
