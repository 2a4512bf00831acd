"""Workplaces and their holders in words."""

from __future__ import annotations

from datetime import tzinfo

from olvery_tui.domain.text import shown
from olvery_tui.domain.tickets import PlaceDetails
from olvery_tui.i18n import _
from olvery_tui.wording.periods import end_text

_LABEL_MAX = 24


def seat_text(label: str, room: str) -> str:
    """Return a workplace with its room, as labels repeat in other rooms: «PM №1, Коворкинг №1»."""
    return f"{shown(label)}, {shown(room)}"


def holder_text(place: PlaceDetails, zone: tzinfo) -> str:
    """Return a taken workplace's holder: «билет 25, Мария Семенова, до 06.12.2022 12:00»."""
    parts = [_("ticket {number}").format(number=place.taken_by)]
    if place.visitor:
        parts.append(shown(place.visitor))
    if place.taken is not None:
        parts.append(_("until {time}").format(time=end_text(place.taken, zone)))
    return ", ".join(parts)


def lost_text(place: PlaceDetails) -> str:
    """Return a workplace that was chosen and taken meanwhile: «PM №1 (билет 35)»."""
    ticket = _("ticket {number}").format(number=place.taken_by)
    return f"{shown(place.label, _LABEL_MAX)} ({ticket})"
