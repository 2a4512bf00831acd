"""Taking back what a desk did last: what was before is there again, or the reason why not."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from olvery_tui.desk import Desk
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.errors import (
    ChangedSince,
    ForbiddenTransition,
    HoursChangedSince,
    NoSuchChoice,
    NothingToUndo,
    PeriodEnded,
    SeatsTaken,
    SeatTaken,
    StoreCode,
    StoreUnavailable,
    UndoExpired,
    UndoImpossible,
    WrongStatus,
)
from olvery_tui.domain.hours import ClosedDay, OpenHours, OpeningHours
from olvery_tui.domain.orders import OrderDraft, Payment
from olvery_tui.domain.period_changes import PeriodDraft
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.domain.undo import UNDO_FOR
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store.audit import checks
from tests.desk.making import (
    ANNA,
    BORIS,
    FLOOR,
    HOUR,
    IVAN,
    MARIA,
    MARINA,
    NOW,
    TABLES,
    add_seat,
    add_ticket,
    held,
    hours,
    ticket_row,
    trail,
)
from tests.each import each

MINUTE = timedelta(minutes=1)
DRAFT = OrderDraft(MARIA, FLOOR, FLOOR, hours(1, 3), (1, 2))
PAID = Payment(NOW, PaymentKind.ONLINE)


def order_lines(store, number):
    table = TABLES["event"]
    query = table.select().where(table.c.order_number == number).order_by(table.c.id)
    with store.reading() as session:
        return list(session.connection().execute(query))


def undo(desk):
    return desk.undo(desk.last_changes)


def sound(store, clock):
    assert checks.check(store, clock.now()) == ()


# ── The identity check ───────────────────────────────────────────────────────────────────────────


def test_a_check_is_taken_back_and_the_event_names_it(store, desk, clock):
    add_ticket(store, 26)
    desk.tickets.validate(desk.tickets.get(26))
    (change,) = desk.last_changes
    clock.move_to(clock.now() + MINUTE)
    undo(desk)

    assert not desk.tickets.get(26).validated
    checked, reset, undone = trail(store, 26)[1:]
    assert change.event == checked["id"]
    assert (reset["kind"], reset["data"]) == (
        "ticket.validation_reset", {"validated_at": NOW.isoformat(), "validated_by": ANNA.id},
    )  # fmt: skip
    assert (undone["kind"], undone["manager_id"], undone["data"]) == (
        "change.undone",
        ANNA.id,
        {"event": checked["id"], "kind": "ticket.validated", "at": NOW.isoformat()},
    )
    sound(store, clock)


def test_a_reset_puts_back_the_check_as_it_was_whoever_had_made_it(store, desk, other, clock):
    add_ticket(store, 26)
    checked = other.tickets.validate(other.tickets.get(26))
    clock.move_to(clock.now() + MINUTE)
    desk.tickets.reset_validation(checked)
    clock.move_to(clock.now() + MINUTE)
    undo(desk)

    card = desk.tickets.get(26)
    assert (card.validated_at, card.validated_by.id) == (NOW, BORIS.id)
    assert trail(store, 26)[-2]["data"] == {
        "visitor": MARIA, "validated_at": NOW.isoformat(), "validated_by": BORIS.id,
    }  # fmt: skip
    sound(store, clock)


def test_time_alone_does_not_come_between_a_change_and_its_undo(store, desk, clock):
    add_ticket(store, 26, period=hours(0.1, 2))
    desk.tickets.validate(desk.tickets.get(26))
    clock.move_to(clock.now() + 8 * MINUTE)
    StatusWorker(store, clock).run_pass()
    undo(desk)

    card = desk.tickets.get(26)
    assert (card.status, card.validated) == (TicketStatus.ACTIVE, False)


# ── The visitor ──────────────────────────────────────────────────────────────────────────────────


def test_the_former_visitor_is_back_with_the_check_that_was_cleared(store, desk, other, clock):
    add_ticket(store, 26, period=hours(1, 2))
    other.tickets.validate(other.tickets.get(26))
    clock.move_to(clock.now() + MINUTE)
    desk.tickets.change_visitor(desk.tickets.get(26), MARINA)
    undo(desk)

    card = desk.tickets.get(26)
    assert card.visitor.id == MARIA
    assert (card.validated_at, card.validated_by.id) == (NOW, BORIS.id)
    assert trail(store, 26)[-2]["data"] == {
        "from": MARINA,
        "to": MARIA,
        "cleared": False,
        "restored": True,
        "validated_at": NOW.isoformat(),
        "validated_by": BORIS.id,
    }


def test_a_visitor_who_was_not_checked_comes_back_unchecked(store, desk):
    add_ticket(store, 26, period=hours(1, 2))
    desk.tickets.change_visitor(desk.tickets.get(26), MARINA)
    undo(desk)

    card = desk.tickets.get(26)
    assert (card.visitor.id, card.validated) == (MARIA, False)


def test_the_rules_of_a_change_hold_for_its_undo(store, desk, clock):
    """The visitor of a ticket whose period has begun can't be changed: not back either."""
    add_ticket(store, 26, period=hours(0.1, 2))
    desk.tickets.change_visitor(desk.tickets.get(26), MARINA)
    clock.move_to(clock.now() + 8 * MINUTE)
    with pytest.raises(WrongStatus):
        undo(desk)

    assert desk.tickets.get(26).visitor.id == MARINA
    assert trail(store, 26)[-1]["kind"] == "change.undo_refused"
    assert trail(store, 26)[-1]["data"]["reason"] == "wrong_status"


