"""Orders at the desk: made with their tickets, and brought through their statuses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import event, func, select

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk, booking, orders
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.codes import NUMBER_MAX
from olvery_tui.domain.conflicts import OrderChangedMeanwhile, SettingsChangedMeanwhile
from olvery_tui.domain.errors import (
    ForbiddenTransition,
    InvalidForm,
    NoManager,
    NoSuchChoice,
    NoSuchOrder,
    OrderNotEnded,
    PaymentMissing,
    SeatTaken,
    StoreCode,
    StoreUnavailable,
)
from olvery_tui.domain.filters import EMPTY
from olvery_tui.domain.orders import IMPORTED_MAX, OrderDraft, Payment, possible_next
from olvery_tui.domain.pages import Top
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, ticket_status
from olvery_tui.store.audit import checks
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.orders import order_writes, payments
from olvery_tui.store.tickets import seats
from tests.desk.making import (
    ANNA,
    CONSOLE,
    FLOOR,
    HOUR,
    MARIA,
    MOSCOW,
    NOBODY,
    NOW,
    ROOF_SEAT,
    SEATS,
    TABLES,
    add_seat,
    add_ticket,
    held,
    hours,
    kinds,
    ticket_row,
    trail,
)
from tests.each import each

DRAFT = OrderDraft(MARIA, FLOOR, FLOOR, hours(0, 2), (1, 2))


def order_trail(store, number):
    table = TABLES["event"]
    query = table.select().where(table.c.order_number == number).order_by(table.c.id)
    with store.reading() as session:
        return [dict(row) for row in session.connection().execute(query).mappings()]


def counts(store):
    """How many rows each table has."""
    with store.reading() as session:
        run = session.connection().execute
        return {
            name: run(select(func.count()).select_from(table)).scalar_one()
            for name, table in TABLES.items()
        }


# ── «Добавить заказ» ─────────────────────────────────────────────────────────────────────────────


def test_an_order_is_made_with_a_ticket_for_each_workplace(store, desk):
    card = desk.orders.create(replace(DRAFT, comment=" у \x1b окна\n"))

    assert (card.status, card.price, card.paid) == (OrderStatus.NEW, Decimal(800), 0)
    assert card.comment == "у окна"
    assert [(row.number, row.workplace) for row in card.tickets] == [(1, "PM №1"), (2, "PM №2")]
    assert {row.status for row in card.tickets} == {TicketStatus.NEW}
    for row, seat in zip(card.tickets, (1, 2), strict=True):
        assert held(store, row.number) == [(seat, DRAFT.period.starts_at, DRAFT.period.ends_at)]
        assert desk.tickets.get(row.number).visitor.id == MARIA
    assert checks.check(store, NOW) == ()


def test_each_is_an_event_by_whom_it_was_made(store, desk):
    card = desk.orders.create(DRAFT)

    (made,) = order_trail(store, card.number)
    assert (made["kind"], made["manager_id"]) == ("order.created", ANNA.id)
    period = ["hourly", DRAFT.period.starts_at.isoformat(), DRAFT.period.ends_at.isoformat()]
    assert made["data"] == {
        "status": "new", "customer": MARIA, "service": 1, "price": "800.00", "currency": "RUB",
        "payment": "on_site", "tickets": [1, 2], "period": period,
    }  # fmt: skip
    for row, seat in zip(card.tickets, (1, 2), strict=True):
        (line,) = trail(store, row.number)
        assert line["data"] == {
            "order": card.number, "visitor": MARIA, "workplace": seat, "status": "new",
            "tariff": 1, "modifiers": [], "period": period,
        }  # fmt: skip


def test_the_numbers_follow_the_highest_ones(store, desk):
    add_ticket(store, 34)
    first = desk.orders.create(replace(DRAFT, workplace_ids=(2, 3)))
    second = desk.orders.create(replace(DRAFT, workplace_ids=(4,)))

    assert (first.number, second.number) == (1035, 1036)
    assert [row.number for card in (first, second) for row in card.tickets] == [35, 36, 37]


def test_behind_the_highest_number_of_an_import_orders_are_made(store, desk):
    add_ticket(store, IMPORTED_MAX, seat=4)  # its order has a larger number
    card = desk.orders.create(DRAFT)

    assert [row.number for row in card.tickets] == [IMPORTED_MAX + 1, IMPORTED_MAX + 2]


def test_a_number_at_the_end_does_not_end_booking(store, desk):
    """As an import of an earlier version may have brought it."""
    add_ticket(store, 34)
    add_ticket(store, NUMBER_MAX, seat=5)
    first = desk.orders.create(replace(DRAFT, workplace_ids=(2, 3)))
    second = desk.orders.create(replace(DRAFT, workplace_ids=(4,)))

    assert [row.number for card in (first, second) for row in card.tickets] == [35, 36, 37]
    assert (first.number, second.number) == (1035, 1036)
    assert len(desk.tickets.page(EMPTY, Top(), 10).rows) == 5  # each is in the list


def test_an_invoice_is_awaited_from_the_start(desk):
    card = desk.orders.create(replace(DRAFT, payment_kind=PaymentKind.INVOICE))

    assert card.status is OrderStatus.AWAITING_INVOICE


def test_the_managers_price_is_kept_to_the_hundredth(desk):
    assert desk.orders.create(replace(DRAFT, price=Decimal("0.07"))).price == Decimal("0.07")


def test_a_period_in_the_past_is_nobodys_error(desk):
    assert desk.orders.create(replace(DRAFT, period=hours(-2, -1))).number == 1


@pytest.mark.parametrize(
    ("draft", "what"),
    [
        (replace(DRAFT, customer=404), "person"),
        (replace(DRAFT, service_id=404), "service"),
        (replace(DRAFT, tariff_id=404), "tariff"),
        (replace(DRAFT, workplace_ids=(1, ROOF_SEAT)), "workplace"),
        (replace(DRAFT, workplace_ids=(1, 404)), "workplace"),
        (replace(DRAFT, modifier_ids=(404,)), "modifier"),
    ],
)
def test_what_is_not_there_is_named_and_nothing_is_half_saved(store, desk, draft, what):
    before = counts(store)
    with pytest.raises(NoSuchChoice) as refused:
        desk.orders.create(draft)

    assert refused.value.what == what
    assert counts(store) == before


def test_what_is_wrong_is_told_by_field_and_nothing_is_half_saved(store, desk):
    before = counts(store)
    with pytest.raises(InvalidForm) as refused:
        desk.orders.create(replace(DRAFT, period=hours(0, 0.25), workplace_ids=()))

    assert [one.field for one in refused.value.problems] == ["period", "workplaces"]
    assert counts(store) == before


def test_a_taken_seat_is_named_with_who_has_it_and_nothing_is_half_saved(store, desk):
    add_ticket(store, 34, period=hours(1, 3), seat=2)
    before = counts(store)
    with pytest.raises(SeatTaken) as refused:
        desk.orders.create(DRAFT)

    assert (refused.value.workplace, refused.value.by_ticket) == ("PM №2", 34)
    assert counts(store) == before


def test_also_where_only_the_database_knows_it(store, desk, monkeypatch):
    """Somebody came in between the look and the write: the guard of the seats says no."""
    look, looks = booking.refuse_if_taken, []

    def blind_at_first(*facts):
        looks.append(facts)
        if len(looks) > 1:
            look(*facts)

    monkeypatch.setattr(booking, "refuse_if_taken", blind_at_first)
    add_ticket(store, 34, period=hours(1, 3), seat=2)
    before = counts(store)
    with pytest.raises(SeatTaken) as refused:
        desk.orders.create(DRAFT)

    assert refused.value.by_ticket == 34
    assert len(looks) == 2
    assert counts(store) == before


def test_seats_that_only_touch_are_not_in_the_way(store, desk):
    add_ticket(store, 34, period=hours(-2, 0), seat=1)
    add_ticket(store, 35, period=hours(2, 3), seat=2)

    assert desk.orders.create(DRAFT).number


def test_nobody_makes_an_order_in_nobodys_name(store, clock):
    before = counts(store)
    with pytest.raises(NoManager):
        Desk(store, clock, NOBODY).orders.create(DRAFT)

    assert counts(store) == before


def test_the_command_line_may(store, clock):
    assert Desk(store, clock, CONSOLE).orders.create(DRAFT).number == 1


@pytest.mark.parametrize("count", [1, 4])
def test_more_tickets_take_no_more_statements(store, desk, count):
    texts = []

    def keep(_connection, _cursor, text, *_more):
        texts.append(text)

    desk.location()
    event.listen(store._writers, "before_cursor_execute", keep)
    desk.orders.create(replace(DRAFT, workplace_ids=SEATS[:count]))
    event.remove(store._writers, "before_cursor_execute", keep)

    of_its_own = [text for text in texts if "pg_" not in text]  # not a turn, nor a mark
    assert len(of_its_own) <= 24, of_its_own


# ── The statuses ─────────────────────────────────────────────────────────────────────────────────

PHASES = {"before": hours(1, 3), "in": hours(-1, 1), "after": hours(-3, -1)}
PAID = Payment(NOW, PaymentKind.ONLINE)


def test_an_order_comes_to_the_statuses_of_the_table(store, desk):
    """Paid or not, before, in and after its period; the ticket follows."""
    numbers = count(1)

    @each("status", OrderStatus)
    @each("period", PHASES.values())
    @each("paid", [False, True])
    def comes_to_them(status, period, paid):
        for to in possible_next(status, PaymentKind.ON_SITE, paid=paid):
            nth = next(numbers)
            seen = _on_its_own_seat(store, desk, nth, status, period, paid=paid)
            payment = PAID if to is OrderStatus.CONFIRMED else None
            card = desk.orders.set_status(seen, to, payment=payment, early=True)
            assert card.status is to
            assert card.version == seen.version + 1
            (row,) = card.tickets
            assert row.status is ticket_status(to, period, NOW)
            if to.is_cancelled:
                assert held(store, nth) == []

    comes_to_them()
    assert checks.check(store, NOW) == ()


def test_an_order_comes_to_no_other_status(store, desk):
    """Nothing has changed, and the refusal is kept."""
    cases = [(status, paid) for status in OrderStatus for paid in (False, True)]
    each("nth, status, paid", [(nth, *case) for nth, case in enumerate(cases, 1)])(
        _comes_to_no_other
    )(store, desk)
    assert checks.check(store, NOW) == ()


def _comes_to_no_other(store, desk, nth, status, paid):
    possible = possible_next(status, PaymentKind.ON_SITE, paid=paid)
    seen = _on_its_own_seat(store, desk, nth, status, PHASES["before"], paid=paid)
    for to in OrderStatus:
        if to in possible:
            continue
        with pytest.raises(ForbiddenTransition) as refused:
            desk.orders.set_status(seen, to)
        assert (refused.value.status, refused.value.to) == (status, to)
        assert refused.value.paid is paid
        assert refused.value.possible == possible
        assert desk.orders.get(seen.number) == seen
        assert order_trail(store, seen.number)[-1]["data"] == {
            "to": to.value, "reason": "forbidden_transition", "status": status.value,
        }  # fmt: skip


def _on_its_own_seat(store, desk, number, status, period, *, paid):
    add_seat(store, 100 + number)
    add_ticket(store, number, order=status, period=period, seat=100 + number)
    if paid:
        _pay(store, 1000 + number)
    return desk.orders.get(1000 + number)


def _pay(store, number):
    with store.writing() as session:
        share = PaymentKind.ON_SITE, Decimal(600)
        payments.add(session, [payments.NewPayment(number, share, NOW)])


def test_confirming_records_when_and_how_it_was_paid(store, desk):
    card = desk.orders.create(DRAFT)
    with pytest.raises(PaymentMissing):
        desk.orders.set_status(card, OrderStatus.CONFIRMED)
    payment = Payment(NOW - HOUR, PaymentKind.ONLINE)
    card = desk.orders.set_status(card, OrderStatus.CONFIRMED, payment=payment)

    assert (card.paid_at, card.payment_kind) == (NOW - HOUR, PaymentKind.ONLINE)
    *_, refused, moved = order_trail(store, card.number)
    assert refused["data"] == {"to": "confirmed", "reason": "payment_missing"}
    assert moved["data"] == {
        "from": "new",
        "to": "confirmed",
        "paid_at": (NOW - HOUR).isoformat(),
        "payment": "online",
        "paid_before": None,
        "payment_before": "on_site",
        "lines": [["online", "800.00"]],
        "paid": "800.00",
        "currency": "RUB",
    }
    (line,) = card.payments
    assert (line.at, line.amount, line.kind, line.by) == (
        NOW - HOUR, Decimal(800), PaymentKind.ONLINE, "Анна Орлова",
    )  # fmt: skip


def test_what_is_free_of_charge_needs_no_payment(desk):
    card = desk.orders.create(replace(DRAFT, price=Decimal(0)))

    assert desk.orders.set_status(card, OrderStatus.CONFIRMED).status is OrderStatus.CONFIRMED


def test_cancelling_gives_the_seats_back_whole_and_keeps_the_reason(store, desk, clock, other):
    card = desk.orders.create(replace(DRAFT, period=hours(0, 2)))
    clock.move_to(NOW + HOUR)
    desk.orders.set_status(card, OrderStatus.CANCELLED, reason="  не\nпришли ")

    for number in (1, 2):
        assert held(store, number) == []
        assert desk.tickets.get(number).status is TicketStatus.CANCELLED
    assert order_trail(store, card.number)[-1]["data"]["reason"] == "не пришли"
    again = other.orders.create(replace(DRAFT, period=hours(1, 2)))
    assert len(again.tickets) == 2
    assert checks.check(store, clock.now()) == ()


@pytest.mark.parametrize(
    ("period", "kept"),
    [(hours(1, 3), []), (hours(-2, 1), [(-2, 0)]), (hours(-3, -1), [(-3, -1)])],
    ids=["before", "in", "after"],
)
def test_what_a_visitor_who_was_checked_has_used_stays_used(store, desk, period, kept):
    """Of an order with two tickets, one of them checked."""
    add_ticket(store, 1, period=period)
    add_ticket(store, 2, period=period, seat=2)
    with store.writing() as session:
        tickets = TABLES["ticket"]
        session.connection().execute(tickets.update().values(order_number=1001))
        session.connection().execute(
            tickets.update().where(tickets.c.number == 1).values(validated_at=NOW, validated_by=1)
        )
    desk.orders.set_status(desk.orders.get(1001), OrderStatus.CANCELLED)

    assert held(store, 1) == [(1, NOW + start * HOUR, NOW + end * HOUR) for start, end in kept]
    assert held(store, 2) == []


def test_a_seat_moved_away_from_is_given_back_whole_too(store, desk):
    add_ticket(store, 1, period=hours(-2, 3))
    desk.tickets.change_workplace(desk.tickets.get(1), 2)
    desk.orders.set_status(desk.orders.get(1001), OrderStatus.CANCELLED)

    assert held(store, 1) == []


# ── Who has a seat ───────────────────────────────────────────────────────────────────────────────

DAY = Period.daily(date(2022, 12, 6), date(2022, 12, 6), MOSCOW)
"""The day of `NOW`, which is ten o'clock."""


