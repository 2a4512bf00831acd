"""The calendar: who has which place when, what is free, and where somebody's next booking is."""

from datetime import UTC, timedelta

import pytest

from olvery_tui.domain.calendar import (
    CalendarFilter,
    InView,
    Scale,
    TimeWindow,
    grid,
    occupancy,
)
from olvery_tui.domain.closings import ClosingDraft
from olvery_tui.domain.errors import SeatTaken
from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.items import ItemKind
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from tests.desk.making import (
    FLOOR,
    HOUR,
    IVAN,
    MARIA,
    MARINA,
    NOW,
    ROOF,
    ROOF_SEAT,
    SEATS,
    add_ticket,
    hours,
)

ALL = CalendarFilter()
DAY = timedelta(days=1)


def shown(desk, start=-24, end=48, filters=ALL):
    """The timetable from `start` to `end` hours after `NOW`."""
    return desk.calendar.load(NOW + start * HOUR, NOW + end * HOUR, filters)


def held(timetable):
    """Tickets by place, with their hours after `NOW`."""
    return {
        place: [
            (one.ticket, (one.starts_at - NOW) / HOUR, (one.ends_at - NOW) / HOUR)
            for one in bookings
        ]
        for place, bookings in timetable.bookings.items()
    }


def test_places_stand_by_service_and_room(desk):
    places = shown(desk).places
    assert [place.id for place in places] == [*SEATS, ROOF_SEAT]
    assert (places[0].room, places[0].service) == ("Коворкинг №1", "Коворкинг на 3 этаже")


def test_a_booking_that_touches_the_window_is_there_with_what_its_bar_shows(store, desk):
    add_ticket(store, 25, period=hours(-100, -20), visitor=IVAN, order=OrderStatus.COMPLETED)
    add_ticket(store, 26, period=hours(-1, 2))
    add_ticket(store, 27, period=hours(50, 52))

    timetable = shown(desk)

    assert held(timetable) == {1: [(25, -100, -20), (26, -1, 2)]}
    booking = timetable.of(1)[1]
    assert (booking.status, booking.surname) == (TicketStatus.ACTIVE, "Семенова")
    assert booking.period == hours(-1, 2)
    assert not booking.overdue


def test_periods_that_only_touch_the_window_are_not_in_it(store, desk):
    add_ticket(store, 25, period=hours(-30, -24))
    add_ticket(store, 26, period=hours(48, 50))
    assert held(shown(desk)) == {}


def test_who_should_have_left_is_overdue_and_who_has_is_not(store, desk):
    add_ticket(store, 25, period=hours(-3, -1))
    add_ticket(store, 26, period=hours(-3, -1), seat=2, order=OrderStatus.COMPLETED)
    add_ticket(store, 27, period=hours(-3, 1), seat=3)
    timetable = shown(desk)
    assert [timetable.of(seat)[0].overdue for seat in (1, 2, 3)] == [True, False, False]


def test_a_ticket_that_moved_has_both_its_places(store, desk):
    add_ticket(store, 26, period=hours(-1, 2))
    desk.tickets.change_workplace(desk.tickets.get(26), 2)
    timetable = shown(desk)
    assert held(timetable) == {1: [(26, -1, 0)], 2: [(26, 0, 2)]}
    assert timetable.of(2)[0].period == hours(-1, 2)


@pytest.mark.parametrize("seconds", [0, 20])
def test_who_left_a_place_in_the_minute_they_came_to_it_was_never_there(
    store, desk, clock, seconds
):
    add_ticket(store, 26, period=hours(-1, 2))
    (closed,) = desk.closings.close(ClosingDraft((3,), NOW, NOW + DAY, "по ошибке"))
    desk.tickets.change_workplace(desk.tickets.get(26), 2)
    clock.move_to(NOW + timedelta(seconds=seconds))
    desk.periods.leave_early(desk.tickets.get(26))
    desk.closings.open([closed.id])
    for in_view in (None, InView(SEATS[0], 0)):
        timetable = desk.calendar.load(NOW - DAY, NOW + DAY, ALL, in_view)
        assert [bool(timetable.taken(place)) for place in SEATS[:3]] == [True, False, False]
        assert timetable.closings == {}
    assert desk.calendar.next_of(MARIA).workplace_id == 1


def test_of_a_stay_that_was_no_longer_all_is_shown(store, desk, clock):
    add_ticket(store, 26, period=hours(0, 2))
    clock.move_to(NOW + timedelta(seconds=20))
    desk.periods.leave_early(desk.tickets.get(26))
    (booking,) = shown(desk).taken(1)
    assert booking.period.ends_at == clock.now()
    assert desk.calendar.next_of(MARIA) == booking


def test_how_many_places_are_taken_now_is_told_whatever_is_in_sight(store, desk):
    add_ticket(store, 26, period=hours(-1, 2))
    add_ticket(store, 27, period=hours(1, 2), seat=2)
    assert shown(desk).taken_now == 1
    assert shown(desk, 100, 200).taken_now == 1


def test_a_filter_leaves_the_places_of_a_service_or_a_room(store, desk):
    add_ticket(store, 26, period=hours(-1, 2))
    roof = shown(desk, filters=CalendarFilter(service_ids=frozenset({ROOF})))
    assert [place.id for place in roof.places] == [ROOF_SEAT]
    assert held(roof) == {}
    floor = shown(desk, filters=CalendarFilter(room_ids=frozenset({FLOOR})))
    assert [place.id for place in floor.places] == list(SEATS)