# ── The workplace ────────────────────────────────────────────────────────────────────────────────


def test_the_former_place_is_taken_again_from_now_on(store, desk, clock):
    add_ticket(store, 26, seat=1)
    desk.tickets.change_workplace(desk.tickets.get(26), 2)
    clock.move_to(clock.now() + 6 * MINUTE)
    undo(desk)

    start, end = hours(-1, 2).starts_at, hours(-1, 2).ends_at
    back = NOW + 6 * MINUTE
    assert held(store, 26) == [(1, start, NOW), (2, NOW, back), (1, back, end)]
    assert desk.tickets.get(26).workplace_id == 1
    sound(store, clock)


def test_a_former_place_that_somebody_has_now_is_refused_by_name(store, desk, other, clock):
    add_ticket(store, 26, seat=1)
    add_ticket(store, 27, seat=3, visitor=IVAN)
    desk.tickets.change_workplace(desk.tickets.get(26), 2)
    other.tickets.change_workplace(other.tickets.get(27), 1)
    with pytest.raises(SeatTaken) as refused:
        undo(desk)

    assert (refused.value.by_ticket, refused.value.visitor) == (27, "Иван Столповский")
    assert desk.tickets.get(26).workplace_id == 2
    assert desk.last_changes, "once the place is free again it can be undone"
    sound(store, clock)


def test_nothing_is_left_to_move_back_of_a_period_that_is_over(store, desk, clock):
    add_ticket(store, 26, period=hours(-1, 0.1))
    desk.tickets.change_workplace(desk.tickets.get(26), 2)
    clock.move_to(clock.now() + 8 * MINUTE)
    with pytest.raises(PeriodEnded):
        undo(desk)


# ── The order's status ───────────────────────────────────────────────────────────────────────────


def test_a_payment_is_taken_back_with_the_confirmation(store, desk, clock):
    made = desk.orders.create(DRAFT)
    desk.orders.set_status(made, OrderStatus.CONFIRMED, payment=PAID)
    undo(desk)

    card = desk.orders.get(made.number)
    assert (card.status, card.paid_at, card.payment_kind) == (
        OrderStatus.NEW, None, PaymentKind.ON_SITE,
    )  # fmt: skip
    assert {row.status for row in card.tickets} == {TicketStatus.NEW}
    *_, moved, undone = order_lines(store, made.number)
    assert moved.data["paid_at"] is None
    assert undone.data["kind"] == "order.moved"
    sound(store, clock)