def free(desk, period):
    return [one.workplace_id for one in desk.catalogue.free_places(FLOOR, period) if one.free]


def test_a_day_that_was_refunded_is_sold_again_for_the_same_day(store, desk):
    """Ticket 620, for today, not checked; its order is refunded."""
    add_ticket(store, 620, period=DAY, seat=2)
    _pay(store, 1620)
    assert 2 not in free(desk, DAY)
    desk.orders.set_status(desk.orders.get(1620), OrderStatus.REFUND_IN_PROGRESS)

    assert free(desk, DAY) == free(desk, hours(-1, 1)) == list(SEATS)
    assert desk.orders.create(replace(DRAFT, period=hours(-1, 1), workplace_ids=(2,))).tickets
    assert checks.check(store, NOW) == ()


@pytest.mark.parametrize("leaves", ["moves", "is cancelled"])
@pytest.mark.parametrize("period", [hours(-10, 14), hours(-1, 1)], ids=["day", "hours"])
def test_who_has_a_seat_is_who_has_it_from_now_on(store, desk, leaves, period):
    """Who was checked in and left has used its past, which is nobody's business any more."""
    add_ticket(store, 1, period=DAY)
    card = desk.tickets.validate(desk.tickets.get(1))
    if leaves == "moves":
        desk.tickets.change_workplace(card, 2)
    else:
        desk.orders.set_status(desk.orders.get(1001), OrderStatus.CANCELLED)
    assert held(store, 1)[0] == (1, DAY.starts_at, NOW)

    assert 1 in free(desk, period)
    made = desk.orders.create(replace(DRAFT, period=period, workplace_ids=(1,)))

    (row,) = made.tickets
    assert held(store, row.number) == [(1, NOW, period.ends_at)]
    assert checks.check(store, NOW) == ()


