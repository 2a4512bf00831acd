"""What an honest clerk with a notebook would know of the orders and tickets at a desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from math import ceil

from olvery_tui.domain.catalogue import PaymentKind, TariffUnit
from olvery_tui.domain.periods import DAY, Period, PeriodKind
from olvery_tui.domain.pricing import last_day_of_months, units
from olvery_tui.domain.shifts import Shift
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, due_moves, ticket_status
from tests.desk.making import MOSCOW

Piece = tuple[int, datetime, datetime]
"""A seat, from when to when."""

Since = tuple[int, datetime]
"""A seat, and since when."""


def _overlap(piece: Piece, seats: Collection[int], start: datetime, end: datetime) -> bool:
    seat, begun, ended = piece
    return seat in seats and begun < end and start < ended


@dataclass
class KnownOrder:
    """What the model knows of an order. `tickets` are the numbers of its tickets that were not
    cancelled by themselves, `touched` is how often it was changed.
    """

    status: OrderStatus
    price: Decimal
    kind: PaymentKind = PaymentKind.ON_SITE
    lines: list[tuple[PaymentKind, Decimal]] = field(default_factory=list)
    tickets: list[int] = field(default_factory=list)
    previous: OrderStatus | None = None
    touched: int = 0
    version: int = 1
    moves: list[tuple[str, str]] = field(default_factory=list)
    refusals: int = 0

    @property
    def paid(self) -> Decimal:
        return sum((amount for _kind, amount in self.lines), Decimal(0))

    @property
    def unpaid(self) -> Decimal:
        return max(self.price - self.paid, Decimal(0))

    def give_back(self) -> None:
        """All of it, by the kinds by which it came, the last one first."""
        by_kind: dict[PaymentKind, Decimal] = {}
        for kind, amount in self.lines:
            by_kind[kind] = by_kind.pop(kind, Decimal(0)) + amount
        for kind, amount in reversed(by_kind.items()):
            if share := max(min(amount, self.paid), Decimal(0)):
                self.lines.append((kind, -share))

    def touch(self) -> None:
        self.version += 1
        self.touched += 1

    def move(self, to: OrderStatus) -> None:
        self.moves.append((self.status.value, to.value))
        self.previous, self.status = self.status, to
        self.touch()


@dataclass
class Known:
    """What the model knows of a ticket; `touched` is how often it was changed, not by time."""

    order: KnownOrder
    period: Period
    seat: int
    visitor: int
    status: TicketStatus
    pieces: list[Piece]
    unit_price: Decimal = Decimal(200)
    """What an hour or a month of it cost when it was booked."""
    validated: tuple[datetime, int] | None = None
    touched: int = 0
    version: int = 1
    moves: list[tuple[str, str]] = field(default_factory=list)
    refusals: int = 0
    cancelled: bool = False
    """By itself, whatever becomes of its order."""

    @property
    def governed_by(self) -> OrderStatus:
        return OrderStatus.CANCELLED if self.cancelled else self.order.status

    def right(self, now: datetime) -> TicketStatus:
        return ticket_status(self.governed_by, self.period, now)

    def catch_up(self, now: datetime) -> bool:
        """What a worker makes of it; whether it moved."""
        due = due_moves(self.governed_by, self.period, self.status, now)
        for move in due:
            self._become(move.after)
        self.version += bool(due)
        return bool(due)

    def cancel(self, now: datetime) -> None:
        """By itself, in one change with all that was due before."""
        for move in due_moves(self.governed_by, self.period, self.status, now):
            self._become(move.after)
        self.cancelled = True
        self._become(TicketStatus.CANCELLED)
        self.give_back(now)
        self.version += 1
        self.touched += 1

    def restore(self, now: datetime) -> None:
        self.cancelled = False
        self._become(self.right(now))
        self.release(self.held_from(now))
        self.hold(self.seat, self.held_from(now))

    def follow(self, to: OrderStatus, now: datetime) -> None:
        """What it becomes with its order, in one change with all that was due before."""
        before = len(self.moves)
        for move in due_moves(self.order.status, self.period, self.status, now):
            self._become(move.after)
        after = ticket_status(to, self.period, now)
        if after is not self.status:
            self._become(after)
            self.touched += 1
        self.version += len(self.moves) > before
        if to.is_cancelled and not self.order.status.is_cancelled:
            self.give_back(now)
        elif self.order.status.is_cancelled and not to.is_cancelled:
            self.release(self.held_from(now))
            self.hold(self.seat, self.held_from(now))

    def change(
        self, period: Period, now: datetime, place: int | None = None, then: Since | None = None
    ) -> None:
        """Another period: it goes on where it was or at `place`, and from some moment on `then`, or
        holds nothing any more from its end on.
        """
        for move in due_moves(self.governed_by, self.period, self.status, now):
            self._become(move.after)
        seat, since = self.goes_on(period, now, place)
        begins = since if self.keeps(period, place) else min(since, self.held_from(now))
        self.release(min(begins, period.ends_at))
        self.period, self.seat = period, seat if then is None else then[0]
        if since < period.ends_at:
            if then is None or then[1] > since:
                self.hold(seat, since, None if then is None else then[1])
            if then is not None:
                self.hold(*then)
        if self.right(now) is not self.status:
            self._become(self.right(now))
        self.version += 1
        self.touched += 1

    def surcharge(self, period: Period) -> Decimal:
        """What another period costs more: each begun hour or month that it is longer."""
        unit = TariffUnit.HOUR if period.kind is PeriodKind.HOURLY else TariffUnit.MONTH
        longer = units(unit, period, MOSCOW) - units(unit, self.period, MOSCOW)
        return self.unit_price * max(ceil(longer), 0)

    def following(self) -> Period:
        """As many begun months, from the day after the last one."""
        months = int(units(TariffUnit.MONTH, self.period, MOSCOW))
        first = self.period.days(MOSCOW)[1] + DAY
        return Period.daily(first, last_day_of_months(first, months), MOSCOW)

    def goes_on(self, period: Period, now: datetime, place: int | None = None) -> Since:
        """Where it is from when on, so that it has a seat for all of another period."""
        if self.keeps(period, place):
            kept = [piece for piece in self.pieces if piece[1] < period.ends_at]
            return kept[-1][0], max(kept[-1][2], now)
        return place or self.pieces[0][0], now if period.contains(now) else period.starts_at

    def keeps(self, period: Period, place: int | None = None) -> bool:
        """Whether it keeps what it has, for only its end becomes another one."""
        same = place is None and period.starts_at == self.period.starts_at
        return same and any(piece[1] < period.ends_at for piece in self.pieces)

    def would_be_bare(self, end: datetime, now: datetime) -> bool:
        """Whether it would have no seat at another end of its period, since that has passed."""
        kept = [piece for piece in self.pieces if piece[1] < end]
        return bool(kept) and kept[-1][2] < end <= now

    def held_from(self, now: datetime) -> datetime:
        """From when it would have its seat if it got it now."""
        return now if self.period.contains(now) else self.period.starts_at

    def _become(self, status: TicketStatus) -> None:
        self.moves.append((self.status.value, status.value))
        self.status = status

    def give_back(self, now: datetime) -> None:
        """What nobody was checked in for was not used by anybody."""
        if self.validated is None:
            self.pieces = []
        self.release(now)

    def release(self, since: datetime) -> None:
        self.pieces = [
            (seat, start, min(end, since)) for seat, start, end in self.pieces if start < since
        ]

    def hold(self, seat: int, since: datetime, until: datetime | None = None) -> None:
        if self.pieces and self.pieces[-1][0] == seat and self.pieces[-1][2] == since:
            since = self.pieces.pop()[1]
        self.pieces.append((seat, since, until or self.period.ends_at))


@dataclass
class KnownShift:
    """What the model knows of a shift. One that is not there ends before all time."""

    manager: int
    number: int | None
    opened: datetime
    closed: datetime | None = None
    forgotten: bool = False
    note: str = ""
    is_read: bool = False

    def is_as(self, seen: Shift | None) -> bool:
        """Whether it is the one that was seen, open or closed as then."""
        if seen is None:
            return self.number is None
        return (self.number, self.closed is None) == (seen.id, seen.closed_at is None)


@dataclass
class Model:
    """All of it; tickets and orders by number."""

    tickets: dict[int, Known] = field(default_factory=dict)
    orders: dict[int, KnownOrder] = field(default_factory=dict)
    closings: dict[int, Piece | None] = field(default_factory=dict)
    """None for one that was taken back before it began."""
    completes_itself: bool = False
    shifts: list[KnownShift] = field(default_factory=list)

    def shift(self, manager: int) -> KnownShift:
        """A manager's last shift."""
        never = datetime.min.replace(tzinfo=UTC)
        none = KnownShift(manager, None, never, never)
        return next((one for one in reversed(self.shifts) if one.manager == manager), none)

    def in_the_way(self, seat: int, start: datetime, end: datetime, exclude: int = 0) -> bool:
        """Whether a ticket holds a seat at any moment of a stretch of time, or it is closed."""
        holders = self.holders((seat,), start, end)
        return bool(set(holders) - {exclude}) or self.is_closed(seat, start, end)

    def taken_since(self, seat: int, start: datetime, end: datetime, exclude: int) -> datetime:
        """From when on somebody has a seat, or it is closed, that is in the way."""
        pieces = [one for one in self.closings.values() if one is not None]
        for number, ticket in self.tickets.items():
            pieces += ticket.pieces if number != exclude else []
        return max(start, min(one[1] for one in pieces if _overlap(one, (seat,), start, end)))

    def holders(self, seats: Collection[int], start: datetime, end: datetime) -> list[int]:
        """The tickets that hold one of the seats at any moment of a stretch of time."""
        return [
            number
            for number, ticket in self.tickets.items()
            if any(_overlap(piece, seats, start, end) for piece in ticket.pieces)
        ]

    def is_closed(self, seat: int, start: datetime, end: datetime, exclude: int = 0) -> bool:
        """Whether a seat is closed at any moment of a stretch of time, not by `exclude`."""
        return any(
            piece is not None and _overlap(piece, (seat,), start, end)
            for number, piece in self.closings.items()
            if number != exclude
        )

    def lost_seats(self, order: KnownOrder, now: datetime) -> bool:
        """Whether somebody has a seat that a cancelled order would take back."""
        tickets = {number: self.tickets[number] for number in order.tickets}
        return any(self.is_lost(number, one, now) for number, one in tickets.items())

    def is_lost(self, number: int, ticket: Known, now: datetime) -> bool:
        """Whether somebody has the seat that a cancelled ticket would take back."""
        return self.in_the_way(ticket.seat, ticket.held_from(now), ticket.period.ends_at, number)

    def touches(self, number: int, *, is_order: bool) -> tuple[int, ...]:
        """How often a ticket, or an order and each of its tickets, was changed."""
        if not is_order:
            return (self.tickets[number].touched,)
        order = self.orders[number]
        return (order.touched, *(self.tickets[one].touched for one in order.tickets))

    def time_passes(self, now: datetime) -> int:
        """What a whole pass of a worker makes of it; how many moves of tickets it counts."""
        moved = sum([ticket.catch_up(now) for ticket in self.tickets.values()])
        if self.completes_itself:
            moved += sum([self.complete(order, now) for order in self.ended(now)])
        return moved

    def ended(self, now: datetime) -> list[KnownOrder]:
        """Confirmed orders whose tickets have all ended."""
        return [
            order
            for order in self.orders.values()
            if order.status is OrderStatus.CONFIRMED
            and order.previous is not OrderStatus.COMPLETED
            and all(self.tickets[number].period.ends_at <= now for number in order.tickets)
        ]

    def complete(self, order: KnownOrder, now: datetime) -> int:
        """What a worker makes of an order that completes itself."""
        order.move(OrderStatus.COMPLETED)
        return sum([self.tickets[number].catch_up(now) for number in order.tickets])