def test_any_change_of_a_status_is_taken_back_with_tickets_and_seats(store, desk, clock):
    phases = (hours(1, 3), hours(-1, 1), hours(-3, -1))
    cases = [(*change, phase) for change in STATUS_CHANGES for phase in phases]
    each("nth, status, to, phase", [(nth, *case) for nth, case in enumerate(cases, 1)])(
        _is_taken_back
    )(store, desk)
    sound(store, clock)


STATUS_CHANGES = [
    (OrderStatus.NEW, OrderStatus.CANCELLED),
    (OrderStatus.AWAITING_INVOICE, OrderStatus.INVOICE_ISSUED),
    (OrderStatus.PAYMENT_IN_PROGRESS, OrderStatus.PAYMENT_FAILED),
    (OrderStatus.CONFIRMED, OrderStatus.COMPLETED),
    (OrderStatus.CONFIRMED, OrderStatus.CANCELLED),
    (OrderStatus.COMPLETED, OrderStatus.CONFIRMED),
    (OrderStatus.CANCELLED, OrderStatus.NEW),
    (OrderStatus.PAYMENT_FAILED, OrderStatus.NEW),
    (OrderStatus.REFUND_IN_PROGRESS, OrderStatus.REFUNDED),
    (OrderStatus.REFUND_IN_PROGRESS, OrderStatus.CONFIRMED),
]


def _is_taken_back(store, desk, nth, status, to, phase):
    add_seat(store, 100 + nth)
    add_ticket(store, nth, order=status, period=phase, seat=100 + nth)
    before, seats = desk.orders.get(1000 + nth), [piece[::2] for piece in held(store, nth)]
    desk.orders.set_status(before, to, early=True)
    undo(desk)

    after = desk.orders.get(1000 + nth)
    assert (after.status, after.paid_at) == (status, before.paid_at)
    assert [row.status for row in after.tickets] == [row.status for row in before.tickets]
    assert [piece[::2] for piece in held(store, nth)] == seats
    assert after.version == before.version + 2


def test_a_cancelled_order_has_its_seats_again_from_now_on(store, desk, clock):
    add_ticket(store, 1)
    desk.orders.set_status(desk.orders.get(1001), OrderStatus.CANCELLED)
    clock.move_to(clock.now() + 5 * MINUTE)
    undo(desk)

    assert held(store, 1) == [(1, NOW + 5 * MINUTE, hours(-1, 2).ends_at)]
    assert desk.orders.get(1001).status is OrderStatus.CONFIRMED
    sound(store, clock)


def test_seats_that_others_have_by_now_are_named_and_nothing_is_undone(store, desk, other, clock):
    made = desk.orders.create(DRAFT)
    desk.orders.set_status(made, OrderStatus.CANCELLED)
    other.orders.create(replace(DRAFT, customer=IVAN, workplace_ids=(2,)))
    with pytest.raises(SeatsTaken) as refused:
        undo(desk)

    (taken,) = refused.value.taken
    assert (taken.workplace, taken.by_ticket, taken.visitor) == ("PM №2", 3, "Иван Столповский")
    assert desk.orders.get(made.number).status is OrderStatus.CANCELLED
    assert held(store, 1) == held(store, 2) == []
    assert order_lines(store, made.number)[-1].data["by_tickets"] == [3]
    sound(store, clock)


def test_a_booking_is_taken_back_by_cancelling_it(store, desk, other, clock):
    made = desk.orders.create(DRAFT)
    undo(desk)

    card = desk.orders.get(made.number)
    assert card.status is OrderStatus.CANCELLED
    assert {row.status for row in card.tickets} == {TicketStatus.CANCELLED}
    *_, undone = order_lines(store, made.number)
    assert undone.data["kind"] == "order.created"
    other.orders.create(DRAFT)
    sound(store, clock)


def test_a_ticket_that_somebody_has_touched_keeps_its_order_where_it_is(store, desk, other):
    """Its check would otherwise be that of a ticket that nobody may come in with."""
    made = desk.orders.create(DRAFT)
    desk.orders.set_status(made, OrderStatus.CONFIRMED, payment=PAID)
    other.tickets.validate(other.tickets.get(1))
    with pytest.raises(ChangedSince) as refused:
        undo(desk)

    assert (refused.value.by, refused.value.is_order) == ("Борис Титов", True)
    assert desk.orders.get(made.number).status is OrderStatus.CONFIRMED


