"""The calendar in words: its period, its columns, and what is under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from olvery_tui.domain.calendar import (
    Booking,
    CalendarFilter,
    CalendarPlace,
    ClosedTime,
    Column,
    Grid,
    Scale,
    Taken,
    Timetable,
    TimeWindow,
)
from olvery_tui.domain.clock_times import clock_time
from olvery_tui.domain.closings import end_of
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import NP_, _, pgettext
from olvery_tui.wording.closings import closed_text
from olvery_tui.wording.labels import overdue, status_text, ticket_status
from olvery_tui.wording.months import month_in_date, month_name, weekday_names
from olvery_tui.wording.periods import day_text, instant_text, long_day_text, period_text, time_text
from olvery_tui.wording.seats import seat_text

_SCALES = {
    Scale.DAY: NP_("calendar scale", "Day"),
    Scale.WEEK: NP_("calendar scale", "Week"),
    Scale.TWO_WEEKS: NP_("calendar scale", "2 weeks"),
    Scale.MONTH: NP_("calendar scale", "Month"),
}

_CLOCK = 6
"""Cells of a time and a space."""

_LABEL_MAX = 20
_LEAST = 8
"""Letters of a name or reason that are shown in any case."""


def scale_text(scale: Scale) -> str:
    """Return the name of a scale: «2 недели»."""
    return pgettext("calendar scale", _SCALES[scale])


def window_text(window: TimeWindow, *, short: bool = False) -> str:
    """Return the days in sight: «5 – 18 декабря 2022», «Декабрь 2022», «Вт 6 декабря 2022 г.».

    In `short`, days of two months are «28.11 – 11.12.2022».
    """
    first, last = window.first, window.following - timedelta(days=1)
    if window.scale is Scale.DAY:
        return f"{weekday_names()[first.weekday()]} {long_day_text(first)}"
    if window.scale is Scale.MONTH:
        return f"{month_name(first.month)} {first.year}"
    end = f"{last.day} {month_in_date(last.month)} {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {end}"
    if short:
        return f"{first:%d.%m} – {day_text(last)}"
    start = f"{first.day} {month_in_date(first.month)}"
    return f"{start} – {end}" if first.year == last.year else f"{start} {first.year} – {end}"


def heading_text(place: CalendarPlace) -> str:
    """Return the heading over the places of a room: «Коворкинг на 3 этаже · Коворкинг №1»."""
    return f"{shown(place.service)} · {shown(place.room)}"


def weekday_labels(grid: Grid) -> list[str]:
    """Return the weekdays over narrow columns: «Пн», or «П» where the next one would touch it."""
    letters = max(1, grid.cells - 1)
    names = weekday_names()
    return [names[column.day.weekday()][:letters] for column in grid.columns]


def column_labels(grid: Grid, zone: tzinfo, *, apart: bool) -> list[str]:
    """Return the labels of the columns: «Пн 5», «5» below a weekday, or «09:00» at full hours.

    Where two numbers would touch, only the first and the Mondays have one.
    """
    if grid.window.scale is Scale.DAY:
        return _hour_labels(grid, zone)
    names = weekday_names()
    days = [column.day for column in grid.columns]
    if not apart:
        return [f"{names[day.weekday()]} {day.day}" for day in days]
    if grid.cells > 2:
        return [str(day.day) for day in days]
    starts = [index == 0 or day.weekday() == 0 for index, day in enumerate(days)]
    return [str(day.day) if start else "" for day, start in zip(days, starts, strict=True)]


def _hour_labels(grid: Grid, zone: tzinfo) -> list[str]:
    """Return the times of every full hour, or every second, third … as they fit."""
    step = (grid.columns[0].closes_at - grid.columns[0].opens_at) / timedelta(hours=1)
    every = next(n for n in (1, 2, 3, 4, 6, 24) if n * grid.cells / step >= _CLOCK or n == 24)
    clocks = [column.opens_at.astimezone(zone) for column in grid.columns]
    return [
        str(clock_time(clock, zone)) if not clock.minute and not clock.hour % every else ""
        for clock in clocks
    ]


def taken_text(timetable: Timetable, *, short: bool = False) -> str:
    """Return «занято сейчас 3 из 34»."""
    text = _("taken {taken} of {places}") if short else _("taken now {taken} of {places}")
    return text.format(taken=timetable.taken_now, places=len(timetable.places))


def booking_text(booking: Booking, zone: tzinfo, width: int) -> str:
    """Return a booking: `27 ● Активен  Анастасия Иванова  6 декабря 2022 г., с …  ✓ 09:02`.

    Where that is wider than `width` the period is `06.12.2022 09:00–12:00`, then the name shorter.
    """
    status = status_text(booking.status)
    if booking.overdue:
        status += f" · {overdue()}"
    checked = booking.validated_at
    check = "" if checked is None else "  ✓ " + _moment_text(checked, booking, zone)

    def line(name: str, *, short: bool) -> str:
        period = period_text(booking.period, zone, short=short)
        return f"{booking.ticket} {status}  {name}  {period}{check}"

    whole = line(shown(booking.visitor), short=False)
    if len(whole) <= width:
        return whole
    return line(_shortened(booking.visitor, width - len(line("", short=True))), short=True)


def closed_time_text(closed: ClosedTime, zone: tzinfo, width: int) -> str:
    """Return «закрыто: ремонт, до 13.12.2022», the reason shorter where that is wider."""
    ends_at = end_of(closed.ends_at)
    rest = width - len(closed_text("", ends_at, zone))
    return closed_text(_shortened(closed.reason, rest), ends_at, zone)


def taken_by_text(taken: Taken, zone: tzinfo, width: int) -> str:
    """Return what stands in the way of a booking: who has the place and when, the name shorter
    where that is wider.
    """
    if isinstance(taken, ClosedTime):
        return closed_time_text(taken, zone, width)
    if not isinstance(taken, Booking):
        return _("Taken: {booking}").format(booking="…")

    def line(name: str) -> str:
        period = period_text(taken.period, zone, short=True)
        return _("Taken: {booking}").format(booking=f"{taken.ticket} {name}, {period}")

    return line(_shortened(taken.visitor, width - len(line(""))))


def _shortened(text: str, width: int) -> str:
    return shown(text, max(width, _LEAST))


def _moment_text(moment: datetime, booking: Booking, zone: tzinfo) -> str:
    """Return the time of a check; with its day where that is not the period's first."""
    day = moment.astimezone(zone).date()
    is_first = day == booking.begins_at.astimezone(zone).date()
    return time_text(moment, zone) if is_first else instant_text(moment, zone)


