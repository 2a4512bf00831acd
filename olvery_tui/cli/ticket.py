"""`olvery-tui ticket NUMBER`: one ticket, whole."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import tzinfo

from olvery_tui.cli.formats import DetailsFormat
from olvery_tui.cli.opening import opened
from olvery_tui.cli.tables import print_facts
from olvery_tui.domain.people import shown_phone
from olvery_tui.domain.text import shown
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.export.json_lines import json_text, ticket_json
from olvery_tui.i18n import _, pgettext
from olvery_tui.start import DONE, StartOptions
from olvery_tui.wording.labels import order_status, overdue, ticket_status
from olvery_tui.wording.people import person_name
from olvery_tui.wording.periods import instant_text, period_text


def show_ticket(options: StartOptions, number: int, output_format: DetailsFormat) -> int:
    """Print the ticket; raises NoSuchTicket, which the runner makes a sentence and exit 1."""
    with opened(options) as services:
        card, zone = services.desk.tickets.get(number), services.location.zone
    if output_format is DetailsFormat.JSON:
        print(json_text(ticket_json(card, zone), indent=1))
    else:
        print_facts(_facts(card, zone), sys.stdout)
    return DONE


def _facts(card: TicketDetails, zone: tzinfo) -> Iterator[tuple[str, str]]:
    visitor = card.visitor
    yield _("Ticket"), str(card.number)
    yield _("Created"), instant_text(card.created_at, zone)
    yield _("Service"), shown(card.service)
    yield _("Order"), f"{card.order} · {order_status(card.order_status)}"
    status = ticket_status(card.status)
    yield _("Status"), f"{status} · {overdue()}" if card.overdue else status
    yield _("Visitor"), person_name(visitor)
    if visitor.phone:
        yield _("Phone"), shown_phone(visitor.phone)
    if visitor.email:
        yield pgettext("field", "Email"), shown(visitor.email)
    yield _("Rental period"), period_text(card.period, zone)
    if card.variant:
        yield _("Service variant"), shown(card.variant)
    yield _("Tariff"), shown(card.tariff)
    yield _("Workplace"), shown(card.workplace)
    yield _("Room"), shown(card.room)
    if card.modifiers:
        yield _("Modifiers"), ", ".join(shown(name) for name in card.modifiers)
    yield _("Checked on"), instant_text(card.validated_at, zone) if card.validated_at else "—"
    yield _("Responsible"), shown(card.validated_by.name) if card.validated_by else "—"