# ── Opening hours ────────────────────────────────────────────────────────────────────────────────


def opening(*hours, closed=()):
    return OpeningHours(tuple(one and OpenHours(*one) for one in hours), closed)


WEEK = opening(*[(540, 1260)] * 5, None, None, closed=(ClosedDay(date(2022, 12, 31), "Ремонт"),))
OTHERS = (
    opening(*[(600, 1200)] * 7),
    opening(*[None] * 7, closed=(ClosedDay(date(2022, 12, 31), "Отпуск"),)),
    OpeningHours(),
)


@pytest.mark.parametrize("others", OTHERS, ids=["every day", "one reason", "nothing"])
def test_a_change_of_the_opening_hours_is_one_however_many_days_it_touches(
    store, desk, clock, others
):
    desk.catalogue.change_hours(OpeningHours(), WEEK)
    desk.catalogue.change_hours(WEEK, others)
    assert len(desk.last_changes) == 1
    undo(desk)
    assert desk.catalogue.hours() == WEEK
    assert desk.last_changes == ()
    sound(store, clock)


def test_hours_saved_as_they_were_leave_the_last_change_to_be_undone(store, desk):
    add_ticket(store, 26)
    desk.tickets.validate(desk.tickets.get(26))
    before = desk.last_changes
    desk.catalogue.change_hours(OpeningHours(), OpeningHours())
    assert desk.last_changes == before != ()


def test_hours_that_somebody_has_changed_since_stay_theirs(store, desk, other, clock):
    desk.catalogue.change_hours(OpeningHours(), WEEK)
    other.catalogue.change_hours(WEEK, OTHERS[0])
    with pytest.raises(HoursChangedSince):
        undo(desk)
    assert desk.catalogue.hours() == OTHERS[0]
    assert desk.last_changes == ()
    sound(store, clock)


# ── For how long, and for whom ───────────────────────────────────────────────────────────────────


def test_what_somebody_has_changed_since_is_not_undone(store, desk, other, clock):
    add_ticket(store, 26, period=hours(1, 2))
    desk.tickets.validate(desk.tickets.get(26))
    clock.move_to(clock.now() + MINUTE)
    other.tickets.change_visitor(other.tickets.get(26), MARINA)
    with pytest.raises(ChangedSince) as refused:
        undo(desk)

    found = refused.value
    assert (found.number, found.by, found.at) == (26, "Борис Титов", NOW + MINUTE)
    assert desk.tickets.get(26).visitor.id == MARINA
    assert desk.last_changes == ()


def test_ten_minutes_and_no_longer(store, desk, clock):
    add_ticket(store, 26)
    add_ticket(store, 27, seat=2)
    desk.tickets.validate(desk.tickets.get(26))
    clock.move_to(clock.now() + UNDO_FOR)
    undo(desk)
    desk.tickets.validate(desk.tickets.get(27))
    clock.move_to(clock.now() + UNDO_FOR + timedelta(microseconds=1))
    with pytest.raises(UndoExpired):
        undo(desk)

    assert desk.tickets.get(27).validated
    assert desk.last_changes == ()


def test_a_price_that_can_not_be_taken_off_any_more_is_a_refusal_with_its_event(
    store, desk, other, clock
):
    """The hour that an order costs more by is not in its price any more."""
    order = desk.orders.create(DRAFT)
    first, second = (ticket.number for ticket in order.tickets)
    desk.periods.change_period(desk.tickets.get(first), PeriodDraft(hours(1, 4)))
    less = PeriodDraft(hours(1, 2), Decimal(-900))
    other.periods.change_period(other.tickets.get(second), less)
    with pytest.raises(UndoImpossible):
        undo(desk)

    assert desk.tickets.get(first).period == hours(1, 4)
    assert desk.orders.get(order.number).price == 100
    last = trail(store, first)[-1]
    assert (last["kind"], last["data"]["reason"]) == ("change.undo_refused", "undo_impossible")
    sound(store, clock)


