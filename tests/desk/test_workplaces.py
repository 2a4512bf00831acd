"""Where the visitor sits: which place may be taken, and what becomes of the time before."""

from datetime import timedelta
from itertools import count

import pytest

from olvery_tui.desk import Desk
from olvery_tui.domain.conflicts import ChangedMeanwhile
from olvery_tui.domain.errors import NoManager, NoSuchChoice, PeriodEnded, SeatTaken, WrongStatus
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.store.tickets import seats
from tests.desk.making import (
    ANNA,
    BORIS,
    HOUR,
    IVAN,
    NOBODY,
    NOW,
    ROOF_SEAT,
    SEATS,
    add_seat,
    add_ticket,
    held,
    hours,
    kinds,
    overlaps,
    set_order,
    ticket_row,
    trail,
)
from tests.each import each

TICK = timedelta(microseconds=1)


def span(seat, start, end):
    """A hold from `start` to `end` hours after `NOW`."""
    return seat, NOW + start * HOUR, NOW + end * HOUR


def test_a_ticket_that_has_not_begun_moves_whole(store, desk):
    add_ticket(store, 26, period=hours(1, 3))

    card = desk.tickets.change_workplace(desk.tickets.get(26), 2)

    assert (card.workplace_id, card.workplace) == (2, "PM №2")
    assert desk.tickets.get(26) == card
    assert card.version == 2
    assert held(store, 26) == [span(2, 1, 3)]
    line = trail(store, 26)[-1]
    assert (line["kind"], line["manager_id"]) == ("ticket.workplace_changed", ANNA.id)
    assert line["data"] == {"from": 1, "to": 2}


def test_a_running_ticket_moves_from_now_on_and_keeps_its_past(store, desk):
    add_ticket(store, 26, period=hours(-2, 3))

    card = desk.tickets.change_workplace(desk.tickets.get(26), 2)

    assert card.workplace_id == 2
    assert held(store, 26) == [span(1, -2, 0), span(2, 0, 3)]
    assert trail(store, 26)[-1]["data"] == {"from": 1, "to": 2, "since": NOW.isoformat()}


def test_the_seat_that_was_left_is_free_at_once(store, desk):
    add_ticket(store, 26, period=hours(-2, 3))
    desk.tickets.change_workplace(desk.tickets.get(26), 2)

    add_ticket(store, 27, period=hours(0, 3), seat=1)

    assert overlaps(store) == 0


def test_a_pass_may_move_to_a_seat_that_was_taken_until_now(store, desk):
    add_ticket(store, 26, period=hours(-48, 48))
    add_ticket(store, 25, order=OrderStatus.COMPLETED, period=hours(-30, 0), seat=2)

    desk.tickets.change_workplace(desk.tickets.get(26), 2)

    assert held(store, 26) == [span(1, -48, 0), span(2, 0, 48)]


def test_a_ticket_moves_again_and_back_and_every_piece_stays(store, desk, clock):
    add_ticket(store, 26, period=hours(-1, 4))
    desk.tickets.change_workplace(desk.tickets.get(26), 2)
    clock.move_to(NOW + HOUR)
    desk.tickets.change_workplace(desk.tickets.get(26), 3)
    clock.move_to(NOW + 2 * HOUR)
    desk.tickets.change_workplace(desk.tickets.get(26), 1)

    assert held(store, 26) == [span(1, -1, 0), span(2, 0, 1), span(3, 1, 2), span(1, 2, 4)]
    assert overlaps(store) == 0


def test_two_moves_in_one_microsecond_leave_no_empty_piece(store, desk):
    add_ticket(store, 26, period=hours(-1, 4))

    desk.tickets.change_workplace(desk.tickets.get(26), 2)
    desk.tickets.change_workplace(desk.tickets.get(26), 3)

    assert held(store, 26) == [span(1, -1, 0), span(3, 0, 4)]


def test_there_and_back_in_one_microsecond_is_as_if_nothing_was(store, desk):
    add_ticket(store, 26, period=hours(-1, 4))

    desk.tickets.change_workplace(desk.tickets.get(26), 2)
    desk.tickets.change_workplace(desk.tickets.get(26), 1)

    assert held(store, 26) == [span(1, -1, 4)]
    assert kinds(store, 26) == ["ticket.workplace_changed", "ticket.workplace_changed"]


@pytest.mark.parametrize("late", [timedelta(0), TICK])
def test_a_move_at_the_very_start_leaves_no_empty_piece(store, desk, clock, late):
    add_ticket(store, 26, period=hours(1, 4))
    start = NOW + HOUR
    clock.move_to(start + late)

    desk.tickets.change_workplace(desk.tickets.get(26), 2)

    former = [(1, start, start + late)] if late else []
    assert held(store, 26) == [*former, (2, start + late, NOW + 4 * HOUR)]
    assert ("since" in trail(store, 26)[-1]["data"]) is bool(late)


