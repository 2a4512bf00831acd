"""`olvery-tui tickets`: the list of tickets with the application's filters."""

from __future__ import annotations

from datetime import date, tzinfo

from olvery_tui.cli.formats import Asked
from olvery_tui.cli.listing import Table, Target, print_list
from olvery_tui.cli.tables import Column
from olvery_tui.domain.filters import (
    TicketFilter,
    check_period,
    parse_day,
    parse_numbers,
    parse_visitor,
)
from olvery_tui.domain.text import shown
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.export.lists import TICKETS
from olvery_tui.i18n import _, pgettext
from olvery_tui.start import StartOptions
from olvery_tui.wording.labels import overdue, ticket_status
from olvery_tui.wording.people import person_name
from olvery_tui.wording.periods import period_text

_SEAT_LEAST = 16
"""Cells of a seat's label that no other column may take; real ones are shorter."""


def list_tickets(options: StartOptions, asked: Asked, target: Target) -> int:
    """Print what the filters leave, newest number first."""
    return print_list(
        options,
        target,
        TICKETS,
        Table(_columns, _row),
        lambda desk: desk.tickets.export(_wanted(asked, desk.today())),
    )


def _wanted(asked: Asked, today: date) -> TicketFilter:
    first, last = parse_day("from", asked.from_day, today), parse_day("to", asked.to_day, today)
    check_period(first, last)
    return TicketFilter(
        numbers=parse_numbers(asked.number),
        from_day=first,
        to_day=last,
        visitor_words=parse_visitor(asked.visitor),
        statuses=asked.statuses,
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Number")),
        Column(_("Rental period")),
        Column(_("Visitor"), least=10, lines=2),
        Column(_("Status")),
        Column(pgettext("column", "Workplace"), least=_SEAT_LEAST),
    )


def _row(card: TicketDetails, zone: tzinfo, narrow: bool) -> tuple[str, ...]:
    status = ticket_status(card.status)
    between = "\n" if narrow else " · "
    return (
        str(card.number),
        period_text(card.period, zone, short=narrow),
        person_name(card.visitor),
        f"{status}{between}{overdue()}" if card.overdue else status,
        shown(card.workplace),
    )