def moved_text(ticket: TicketDetails, before: TicketDetails, zone: tzinfo) -> str:
    """Return where a ticket is now, and when, if that is another time than before."""
    place = seat_text(ticket.workplace, ticket.room)
    if ticket.period == before.period:
        return _("Ticket {number} is at {place} now.").format(number=ticket.number, place=place)
    period = period_text(ticket.period, zone, short=True)
    text = _("Ticket {number} is at {place} now, {period}.")
    return text.format(number=ticket.number, place=place, period=period)


def place_text(place: CalendarPlace) -> str:
    """Return a place with its room and service."""
    return f"{seat_text(place.label, place.room)} · {shown(place.service)}"


def place_state_text(place: CalendarPlace, state: Callable[[int], str], width: int) -> str:
    """Return what `state` tells of a place within so many letters, in front of its room and
    service: «PM №1 · свободно · Коворкинг №1 · Коворкинг на 3 этаже».
    """
    label = shown(place.label, _LABEL_MAX)
    told = state(width - len(f"{label} ·  …"))
    return f"{label} · {told} · {shown(place.room)} · {shown(place.service)}"


def column_text(column: Column, zone: tzinfo, *, by_hours: bool) -> str:
    """Return the day of a column, with its hours where it is a part of one."""
    day = f"{weekday_names()[column.day.weekday()]} {long_day_text(column.day)}"
    if not by_hours:
        return day
    return f"{day}, {time_text(column.opens_at, zone)}–{time_text(column.closes_at, zone)}"


def free_text(
    taken: Sequence[Taken], column: Column, now: datetime, zone: tzinfo, last: datetime
) -> str:
    """Return that a column of a place is free, and until when: «свободно до 06.12.2022 14:00».

    Args:
        taken: The place's bookings and closings, in the order of time.
        column: The column, in which there are none.
        now: The present moment.
        zone: The location's time zone.
        last: The end of what is known.
    """
    following = next((one for one in taken if one.starts_at >= column.ends_at), None)
    words = _("free now") if column.contains(now) else _("free")
    if following is not None:
        until = until_text(following.starts_at, zone, column.day)
        return _("{free} until {time}").format(free=words, time=until)
    end = (last - timedelta(microseconds=1)).astimezone(zone).date()
    if end == column.day:
        return _("{free} until the end of the day").format(free=words)
    return _("{free}, nothing is booked up to {day}").format(free=words, day=day_text(end))


def until_text(moment: datetime, zone: tzinfo, today: date) -> str:
    """Return a moment: its time, its day where that is another one, or only that at midnight."""
    clock = moment.astimezone(zone)
    if clock.date() == today:
        return time_text(moment, zone)
    return day_text(clock.date()) if clock.time() == time() else instant_text(moment, zone)


def free_until_text(until: datetime | None, zone: tzinfo, today: date) -> str:
    """Return until when a place is free: «до 14:00», «свободно»."""
    if until is None:
        return pgettext("place", "free")
    return _("until {time}").format(time=until_text(until, zone, today))


def calendar_filter_text(filters: CalendarFilter, names: Sequence[str]) -> str:
    """Return the filter in force, in one line: services and rooms by name, statuses by label."""
    statuses = [ticket_status(one) for one in TicketStatus if one in filters.statuses]
    return " · ".join([*map(shown, names), *statuses])