def test_a_move_in_the_last_microsecond_is_still_a_move(store, desk, clock):
    add_ticket(store, 26, period=hours(-1, 1))
    end = NOW + HOUR
    clock.move_to(end - TICK)

    desk.tickets.change_workplace(desk.tickets.get(26), 2)

    assert held(store, 26) == [(1, NOW - HOUR, end - TICK), (2, end - TICK, end)]


@pytest.mark.parametrize("late", [timedelta(0), HOUR])
@pytest.mark.parametrize("order", [OrderStatus.NEW, OrderStatus.CONFIRMED])
def test_after_its_end_there_is_nothing_left_to_move(store, desk, clock, order, late):
    add_ticket(store, 26, order=order, period=hours(-1, 1))
    clock.move_to(NOW + HOUR + late)

    with pytest.raises(PeriodEnded) as refused:
        desk.tickets.change_workplace(desk.tickets.get(26), 2)

    assert (refused.value.number, refused.value.ended_at) == (26, NOW + HOUR)
    assert held(store, 26) == [span(1, -1, 1)]
    assert trail(store, 26)[-1]["data"] == {"to": 2, "reason": "period_ended"}
    with pytest.raises(PeriodEnded):
        desk.tickets.places(desk.tickets.get(26))


def test_a_clock_that_was_set_back_moves_what_is_still_to_come_by_it(store, desk, clock):
    add_ticket(store, 26, period=hours(-2, 3))
    desk.tickets.change_workplace(desk.tickets.get(26), 2)
    clock.move_to(NOW - HOUR)

    desk.tickets.change_workplace(desk.tickets.get(26), 3)

    assert held(store, 26) == [span(1, -2, -1), span(3, -1, 3)]


def test_the_place_that_the_ticket_has_is_no_change(store, desk):
    add_ticket(store, 26)
    seen = desk.tickets.get(26)

    assert desk.tickets.change_workplace(seen, 1) == seen
    assert held(store, 26) == [span(1, -1, 2)]
    assert kinds(store, 26) == []


def test_finished_and_cancelled_tickets_hold_no_place_to_change(store, desk):
    each("nth, order", enumerate(OrderStatus))(_have_a_place_to_change)(store, desk)


def _have_a_place_to_change(store, desk, nth, order):
    first, *others = (100 + 4 * nth + more for more in range(4))
    for seat in (first, *others):
        add_seat(store, seat)
    periods = (hours(1, 2), hours(-1, 2), hours(-3, -2))
    for number, period, to in zip(count(3 * nth + 1), periods, others, strict=False):
        add_ticket(store, number, order=order, period=period, seat=first)
        seen = desk.tickets.get(number)

        if seen.status in {TicketStatus.CANCELLED, TicketStatus.DONE}:
            with pytest.raises(WrongStatus) as refused:
                desk.tickets.change_workplace(seen, to)
            assert (refused.value.action, refused.value.status) == ("workplace", seen.status)
            assert desk.tickets.get(number) == seen
        elif to == others[-1]:
            with pytest.raises(PeriodEnded):
                desk.tickets.change_workplace(seen, to)
        else:
            assert desk.tickets.change_workplace(seen, to).workplace_id == to


def test_a_taken_place_is_refused_with_the_ticket_in_the_way(store, desk):
    add_ticket(store, 26, period=hours(-1, 3))
    add_ticket(store, 31, period=hours(2, 5), seat=2, visitor=IVAN)
    seen = desk.tickets.get(26)

    with pytest.raises(SeatTaken) as refused:
        desk.tickets.change_workplace(seen, 2)

    taken = refused.value
    assert (taken.workplace, taken.room) == ("PM №2", "Коворкинг №1")
    assert (taken.by_ticket, taken.visitor) == (31, "Иван Столповский")
    assert desk.tickets.get(26) == seen
    assert held(store, 26) == [span(1, -1, 3)]
    assert trail(store, 26)[-1]["data"] == {"to": 2, "reason": "seat_taken", "by_ticket": 31}


