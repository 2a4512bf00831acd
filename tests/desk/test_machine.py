"""A desk for as long as Hypothesis likes: managers, orders, workers and a clock that jumps.

Beside the real database stands a small honest model of it. After every step the two agree, and
what may never happen has not happened.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from olvery_tui import status_worker
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.cards import TicketCard
from olvery_tui.domain.errors import (
    AlreadyValidated,
    ChangedMeanwhile,
    NoSuchChoice,
    NotValidated,
    PeriodEnded,
    Refusal,
    SeatTaken,
    StoreUnavailable,
    WrongStatus,
)
from olvery_tui.domain.period import Period
from olvery_tui.domain.statuses import (
    VALIDATION_STATUSES,
    VISITOR_STATUSES,
    WORKPLACE_STATUSES,
    OrderStatus,
    TicketStatus,
    due_moves,
    moves_at,
    ticket_status,
)
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store import checks
from tests.databases import Databases
from tests.desk.making import (
    AS_ANNA,
    AS_BORIS,
    HOUR,
    MARIA,
    NOW,
    PEOPLE,
    ROOF_SEAT,
    SEATS,
    TABLES,
    add_ticket,
    hours,
    make,
    overlaps,
    set_order,
)

ORDERS = st.sampled_from([*[OrderStatus.CONFIRMED, OrderStatus.COMPLETED] * 4, *OrderStatus])
"""Every status, most often those that time moves."""

HALVES = st.integers(-4, 6).map(lambda halves: halves / 2)
"""Hours after `NOW` in steps of half an hour, so that boundaries and the clock often meet."""

TICKET = st.integers(0, 4)
"""Which of the tickets, counted from the newest; the same one again where there are fewer."""

FRESH = st.sampled_from([True, True, False])
"""Whether the manager looks at the ticket anew before pressing the key."""

DESK = st.integers(0, 1)


@dataclass
class Known:
    """What the model knows of a ticket."""

    order: OrderStatus
    period: Period
    seat: int
    visitor: int
    status: TicketStatus
    pieces: list[tuple[int, datetime, datetime]]
    validated: tuple[datetime, int] | None = None
    version: int = 1
    moves: list[tuple[str, str]] = field(default_factory=list)
    refusals: int = 0

    def right(self, now: datetime) -> TicketStatus:
        return ticket_status(self.order, self.period, now)

    def catch_up(self, now: datetime) -> bool:
        """What a worker makes of it; whether it moved."""
        due = due_moves(self.order, self.period, self.status, now)
        for move in due:
            self.moves.append((move.before.value, move.after.value))
            self.status = move.after
        self.version += bool(due)
        return bool(due)

    def release(self, since: datetime) -> None:
        self.pieces = [
            (seat, start, min(end, since)) for seat, start, end in self.pieces if start < since
        ]

    def hold(self, seat: int, since: datetime) -> None:
        if self.pieces and self.pieces[-1][0] == seat and self.pieces[-1][2] == since:
            since = self.pieces.pop()[1]
        self.pieces.append((seat, since, self.period.ends_at))


class DeskMachine(RuleBasedStateMachine):
    """Everything that may happen to some tickets on four seats."""

    engine = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self._databases = Databases(self.engine)
        self.store = make(self._databases)
        self.clock = FrozenClock(NOW)
        self.desks = [Desk(self.store, self.clock, actor) for actor in (AS_ANNA, AS_BORIS)]
        self.tickets: dict[int, Known] = {}
        self.screens: dict[int, TicketCard] = {}

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def teardown(self) -> None:
        try:
            # What a cancelled ticket has used up is in the past, wherever the clock was set to.
            self.clock.move_to(NOW + 12 * HOUR)
            self.a_worker_runs()
            assert checks.check(self.store, self.now) == ()
        finally:
            self.store.close()
            self._databases.close()

    # ── Orders and time ──────────────────────────────────────────────────────────────────────────

    @initialize(
        orders=st.lists(ORDERS, min_size=3, max_size=5),
        starts=st.lists(HALVES, min_size=5, max_size=5),
        seats=st.permutations([*SEATS, 1]),
    )
    def the_day_begins(self, orders, starts, seats):
        for order, start, seat in zip(orders, starts, seats, strict=False):
            self._order_comes(order, start, 3, seat, MARIA)

    def _order_comes(self, order, start, length, seat, visitor):
        period = hours(start, start + length)
        if self._in_the_way(seat, period.starts_at, period.ends_at, 0):
            return
        number = len(self.tickets) + 1
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
        held = [] if status is TicketStatus.CANCELLED else [(seat, *_ends(period))]
        self.tickets[number] = Known(order, period, seat, visitor, status, held)

    @rule(which=TICKET, order=ORDERS)
    def an_order_moves(self, which, order):
        number, ticket = self._pick(which)
        if ticket.order.is_cancelled:
            return
        set_order(self.store, number, order, self.now)
        ticket.order = order
        ticket.version += 1
        if ticket.status is not ticket.right(self.now):
            ticket.moves.append((ticket.status.value, ticket.right(self.now).value))
            ticket.status = ticket.right(self.now)
        if order.is_cancelled:
            ticket.release(self.now)

    @rule(to=HALVES, halves=st.none() | st.integers(1, 3))
    def the_clock_moves(self, to, halves):
        """On by some half hours, or to any time of the day."""
        self.clock.move_to(self.now + halves * HOUR / 2 if halves else NOW + to * HOUR)

    # ── Workers ──────────────────────────────────────────────────────────────────────────────────

    @rule()
    def a_worker_runs(self):
        moved = StatusWorker(self.store, self.clock).run_pass()

        assert moved == sum([ticket.catch_up(self.now) for ticket in self.tickets.values()])
        self._all_is_right()

    @rule()
    def two_workers_run_at_once(self):
        counts: list[int] = []
        start = threading.Barrier(2)

        def work() -> None:
            worker = StatusWorker(self.store, self.clock)
            start.wait()
            counts.append(worker.run_pass())

        with patch.object(status_worker, "CHUNK", 2):
            threads = [threading.Thread(target=work) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        assert len(counts) == 2
        assert sum(counts) == sum([ticket.catch_up(self.now) for ticket in self.tickets.values()])
        self._all_is_right()

    @rule(chunks=st.integers(0, 2))
    def the_database_goes_away_while_a_worker_runs(self, chunks):
        writing = self.store.writing
        left = [None] * chunks

        def breaks():
            if not left:
                raise StoreUnavailable("lost")
            left.pop()
            return writing()

        with (
            patch.object(status_worker, "CHUNK", 1),
            patch.object(self.store, "writing", breaks),
        ):
            try:
                StatusWorker(self.store, self.clock).run_pass()
                stopped = False
            except StoreUnavailable:
                stopped = True

        # Which tickets came first is the worker's business; each is moved whole or not at all.
        rows = self._rows()
        caught_up = [
            ticket.catch_up(self.now)
            for number, ticket in self.tickets.items()
            if rows[number].status != ticket.status.value
        ]
        assert all(caught_up)
        assert len(caught_up) == chunks - len(left)
        if not stopped:
            self._all_is_right()

    # ── Managers ─────────────────────────────────────────────────────────────────────────────────

    @rule(which=TICKET, fresh=FRESH, desk=DESK, reset=st.booleans())
    def a_manager_checks_the_visitor(self, which, fresh, desk, reset):
        """Or takes the check back."""
        number, ticket, seen = self._look(which, fresh)
        if reset:
            self._reset(number, ticket, seen, self.desks[desk])
            return
        expected = self._first(
            (AlreadyValidated, ticket.validated is not None),
            (WrongStatus, ticket.right(self.now) not in VALIDATION_STATUSES),
            (ChangedMeanwhile, seen.visitor.id != ticket.visitor),
        )
        if self._does(number, expected, self.desks[desk].validate, seen):
            ticket.validated = (self.now, desk + 1)

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
        if self._does(number, expected, desk.reset_validation, seen):
            ticket.validated = None

    @rule(which=TICKET, fresh=FRESH, desk=DESK, person=st.sampled_from([*PEOPLE, *PEOPLE, 404]))
    def a_manager_changes_the_visitor(self, which, fresh, desk, person):
        number, ticket, seen = self._look(which, fresh)
        expected = self._first(
            (WrongStatus, ticket.right(self.now) not in VISITOR_STATUSES),
            (ChangedMeanwhile, seen.version != ticket.version),
            (NoSuchChoice, person not in PEOPLE),
        )
        same = person == ticket.visitor
        if self._does(
            number, expected, self.desks[desk].change_visitor, seen, person, changes=not same
        ):
            ticket.visitor = person
            ticket.validated = ticket.validated if same else None

    @rule(which=TICKET, fresh=FRESH, desk=DESK, seat=st.sampled_from([*SEATS, *SEATS, ROOF_SEAT]))
    def a_manager_changes_the_workplace(self, which, fresh, desk, seat):
        number, ticket, seen = self._look(which, fresh)
        start, end = _ends(ticket.period)
        since = max(self.now, start)
        expected = self._first(
            (WrongStatus, ticket.right(self.now) not in WORKPLACE_STATUSES),
            (ChangedMeanwhile, seen.version != ticket.version),
            (NoSuchChoice, seat not in SEATS),
            (None, seat == ticket.seat),
            (PeriodEnded, since >= end),
            (SeatTaken, self._in_the_way(seat, since, end, number)),
        )
        same = seat == ticket.seat
        if (
            self._does(
                number, expected, self.desks[desk].change_workplace, seen, seat, changes=not same
            )
            and not same
        ):
            ticket.seat = seat
            ticket.release(since)
            ticket.hold(seat, since)

    # ── What holds after every step ──────────────────────────────────────────────────────────────

    @invariant()
    def the_database_agrees_with_the_model(self):
        rows = self._rows()
        assert set(rows) == set(self.tickets)
        for number, ticket in self.tickets.items():
            row = rows[number]
            assert row.status == ticket.status.value
            assert row.moves_at == moves_at(ticket.order, ticket.period, ticket.status)
            assert row.version == ticket.version
            assert (row.visitor_id, row.workplace_id) == (ticket.visitor, ticket.seat)
            assert (row.validated_at, row.validated_by) == (ticket.validated or (None, None))

    @invariant()
    def seats_are_held_without_gap_or_overlap(self):
        assert overlaps(self.store) == 0
        held = self._grouped("seat_assignment", "starts_at")
        for number, ticket in self.tickets.items():
            found = [
                (piece.workplace_id, piece.starts_at, piece.ends_at)
                for piece in held.get(number, [])
            ]
            assert found == ticket.pieces
            assert all(start < end for _seat, start, end in found)
            assert all(one[2] == other[1] for one, other in pairwise(found))
            if not ticket.order.is_cancelled:
                assert (found[0][1], found[-1][2]) == _ends(ticket.period)
                assert found[-1][0] == ticket.seat

    @invariant()
    def each_move_and_each_refusal_is_one_event(self):
        events = self._grouped("event", "id")
        for number, ticket in self.tickets.items():
            lines = events[number]
            moved = [
                (line.data["from"], line.data["to"])
                for line in lines
                if line.kind == "ticket.moved"
            ]
            assert moved == ticket.moves
            assert all(one[1] == other[0] for one, other in pairwise(moved))
            refused = [line for line in lines if line.kind.endswith("_refused")]
            assert len(refused) == ticket.refusals

    # ── Help ─────────────────────────────────────────────────────────────────────────────────────

    def _all_is_right(self) -> None:
        for number, row in self._rows().items():
            assert row.status == self.tickets[number].right(self.now).value

    def _pick(self, which: int) -> tuple[int, Known]:
        number = len(self.tickets) - which % len(self.tickets)
        return number, self.tickets[number]

    def _look(self, which: int, fresh: bool) -> tuple[int, Known, TicketCard]:
        number, ticket = self._pick(which)
        if fresh or number not in self.screens:
            self.screens[number] = self.desks[0].ticket(number)
        return number, ticket, self.screens[number]

    def _in_the_way(self, seat: int, start: datetime, end: datetime, but: int) -> bool:
        return any(
            one == seat and begun < end and start < ended
            for number, ticket in self.tickets.items()
            if number != but
            for one, begun, ended in ticket.pieces
        )

    def _first(self, *tried: tuple[type[Refusal] | None, bool]) -> type[Refusal] | None:
        return next((refusal for refusal, holds in tried if holds), None)

    def _does(self, number, expected, command, *arguments, changes=True) -> bool:
        """Give the command; whether it was done. What it answers is what the database says."""
        ticket = self.tickets[number]
        refusal = answer = None
        try:
            answer = command(*arguments)
        except Refusal as error:
            refusal = error
        assert (None if refusal is None else type(refusal)) is expected
        told = getattr(refusal, "card", answer)
        assert told is None or told == self.desks[0].ticket(number)
        ticket.refusals += refusal is not None
        ticket.version += refusal is None and changes
        return refusal is None

    def _rows(self):
        table = TABLES["ticket"]
        with self.store.reading() as session:
            return {row.number: row for row in session.connection().execute(table.select())}

    def _grouped(self, name: str, order: str):
        table = TABLES[name]
        query = table.select().where(table.c.ticket_number.is_not(None)).order_by(table.c[order])
        found = {}
        with self.store.reading() as session:
            for row in session.connection().execute(query):
                found.setdefault(row.ticket_number, []).append(row)
        return found


def _ends(period: Period) -> tuple[datetime, datetime]:
    return period.starts_at, period.ends_at


class TestDesk(DeskMachine.TestCase):
    """On SQLite."""


class _MachineOnPostgresql(DeskMachine):
    engine = "postgresql"


class TestDeskOnPostgresql(_MachineOnPostgresql.TestCase):
    """The same, where others may write at the same time."""


TestDesk.settings = TestDeskOnPostgresql.settings = settings(
    max_examples=settings().max_examples // 3,
    stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow],
)
