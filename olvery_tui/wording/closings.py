"""Workplaces that are closed, in words."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from olvery_tui.domain.periods import Period, PeriodKind, day_start
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _, ngettext
from olvery_tui.wording.listing import number_text
from olvery_tui.wording.periods import day_text, end_text, instant_text, period_text

_REASON_MAX = 40


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


def closed_text(reason: str, ends_at: datetime | None, zone: tzinfo) -> str:
    """Return why a place can't be chosen: «закрыто: ремонт, до 13.12.2022»."""
    return _("closed: {reason}, {until}").format(
        reason=shown(reason, _REASON_MAX), until=until_text(ends_at, zone)
    )


def places_count(count: int) -> str:
    """Return `3 места`."""
    return ngettext("{count} place", "{count} places", count).format(count=number_text(count))


def tickets_count(count: int) -> str:
    """Return `2 билета`."""
    return ngettext("{count} ticket", "{count} tickets", count).format(count=number_text(count))


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