def test_the_database_refuses_a_taken_place_where_the_desk_did_not_look(store, desk, monkeypatch):
    add_ticket(store, 26, period=hours(-1, 3))
    add_ticket(store, 31, period=hours(2, 5), seat=2, visitor=IVAN)
    look = seats.holder
    looked = []

    def blind_at_first(*arguments, **named):
        looked.append(arguments)
        return look(*arguments, **named) if len(looked) > 1 else None

    monkeypatch.setattr(seats, "holder", blind_at_first)

    with pytest.raises(SeatTaken) as refused:
        desk.tickets.change_workplace(desk.tickets.get(26), 2)

    assert len(looked) == 2
    assert (refused.value.by_ticket, refused.value.visitor) == (31, "Иван Столповский")
    assert held(store, 26) == [span(1, -1, 3)]
    assert ticket_row(store, 26).workplace_id == 1
    assert kinds(store, 26) == ["ticket.workplace_refused"]


def test_periods_that_only_touch_are_not_in_each_others_way(store, desk):
    add_ticket(store, 26, period=hours(-1, 3))
    add_ticket(store, 25, period=hours(-4, 0), seat=2)
    add_ticket(store, 27, period=hours(3, 4), seat=2)

    assert desk.tickets.change_workplace(desk.tickets.get(26), 2).workplace_id == 2
    assert overlaps(store) == 0


@pytest.mark.parametrize(
    "order", [OrderStatus.NEW, OrderStatus.INVOICE_ISSUED, OrderStatus.COMPLETED]
)
def test_tickets_hold_their_place_before_payment_and_when_done(store, desk, order):
    add_ticket(store, 26, period=hours(-1, 3))
    add_ticket(store, 31, order=order, period=hours(1, 2), seat=2)

    with pytest.raises(SeatTaken) as refused:
        desk.tickets.change_workplace(desk.tickets.get(26), 2)

    assert refused.value.by_ticket == 31


def test_a_cancelled_ticket_lets_others_have_its_place(store, desk):
    add_ticket(store, 26, period=hours(-1, 3))
    add_ticket(store, 31, period=hours(1, 2), seat=2)
    set_order(store, 31, OrderStatus.CANCELLED, NOW)

    assert desk.tickets.change_workplace(desk.tickets.get(26), 2).workplace_id == 2


@pytest.mark.parametrize("seat", [ROOF_SEAT, 404])
def test_a_place_of_another_service_can_not_be_chosen(store, desk, seat):
    add_ticket(store, 26)

    with pytest.raises(NoSuchChoice) as refused:
        desk.tickets.change_workplace(desk.tickets.get(26), seat)

    assert refused.value.what == "workplace"
    assert trail(store, 26)[-1]["data"] == {"to": seat, "reason": "no_such_choice"}
    assert held(store, 26) == [span(1, -1, 2)]


def test_a_save_over_a_move_that_was_not_seen_is_refused(store, desk, other, clock):
    add_ticket(store, 26)
    seen = desk.tickets.get(26)
    clock.move_to(NOW + HOUR)
    other.tickets.change_workplace(seen, 2)

    with pytest.raises(ChangedMeanwhile) as refused:
        desk.tickets.change_workplace(seen, 3)

    assert (refused.value.by, refused.value.at) == (BORIS.name, NOW + HOUR)
    assert refused.value.current.workplace_id == 2
    assert held(store, 26) == [span(1, -1, 1), span(2, 1, 2)]
    assert kinds(store, 26) == ["ticket.workplace_changed", "ticket.workplace_refused"]


def test_nobody_but_a_manager_moves_a_ticket(store, clock, desk):
    add_ticket(store, 26)
    seen = desk.tickets.get(26)

    with pytest.raises(NoManager):
        Desk(store, clock, NOBODY).tickets.change_workplace(seen, 2)

    assert held(store, 26) == [span(1, -1, 2)]
    assert kinds(store, 26) == ["ticket.workplace_refused"]


def test_the_check_of_the_visitor_survives_a_move(store, desk):
    add_ticket(store, 26)
    checked = desk.tickets.validate(desk.tickets.get(26))

    card = desk.tickets.change_workplace(checked, 2)

    assert (card.validated_at, card.validated_by) == (NOW, ANNA)


def test_the_chooser_shows_what_is_left_of_the_period(store, desk):
    add_ticket(store, 26, period=hours(-3, 3))
    add_ticket(store, 24, period=hours(-2, 0), seat=2)
    add_ticket(store, 31, period=hours(2, 4), seat=3, visitor=IVAN)

    found = {place.workplace_id: place for place in desk.tickets.places(desk.tickets.get(26))}

    assert set(found) == set(SEATS)
    assert [seat for seat in SEATS if found[seat].free] == [1, 2, 4]
    assert [seat for seat in SEATS if found[seat].current] == [1]
    assert (found[3].taken_by, found[3].visitor) == (31, "Иван Столповский")
    for seat in (2, 4):
        desk.tickets.change_workplace(desk.tickets.get(26), seat)
    with pytest.raises(SeatTaken):
        desk.tickets.change_workplace(desk.tickets.get(26), 3)