def test_an_archived_place_is_there_with_its_bookings_only(store, desk):
    add_ticket(store, 25, period=hours(-20, -10), order=OrderStatus.COMPLETED)
    for item in desk.catalogue.details().children(ItemKind.WORKPLACE, FLOOR)[:2]:
        desk.catalogue.archive(item)
    assert [place.id for place in shown(desk).places] == [1, 3, 4, ROOF_SEAT]
    assert [place.id for place in shown(desk, 0, 24).places] == [3, 4, ROOF_SEAT]


def free(desk, at=NOW, until=None, filters=ALL):
    return {
        one.place.id: one.until and (one.until - NOW) / HOUR
        for one in desk.calendar.free(at, until, filters)
    }


def test_what_is_free_is_told_with_the_next_booking(store, desk):
    add_ticket(store, 26, period=hours(-1, 2))
    add_ticket(store, 27, period=hours(3, 4), seat=2)
    add_ticket(store, 28, period=hours(-3, 0), seat=3, order=OrderStatus.COMPLETED)
    add_ticket(store, 29, period=hours(0, 1), seat=4)

    assert free(desk) == {2: 3, 3: None, ROOF_SEAT: None}
    assert free(desk, until=NOW + 3 * HOUR) == {2: 3, 3: None, ROOF_SEAT: None}
    assert free(desk, until=NOW + 4 * HOUR) == {3: None, ROOF_SEAT: None}
    assert free(desk, NOW + 2 * HOUR, filters=CalendarFilter(service_ids=frozenset({FLOOR}))) == {
        1: None, 2: 3, 3: None, 4: None,
    }  # fmt: skip


def test_the_next_booking_of_somebody_is_the_one_that_runs_or_comes_or_else_the_last(store, desk):
    add_ticket(store, 25, period=hours(-50, -40), order=OrderStatus.COMPLETED)
    add_ticket(store, 26, period=hours(5, 6), seat=2)
    add_ticket(store, 27, period=hours(3, 4), seat=3)
    add_ticket(store, 28, period=hours(-9, -8), visitor=IVAN, order=OrderStatus.COMPLETED)

    found = desk.calendar.next_of(MARIA)
    assert (found.ticket, found.workplace_id) == (27, 3)
    assert desk.calendar.next_of(IVAN).ticket == 28
    assert desk.calendar.next_of(MARINA) is None


def test_changes_are_there_at_once(store, desk, other):
    add_ticket(store, 26, period=hours(1, 2))
    before = shown(desk)
    other.tickets.change_workplace(other.tickets.get(26), 2)
    assert held(before) == {1: [(26, 1, 2)]}
    assert held(shown(desk)) == {2: [(26, 1, 2)]}


def test_a_closed_place_is_there_with_its_reason_and_is_not_free(store, desk):
    add_ticket(store, 26, period=hours(5, 6), seat=2)
    draft = ClosingDraft((1,), NOW + HOUR, NOW + 3 * HOUR, "ремонт")
    (closing,) = desk.closings.close(draft)
    desk.closings.close(ClosingDraft((3,), NOW, None, "склад"))

    timetable = shown(desk)

    (closed,) = timetable.closings[1]
    assert (closed.closing, closed.reason) == (closing.id, "ремонт")
    assert (closed.starts_at, closed.ends_at) == (NOW + HOUR, NOW + 3 * HOUR)
    assert timetable.taken(1) == [closed]
    assert timetable.taken_now == 0
    assert free(desk) == {1: 1, 2: 5, 4: None, ROOF_SEAT: None}


def test_rows_out_of_view_are_taken_at_the_same_times_without_their_bookings(store, desk):
    odd = NOW + timedelta(hours=5, microseconds=1)  # as after a move of a running ticket
    for number, seat in ((26, 1), (27, 2), (28, ROOF_SEAT)):
        period = Period.hourly(odd, odd + 2 * HOUR)
        add_ticket(store, number, period=period, seat=seat)
    desk.closings.close(ClosingDraft((2,), odd + 3 * HOUR, None, "ремонт"))
    span = (NOW, NOW + 48 * HOUR)

    whole = desk.calendar.load(*span, ALL)
    some = desk.calendar.load(*span, ALL, InView(None, 0))

    assert (list(some.bookings), some.places) == ([1], whole.places)
    for place in some.places:
        times = [[one[:3] for one in each.taken(place.id)] for each in (some, whole)]
        assert times[0] == times[1]
    columns = grid(TimeWindow(Scale.WEEK, NOW.date()), 70, UTC, OpeningHours())
    assert occupancy(some, columns) == occupancy(whole, columns) != (0.0,) * 7


def test_a_booking_moves_to_no_closed_place(store, desk):
    add_ticket(store, 26, period=hours(1, 3))
    desk.closings.close(ClosingDraft((2,), NOW + 2 * HOUR, None, "ремонт"))
    with pytest.raises(SeatTaken):
        desk.tickets.change_workplace(desk.tickets.get(26), 2)
    assert held(shown(desk)) == {1: [(26, 1, 3)]}
