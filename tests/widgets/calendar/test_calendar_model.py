"""The calendar's cursor, selection and grabbed booking, without a terminal."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from olvery_tui.domain.calendar import (
    Booking,
    CalendarPlace,
    Scale,
    Span,
    Timetable,
    TimeWindow,
)
from olvery_tui.domain.periods import PeriodKind
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.widgets.calendar.calendar_model import CalendarModel

NOW = datetime(2022, 12, 6, 10, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = TimeWindow.around(Scale.WEEK, date(2022, 12, 6))
PLACES = tuple(
    CalendarPlace(n, f"PM №{n}", n // 4, f"Зал {n // 4}", n // 6, "Коворкинг", 30)
    for n in range(1, 9)
)
"""Rooms with №1–3, №4–7 and №8; the service of №1–5, and that of №6–8."""


def booking(ticket: int, place: int, days: int) -> Booking:
    """One from ten to eleven, so many days after `NOW`."""
    starts_at = NOW + days * DAY
    ends_at = starts_at + timedelta(hours=1)
    return Booking(
        place, starts_at, ends_at, ticket, PeriodKind.HOURLY, starts_at, ends_at,
        TicketStatus.CONFIRMED, False, "Мария", "Семенова", None,
    )  # fmt: skip


@pytest.fixture
def model() -> CalendarModel:
    """A week with two bookings of №2, in four lines."""
    model = CalendarModel()
    show(model, PLACES)
    model.lay_out(70)
    model.set_height(4)
    return model


def show(model: CalendarModel, places: tuple[CalendarPlace, ...]) -> None:
    there = {2: (booking(21, 2, 0), booking(22, 2, 2))}
    model.show(Timetable(places, there), WEEK, zone=UTC, now=NOW)


def test_the_cursor_passes_headings_and_stays_in_view(model: CalendarModel) -> None:
    visited = []
    for _step in range(len(PLACES) + 1):
        assert model.spot is not None
        assert model.spot.place in model.seen
        visited.append(model.spot.place.id)
        model.move_rows(1)
    assert visited == [1, 2, 3, 4, 5, 6, 7, 8, 8]
    model.move_rows(-100)
    assert (model.place_id, model.top) == (1, 0)


def test_the_cursor_leaves_the_window_but_a_selection_does_not(model: CalendarModel) -> None:
    assert [model.move_column(1) for _day in range(6)] == [True] * 5 + [False]
    model.select()
    assert model.move_column(1)
    model.move_column(-1)
    model.move_rows(1)
    places, columns = model.selection
    assert [place.id for place in places] == [1, 2]
    assert [column.day.day for column in columns] == [10, 11]


def test_selecting_the_same_cell_again_ends_the_selection(model: CalendarModel) -> None:
    model.select()
    model.select()
    assert not model.is_selecting


def test_the_next_booking_is_that_of_the_row(model: CalendarModel) -> None:
    model.go_to(2, WEEK.span(UTC)[0])
    found = []
    for step in (1, 1, 1, -1):
        model.move_booking(step)
        assert model.spot is not None
        assert model.spot.booking is not None
        found.append(model.spot.booking.ticket)
    assert found == [21, 22, 22, 21]


def test_a_grabbed_booking_stays_in_its_service_and_goes_back(model: CalendarModel) -> None:
    model.go_to(2, NOW)
    model.grab(booking(21, 2, 0))
    model.move_rows(100)
    assert model.place_id == 5
    model.put_back()
    assert (model.place_id, model.grabbed) == (2, None)


def test_a_number_leads_to_the_place_in_the_same_room_first(model: CalendarModel) -> None:
    places = tuple(one._replace(label=f"PM №{1 + one.id % 2}") for one in PLACES)
    show(model, places)
    model.go_to(5)
    found = []
    for again in (False, True, True):
        place = model.numbered("1", again=again)
        assert place is not None
        model.go_to(place.id)
        found.append(place.id)
    assert found == [4, 6, 8]


def test_a_place_that_is_gone_gives_the_cursor_to_the_first(model: CalendarModel) -> None:
    model.go_to(8, NOW)
    show(model, PLACES[2:4])
    model.lay_out(70)
    assert model.place_id == 3
    assert model.spot is not None
    assert model.spot.column.contains(NOW)


def test_a_grabbed_booking_moves_by_days_or_by_the_columns_of_a_day(model: CalendarModel) -> None:
    later = booking(22, 2, 2)
    model.go_to(2, later.starts_at)
    model.grab(later)
    assert [model.shift(step) for step in (1, 3)] == [True, False]
    assert model.target == booking(22, 2, 6)
    model.put_back()
    assert (model.target, model.place_id) == (None, 2)

    day = TimeWindow(Scale.DAY, later.starts_at.date())
    model.show(model.timetable, day, zone=UTC, now=NOW)
    model.lay_out(70)
    model.grab(later)
    model.shift(-1)
    assert model.target is not None
    assert later.starts_at - model.target.starts_at == timedelta(minutes=30)


def test_of_a_grabbed_booking_that_runs_the_part_that_is_over_stays(model: CalendarModel) -> None:
    day = TimeWindow(Scale.DAY, NOW.date())
    runs = booking(21, 2, 0)
    model.show(model.timetable, day, zone=UTC, now=NOW + timedelta(minutes=30))
    model.lay_out(96)
    model.go_to(2, NOW)
    (before,) = model.bars(PLACES[1])
    model.grab(runs)
    look = model.look(PLACES[1])
    over, rest = look.bars
    assert isinstance(over.items[0], Span)
    assert look.grabbed is not None
    assert look.grabbed[:2] == (rest.left, rest.right)
    assert (before.left, before.right) == (over.left, rest.right)
    assert over.right == rest.left


def test_bars_are_made_again_only_where_what_is_booked_is_another(model: CalendarModel) -> None:
    before = model.bars(PLACES[1])
    show(model, PLACES)
    model.lay_out(70)
    assert model.bars(PLACES[1]) is before
    model.show(Timetable(PLACES, {2: (booking(22, 2, 2),)}), WEEK, zone=UTC, now=NOW)
    model.lay_out(70)
    assert [len(bar.items) for bar in model.bars(PLACES[1])] == [1]
    model.lay_out(140)
    (bar,) = model.bars(PLACES[1])
    assert model.grid is not None
    assert bar.left >= model.grid.edges[2]


def test_what_has_begun_moves_to_another_place_only(model: CalendarModel) -> None:
    model.grab(booking(21, 2, 0))
    assert model.shift(1)
    assert model.target == model.grabbed
    model.move_rows(1)
    assert model.place_id == 2
