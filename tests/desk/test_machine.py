"""A desk for as long as Hypothesis likes: managers, orders, workers and a clock that jumps.

Beside the real database stands a small honest model of it. After every step the two agree, and
what may never happen has not happened.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from olvery_tui import status_worker
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.catalogue import PaymentKind, TariffUnit
from olvery_tui.domain.closings import FOREVER, ClosingDraft, moves_of
from olvery_tui.domain.conflicts import (
    AlreadyValidated,
    ChangedMeanwhile,
    NotValidated,
    OrderChangedMeanwhile,
    PlacesHeld,
    ShiftChangedMeanwhile,
)
from olvery_tui.domain.errors import (
    ChangedSince,
    ForbiddenTransition,
    InvalidForm,
    NoSuchChoice,
    OrderNotEnded,
    PaymentMissing,
    PaymentTooLarge,
    PeriodEnded,
    PeriodNotBegun,
    RefundTooLarge,
    Refusal,
    SeatsTaken,
    SeatTaken,
    StoreCode,
    StoreUnavailable,
    UndoExpired,
    UndoImpossible,
    WrongStatus,
)
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.orders import (
    OrderDetails,
    OrderDraft,
    Payment,
    goes_back,
    possible_next,
    takes_payment,
)
from olvery_tui.domain.period_changes import PeriodDraft
from olvery_tui.domain.periods import DAY, Period, PeriodKind
from olvery_tui.domain.pricing import units
from olvery_tui.domain.shifts import Shift, ShiftSummary
from olvery_tui.domain.statuses import (
    VALIDATION_STATUSES,
    VISITOR_STATUSES,
    WORKPLACE_STATUSES,
    OrderStatus,
    TicketStatus,
    moves_at,
    ticket_status,
)
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.domain.undo import OF_ORDERS, OF_PLACES, UNDO_FOR
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store.audit import checks
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from tests.databases import Databases
from tests.desk.making import (
    AS_ANNA,
    AS_BORIS,
    FLOOR,
    HOUR,
    IVAN,
    MARIA,
    MOSCOW,
    NOW,
    PEOPLE,
    ROOF_SEAT,
    ROOF_SEATS,
    SEATS,
    TABLES,
    add_ticket,
    fill,
    hours,
    overlaps,
)
from tests.desk.model import Known, KnownOrder, KnownShift, Model

ORDERS = st.sampled_from([*[OrderStatus.CONFIRMED, OrderStatus.COMPLETED] * 4, *OrderStatus])
"""Every status, most often those that time moves."""

HALVES = st.integers(-4, 6).map(lambda halves: halves / 2)
"""Hours after `NOW` in steps of half an hour, so that boundaries and the clock often meet."""

TICKET = ORDER = st.integers(0, 4)
"""Which of them, counted from the newest; the same one again where there are fewer."""

LIKELY = st.sampled_from([True, True, True, False])
"""Whether it is one of those that something can be done with, where there are any."""


@dataclass
class How:
    """How a manager changes a ticket: one of those that something can be done with, if `likely`;
    with `back` it is taken back at once.
    """

    which: int
    fresh: bool
    likely: bool
    desk: int
    back: bool


CANCELS = (OrderStatus.CANCELLED, OrderStatus.REFUND_IN_PROGRESS)
"""What an order becomes with its last ticket."""

PAYS = st.sampled_from([True, True, False])

KINDS = st.sampled_from(PaymentKind)
PARTS = st.sampled_from([None, None, Decimal("0.01"), Decimal(300), Decimal(1000), Decimal(0)])
"""An amount; None is all that is owed, or paid."""

FRESH = st.sampled_from([True, True, False])
"""Whether the manager looks at the ticket anew before pressing the key."""

MONTH_PRICE = Decimal(7000)

DESK = st.integers(0, 1)

HOW = st.builds(How, which=TICKET, fresh=FRESH, likely=LIKELY, desk=DESK, back=st.booleans())
"""One argument instead of five: rules with fewer arguments were seen to come far more often."""
INSTANT = timedelta(microseconds=1)
SITE = PaymentKind.ON_SITE

Fits = Callable[[int, Known], object]
"""Whether a ticket, of a number, fits."""


@dataclass
class Done:
    """What a desk did last. `before` is what there is to put back, `touches` as the model tells it
    right after.
    """

    kind: EventKind
    number: int
    at: datetime
    before: tuple[Any, ...]
    touches: tuple[int, ...]


def with_months(store: Store) -> None:
    fill(store, MONTH_PRICE)


class DeskMachine(RuleBasedStateMachine):
    """Everything that may happen to some tickets on four seats."""

    engine = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self._databases = Databases(self.engine)
        self.store = open_database(self._databases.new(with_months))
        self.clock = FrozenClock(NOW)
        self.desks = [Desk(self.store, self.clock, actor) for actor in (AS_ANNA, AS_BORIS)]
        self.model = Model()
        self.screens: dict[int, TicketDetails] = {}
        self.forms: dict[int, OrderDetails] = {}
        self.done: dict[int, list[Done]] = {}
        self.shifts: dict[int, Shift | None] = {}

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def teardown(self) -> None:
        try:
            # What a cancelled ticket has used up is in the past, wherever the clock was set to.
            self.clock.move_to(NOW + 12 * HOUR)
            self.a_worker_runs()
            # A clock that is set back is told of, and nothing else is.
            found = checks.check(self.store, self.now)
            assert [one for one in found if one.code != "trail_time"] == []
        finally:
            self.store.close()
            self._databases.close()

    # ── Orders and time ──────────────────────────────────────────────────────────────────────────

    @initialize(
        orders=st.lists(ORDERS, min_size=3, max_size=4),
        starts=st.lists(HALVES, min_size=4, max_size=4),
        seats=st.permutations(SEATS),
        paid=PAYS,
        month=st.sampled_from([-28, -25, 1, 3]),
    )
    def the_day_begins(self, orders, starts, seats, paid, month):
        """With single tickets in any status, an order of two or three, and a month ticket."""
        first = NOW.astimezone(MOSCOW).date() + month * DAY
        of_month = Period.daily(first, first + 29 * DAY, MOSCOW)
        self._order_comes(OrderStatus.CONFIRMED, of_month, ROOF_SEAT, IVAN)
        self.somebody_books(starts[0], 3, seats[: len(orders) - 1], MARIA, SITE, None, 0)
        if paid:
            self._confirm(max(self.model.orders))
        for order, start, seat in zip(orders, starts, reversed(seats), strict=False):
            self._order_comes(order, hours(start, start + 3), seat, MARIA)

    def _confirm(self, number):
        orders, payment = self.desks[0].orders, Payment(self.now, PaymentKind.ONLINE)
        orders.set_status(orders.get(number), OrderStatus.CONFIRMED, payment=payment)
        self._is_moved(number, OrderStatus.CONFIRMED, payment)

    def _order_comes(self, order, period, seat, visitor):
        """One that was there before, in any status."""
        if self.model.in_the_way(seat, *_ends(period)):
            return
        number = len(self.model.tickets) + 1
        add_ticket(
            self.store,
            number,
            order=order,
            period=period,
            seat=seat,
            visitor=visitor,
            now=self.now,
        )
        status = ticket_status(order, period, self.now)
        known = KnownOrder(order, price=Decimal(600), tickets=[number])
        self.model.orders[1000 + number] = known
        held = [] if status is TicketStatus.CANCELLED else [(seat, *_ends(period))]
        self._ticket_is_known(number, known, period, seat, visitor, status, held)

    def _ticket_is_known(self, number, order, period, seat, visitor, status, held, unit_price=200):
        ticket = Known(order, period, seat, visitor, status, held, Decimal(unit_price))
        self.model.tickets[number] = ticket

    @rule(
        start=HALVES,
        length=st.sampled_from([1, 1.5, 3]),
        seats=st.lists(st.sampled_from(SEATS), min_size=1, max_size=3, unique=True),
        visitor=st.sampled_from([*PEOPLE]),
        kind=st.sampled_from(PaymentKind),
        price=st.none() | st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("1250.50")]),
        desk=DESK,
    )
    def somebody_books(self, start, length, seats, visitor, kind, price, desk):
        period = hours(start, start + length)
        asked = _asked(period, self.now)
        draft = OrderDraft(
            visitor, FLOOR, FLOOR, period, tuple(seats), payment_kind=kind, price=price
        )
        taken = [seat for seat in seats if self.model.in_the_way(seat, *asked)]
        shown = self.desks[desk].catalogue.free_places(FLOOR, period)
        assert [
            one.workplace_id for one in shown if one.workplace_id in seats and not one.free
        ] == (sorted(taken))
        if taken:
            with pytest.raises(SeatTaken):
                self.desks[desk].orders.create(draft)
            return
        card = self.desks[desk].orders.create(draft)
        cost = Decimal(200) * Decimal(length) * len(seats) if price is None else price
        self._is_booked(desk, card, period, seats, visitor, kind, cost)

    def _is_booked(self, desk, card, period, seats, visitor, kind, cost, unit_price=200):
        status = OrderStatus.AWAITING_INVOICE if kind is PaymentKind.INVOICE else OrderStatus.NEW
        numbers = [max(self.model.tickets) + nth for nth in range(1, len(seats) + 1)]
        order = KnownOrder(status, cost, kind, tickets=numbers)
        assert card.number == max(self.model.orders) + 1
        assert [row.number for row in card.tickets] == numbers
        self.model.orders[card.number] = order
        for number, seat in zip(numbers, seats, strict=True):
            held = [(seat, *_asked(period, self.now))]
            self._ticket_is_known(
                number, order, period, seat, visitor, TicketStatus.NEW, held, unit_price
            )
        self._remember(desk, EventKind.ORDER_CREATED, card.number, OrderStatus.CANCELLED)

    @rule(
        which=ORDER,
        likely=st.none() | st.integers(0, 3),
        to=ORDERS,
        fresh=FRESH,
        pays=PAYS,
        early=st.booleans(),
    )
    def an_order_moves(self, which, likely, to, fresh, pays, early):
        """To a status that may follow, or to any."""
        number, order, seen = self._open(which, fresh)
        paid = order.paid > 0
        possible = possible_next(order.status, order.kind, paid=paid, previous=order.previous)
        if likely is not None and possible:
            to = possible[likely % len(possible)]
        payment = Payment(self.now, PaymentKind.ONLINE) if pays and takes_payment(to) else None
        expected = self._first(
            (OrderChangedMeanwhile, seen.version != order.version),
            (ForbiddenTransition, to not in possible),
            (
                OrderNotEnded,
                to is OrderStatus.COMPLETED
                and not early
                and any(self.model.tickets[one].period.ends_at > self.now for one in order.tickets),
            ),
            (
                PaymentMissing,
                to is OrderStatus.CONFIRMED
                and order.unpaid > 0
                and payment is None
                and not goes_back(order.status, to),
            ),
            (SeatsTaken, goes_back(order.status, to) and self._can_not_sit(order)),
        )
        refusal = answer = None
        try:
            answer = self.desks[0].orders.set_status(seen, to, payment=payment, early=early)
        except Refusal as error:
            refusal = error
        assert (None if refusal is None else type(refusal)) is expected
        told = getattr(refusal, "current", answer)
        assert told is None or told == self.desks[0].orders.get(number)
        if refusal is not None:
            order.refusals += 1
            return
        self._is_moved(number, to, payment)

    def _is_moved(self, number, to, payment):
        order = self.model.orders[number]
        before = (order.status, len(order.lines), order.kind)
        self._follows(order, to)
        if payment is not None:
            if order.unpaid:
                order.lines.append((payment.kind, order.unpaid))
            order.kind = payment.kind
        elif to is OrderStatus.REFUNDED:
            order.give_back()
        self._remember(0, EventKind.ORDER_MOVED, number, *before)

    @rule(which=ORDER, fresh=FRESH, desk=DESK, kind=KINDS, part=PARTS)
    def a_manager_takes_money(self, which, fresh, desk, kind, part):
        number, order, seen = self._open(which, fresh)
        owed = order.unpaid if order.status.is_confirmed else Decimal(0)
        amount = owed if part is None else part
        expected = self._first(
            (InvalidForm, amount <= 0),
            (OrderChangedMeanwhile, seen.version != order.version),
            (PaymentTooLarge, amount > owed),
        )
        self._pays(expected, EventKind.ORDER_PAID, number, seen, desk, (kind, amount))

    @rule(which=ORDER, fresh=FRESH, desk=DESK, kind=KINDS, part=PARTS)
    def a_manager_gives_money_back(self, which, fresh, desk, kind, part):
        number, order, seen = self._open(which, fresh)
        amount = order.paid if part is None else part
        expected = self._first(
            (InvalidForm, amount <= 0),
            (OrderChangedMeanwhile, seen.version != order.version),
            (RefundTooLarge, amount > order.paid),
        )
        self._pays(expected, EventKind.ORDER_REFUNDED, number, seen, desk, (kind, -amount))

    def _pays(self, expected, kind, number, seen, desk, line):
        orders, order = self.desks[desk].orders, self.model.orders[number]
        command = orders.pay if kind is EventKind.ORDER_PAID else orders.refund
        refusal = answer = None
        try:
            answer = command(seen, abs(line[1]), line[0])
        except (Refusal, InvalidForm) as error:
            refusal = error
        assert (None if refusal is None else type(refusal)) is expected
        told = getattr(refusal, "current", answer)
        assert told is None or told == orders.get(number)
        if refusal is not None:
            order.refusals += isinstance(refusal, Refusal)
            return
        before = (order.status, len(order.lines), order.kind)
        order.lines.append(line)
        order.touch()
        self._remember(desk, kind, number, *before)

    @rule(desk=DESK, fresh=FRESH)
    def a_manager_opens_a_shift(self, desk, fresh):
        """Whoever forgot to close the one before closes it by that."""
        seen, last = self._shift(desk, fresh)
        if not last.is_as(seen):
            with pytest.raises(ShiftChangedMeanwhile):
                self.desks[desk].shifts.open(seen)
            return
        opened = self.desks[desk].shifts.open(seen)
        forgotten = opened.forgotten and opened.forgotten.id
        assert forgotten == (last.number if last.closed is None else None)
        if forgotten:
            last.closed, last.forgotten = max(self.now, last.opened + INSTANT), True
        begins = max(self.now, last.closed)
        self.done[desk] = []  # nothing older is undone in its place
        self.model.shifts.append(KnownShift(desk + 1, opened.shift.id, begins))

    @rule(desk=DESK, fresh=FRESH, note=st.sampled_from(["", "Ключ у охраны"]))
    def a_manager_closes_a_shift(self, desk, fresh, note):
        """What it has brought is what the payments say."""
        seen, last = self._shift(desk, fresh)
        if seen is None:
            return
        if last.closed is not None or not last.is_as(seen):
            with pytest.raises(ShiftChangedMeanwhile):
                self.desks[desk].shifts.close(seen, note)
            return
        summary = self.desks[desk].shifts.close(seen, note)
        last.closed, last.note = max(self.now, last.opened) + INSTANT, note
        self.done[desk] = []
        assert _sums(summary) == self._lines_of(last)

    @rule(desk=DESK)
    def a_manager_looks_at_a_shift_and_reads_the_notes(self, desk):
        summary = self.desks[desk].shifts.latest()
        last = self.model.shift(desk + 1)
        assert last.is_as(summary and summary.shift)
        if summary is not None:
            assert _sums(summary) == self._lines_of(last)
        unread = [one for one in self.model.shifts if one.note and not one.is_read]
        found = [one.id for one in self.desks[desk].shifts.notes()]
        assert found == [one.number for one in reversed(unread)][:5]
        if found:
            self.desks[desk].shifts.read_notes(found)
        for one in unread[-5:]:
            one.is_read = True

    def _shift(self, desk, fresh):
        """A manager's last shift as it was seen, and as the model knows it."""
        if fresh or desk not in self.shifts:
            summary = self.desks[desk].shifts.latest()
            self.shifts[desk] = summary and summary.shift
        return self.shifts[desk], self.model.shift(desk + 1)

    def _lines_of(self, shift):
        """What a manager took and gave back between the two moments of a shift, by kind."""
        until, sums = shift.closed or self.now + INSTANT, {}
        for lines in self._grouped("payment", "id", "order_number").values():
            for line in lines:
                if line.manager_id == shift.manager and shift.opened <= line.at < until:
                    paid, refunded = sums.get(line.kind, (0, 0))
                    sums[line.kind] = (
                        paid + max(line.amount, 0),
                        refunded - min(line.amount, 0),
                    )
        return sums

    def _can_not_sit(self, order):
        return order.status.is_cancelled and self.model.lost_seats(order, self.now)

    def _follows(self, order, to):
        for ticket in order.tickets:
            self.model.tickets[ticket].follow(to, self.now)
        order.move(to)

    @rule(on=st.booleans(), desk=DESK)
    def the_location_changes_its_mind(self, on, desk):
        """Whether orders complete themselves."""
        seen = self.desks[desk].settings.get()
        found = self.desks[desk].settings.change(seen, replace(seen, auto_complete_orders=on))
        assert found.auto_complete_orders is on
        if found != seen:
            self.done[desk] = []
        self.model.completes_itself = on

    @rule(to=HALVES, halves=st.none() | st.integers(1, 3))
    def the_clock_moves(self, to, halves):
        """On by some half hours, or to any time of the day."""
        self.clock.move_to(self.now + halves * HOUR / 2 if halves else NOW + to * HOUR)

    # ── Workers ──────────────────────────────────────────────────────────────────────────────────

    @rule()
    def a_worker_runs(self):
        moved = StatusWorker(self.store, self.clock).run_pass()

        assert moved == self.model.time_passes(self.now)
        self._all_is_right()

    @rule()
    def two_workers_run_at_once(self):
        counts: list[int] = []
        start = threading.Barrier(2)

        def work() -> None:
            worker = StatusWorker(self.store, self.clock)
            start.wait()
            counts.append(worker.run_pass())

        with patch.object(status_worker, "CHUNK", 2), patch.object(status_worker, "ORDERS", 1):
            threads = [threading.Thread(target=work) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        assert len(counts) == 2
        assert sum(counts) == self.model.time_passes(self.now)
        self._all_is_right()

    @rule(chunks=st.integers(0, 2))
    def the_database_goes_away_while_a_worker_runs(self, chunks):
        writing = self.store.writing
        left = [None] * chunks

        def breaks():
            if not left:
                raise StoreUnavailable(StoreCode.LOST)
            left.pop()
            return writing()

        with (
            patch.object(status_worker, "CHUNK", 1),
            patch.object(status_worker, "ORDERS", 1),
            patch.object(self.store, "writing", breaks),
        ):
            try:
                StatusWorker(self.store, self.clock).run_pass()
                stopped = False
            except StoreUnavailable:
                stopped = True

        # Which tickets came first is the worker's business; each is moved whole or not at all, and
        # no order completes itself before all of them have been.
        rows, orders = self._rows("ticket"), self._rows("orders")
        completed = [
            order
            for number, order in self.model.orders.items()
            if orders[number].status != order.status.value
        ]
        caught_up = [
            ticket.catch_up(self.now)
            for number, ticket in self.model.tickets.items()
            if completed or rows[number].status != ticket.status.value
        ]
        assert all(caught_up) or completed
        for order in completed:
            self.model.complete(order, self.now)
        assert sum(caught_up) + len(completed) == chunks - len(left)
        if not stopped:
            self._all_is_right()

    # ── Managers ─────────────────────────────────────────────────────────────────────────────────

    @rule(which=TICKET, fresh=FRESH, desk=DESK, reset=st.booleans())
    def a_manager_checks_the_visitor(self, which, fresh, desk, reset):
        """Or takes the check back."""
        number, ticket, seen = self._look(which, fresh)
        if reset:
            self._reset(number, ticket, seen, desk)
            return
        expected = self._first(
            (AlreadyValidated, ticket.validated is not None),
            (WrongStatus, ticket.right(self.now) not in VALIDATION_STATUSES),
            (ChangedMeanwhile, seen.visitor.id != ticket.visitor),
        )
        if self._does(number, expected, self.desks[desk].tickets.validate, seen):
            ticket.validated = (self.now, desk + 1)
            self._remember(desk, EventKind.TICKET_VALIDATED, number)

    def _reset(self, number, ticket, seen, desk):
        check = (
            None
            if seen.validated_at is None or seen.validated_by is None
            else (seen.validated_at, seen.validated_by.id)
        )
        expected = self._first(
            (NotValidated, check is None and ticket.validated is None),
            (ChangedMeanwhile, check != ticket.validated),
            (WrongStatus, ticket.right(self.now) not in VALIDATION_STATUSES),
        )
        if self._does(number, expected, self.desks[desk].tickets.reset_validation, seen):
            self._remember(desk, EventKind.VALIDATION_RESET, number, ticket.validated)
            ticket.validated = None

    @rule(which=TICKET, fresh=FRESH, desk=DESK, person=st.sampled_from([*PEOPLE, *PEOPLE, 404]))
    def a_manager_changes_the_visitor(self, which, fresh, desk, person):
        number, ticket, seen = self._look(which, fresh)
        expected = self._first(
            (NoSuchChoice, person not in PEOPLE),
            (WrongStatus, ticket.right(self.now) not in VISITOR_STATUSES),
            (ChangedMeanwhile, seen.version != ticket.version),
        )
        same = person == ticket.visitor
        if self._does(
            number,
            expected,
            self.desks[desk].tickets.change_visitor,
            seen,
            person,
            changes=not same,
        ):
            if not same:
                before = (ticket.visitor, ticket.validated)
                self._remember(desk, EventKind.VISITOR_CHANGED, number, *before)
            ticket.visitor = person
            ticket.validated = ticket.validated if same else None

    @rule(which=TICKET, fresh=FRESH, desk=DESK, seat=st.sampled_from([*SEATS, *SEATS, *ROOF_SEATS]))
    def a_manager_changes_the_workplace(self, which, fresh, desk, seat):
        number, ticket, seen = self._look(which, fresh)
        start, end = _ends(ticket.period)
        since = max(self.now, start)
        expected = self._first(
            (WrongStatus, ticket.right(self.now) not in WORKPLACE_STATUSES),
            (ChangedMeanwhile, seen.version != ticket.version),
            (NoSuchChoice, (seat in SEATS) is not (ticket.seat in SEATS)),
            (None, seat == ticket.seat),
            (PeriodEnded, since >= end),
            (SeatTaken, self.model.in_the_way(seat, since, end, number)),
        )
        same = seat == ticket.seat
        if (
            self._does(
                number,
                expected,
                self.desks[desk].tickets.change_workplace,
                seen,
                seat,
                changes=not same,
            )
            and not same
        ):
            self._remember(desk, EventKind.WORKPLACE_CHANGED, number, ticket.seat)
            self._sits(ticket, seat)

    def _sits(self, ticket, seat):
        since = max(self.now, ticket.period.starts_at)
        ticket.seat = seat
        ticket.release(since)
        ticket.hold(seat, since)

    @rule(
        which=TICKET,
        fresh=FRESH,
        desk=DESK,
        halves=st.none() | st.integers(-4, 6),
        back=st.booleans(),
    )
    def a_manager_changes_the_end(self, which, fresh, desk, halves, back):
        """By some half hours; None: the visitor leaves now."""
        number, ticket, seen = self._look(which, fresh)
        after = None if halves is None else _moved(ticket.period, 0, halves)
        if halves is None or after is not None:
            self._changes_period(number, seen, desk, after, back)

    @rule(
        how=HOW,
        by=st.tuples(st.sampled_from([-3, -1, 1, 3]), st.sampled_from([0, 0, -1, 1])),
        place=st.none() | st.sampled_from([*SEATS, ROOF_SEAT]),
        is_on_two=st.booleans(),
    )
    def a_manager_moves_a_booking(self, how, by, place, is_on_two):
        """To another time, while it has not begun, and maybe to another place; also one that would
        have gone on elsewhere.
        """

        def fits(number, ticket):
            is_to_come = self._is_open(ticket) and self.now < ticket.period.starts_at
            return is_to_come and len(ticket.pieces) > is_on_two

        if how.likely and is_on_two and not self._fitting(fits):
            self._books_behind(how.desk, begun=False)
            self._goes_on_elsewhere(How(0, True, True, how.desk, False), 2, 1)
        number, ticket, seen = self._look_for(how, fits)
        after = _moved(ticket.period, *by)
        if after is not None:
            self._changes_period(number, seen, how.desk, after, how.back, place=place)

    @rule(how=HOW, by=st.tuples(st.integers(1, 6), st.integers(0, 3)))
    def a_ticket_goes_on_elsewhere(self, how, by):
        """It gets longer than its own place is free; from then on it has another one."""
        self._goes_on_elsewhere(how, *by)

    def _goes_on_elsewhere(self, how, halves, then):
        def taken(number, ticket):
            after = _moved(ticket.period, 0, halves)
            if self._is_open(ticket) and after.ends_at >= self.now:
                return self._taken_since(number, after)
            return None

        if how.likely and not self._fitting(taken):
            self._books_behind(how.desk)
        number, ticket, seen = self._look_for(how, taken)
        after, since, places = _moved(ticket.period, 0, halves), taken(number, ticket), SEATS
        if how.likely and since is not None:
            free = [one for one in SEATS if not self._is_taken(one, since, after, number)]
            places = free or SEATS
        self._changes_period(number, seen, how.desk, after, how.back, places[then % len(places)])

    def _books_two(self, desk):
        """So that there is an order of several tickets."""
        start = (self.now - NOW) / HOUR + 0.5
        free = [one for one in SEATS if not self._is_taken(one, self.now, hours(start, start + 1))]
        if len(free) > 1:
            self.somebody_books(start, 1, free[:2], IVAN, SITE, None, desk)

    def _books_behind(self, desk, *, begun=True):
        """So that there is a ticket whose place is taken after it; one that is to come if not
        `begun`.
        """
        for ticket in reversed(self.model.tickets.values()):
            seat, end = ticket.seat, ticket.period.ends_at
            start = (end - NOW) / HOUR
            is_free = not self._is_taken(seat, end, hours(start, start + 1))
            is_to_come = (ticket.period.ends_at if begun else ticket.period.starts_at) > self.now
            if self._is_open(ticket) and seat in SEATS and is_to_come and is_free:
                self.somebody_books(start, 1, [seat], IVAN, SITE, None, desk)
                return

    def _is_taken(self, seat, since, period, number=0):
        return self.model.in_the_way(seat, since, period.ends_at, number)

    def _taken_since(self, number, after, place=None):
        """Since when the place that a ticket would have in another period is taken; or None."""
        ticket = self.model.tickets[number]
        if not ticket.pieces:
            return None
        seat, since = ticket.goes_on(after, self.now, place)
        if since >= after.ends_at or not self._is_taken(seat, since, after, number):
            return None
        return self.model.taken_since(seat, since, after.ends_at, number)

    def _changes_period(self, number, seen, desk, after, back, then=None, place=None):
        """To `after`, or None: the visitor leaves now. It goes to `place`; where that, or its own,
        is taken, it goes on at `then`.
        """
        ticket, periods = self.model.tickets[number], self.desks[desk].periods
        before, place = ticket.period, None if place == ticket.seat else place
        rules = [
            (ChangedMeanwhile, seen.version != ticket.version),
            (WrongStatus, not self._is_open(ticket)),
        ]
        if after is None:
            rules += [
                (PeriodEnded, self.now >= before.ends_at),
                (PeriodNotBegun, self.now <= before.starts_at),
            ]
            command, arguments = periods.leave_early, (seen,)
            after = replace(before, ends_at=max(self.now, before.starts_at + INSTANT))
        else:
            has_begun = after.starts_at != before.starts_at and self.now >= before.starts_at
            days = after.days(MOSCOW)
            too_long = after.kind is PeriodKind.HOURLY and days[0] != days[1]
            rules.append((InvalidForm, has_begun or after.ends_at < self.now or too_long))
            draft = PeriodDraft(after, None, place, {} if then is None else {number: then})
            command, arguments = periods.change_period, (seen, draft)
        same, goes_on = after == before and place is None, None
        since = self._taken_since(number, after, place)
        bare = ticket.keeps(after, place) and ticket.would_be_bare(after.ends_at, self.now)
        rules += [
            (InvalidForm, bare and not same),
            (NoSuchChoice, place is not None and (place in SEATS) is not (ticket.seat in SEATS)),
        ]
        if since is not None and not same:
            elsewhere = then is not None and (then in SEATS) is (ticket.seat in SEATS)
            rules += [
                (NoSuchChoice, then is not None and not elsewhere),
                (SeatTaken, then is None or self._is_taken(then, since, after, number)),
            ]
            goes_on = (then, since)
        if not self._does(number, self._first(*rules), command, *arguments, changes=False) or same:
            return
        more, seat = ticket.surcharge(after), ticket.seat
        ticket.change(after, self.now, place, goes_on)
        ticket.order.price += more
        ticket.order.touch()
        # Taken back it has the place that it had, where that has become another one for all of it.
        is_moved = after.starts_at != before.starts_at
        is_elsewhere = ticket.seat != seat and (is_moved or place is not None)
        self._remember(
            desk, EventKind.PERIOD_CHANGED, number, before, more, seat if is_elsewhere else None
        )
        what = "moved" if is_moved else "goes on elsewhere" if goes_on else "end"
        event(f"period: {what}{', another place' if is_elsewhere else ''}")
        if back:
            self.a_manager_takes_the_last_change_back(desk)

    @rule(how=HOW, share=st.sampled_from([None, None, Decimal(0), Decimal("0.01"), Decimal(300)]))
    def a_manager_cancels_a_ticket(self, how, share):
        """By itself, with its share of the price; the last one cancels the order."""

        def fits(number, ticket):
            return self._is_open(ticket) and len(ticket.order.tickets) > 1

        if how.likely and not self._fitting(fits):
            self._books_two(how.desk)
        number, ticket, seen = self._look_for(how, fits)
        desk, order, orders = how.desk, ticket.order, self.model.orders
        (of_order,) = (one for one, known in orders.items() if known is order)
        is_last = order.tickets == [number]
        possible = possible_next(
            order.status, order.kind, paid=order.paid > 0, previous=order.previous
        )
        to = next((one for one in possible if one in CANCELS), None)
        view = self.desks[desk].cancelling.view(number)
        less = view.share if share is None else share
        assert 0 <= view.share <= max(order.price, 0)
        expected = self._first(
            (ChangedMeanwhile, seen.version != ticket.version),
            (WrongStatus, not self._is_open(ticket)),
            (ForbiddenTransition, is_last and to is None),
            (InvalidForm, not is_last and less > order.price),
        )
        command = self.desks[desk].cancelling.cancel_ticket
        if not self._does(number, expected, command, seen, share, changes=False):
            return
        if is_last:
            before = (order.status, len(order.lines), order.kind)
            self._follows(order, to)
            self._remember(desk, EventKind.ORDER_MOVED, of_order, *before)
        else:
            ticket.cancel(self.now)
            order.tickets.remove(number)
            order.price -= less
            order.touch()
            self._remember(desk, EventKind.TICKET_CANCELLED, number, less)
        event(f"cancelled: {'the last ticket' if is_last else 'a ticket'} of an order")
        if how.back:
            self.a_manager_takes_the_last_change_back(desk)

    @rule(how=HOW, seat=st.sampled_from([None, None, *ROOF_SEATS, 1]))
    def a_manager_renews_a_ticket(self, how, seat):
        """On its seat or another one, at today's price."""

        def is_free(number, ticket):
            return is_month(ticket) and not self._is_taken(
                ticket.seat, ticket.following().starts_at, ticket.following()
            )

        def is_month(ticket):
            return ticket.period.kind is PeriodKind.DAILY

        number, ticket, seen = self._look_for(how, is_free)
        desk, renewals = how.desk, self.desks[how.desk].renewals
        place = ticket.seat if seat is None else seat
        assert [one.ticket.number for one in renewals.soon()] == self._ending_soon()
        if not is_month(ticket):
            with pytest.raises(InvalidForm):
                renewals.renew(seen, seat)
            return
        period = ticket.following()
        cost = MONTH_PRICE * units(TariffUnit.MONTH, ticket.period, MOSCOW)
        offered = renewals.next_order(number)
        assert (offered.draft.period, offered.price) == (period, cost)
        obstacle = SeatTaken if self.model.in_the_way(ticket.seat, *_ends(period)) else None
        assert (offered.obstacle and type(offered.obstacle)) is obstacle
        refusal = self._first(
            (NoSuchChoice, place not in ROOF_SEATS),
            (SeatTaken, self.model.in_the_way(place, *_ends(period))),
        )
        if refusal is not None:
            with pytest.raises(refusal):
                renewals.renew(seen, seat)
            return
        card = renewals.renew(seen, seat)
        kind, visitor = ticket.order.kind, ticket.visitor
        self._is_booked(desk, card, period, (place,), visitor, kind, cost, MONTH_PRICE)
        event("renewed")
        if how.back:
            self.a_manager_takes_the_last_change_back(desk)

    def _ending_soon(self):
        """The month tickets that end within a week and no month follows, the earliest first."""
        today = self.now.astimezone(MOSCOW).date()
        until = datetime.combine(today + 8 * DAY, time(), MOSCOW)
        return [
            number
            for number, one in sorted(
                self.model.tickets.items(), key=lambda item: (item[1].period.ends_at, item[0])
            )
            if one.period.kind is PeriodKind.DAILY
            and one.status in WORKPLACE_STATUSES
            and self.now < one.period.ends_at <= until
            and not self._has_later_month(one)
        ]

    def _has_later_month(self, ticket):
        return any(
            one.period.kind is PeriodKind.DAILY
            and one.visitor == ticket.visitor
            and one.status is not TicketStatus.CANCELLED
            and one.period.starts_at >= ticket.period.ends_at
            for one in self.model.tickets.values()
        )

    def _is_open(self, ticket):
        return ticket.right(self.now) in WORKPLACE_STATUSES

    # ── Closed places ────────────────────────────────────────────────────────────────────────────

    @rule(
        seats=st.lists(st.sampled_from(SEATS), min_size=1, max_size=2, unique=True),
        start=HALVES,
        halves=st.none() | st.integers(1, 6),
        moves=st.booleans(),
        desk=DESK,
    )
    def places_are_closed(self, seats, start, halves, moves, desk):
        """With the tickets in the way moved to where the desk proposes, or not."""
        closings, starts_at = self.desks[desk].closings, NOW + start * HOUR
        ends_at = None if halves is None else starts_at + halves * HOUR / 2
        since, until = max(starts_at, self.now), ends_at or FOREVER
        draft = ClosingDraft(tuple(seats), starts_at, ends_at, "ремонт")
        if until <= since:
            with pytest.raises(InvalidForm):
                closings.close(draft)
            return
        holders = self.model.holders(seats, since, until)
        proposed = closings.proposed(seats, starts_at, ends_at)
        assert sorted(one.ticket.ticket for one in proposed) == sorted(holders)
        places = moves_of(proposed) if moves else {}
        self._are_free(places, seats)
        tickets = self.model.tickets
        expected = self._first(
            (PlacesHeld, bool(set(holders) - set(places))),
            *(
                refusal
                for one in sorted(places)
                for refusal in (
                    (
                        WrongStatus,
                        tickets[one].right(self.now) not in WORKPLACE_STATUSES,
                    ),
                    (PeriodEnded, self.now >= tickets[one].period.ends_at),
                )
            ),
            (SeatTaken, any(self.model.is_closed(seat, since, until) for seat in seats)),
        )
        if expected is not None:
            with pytest.raises(expected):
                closings.close(draft, places)
            return
        closed = closings.close(draft, places)
        dones = []
        for number in sorted(places):
            ticket, before = tickets[number], tickets[number].seat
            self._sits(ticket, places[number])
            ticket.version += 1
            ticket.touched += 1
            dones.append((EventKind.WORKPLACE_CHANGED, number, before))
        for closing, seat in zip(closed, seats, strict=True):
            self.model.closings[closing.id] = (seat, since, until)
            dones.append((EventKind.PLACE_CLOSED, closing.id))
        self._remember_all(desk, dones)

    def _are_free(self, places, leaving):
        """What is proposed is free for the whole time that is left, also beside each other."""
        held = []
        for number, seat in places.items():
            start, end = _ends(self.model.tickets[number].period)
            since = max(start, self.now)
            assert seat not in leaving
            assert since >= end or not self.model.in_the_way(seat, since, end)
            assert not any(one == seat and a < end and since < b for one, a, b in held)
            held.append((seat, since, end))

    @rule(which=TICKET, desk=DESK)
    def a_place_is_opened(self, which, desk):
        if not self.model.closings:
            return
        number = sorted(self.model.closings, reverse=True)[which % len(self.model.closings)]
        piece = self.model.closings[number]
        if piece is None or piece[2] <= self.now:
            with pytest.raises(NoSuchChoice):
                self.desks[desk].closings.open((number,))
            return
        self.desks[desk].closings.open((number,))
        self._opens(number, piece)
        self._remember(desk, EventKind.PLACE_OPENED, number, piece)

    def _opens(self, number, piece):
        seat, start, _end = piece
        self.model.closings[number] = (seat, start, self.now) if start < self.now else None

    # ── Taken back ───────────────────────────────────────────────────────────────────────────────

    def _remember(self, desk, kind, number, *before):
        self._remember_all(desk, [(kind, number, *before)])

    def _remember_all(self, desk, dones):
        """What was done at once, which is taken back from its end."""
        self.done[desk] = [
            Done(kind, number, self.now, before, self._touches(kind, number))
            for kind, number, *before in reversed(dones)
        ]

    def _touches(self, kind, number):
        if kind in OF_PLACES:
            return ()
        return self.model.touches(number, is_order=kind in OF_ORDERS)

    @rule(desk=DESK)
    def a_manager_takes_the_last_change_back(self, desk):
        changes, dones = self.desks[desk].last_changes, self.done.get(desk, [])
        assert [(one.kind, one.number, one.at) for one in changes] == [
            (done.kind, done.number, done.at) for done in dones
        ]
        if not dones:
            return
        expected = [self._taken_back(done) for done in dones]
        try:
            outcomes = [one.error and type(one.error) for one in self.desks[desk].undo(changes)]
        except Refusal as error:
            outcomes = [type(error)]
        assert outcomes == expected
        for done, refusal in zip(dones, expected, strict=True):
            event(f"taken back: {done.kind}: {refusal and refusal.__name__}")
        self.done[desk] = [
            done
            for done, refusal in zip(dones, expected, strict=True)
            if refusal not in (None, UndoExpired, ChangedSince)
        ]

    def _taken_back(self, done):
        """What the desk says to it; where it says nothing, the model follows."""
        if done.kind in OF_PLACES:
            return self._place_taken_back(done)
        is_order = done.kind in OF_ORDERS
        one = (self.model.orders if is_order else self.model.tickets)[done.number]
        refusal = self._first(
            (UndoExpired, self.now - done.at > UNDO_FOR),
            (ChangedSince, done.touches != self.model.touches(done.number, is_order=is_order)),
            *(self._order_rules(done, one) if is_order else self._ticket_rules(done, one)),
        )
        if refusal is not None:
            one.refusals += 1
        elif is_order:
            if done.kind in (EventKind.ORDER_PAID, EventKind.ORDER_REFUNDED):
                one.touch()
            else:
                self._follows(one, done.before[0])
            if done.kind is not EventKind.ORDER_CREATED:
                _status, lines, one.kind = done.before
                one.lines += [(kind, -amount) for kind, amount in one.lines[lines:]]
        else:
            one.version += 1
            one.touched += 1
            self._ticket_is_back(done, one)
        return refusal

    def _place_taken_back(self, done):
        piece = self.model.closings[done.number]
        is_open = piece is None or piece[2] <= self.now
        if done.kind is EventKind.PLACE_CLOSED:
            refusal = self._first(
                (UndoExpired, self.now - done.at > UNDO_FOR), (NoSuchChoice, is_open)
            )
            if refusal is None:
                self._opens(done.number, piece)
            return refusal
        (former,) = done.before
        seat, start, end = former
        taken = self.model.holders((seat,), start, end) or self.model.is_closed(
            seat, start, end, done.number
        )
        refusal = self._first(
            (UndoExpired, self.now - done.at > UNDO_FOR), (SeatTaken, bool(taken))
        )
        if refusal is None:
            self.model.closings[done.number] = former
        return refusal

    def _order_rules(self, done, order):
        back = not done.before[0].is_cancelled
        if done.kind in (EventKind.ORDER_PAID, EventKind.ORDER_REFUNDED):
            return []
        return [(SeatsTaken, back and self._can_not_sit(order))]

    def _ticket_rules(self, done, ticket):
        start, end = _ends(ticket.period)
        since, right = max(self.now, start), ticket.right(self.now)
        match done.kind:
            case EventKind.TICKET_VALIDATED | EventKind.VALIDATION_RESET:
                return [(WrongStatus, right not in VALIDATION_STATUSES)]
            case EventKind.VISITOR_CHANGED:
                return [(WrongStatus, right not in VISITOR_STATUSES)]
            case EventKind.PERIOD_CHANGED:
                return self._period_rules(done, ticket, right)
            case EventKind.TICKET_CANCELLED:
                return [
                    (ChangedSince, ticket.order.status.is_cancelled),
                    (SeatTaken, self.model.is_lost(done.number, ticket, self.now)),
                ]
        (seat,) = done.before
        return [
            (WrongStatus, right not in WORKPLACE_STATUSES),
            (PeriodEnded, since >= end),
            (SeatTaken, self.model.in_the_way(seat, since, end, done.number)),
        ]

    def _period_rules(self, done, ticket, right):
        rules = [(WrongStatus, right not in WORKPLACE_STATUSES)]
        if ticket.pieces:
            period, more, place = done.before
            bare = ticket.would_be_bare(period.ends_at, self.now)
            rules.append((UndoImpossible, ticket.keeps(period, place) and bare))
            seat, since = ticket.goes_on(period, self.now, place)
            end = period.ends_at
            taken = since < end and self.model.in_the_way(seat, since, end, done.number)
            rules += [(SeatTaken, taken), (UndoImpossible, ticket.order.price < more)]
        return rules

    def _ticket_is_back(self, done, ticket):
        match done.kind:
            case EventKind.PERIOD_CHANGED:
                period, more, place = done.before
                ticket.version -= 1  # it is counted with the period
                ticket.touched -= 1
                ticket.change(period, self.now, place)
                ticket.order.price -= more
                ticket.order.touch()
            case EventKind.TICKET_CANCELLED:
                ticket.restore(self.now)
                ticket.order.tickets = sorted([*ticket.order.tickets, done.number])
                ticket.order.price += done.before[0]
                ticket.order.touch()
            case EventKind.TICKET_VALIDATED:
                ticket.validated = None
            case EventKind.VALIDATION_RESET:
                (ticket.validated,) = done.before
            case EventKind.VISITOR_CHANGED:
                ticket.visitor, ticket.validated = done.before
            case EventKind.WORKPLACE_CHANGED:
                self._sits(ticket, *done.before)

    # ── What holds after every step ──────────────────────────────────────────────────────────────

    @invariant()
    def the_database_agrees_with_the_model(self):
        rows = self._rows("ticket")
        assert set(rows) == set(self.model.tickets)
        for number, ticket in self.model.tickets.items():
            row = rows[number]
            assert row.status == ticket.status.value
            assert row.moves_at == moves_at(ticket.governed_by, ticket.period, ticket.status)
            assert row.version == ticket.version
            assert (row.cancelled_at is not None) == ticket.cancelled
            assert (row.visitor_id, row.workplace_id) == (ticket.visitor, ticket.seat)
            assert (row.validated_at, row.validated_by) == (ticket.validated or (None, None))

    @invariant()
    def orders_agree_with_the_model_to_the_last_hundredth(self):
        rows, paid = self._rows("orders"), self._grouped("payment", "id", "order_number")
        assert set(rows) == set(self.model.orders)
        for number, order in self.model.orders.items():
            row, periods = rows[number], [self.model.tickets[one].period for one in order.tickets]
            assert (row.status, row.version) == (order.status.value, order.version)
            assert row.payment_kind == order.kind.value
            assert (row.price, row.paid) == (order.price, order.paid)
            assert row.paid >= 0
            found = [(PaymentKind(line.kind), line.amount) for line in paid.get(number, ())]
            assert found == order.lines
            assert row.starts_at == min(period.starts_at for period in periods)
            assert row.ends_at == max(period.ends_at for period in periods)

    @invariant()
    def seats_are_held_without_gap_or_overlap(self):
        """From when they were given up to the end of the period."""
        assert overlaps(self.store) == 0
        held = self._grouped("seat_assignment", "starts_at")
        for number, ticket in self.model.tickets.items():
            found = [
                (piece.workplace_id, piece.starts_at, piece.ends_at)
                for piece in held.get(number, [])
            ]
            assert found == ticket.pieces
            assert all(start < end for _seat, start, end in found)
            assert all(one[2] <= other[1] for one, other in pairwise(found))
            if not ticket.governed_by.is_cancelled:
                assert ticket.period.contains(found[0][1])
                assert found[-1][2] == ticket.period.ends_at
                assert found[-1][0] == ticket.seat

    @invariant()
    def what_is_closed_agrees_with_the_model(self):
        with self.store.reading() as session:
            found = {
                row.closing_id: (row.workplace_id, row.starts_at, row.ends_at)
                for row in session.connection().execute(TABLES["seat_assignment"].select())
                if row.closing_id is not None
            }
        assert found == {
            number: piece for number, piece in self.model.closings.items() if piece is not None
        }

    @invariant()
    def shifts_agree_with_the_model(self):
        with self.store.reading() as session:
            rows = session.connection().execute(TABLES["shift"].select()).all()
        assert {
            (row.id, row.manager_id, row.opened_at, row.closed_at, row.forgotten, row.note)
            for row in rows
        } == {
            (one.number, one.manager, one.opened, one.closed, one.forgotten, one.note)
            for one in self.model.shifts
        }

    @invariant()
    def each_move_and_each_refusal_is_one_event(self):
        for kind, known in (("ticket", self.model.tickets), ("order", self.model.orders)):
            events = self._grouped("event", "id", f"{kind}_number")
            for number, one in known.items():
                lines = events[number]
                moved = [
                    (line.data["from"], line.data["to"])
                    for line in lines
                    if line.kind == f"{kind}.moved"
                ]
                assert moved == one.moves
                assert all(first[1] == second[0] for first, second in pairwise(moved))
                refused = [line for line in lines if line.kind.endswith("_refused")]
                assert len(refused) == one.refusals
                assert [line.kind for line in lines].count(f"{kind}.created") == 1

    # ── Help ─────────────────────────────────────────────────────────────────────────────────────

    def _all_is_right(self) -> None:
        for number, row in self._rows("ticket").items():
            assert row.status == self.model.tickets[number].right(self.now).value
        for order in self.model.ended(self.now):
            assert not self.model.completes_itself, order

    def _pick(self, which: int, fits: Fits | None = None) -> tuple[int, Known]:
        """One of the tickets, of those that fit where there are any."""
        numbers = self._fitting(fits) or self._fitting()
        number = numbers[which % len(numbers)]
        return number, self.model.tickets[number]

    def _fitting(self, fits: Fits | None = None) -> list[int]:
        tickets = self.model.tickets
        return [one for one in sorted(tickets, reverse=True) if not fits or fits(one, tickets[one])]

    def _open(self, which: int, fresh: bool) -> tuple[int, KnownOrder, OrderDetails]:
        numbers = sorted(self.model.orders, reverse=True)
        number = numbers[which % len(numbers)]
        if fresh or number not in self.forms:
            self.forms[number] = self.desks[0].orders.get(number)
        return number, self.model.orders[number], self.forms[number]

    def _look(
        self, which: int, fresh: bool, fits: Fits | None = None
    ) -> tuple[int, Known, TicketDetails]:
        number, ticket = self._pick(which, fits)
        if fresh or number not in self.screens:
            self.screens[number] = self.desks[0].tickets.get(number)
        return number, ticket, self.screens[number]

    def _look_for(self, how: How, fits: Fits) -> tuple[int, Known, TicketDetails]:
        """One of the tickets that fit, if that is what is looked for."""
        return self._look(how.which, how.fresh, fits if how.likely else None)

    def _first(self, *tried: tuple[type[Refusal] | None, bool]) -> type[Refusal] | None:
        return next((refusal for refusal, holds in tried if holds), None)

    def _does(self, number, expected, command, *arguments, changes=True) -> bool:
        """Give the command; whether it was done. What it answers is what the database says."""
        ticket = self.model.tickets[number]
        refusal = answer = None
        try:
            answer = command(*arguments)
        except (Refusal, InvalidForm) as error:
            refusal = error
        assert (None if refusal is None else type(refusal)) is expected
        told = getattr(refusal, "current", answer)
        assert told is None or told == self.desks[0].tickets.get(number)
        ticket.refusals += isinstance(refusal, Refusal)
        ticket.version += refusal is None and changes
        ticket.touched += refusal is None and changes
        return refusal is None

    def _rows(self, name: str):
        table = TABLES[name]
        with self.store.reading() as session:
            return {row.number: row for row in session.connection().execute(table.select())}

    def _grouped(self, name: str, order: str, by: str = "ticket_number"):
        table = TABLES[name]
        query = table.select().where(table.c[by].is_not(None)).order_by(table.c[order])
        found = {}
        with self.store.reading() as session:
            for row in session.connection().execute(query):
                found.setdefault(row._mapping[by], []).append(row)
        return found


def _sums(summary: ShiftSummary) -> dict[str, tuple[Decimal, Decimal]]:
    return {one.kind.value: (one.paid, one.refunded) for one in summary.takings}


def _moved(period: Period, moved: int, longer: int) -> Period | None:
    """Its start by some half hours or days, its length by half hours or by ten days each; None:
    nothing would be left of it.
    """
    if period.kind is PeriodKind.HOURLY:
        start = period.starts_at + moved * HOUR / 2
        end = period.ends_at + (moved + longer) * HOUR / 2
        return Period.hourly(start, end) if start < end else None
    first, last = (day + moved * DAY for day in period.days(MOSCOW))
    last += 10 * longer * DAY
    return Period.daily(first, last, MOSCOW) if first <= last else None


def _ends(period: Period) -> tuple[datetime, datetime]:
    return period.starts_at, period.ends_at


def _asked(period: Period, now: datetime) -> tuple[datetime, datetime]:
    """What of a period somebody still wants who books it now; all of one that is over."""
    start, end = _ends(period)
    return (now if start < now < end else start), end


class TestDesk(DeskMachine.TestCase):
    """On SQLite."""


class _MachineOnPostgresql(DeskMachine):
    engine = "postgresql"


class TestDeskOnPostgresql(_MachineOnPostgresql.TestCase):
    """The same, where others may write at the same time."""


def _settings(examples: int) -> settings:
    return settings(
        max_examples=examples, stateful_step_count=34, suppress_health_check=[HealthCheck.too_slow]
    )


TestDesk.settings = _settings(settings().max_examples // 3)
TestDeskOnPostgresql.settings = _settings(settings().max_examples // 7)