def test_what_is_over_is_asked_for_whole(store, desk):
    add_ticket(store, 1, period=hours(-3, 1))
    card = desk.tickets.validate(desk.tickets.get(1))
    desk.tickets.change_workplace(card, 2)

    assert free(desk, hours(-2, -1)) == [2, 3, 4]
    with pytest.raises(SeatTaken) as refused:
        desk.orders.create(replace(DRAFT, period=hours(-2, -1), workplace_ids=(1,)))
    assert refused.value.by_ticket == 1


def test_a_booking_within_its_period_holds_the_seat_from_now_on(store, desk):
    card = desk.orders.create(replace(DRAFT, period=hours(-1, 2)))

    for row, seat in zip(card.tickets, (1, 2), strict=True):
        assert held(store, row.number) == [(seat, NOW, NOW + 2 * HOUR)]
    assert free(desk, hours(-1, 0)) == list(SEATS)


def test_a_seat_is_taken_back_from_now_on(store, desk, clock):
    """What a restored order does: refused where somebody has the seat by now."""
    add_ticket(store, 1, period=hours(-1, 2))
    desk.orders.set_status(desk.orders.get(1001), OrderStatus.CANCELLED)
    clock.move_to(NOW + HOUR)
    with store.writing() as session:
        seats.take_back(session, 1, 1, hours(-1, 2), clock.now())
    assert held(store, 1) == [(1, NOW + HOUR, NOW + 2 * HOUR)]

    add_ticket(store, 2, period=hours(1, 3), seat=2)
    with pytest.raises(SeatConflict), store.writing() as session:
        seats.take_back(session, 1, 2, hours(-1, 2), clock.now())


