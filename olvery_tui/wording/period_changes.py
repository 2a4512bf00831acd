"""A change of period in words: what it comes to, and what to look at before."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal

from olvery_tui.domain.clock_times import begins_in_past
from olvery_tui.domain.period_changes import PeriodView, Terms
from olvery_tui.domain.periods import Period
from olvery_tui.domain.pricing import units
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import _
from olvery_tui.wording.catalogue import outside_text
from olvery_tui.wording.money import money_text
from olvery_tui.wording.orders import units_text
from olvery_tui.wording.people import person_name
from olvery_tui.wording.periods import period_text
from olvery_tui.wording.seats import seat_text


def ticket_text(ticket: TicketDetails, zone: tzinfo) -> str:
    """Return whose ticket it is, where and when, and its tariff, in two lines."""
    place = seat_text(ticket.workplace, ticket.room)
    return (
        f"{person_name(ticket.visitor)} · {place}\n"
        f"{period_text(ticket.period, zone)} · {ticket.tariff}"
    )


def change_text(view: PeriodView, period: Period, now: datetime, zone: tzinfo) -> tuple[str, bool]:
    """Return how long the new period is, with warnings, and whether there are any."""
    terms, before = view.terms, view.ticket.period
    parts = [units_text(terms.unit, units(terms.unit, period, zone))]
    if period.ends_at < before.ends_at and period.starts_at == before.starts_at:
        parts.append(_("nothing is given back by itself"))
    moved = period.starts_at != before.starts_at
    warnings = []
    if moved and begins_in_past(period, now, terms.slot_minutes, zone):
        warnings.append(_("the beginning has passed already"))
    if period != before and (day := view.hours.day_outside(period, zone)) is not None:
        warnings.append(outside_text(view.hours, day))
    return " · ".join([*parts, *(f"! {text}" for text in warnings)]), bool(warnings)


def price_text(terms: Terms, added: Decimal, currency: str, *, each: bool) -> str:
    """Return how a surcharge is made up: `+1 час × 200 руб.`; `each`: so much for each ticket."""
    if not added:
        return ""
    told = f"+{units_text(terms.unit, added)} × {money_text(terms.unit_price, currency)}"
    return _("{sum}, for each ticket").format(sum=told) if each else told
