"""A shift is what its manager took and did between its two moments, and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.exc import DatabaseError

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.conflicts import ShiftChangedMeanwhile
from olvery_tui.domain.errors import InvalidForm
from olvery_tui.domain.orders import Payment
from olvery_tui.domain.shifts import NOTE_MAX, ShiftSummary
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.domain.text import clean
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database.engine import Store
from tests.desk.making import AS_ANNA, AS_BORIS, CONSOLE, HOUR, NOW, add_ticket, hours
from tests.hostile import WORST

MINUTE = HOUR / 60


@pytest.fixture
def anna(store: Store, clock: FrozenClock) -> Desk:
    return Desk(store, clock, AS_ANNA)


@pytest.fixture
def boris(store: Store, clock: FrozenClock) -> Desk:
    return Desk(store, clock, AS_BORIS)


@pytest.fixture
def orders(store: Store) -> None:
    """Orders 1001 to 1004, of 600 each; the first two are confirmed and not paid."""
    for number in (1, 2, 3, 4):
        order = OrderStatus.CONFIRMED if number < 3 else OrderStatus.NEW
        add_ticket(store, number, order=order, period=hours(-1, 2), seat=number)


def take(desk: Desk, number: int, amount: str, kind: PaymentKind = PaymentKind.ON_SITE) -> None:
    desk.orders.pay(desk.orders.get(number), Decimal(amount), kind)


def give_back(desk: Desk, number: int, amount: str) -> None:
    desk.orders.refund(desk.orders.get(number), Decimal(amount), PaymentKind.ON_SITE)


def latest(desk: Desk) -> ShiftSummary:
    found = desk.shifts.latest()
    assert found is not None
    return found


def sums(summary: ShiftSummary) -> dict[str, tuple[Decimal, Decimal]]:
    return {one.kind.value: (one.paid, one.refunded) for one in summary.takings}


def test_two_open_shifts_count_each_their_own_to_the_kopeck(
    store: Store, clock: FrozenClock, anna: Desk, boris: Desk, orders: None
) -> None:
    take(anna, 1001, "100")  # before any shift
    clock.move_to(NOW + MINUTE)
    anna.shifts.open(None)
    boris.shifts.open(None)
    take(anna, 1001, "0.01")
    take(anna, 1002, "299.99", PaymentKind.ONLINE)
    take(boris, 1002, "300.01")
    give_back(boris, 1002, "0.02")
    give_back(boris, 1001, "0.01")
    clock.move_to(NOW + 2 * MINUTE)
    closed = anna.shifts.close(latest(anna).shift)
    clock.move_to(NOW + 3 * MINUTE)
    take(anna, 1001, "50")  # after it
    assert (
        sums(closed)
        == sums(latest(anna))
        == {
            "on_site": (Decimal("0.01"), Decimal(0)),
            "online": (Decimal("299.99"), Decimal(0)),
        }
    )
    assert sums(latest(boris)) == {"on_site": (Decimal("300.01"), Decimal("0.03"))}
    assert latest(boris).owed[0].orders == 2
    assert check(store, clock.now()) == ()


def test_a_shift_tells_what_was_done_in_it(
    clock: FrozenClock, anna: Desk, boris: Desk, orders: None
) -> None:
    anna.tickets.validate(anna.tickets.get(1))
    clock.move_to(NOW + MINUTE)
    anna.shifts.open(None)
    anna.tickets.validate(anna.tickets.get(2))
    anna.orders.set_status(anna.orders.get(1003), OrderStatus.CANCELLED)
    boris.orders.set_status(boris.orders.get(1004), OrderStatus.CANCELLED)
    payment = Payment(clock.now(), PaymentKind.INVOICE)
    anna.orders.set_status(anna.orders.get(1003), OrderStatus.NEW)
    anna.orders.set_status(anna.orders.get(1003), OrderStatus.CONFIRMED, payment=payment)
    found = latest(anna)
    assert (found.checks, found.created, found.cancelled) == (1, 0, 1)
    assert sums(found) == {"invoice": (Decimal(600), Decimal(0))}
    assert [(one.currency, one.orders, one.amount) for one in found.owed] == [
        ("RUB", 2, Decimal(1200))
    ]


def test_a_shift_that_nobody_closed_is_closed_by_the_next_opening(
    store: Store, clock: FrozenClock, anna: Desk, orders: None
) -> None:
    first = anna.shifts.open(None).shift
    take(anna, 1001, "10")
    clock.move_to(NOW + 24 * HOUR)
    opened = anna.shifts.open(first)
    assert opened.forgotten is not None
    assert opened.forgotten.id == first.id
    assert opened.forgotten.forgotten
    assert opened.forgotten.closed_at == opened.shift.opened_at
    take(anna, 1001, "20")
    assert sums(latest(anna)) == {"on_site": (Decimal(20), Decimal(0))}
    assert check(store, clock.now()) == ()


def test_another_terminal_is_told_that_the_shift_is_not_as_it_was(anna: Desk) -> None:
    shift = anna.shifts.open(None).shift
    with pytest.raises(ShiftChangedMeanwhile) as refused:
        anna.shifts.open(None)
    assert refused.value.current == shift
    anna.shifts.close(shift)
    with pytest.raises(ShiftChangedMeanwhile):
        anna.shifts.close(shift)


def test_a_note_waits_until_it_is_read(store: Store, anna: Desk, boris: Desk) -> None:
    anna.shifts.close(anna.shifts.open(None).shift, " Ключ у охраны ")
    (found,) = boris.shifts.notes()
    assert (found.manager, found.note) == (AS_ANNA.manager, "Ключ у охраны")
    assert anna.shifts.notes() == (found,)
    boris.shifts.read_notes((found.id,))
    assert boris.shifts.notes() == anna.shifts.notes() == ()
    assert check(store, NOW) == ()


def test_any_note_can_be_left(store: Store, anna: Desk) -> None:
    last = None
    for text in WORST:
        note = clean(text.typed)[:NOTE_MAX]
        last = anna.shifts.close(anna.shifts.open(last).shift, note).shift
        assert last.note == clean(note)
    assert check(store, NOW) == ()


def test_a_note_may_not_be_too_long(anna: Desk) -> None:
    shift = anna.shifts.open(None).shift
    with pytest.raises(InvalidForm):
        anna.shifts.close(shift, "д" * 501)
    assert latest(anna).shift.closed_at is None


def test_the_command_line_has_a_shift_of_its_own(
    store: Store, clock: FrozenClock, anna: Desk, orders: None
) -> None:
    console = Desk(store, clock, CONSOLE)
    console.shifts.open(None)
    take(console, 1001, "5")
    take(anna, 1001, "7")
    assert sums(latest(console)) == {"on_site": (Decimal(5), Decimal(0))}
    assert anna.shifts.latest() is None


def test_a_clock_that_is_set_back_makes_no_shift_overlap(
    store: Store, clock: FrozenClock, anna: Desk
) -> None:
    first = anna.shifts.close(anna.shifts.open(None).shift).shift
    clock.move_to(NOW - HOUR)
    second = anna.shifts.open(first).shift
    assert first.closed_at == second.opened_at
    assert anna.shifts.close(second).shift.closed_at > second.opened_at


OUTSIDE = {
    "a second open one": "INSERT INTO shift (manager_id, opened_at, forgotten, note)"
    " SELECT manager_id, opened_at, forgotten, note FROM shift WHERE closed_at IS NULL",
    "another beginning": "UPDATE shift SET opened_at = opened_at - {hour} WHERE id = 1",
    "another manager": "UPDATE shift SET manager_id = 2 WHERE id = 1",
    "a closed one opened": "UPDATE shift SET closed_at = NULL WHERE id = 1",
    "another note": "UPDATE shift SET note = 'x' WHERE id = 1",
    "unread again": "UPDATE shift SET read_at = NULL WHERE id = 1",
    "gone": "DELETE FROM shift",
    "no note that was read": "UPDATE shift SET read_at = opened_at WHERE id = 2",
}


@pytest.mark.parametrize("what", OUTSIDE)
def test_no_other_program_can_write_it(
    store: Store, clock: FrozenClock, anna: Desk, orders: None, what: str
) -> None:
    anna.shifts.close(anna.shifts.open(None).shift, "Ключ у охраны")
    anna.shifts.read_notes((1,))
    clock.move_to(NOW + HOUR)
    anna.shifts.open(latest(anna).shift)
    before = latest(anna)
    hour = "3600000000" if store.dialect == "sqlite" else "interval '1 hour'"
    with pytest.raises(DatabaseError), store.writing() as session:
        session.connection().exec_driver_sql(OUTSIDE[what].format(hour=hour))
    assert latest(anna) == before