def test_moves_that_time_had_made_due_are_the_systems_and_come_first(store, desk, clock):
    add_ticket(store, 1, period=hours(1, 2))
    clock.move_to(NOW + 3 * HOUR)
    desk.orders.set_status(desk.orders.get(1001), OrderStatus.COMPLETED)

    _made, begun, done = trail(store, 1)
    assert (begun["actor"], begun["due_at"], begun["data"]) == (
        "system", NOW + HOUR, {"from": "confirmed", "to": "active"},
    )  # fmt: skip
    assert (done["actor"], done["due_at"], done["data"]) == (
        "manager", None, {"from": "active", "to": "done"},
    )  # fmt: skip
    row = ticket_row(store, 1)
    assert (row.status, row.version, row.moves_at) == ("done", 2, None)


def test_an_order_is_completed_early_only_where_that_is_meant(store, desk):
    add_ticket(store, 1, period=hours(-1, 1))
    with pytest.raises(OrderNotEnded) as refused:
        desk.orders.set_status(desk.orders.get(1001), OrderStatus.COMPLETED)

    assert (refused.value.number, refused.value.ends_at) == (1001, NOW + HOUR)
    assert desk.orders.get(1001).status is OrderStatus.CONFIRMED
    assert order_trail(store, 1001)[-1]["data"] == {"to": "completed", "reason": "order_not_ended"}
    done = desk.orders.set_status(desk.orders.get(1001), OrderStatus.COMPLETED, early=True)
    assert done.status is OrderStatus.COMPLETED


