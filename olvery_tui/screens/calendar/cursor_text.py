"""What the two lines below the calendar tell of the cell under the cursor."""

from __future__ import annotations

from datetime import datetime, tzinfo

from olvery_tui.domain.calendar import Booking, Scale
from olvery_tui.i18n import _
from olvery_tui.widgets.calendar.calendar_model import Spot
from olvery_tui.widgets.calendar.calendar_table import CalendarTable
from olvery_tui.wording import calendar as words


def cursor_text(table: CalendarTable, zone: tzinfo, now: datetime) -> str:
    """Return who has the cell, or until when it is free; of a grabbed booking, whether it may go
    there.
    """
    spot, window = table.spot, table.window
    if spot is None or window is None:
        return ""
    if table.target is not None:
        return _grabbed_text(table, table.target, spot, zone, now)
    place = words.place_text(spot.place)
    where = words.column_text(spot.column, zone, by_hours=window.scale is Scale.DAY)
    if spot.booking is not None:
        text = f"{words.booking_text(spot.booking, zone)}\n{place}"
        if spot.column.contains(now) and table.held_now(spot.place) is None:
            return f"{text} · {_('free now')}"
        if spot.closed is not None:
            return f"{text} · {words.closed_time_text(spot.closed, zone)}"
        return text
    if spot.closed is not None:
        return f"{where} · {words.closed_time_text(spot.closed, zone)}\n{place}"
    taken = table.timetable.taken(spot.place.id)
    free = words.free_text(taken, spot.column, now, zone, window.span(zone)[1])
    return f"{where} · {free}\n{place}"


def _grabbed_text(
    table: CalendarTable, booking: Booking, spot: Spot, zone: tzinfo, now: datetime
) -> str:
    """Return where a grabbed booking would be, and what is in the way there."""
    text = words.booking_text(booking, zone)
    if spot.place.id == booking.workplace_id and booking == table.grabbed:
        if table.has_begun:
            return f"{text}\n{_('It has begun: arrows take it to another place.')}"
        return f"{text}\n{_('Arrows take it to another place or time.')}"
    since = max(now, booking.starts_at)
    in_the_way = (
        one
        for one in table.timetable.taken(spot.place.id)
        if one.starts_at < booking.ends_at
        and one.ends_at > since
        and not (isinstance(one, Booking) and one.ticket == booking.ticket)
    )
    first = next(in_the_way, None)
    state = words.taken_by_text(first, zone) if first is not None else _("free")
    return f"{text}\n→ {words.place_text(spot.place)} · {state}"