def test_an_undo_is_not_undone_and_never_made_twice(store, desk):
    add_ticket(store, 26)
    desk.tickets.validate(desk.tickets.get(26))
    changes = desk.last_changes
    undo(desk)

    assert desk.last_changes == ()
    assert undo(desk) == ()
    with pytest.raises(ChangedSince):
        desk.undo(changes)
    assert not desk.tickets.get(26).validated


def test_only_what_was_changed_is_kept_in_mind(store, desk, other):
    add_ticket(store, 26, period=hours(1, 2))
    desk.tickets.validate(desk.tickets.get(26))
    kept = desk.last_changes
    desk.tickets.change_visitor(desk.tickets.get(26), MARIA)  # the same one: no change
    with pytest.raises(NoSuchChoice):
        desk.tickets.change_workplace(desk.tickets.get(26), 404)

    assert desk.last_changes == kept
    assert other.last_changes == ()


def test_an_older_change_is_not_undone_in_place_of_one_that_cant_be(store, desk):
    add_ticket(store, 26)
    changes = {
        "a person": lambda: desk.people.add(last_name="Орлов", first_name="Лев"),
        "a merge": lambda: desk.people.merge(desk.people.get(MARIA), desk.people.get(MARINA)),
        "a shift": lambda: desk.shifts.open(None),
        "a ban": lambda: desk.people.ban(desk.people.get(MARIA), "Шумит"),
    }
    for name, change in changes.items():
        desk.tickets.validate(desk.tickets.get(26))
        assert desk.last_changes, name
        change()
        assert desk.last_changes == (), name
        desk.tickets.reset_validation(desk.tickets.get(26))


def test_a_change_is_undone_by_whoever_made_it(store, desk, other):
    add_ticket(store, 26)
    desk.tickets.validate(desk.tickets.get(26))
    with pytest.raises(NothingToUndo):
        other.undo(desk.last_changes)

    assert desk.tickets.get(26).validated
    assert desk.last_changes


def test_a_database_that_is_away_leaves_the_change_to_be_undone(store, desk, monkeypatch):
    add_ticket(store, 26)
    desk.tickets.validate(desk.tickets.get(26))
    with monkeypatch.context() as patch:

        def away():
            raise StoreUnavailable(StoreCode.LOST)

        patch.setattr(store, "writing", away)
        with pytest.raises(StoreUnavailable):
            undo(desk)
    undo(desk)

    assert not desk.tickets.get(26).validated


# ── Many at once ─────────────────────────────────────────────────────────────────────────────────


def test_many_are_taken_back_as_one_and_what_can_not_be_is_told(store, desk, other, clock):
    for number in (1, 2, 3):
        add_ticket(store, number, period=hours(-3, -1), seat=number)
    desk.orders.set_status_of_many((1001, 1002, 1003, 404), OrderStatus.COMPLETED)
    assert [change.number for change in desk.last_changes] == [1001, 1002, 1003]
    other.orders.set_status(other.orders.get(1002), OrderStatus.CONFIRMED)
    outcomes = undo(desk)

    assert [(each.number, type(each.error)) for each in outcomes] == [
        (1001, type(None)), (1002, ChangedSince), (1003, type(None)),
    ]  # fmt: skip
    assert {desk.orders.get(number).status for number in (1001, 1002, 1003)} == {
        OrderStatus.CONFIRMED
    }
    assert desk.last_changes == ()
    sound(store, clock)


def test_what_is_over_is_not_taken_up_again_by_the_dozen(store, desk):
    """Who confirms all that are marked means those that are new."""
    for number, status in enumerate((OrderStatus.COMPLETED, OrderStatus.CANCELLED), start=1):
        add_ticket(store, number, order=OrderStatus.CONFIRMED, seat=number)
        desk.orders.set_status(desk.orders.get(1000 + number), status, early=True)
    outcomes = desk.orders.set_status_of_many((1001, 1002), OrderStatus.CONFIRMED, payment=PAID)

    assert [type(each.error) for each in outcomes] == [ForbiddenTransition] * 2
    assert [desk.orders.get(number).status for number in (1001, 1002)] == [
        OrderStatus.COMPLETED, OrderStatus.CANCELLED,
    ]  # fmt: skip
    assert order_lines(store, 1001)[-1].kind == "order.move_refused"