def test_the_moment_of_the_end_is_not_early(store, desk, clock):
    add_ticket(store, 1, period=hours(-1, 1))
    clock.move_to(NOW + HOUR)
    assert (
        desk.orders.set_status(desk.orders.get(1001), OrderStatus.COMPLETED).status == "completed"
    )


def test_of_many_only_those_that_were_named_are_completed_early(store, desk, ended):
    add_ticket(store, 5, period=hours(0, 2), seat=3)
    add_ticket(store, 6, period=hours(0, 2), seat=4)
    outcomes = desk.orders.set_status_of_many(
        [1001, 1005, 1006], OrderStatus.COMPLETED, early=frozenset({1006})
    )
    assert [type(one.error) for one in outcomes] == [type(None), OrderNotEnded, type(None)]


def test_many_are_read_whole_in_their_order(store, desk, ended, monkeypatch):
    monkeypatch.setattr(orders, "_READ_AT_ONCE", 2)
    read = desk.orders.numbered([1003, 404, 1001, 1002])
    assert [card.number for card in read] == [1003, 1001, 1002]


def test_whoever_comes_second_is_told_by_whom_it_was_changed(store, desk, other):
    seen = desk.orders.create(DRAFT)
    other.orders.set_status(seen, OrderStatus.CANCELLED)
    with pytest.raises(OrderChangedMeanwhile) as refused:
        desk.orders.set_status(seen, OrderStatus.CANCELLED)

    assert refused.value.by == "Борис Титов"
    assert refused.value.current == desk.orders.get(seen.number)
    assert kinds(store, 1).count("ticket.moved") == 1


