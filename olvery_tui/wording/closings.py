"""Workplaces that are closed, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from olvery_tui.domain.closings import Closing
from olvery_tui.domain.conflicts import HeldPlace
from olvery_tui.domain.periods import Period, PeriodKind, day_start
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _, ngettext
from olvery_tui.wording.listing import number_text
from olvery_tui.wording.periods import day_text, end_text, instant_text, period_text

_REASON_MAX = 40
_TOLD = 5


def span_text(starts_at: datetime, ends_at: datetime | None, zone: tzinfo) -> str:
    """Return when a place is closed: whole days as `07.12.2022 - 13.12.2022`, or with hours."""
    if ends_at is None:
        return _("from {time} on, without an end").format(time=_start_text(starts_at, zone))
    if _is_day_start(starts_at, zone) and _is_day_start(ends_at, zone):
        return period_text(Period(PeriodKind.DAILY, starts_at, ends_at), zone)
    return f"{instant_text(starts_at, zone)} - {_last_text(ends_at, zone)}"


def until_text(ends_at: datetime | None, zone: tzinfo) -> str:
    """Return until when a place is closed: its last whole day, or a moment."""
    if ends_at is None:
        return _("without an end")
    return _("until {time}").format(time=_last_text(ends_at, zone))


def closed_text(reason: str, ends_at: datetime | None, zone: tzinfo, *, short: bool = False) -> str:
    """Return why a place can't be chosen: «закрыто: ремонт, до 13.12.2022»; `short` without the
    first word.
    """
    text = "{reason}, {until}" if short else _("closed: {reason}, {until}")
    return text.format(reason=shown(reason, _REASON_MAX), until=until_text(ends_at, zone))


def places_count(count: int) -> str:
    """Return `3 места`."""
    return ngettext("{count} place", "{count} places", count).format(count=number_text(count))


def tickets_count(count: int) -> str:
    """Return `2 билета`."""
    return ngettext("{count} ticket", "{count} tickets", count).format(count=number_text(count))


def in_the_way_text(count: int) -> str:
    """Return how many tickets have to move first."""
    return ngettext(
        "{count} ticket is in the way; it is moved first:",
        "{count} tickets are in the way; they are moved first:",
        count,
    ).format(count=number_text(count))


def stuck_text(tickets: Sequence[HeldPlace]) -> str:
    """Return which tickets find no place, by number and name."""
    told = [f"{one.ticket} {shown(one.visitor, _REASON_MAX)}" for one in tickets[:_TOLD]]
    if len(tickets) > _TOLD:
        told.append(_("and {count} more").format(count=number_text(len(tickets) - _TOLD)))
    return _("No place is free for so long: {tickets}. Choose another time, or free one.").format(
        tickets=", ".join(told)
    )


def closed_outcome(places: int, tickets: int) -> str:
    """Return what was done: «Закрыто: 3 места, перемещено: 2 билета»."""
    text = _("Closed: {places}").format(places=places_count(places))
    if tickets:
        text = _("{text}, moved: {tickets}").format(text=text, tickets=tickets_count(tickets))
    return text


def opened_text(closing: Closing) -> str:
    """Return which place is open again."""
    return _("Open again: {place}").format(place=shown(closing.workplace))


def moved_outcome(tickets: int) -> str:
    """Return how many tickets were moved."""
    return _("Moved: {tickets}").format(tickets=tickets_count(tickets))


def _start_text(starts_at: datetime, zone: tzinfo) -> str:
    if _is_day_start(starts_at, zone):
        return day_text(starts_at.astimezone(zone).date())
    return instant_text(starts_at, zone)


def _last_text(ends_at: datetime, zone: tzinfo) -> str:
    if _is_day_start(ends_at, zone):
        day = Period(PeriodKind.DAILY, ends_at - timedelta(hours=1), ends_at)
        return end_text(day, zone)
    return instant_text(ends_at, zone)


def _is_day_start(moment: datetime, zone: tzinfo) -> bool:
    return day_start(moment.astimezone(zone).date(), zone) == moment
