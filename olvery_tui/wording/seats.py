"""Workplaces and their holders in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from olvery_tui.domain.closings import Closing, ProposedMove
from olvery_tui.domain.text import shown
from olvery_tui.domain.tickets import PlaceDetails, TicketDetails
from olvery_tui.i18n import _
from olvery_tui.wording.closings import closed_text, span_text
from olvery_tui.wording.periods import end_text, instant_text, period_text

_LABEL_MAX = 24
_VISITOR_MAX = 40
_SEATS_MAX = 20


def seat_text(label: str, room: str) -> str:
    """Return a workplace with its room, as labels repeat in other rooms: «PM №1, Коворкинг №1»."""
    return f"{shown(label)}, {shown(room)}"


def place_text(ticket: TicketDetails, zone: tzinfo) -> str:
    """Return a ticket's workplace, «PM №1»; where it goes on at another one, both and when."""
    earlier = ticket.earlier
    if earlier is None:
        return shown(ticket.workplace)
    is_elsewhere = earlier.room != ticket.room
    first = seat_text(earlier.workplace, earlier.room) if is_elsewhere else shown(earlier.workplace)
    return _("{first} until {time}, then {place}").format(
        first=first, time=instant_text(earlier.until, zone), place=shown(ticket.workplace)
    )


def seats_text(seats: Sequence[tuple[str, str]]) -> str:
    """Return workplaces by room: «PM №1, PM №2 (Коворкинг №1)»; only so many of them."""
    rooms: dict[str, list[str]] = {}
    for label, room in seats[:_SEATS_MAX]:
        rooms.setdefault(room, []).append(shown(label, _LABEL_MAX))
    told = [f"{', '.join(labels)} ({shown(room)})" for room, labels in rooms.items()]
    if len(seats) > _SEATS_MAX:
        told.append(_("and {count} more").format(count=len(seats) - _SEATS_MAX))
    return "; ".join(told)


def holder_text(place: PlaceDetails, zone: tzinfo) -> str:
    """Return a taken workplace's holder, «билет 25, Мария Семенова, до 06.12.2022 12:00», or why it
    is closed.
    """
    if place.closed is not None:
        return closed_text(place.closed, place.closed_until, zone)
    parts = [_("ticket {number}").format(number=place.taken_by)]
    if place.visitor:
        parts.append(shown(place.visitor))
    if place.taken is not None:
        parts.append(_("until {time}").format(time=end_text(place.taken, zone)))
    return ", ".join(parts)


def lost_text(place: PlaceDetails) -> str:
    """Return a workplace that was chosen and taken or closed meanwhile: «PM №1 (билет 35)»."""
    why = _("ticket {number}").format(number=place.taken_by)
    if place.closed is not None:
        why = _("closed: {reason}").format(reason=shown(place.closed, _LABEL_MAX))
    return f"{shown(place.label, _LABEL_MAX)} ({why})"


def closing_text(closing: Closing, zone: tzinfo) -> str:
    """Return a closed place in a line: which, when and why."""
    place = seat_text(closing.workplace, closing.room)
    span = span_text(closing.starts_at, closing.ends_at, zone)
    return f"{place}  {span}  {shown(closing.reason)}"


def move_columns(move: ProposedMove, zone: tzinfo) -> tuple[str, ...]:
    """Return a ticket in the way: its number, where it can go, its period and visitor."""
    ticket = move.ticket
    to = _("no free place") if move.to is None else seat_text(move.label, move.room)
    return (
        str(ticket.ticket),
        f"{shown(ticket.workplace, _LABEL_MAX)} → {to}",
        period_text(ticket.period, zone, short=True),
        shown(ticket.visitor, _VISITOR_MAX),
    )
