"""A manager's own presets, in words."""

from __future__ import annotations

from datetime import date

from olvery_tui.domain.filters import ENGLISH_DAYS, OrderFilter, TicketFilter
from olvery_tui.domain.own_presets import Conditions, Listing, OwnPreset, conditions
from olvery_tui.i18n import N_, _
from olvery_tui.wording.filters import days_text, filter_summary, order_filter_summary
from olvery_tui.wording.periods import day_text, day_word_text

_LISTS = {Listing.TICKETS: N_("Tickets"), Listing.ORDERS: N_("Orders")}


def preset_text(preset: OwnPreset, today: date) -> str:
    """Return the list and the conditions of an own preset, its days as it keeps them."""
    if preset.conditions is None:
        return _("can't be read")
    who = preset.person.name if preset.person else " ".join(preset.conditions.words)
    told = _told(preset.filters(today), preset.conditions, who)
    return f"{_(_LISTS[preset.listing])}: {told}"


def saved_text(filters: TicketFilter | OrderFilter, who: str, today: date) -> str:
    """Return the conditions of a filter, its days as a preset would keep them."""
    return _told(filters, conditions(filters, today), who)


def _told(filters: TicketFilter | OrderFilter, kept: Conditions, who: str) -> str:
    if isinstance(filters, OrderFilter):
        told = dict(order_filter_summary(filters, who))
    else:
        told = dict(filter_summary(filters, who))
    if "period" in told:
        told["period"] = days_text(_day(kept.first), _day(kept.last))
    return " · ".join(told.values())


def _day(kept: str) -> str:
    if not kept:
        return ""
    word = ENGLISH_DAYS.get(kept)
    return day_word_text(word) if word else day_text(date.fromisoformat(kept))
