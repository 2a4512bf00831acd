"""What the two lines below the calendar tell of the cell under the cursor."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import partial

from olvery_tui.domain.calendar import Booking, Scale
from olvery_tui.i18n import _
from olvery_tui.widgets.calendar.calendar_model import CalendarModel, Spot
from olvery_tui.wording import calendar as words


def cursor_text(model: CalendarModel, zone: tzinfo, now: datetime, width: int) -> str:
    """Return who has the cell, or until when it is free; of a grabbed booking, whether it may go
    there. What matters most is within `width`.
    """
    spot, window = model.spot, model.window
    if spot is None or window is None:
        return ""
    if model.target is not None:
        return _grabbed_text(model, model.target, spot, zone, now, width)
    place, closed = words.place_text(spot.place), spot.closed
    if spot.booking is not None:
        if spot.column.contains(now) and model.held_now(spot.place) is None:
            place = words.place_state_text(spot.place, lambda _width: _("free now"), width)
        elif closed is not None:
            tell = partial(words.closed_time_text, closed, zone)
            place = words.place_state_text(spot.place, tell, width)
        return f"{words.booking_text(spot.booking, zone, width)}\n{place}"
    where = words.column_text(spot.column, zone, by_hours=window.scale is Scale.DAY)
    if closed is not None:
        state = words.closed_time_text(closed, zone, width - len(f"{where} · "))
        return f"{where} · {state}\n{place}"
    taken = model.timetable.taken(spot.place.id)
    free = words.free_text(taken, spot.column, now, zone, window.span(zone)[1])
    return f"{where} · {free}\n{place}"


def _grabbed_text(
    model: CalendarModel, booking: Booking, spot: Spot, zone: tzinfo, now: datetime, width: int
) -> str:
    """Return where a grabbed booking would be, and what is in the way there."""
    text = words.booking_text(booking, zone, width)
    if spot.place.id == booking.workplace_id and booking == model.grabbed:
        if model.has_begun:
            return f"{text}\n{_('It has begun: arrows take it to another place.')}"
        return f"{text}\n{_('Arrows take it to another place or time.')}"
    since = max(now, booking.starts_at)
    in_the_way = (
        one
        for one in model.timetable.taken(spot.place.id)
        if one.starts_at < booking.ends_at
        and one.ends_at > since
        and not (isinstance(one, Booking) and one.ticket == booking.ticket)
    )
    first = next(in_the_way, None)

    def state(width: int) -> str:
        return _("free") if first is None else words.taken_by_text(first, zone, width)

    return f"{text}\n→ {words.place_state_text(spot.place, state, width - len('→ '))}"