def test_a_version_that_changed_in_between_is_seen_by_the_write(desk, monkeypatch):
    seen = desk.orders.create(DRAFT)
    monkeypatch.setattr(order_writes, "set_status", lambda *facts: False)
    with pytest.raises(OrderChangedMeanwhile):
        desk.orders.set_status(seen, OrderStatus.CANCELLED)


@pytest.mark.parametrize(
    ("to", "payment", "reason", "field"),
    [
        (OrderStatus.CANCELLED, None, "я" * 501, "reason"),
        (OrderStatus.CANCELLED, PAID, "", "payment"),
        (OrderStatus.CONFIRMED, Payment(NOW + HOUR, PaymentKind.ONLINE), "", "paid_at"),
    ],
)
def test_words_that_can_not_be_are_told_at_their_field(desk, to, payment, reason, field):
    card = desk.orders.create(DRAFT)
    with pytest.raises(InvalidForm) as refused:
        desk.orders.set_status(card, to, payment=payment, reason=reason)

    assert [one.field for one in refused.value.problems] == [field]
    assert desk.orders.get(card.number) == card


def test_nobody_changes_a_status_in_nobodys_name(store, desk, clock):
    card = desk.orders.create(DRAFT)
    with pytest.raises(NoManager):
        Desk(store, clock, NOBODY).orders.set_status(card, OrderStatus.CANCELLED)

    assert desk.orders.get(card.number) == card


def test_an_order_that_is_not_there_is_told(desk):
    with pytest.raises(NoSuchOrder):
        desk.orders.get(404)
    with pytest.raises(NoSuchOrder):
        desk.orders.history(404)


# ── Many ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def ended(store):
    """Three whose time is up, and one that is new."""
    for number in (1, 2, 3):
        add_ticket(store, number, period=hours(-2 * number, -2 * number + 1))
    add_ticket(store, 4, order=OrderStatus.NEW, seat=2)


def test_those_whose_time_is_up_are_found_oldest_first(desk, ended):
    assert desk.orders.overdue(9) == (1003, 1002, 1001)
    assert desk.orders.overdue(2) == (1003, 1002)


def test_many_are_completed_each_for_itself_and_what_can_not_be_is_told(desk, ended):
    told: list[tuple[int, int]] = []
    outcomes = desk.orders.set_status_of_many(
        [1001, 1004, 404, 1002],
        OrderStatus.COMPLETED,
        on_progress=lambda done, total: told.append((done, total)),
    )

    assert [(one.number, type(one.error)) for one in outcomes] == [
        (1001, type(None)), (1004, ForbiddenTransition), (404, NoSuchOrder), (1002, type(None)),
    ]  # fmt: skip
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert desk.orders.overdue(9) == (1003,)


