"""The calendar's layout: columns of time, and bars that neither overlap nor get lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.calendar import (
    Booking,
    CalendarFilter,
    CalendarPlace,
    Grid,
    Scale,
    Timetable,
    TimeWindow,
    bars,
    grid,
    occupancy,
    place_order,
    touching,
)
from olvery_tui.domain.hours import ClosedDay, OpenHours, OpeningHours
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.statuses import TicketStatus
from tests.each import each

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [MOSCOW, BERLIN, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Pacific/Apia"), UTC]
HOUR = timedelta(hours=1)
NINE_TO_NINE = OpeningHours((OpenHours(540, 1260),) * 7)


def booking(ticket: int, starts_at: datetime, ends_at: datetime) -> Booking:
    return Booking(
        1, starts_at, ends_at, ticket, PeriodKind.HOURLY, starts_at, ends_at,
        TicketStatus.CONFIRMED, False, "Мария", "Семенова", None,
    )  # fmt: skip


def at(day: int, hour: int, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime(2022, 12, day, hour, tzinfo=zone).astimezone(UTC)


GRIDS = st.builds(
    lambda scale, day, width, zone, hours: grid(TimeWindow.around(scale, day), width, zone, hours),
    st.sampled_from(Scale),
    st.dates(date(2011, 1, 1), date(2026, 12, 31)),
    st.integers(1, 200),
    st.sampled_from(ZONES),
    st.sampled_from([OpeningHours(), NINE_TO_NINE]),
)


@st.composite
def grids_with_bookings(draw: st.DrawFn) -> tuple[Grid, list[Booking]]:
    """A grid, and bookings of one place in and around it, in the order of time."""
    made = draw(GRIDS)
    moment = made.starts_at - timedelta(days=2)
    found = []
    steps = draw(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 80)), max_size=60))
    for ticket, (gap, length) in enumerate(steps):
        begins = moment + gap * timedelta(minutes=30)
        moment = begins + length * timedelta(minutes=30)
        found.append(booking(ticket, begins, moment))
    return made, found


@given(grids_with_bookings())
def test_every_booking_in_sight_has_a_bar_and_no_two_bars_overlap(
    case: tuple[Grid, list[Booking]],
) -> None:
    made, bookings = case
    found = bars(bookings, made)

    there = [one for bar in found for one in bar.items]
    assert there == touching(bookings, made)
    ends = 0
    for bar in found:
        assert ends <= bar.left < bar.right <= made.width
        assert bar.right <= bar.room
        ends = bar.room


@given(grids_with_bookings())
def test_a_bar_stays_in_the_columns_of_its_booking(case: tuple[Grid, list[Booking]]) -> None:
    made, bookings = case
    for bar in bars(bookings, made):
        first, last = bar.items[0], bar.items[-1]
        assert made.edges[made.column_at(first.starts_at)] <= bar.left
        assert bar.right <= made.edges[made.column_at(last.ends_at - HOUR / 60) + 1]


def test_a_night_is_seen_on_both_its_days() -> None:
    week = grid(TimeWindow.around(Scale.WEEK, date(2022, 12, 6)), 84, MOSCOW, NINE_TO_NINE)
    (bar,) = bars([booking(1, at(6, 22), at(7, 5))], week)
    assert (bar.left, bar.right) == (23, 25)


@given(GRIDS)
def test_columns_follow_each_other_without_a_gap(made: Grid) -> None:
    for column, following in zip(made.columns, made.columns[1:], strict=False):
        assert column.ends_at == following.starts_at
    widths = {right - left for left, right in zip(made.edges, made.edges[1:], strict=False)}
    assert widths <= {made.cells, made.cells + 1}


@given(GRIDS, st.integers(0, 40 * 24 * 60))
def test_a_moment_lies_in_the_cells_of_its_column(made: Grid, minutes: int) -> None:
    moment = made.starts_at + timedelta(minutes=minutes)
    if moment < made.ends_at:
        column = made.column_at(moment)
        assert made.columns[column].contains(moment)
        assert made.edges[column] <= made.cell_at(moment) <= made.edges[column + 1]


@given(grids_with_bookings())
def test_occupancy_is_a_share(case: tuple[Grid, list[Booking]]) -> None:
    made, bookings = case
    timetable = Timetable((place(1, "PM №1"),), {1: tuple(bookings)})
    assert all(0 <= share <= 1 for share in occupancy(timetable, made))


def place(place_id: int, label: str, room: str = "Зал") -> CalendarPlace:
    return CalendarPlace(place_id, label, 1, room, 1, "Коворкинг", 30)


def test_hourly_bookings_share_the_cell_of_their_day_by_their_hours() -> None:
    week = grid(TimeWindow.around(Scale.WEEK, date(2022, 12, 6)), 84, MOSCOW, NINE_TO_NINE)
    morning, noon, evening = (
        booking(n, at(6, begins), at(6, ends)) for n, (begins, ends) in
        enumerate([(9, 12), (12, 14), (18, 21)])
    )  # fmt: skip

    cells = [(bar.left, bar.right, bar.room) for bar in bars([morning, noon, evening], week)]

    assert week.cells == 12  # an hour each, from 9 to 21
    assert cells == [(12, 15, 15), (15, 17, 21), (21, 24, 24)]


def test_bookings_without_a_cell_of_their_own_share_the_last_one() -> None:
    month = grid(TimeWindow.around(Scale.MONTH, date(2022, 12, 6)), 62, MOSCOW, NINE_TO_NINE)
    day = [booking(n, at(6, 9 + n), at(6, 10 + n)) for n in range(5)]

    found = bars(day, month)

    assert [(bar.left, bar.right, len(bar.items)) for bar in found] == [(10, 11, 1), (11, 12, 4)]


def test_two_late_bookings_have_a_cell_each() -> None:
    month = grid(TimeWindow.around(Scale.MONTH, date(2022, 12, 6)), 62, MOSCOW, NINE_TO_NINE)
    late = [booking(n, at(6, 19 + n), at(6, 20 + n)) for n in range(2)]
    assert [(bar.left, bar.right) for bar in bars(late, month)] == [(10, 11), (11, 12)]


def test_days_keep_to_the_calendar_when_the_clocks_change() -> None:
    week = grid(TimeWindow.around(Scale.WEEK, date(2022, 10, 30)), 70, BERLIN, OpeningHours())
    lengths = [(column.ends_at - column.starts_at) / HOUR for column in week.columns]
    assert lengths == [24] * 6 + [25]

    whole = Period.daily(date(2022, 10, 30), date(2022, 10, 30), BERLIN)
    (bar,) = bars([booking(1, whole.starts_at, whole.ends_at)], week)
    assert (bar.left, bar.right) == (60, 70)


def test_a_day_of_25_hours_has_a_column_more() -> None:
    night = [
        booking(1, datetime(2022, 10, 29, 22, tzinfo=UTC), datetime(2022, 10, 30, 1, tzinfo=UTC))
    ]
    window = TimeWindow.around(Scale.DAY, date(2022, 10, 30))
    day = grid(window, 100, BERLIN, OpeningHours(), slot_minutes=60, bookings=night)

    clocks = [column.opens_at.astimezone(BERLIN).hour for column in day.columns]
    assert clocks == [0, 1, 2, 2, *range(3, 22)]


def test_a_day_shows_the_opening_hours_and_what_is_booked_outside_them() -> None:
    window = TimeWindow.around(Scale.DAY, date(2022, 12, 6))
    early = booking(1, at(6, 6), at(6, 8))

    usual = grid(window, 100, MOSCOW, NINE_TO_NINE)
    longer = grid(window, 100, MOSCOW, NINE_TO_NINE, bookings=[early])

    assert usual.columns[0].opens_at == at(6, 9)
    assert usual.columns[-1].closes_at == at(6, 21)
    assert longer.columns[0].opens_at == at(6, 6)
    assert len(usual.columns) == 24


def test_steps_become_coarser_where_the_slots_do_not_fit() -> None:
    window = TimeWindow.around(Scale.DAY, date(2022, 12, 6))
    fine = grid(window, 100, MOSCOW, NINE_TO_NINE, slot_minutes=15)
    coarse = grid(window, 20, MOSCOW, NINE_TO_NINE, slot_minutes=15)
    assert [len(fine.columns), len(coarse.columns)] == [48, 12]


@each(
    "scale, first, following",
    [
        (Scale.DAY, date(2022, 12, 6), date(2022, 12, 7)),
        (Scale.WEEK, date(2022, 12, 5), date(2022, 12, 12)),
        (Scale.TWO_WEEKS, date(2022, 12, 5), date(2022, 12, 19)),
        (Scale.MONTH, date(2022, 12, 1), date(2023, 1, 1)),
    ],
)
def test_a_window_is_around_its_day(scale: Scale, first: date, following: date) -> None:
    window = TimeWindow.around(scale, date(2022, 12, 6))
    assert (window.first, window.following) == (first, following)
    assert window.moved(1).first == following
    assert window.moved(1).moved(-1) == window


def test_twelve_months_are_a_year_each_with_its_own_days() -> None:
    for year, days in ((2023, 365), (2024, 366)):
        window, seen = TimeWindow.around(Scale.MONTH, date(year, 1, 31)), list[date]()
        for month in range(1, 13):
            assert window.first == date(year, month, 1)
            assert {day.month for day in window.days} == {month}
            seen += window.days
            window = window.moved(1)
        assert len(set(seen)) == len(seen) == days


@each("scale", list(Scale))
def test_a_window_contains_the_days_in_sight_and_no_others(scale: Scale) -> None:
    window = TimeWindow.around(scale, date(2024, 2, 14))
    around = [window.first + n * timedelta(days=1) for n in range(-2, 40)]
    assert [day for day in around if window.contains(day)] == list(window.days)


def test_the_scale_stays_at_its_ends() -> None:
    assert [scale.next(1) for scale in Scale] == [*list(Scale)[1:], Scale.MONTH]
    assert [scale.next(-1) for scale in Scale] == [Scale.DAY, *list(Scale)[:-1]]


@each("scale", list(Scale))
def test_at_the_ends_of_time_the_window_stays(scale: Scale) -> None:
    for day, step in ((date(1, 1, 1), -1), (date(9999, 11, 1), 1)):
        window = TimeWindow.around(scale, day)
        for _turn in range(70):
            window = window.moved(step)
        assert window.moved(step) == window


def test_rows_stand_in_natural_order() -> None:
    places = [place(1, "PM №10"), place(2, "PM №2"), place(3, "PM №1", "Балкон")]
    assert [one.label for one in sorted(places, key=place_order)] == ["PM №1", "PM №2", "PM №10"]


def test_a_filter_leaves_services_and_rooms_and_lets_statuses_stand_out() -> None:
    here, there = place(1, "PM №1"), CalendarPlace(2, "PM №1", 2, "Крыша", 2, "Терраса", 30)
    other = CalendarPlace(3, "PM №1", 3, "Балкон", 1, "Коворкинг", 30)
    places = [here, other, there]
    assert CalendarFilter().places(places) == places
    assert CalendarFilter(room_ids=frozenset({1})).places(places) == [here]
    floor = frozenset({1})
    assert CalendarFilter(floor).places(places) == [here, other]
    assert CalendarFilter(floor, frozenset({3})).places(places) == [other]
    assert CalendarFilter(floor, frozenset({2})).places(places) == places
    confirmed = booking(1, at(6, 9), at(6, 10))
    assert not CalendarFilter(statuses=frozenset({TicketStatus.NEW})).stands_out(confirmed)
    assert CalendarFilter(statuses=frozenset({TicketStatus.CONFIRMED})).stands_out(confirmed)
    assert CalendarFilter().stands_out(confirmed)


def test_a_closed_day_has_the_usual_hours() -> None:
    hours = OpeningHours(NINE_TO_NINE.week, (ClosedDay(date(2022, 12, 6)),))
    week = grid(TimeWindow.around(Scale.WEEK, date(2022, 12, 6)), 70, MOSCOW, hours)
    assert week.columns[1].opens_at == at(6, 8)
