"""`olvery-tui tickets`: the list of tickets with the application's filters."""

from __future__ import annotations

from datetime import date, tzinfo

from olvery_tui.cli.formats import Asked
from olvery_tui.cli.listing import Table, Target, print_list
from olvery_tui.domain.cards import TicketCard
from olvery_tui.domain.filters import (
    TicketFilter,
    check_period,
    parse_day,
    parse_numbers,
    parse_visitor,
)
from olvery_tui.domain.text import shown
from olvery_tui.export.lists import TICKETS
from olvery_tui.i18n import _, pgettext
from olvery_tui.start import StartOptions
from olvery_tui.wording.labels import overdue, ticket_status
from olvery_tui.wording.people import person_name
from olvery_tui.wording.periods import period_text


def list_tickets(options: StartOptions, asked: Asked, target: Target) -> int:
    """Print what the filters leave, newest number first."""
    return print_list(
        options,
        target,
        TICKETS,
        Table(_headings, _row),
        lambda desk: desk.tickets_for_export(_wanted(asked, desk.today())),
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


def _headings() -> tuple[str, ...]:
    return (
        _("Number"),
        _("Rental period"),
        _("Visitor"),
        _("Status"),
        pgettext("column", "Workplace"),
    )


def _row(card: TicketCard, zone: tzinfo) -> tuple[str, ...]:
    status = ticket_status(card.status)
    return (
        str(card.number),
        period_text(card.period, zone),
        person_name(card.visitor),
        f"{status} · {overdue()}" if card.overdue else status,
        shown(card.workplace),
    )