def test_where_the_database_goes_away_in_the_middle_what_was_done_is_told(desk, ended, monkeypatch):
    done: list[int] = []
    change = desk.orders.set_status

    def sometimes(card, to, **words):
        if len(done) == 1:
            raise StoreUnavailable(StoreCode.LOST, "")
        done.append(card.number)
        return change(card, to, **words)

    monkeypatch.setattr(desk.orders, "set_status", sometimes)
    outcomes = desk.orders.set_status_of_many([1001, 1002, 1003], OrderStatus.COMPLETED)
    assert [(one.number, type(one.error)) for one in outcomes] == [
        (1001, type(None)), (1002, StoreUnavailable),
    ]  # fmt: skip
    with pytest.raises(StoreUnavailable):
        desk.orders.set_status_of_many([1002, 1003], OrderStatus.COMPLETED)
    assert desk.orders.overdue(9) == (1003, 1002)


def test_many_can_be_stopped_between_two(desk, ended):
    done: list[int] = []
    outcomes = desk.orders.set_status_of_many(
        [1001, 1002, 1003],
        OrderStatus.COMPLETED,
        on_progress=lambda count, _total: done.append(count),
        stopped=lambda: len(done) == 2,
    )

    assert [one.number for one in outcomes] == [1001, 1002]
    assert desk.orders.overdue(9) == (1003,)


# ── Settings ─────────────────────────────────────────────────────────────────────────────────────


def test_a_setting_holds_for_all_desks_and_is_an_event(store, desk, other):
    seen = desk.settings.get()
    assert not seen.auto_complete_orders
    changed = desk.settings.change(seen, replace(seen, auto_complete_orders=True))

    assert other.settings.get() == changed
    assert (changed.auto_complete_orders, changed.version) == (True, seen.version + 1)
    table = TABLES["event"]
    with store.reading() as session:
        (line,) = session.connection().execute(
            table.select().where(table.c.kind == "settings.changed")
        )
    assert line.data == {"auto_complete_orders": [False, True]}


def test_what_is_the_same_as_before_is_no_change(desk):
    seen = desk.settings.get()

    assert desk.settings.change(seen, seen) == seen


def test_settings_that_changed_meanwhile_are_shown(desk, other):
    seen = desk.settings.get()
    other.settings.change(seen, replace(seen, auto_complete_orders=True))
    with pytest.raises(SettingsChangedMeanwhile) as refused:
        desk.settings.change(seen, seen)

    assert refused.value.settings == desk.settings.get()


def test_a_setting_needs_somebody_to_answer_for_it(store):
    desk = Desk(store, FrozenClock(NOW), NOBODY)
    with pytest.raises(NoManager):
        desk.settings.change(desk.settings.get(), desk.settings.get())


def test_a_payment_for_many_is_recorded_with_those_alone_that_have_to_be_paid(store, desk, clock):
    free = desk.orders.create(replace(DRAFT, price=Decimal(0), workplace_ids=(1,)))
    costly = desk.orders.create(replace(DRAFT, price=Decimal(900), workplace_ids=(2,)))
    payment = Payment(clock.now(), PaymentKind.ONLINE)
    numbers = (free.number, costly.number)

    outcomes = desk.orders.set_status_of_many(numbers, OrderStatus.CONFIRMED, payment=payment)

    assert [outcome.error for outcome in outcomes] == [None, None]
    assert [desk.orders.get(number).paid for number in numbers] == [0, 900]
    assert desk.orders.get(costly.number).payment_kind is PaymentKind.ONLINE


def test_the_order_of_each_ticket_is_known_for_many_at_once(desk):
    first = desk.orders.create(replace(DRAFT, workplace_ids=(1, 2)))
    second = desk.orders.create(replace(DRAFT, workplace_ids=(3,)))
    orders = {ticket.number: card.number for card in (first, second) for ticket in card.tickets}

    assert len(orders) == 3
    assert desk.orders.of_tickets([*orders, 10**9]) == orders
    assert desk.orders.of_tickets([]) == {}