# ── Taken up again ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "before",
    [
        OrderStatus.NEW,
        OrderStatus.PAYMENT_IN_PROGRESS,
        OrderStatus.AWAITING_INVOICE,
        OrderStatus.INVOICE_ISSUED,
        OrderStatus.CONFIRMED,
    ],
)
def test_a_cancelled_order_is_restored_to_what_it_was_and_to_nothing_else(
    store, desk, other, clock, before
):
    add_ticket(store, 1, order=before)
    cancelled = desk.orders.set_status(desk.orders.get(1001), OrderStatus.CANCELLED)
    assert cancelled.possible_next == (before,)
    clock.move_to(clock.now() + 30 * MINUTE)
    restored = other.orders.set_status(cancelled, before)

    assert restored.status is before
    assert held(store, 1)[-1] == (1, NOW + 30 * MINUTE, hours(-1, 2).ends_at)
    sound(store, clock)


def test_a_cancelled_order_of_which_nobody_knows_what_it_was_becomes_a_new_one(store, desk):
    add_ticket(store, 1, order=OrderStatus.CANCELLED)

    assert desk.orders.get(1001).possible_next == (OrderStatus.NEW,)


def test_an_order_that_is_not_refunded_after_all_stays_paid(store, desk):
    made = desk.orders.create(DRAFT)
    confirmed = desk.orders.set_status(made, OrderStatus.CONFIRMED, payment=PAID)
    refunded = desk.orders.set_status(confirmed, OrderStatus.REFUND_IN_PROGRESS)
    card = desk.orders.set_status(refunded, OrderStatus.CONFIRMED)

    assert (card.paid_at, card.payment_kind) == (NOW, PaymentKind.ONLINE)
    assert [row.status for row in card.tickets] == [TicketStatus.CONFIRMED] * 2


def test_an_order_whose_tickets_have_ended_is_restored_as_one_written_down_later(
    store, desk, clock
):
    add_ticket(store, 1, period=hours(1, 2))
    desk.orders.set_status(desk.orders.get(1001), OrderStatus.CANCELLED)
    clock.move_to(NOW + 5 * HOUR)
    desk.orders.set_status(desk.orders.get(1001), OrderStatus.CONFIRMED)

    assert held(store, 1) == [(1, NOW + HOUR, NOW + 2 * HOUR)]
    assert ticket_row(store, 1).status == "active"
    sound(store, clock)


def test_what_was_put_back_in_work_is_not_completed_by_itself_again(store, desk, clock):
    seen = desk.settings.get()
    desk.settings.change(seen, replace(seen, auto_complete_orders=True))
    add_ticket(store, 1, period=hours(-3, -1))
    worker = StatusWorker(store, clock)
    worker.run_pass()
    completed = desk.orders.get(1001)
    assert completed.status is OrderStatus.COMPLETED
    desk.orders.set_status(completed, OrderStatus.CONFIRMED)
    clock.move_to(clock.now() + HOUR)

    assert worker.next_due() is None
    assert worker.run_pass() == 0
    assert desk.orders.get(1001).status is OrderStatus.CONFIRMED
    assert desk.orders.overdue(9) == (1001,), "it is listed as «Время истекло» all the same"
    sound(store, clock)


def test_confirming_an_unpaid_order_again_asks_for_no_payment(store, desk):
    """It was confirmed without one: that is what it goes back to."""
    add_ticket(store, 1, order=OrderStatus.CONFIRMED)
    assert desk.orders.get(1001).price == Decimal(600)
    cancelled = desk.orders.set_status(desk.orders.get(1001), OrderStatus.CANCELLED)

    assert desk.orders.set_status(cancelled, OrderStatus.CONFIRMED).paid_at is None


def test_a_new_manager_at_the_terminal_finds_nothing_to_undo(store, desk, clock):
    add_ticket(store, 26)
    desk.tickets.validate(desk.tickets.get(26))

    assert Desk(store, clock, desk.actor).last_changes == ()
