"""`olvery-tui renewals`, and what `ticket NUMBER period` reads."""

from __future__ import annotations

import sys
from datetime import datetime, tzinfo
from decimal import Decimal

from typer import Context, Typer

from olvery_tui.cli.moments import parse_moment
from olvery_tui.cli.opening import opened
from olvery_tui.cli.options import DetailsFormat, FactsFormat
from olvery_tui.cli.parsing import Command
from olvery_tui.cli.tables import Column, print_rows
from olvery_tui.domain.clock_times import whole_days
from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.filters import parse_day
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.pricing import parse_money
from olvery_tui.domain.renewals import Renewal
from olvery_tui.domain.text import shown
from olvery_tui.export.json_lines import json_text, renewal_json
from olvery_tui.i18n import N_, _, pgettext
from olvery_tui.start import DONE
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.money import money_text
from olvery_tui.wording.people import person_name
from olvery_tui.wording.periods import period_text

commands = Typer()


def signed_amount(text: str) -> Decimal | None:
    """Return an amount, which a minus may precede; None for an empty text."""
    typed = text.strip()
    if not typed:
        return None
    return -parse_money("price", typed[1:]) if typed[0] in "-−" else parse_money("price", typed)


def other_period(before: Period, start: str, end: str, now: datetime, zone: tzinfo) -> Period:
    """Return a period with another start or end.

    Raises:
        InvalidInput: one can't be read, or they don't follow.
    """
    if before.kind is PeriodKind.DAILY:
        today = now.astimezone(zone).date()
        first, last = before.days(zone)
        first = parse_day("start", start, today) or first
        last = parse_day("end", end, today) or last
        return whole_days("period", first, last, zone)
    starts_at = parse_moment("start", start, now, zone) if start else before.starts_at
    ends_at = parse_moment("end", end, now, zone) if end else before.ends_at
    if ends_at <= starts_at:
        raise InvalidInput("period", InputCode.END_BEFORE_START)
    return Period.hourly(starts_at, ends_at)


@commands.command(cls=Command, help=N_("Month tickets that end soon, and what would follow them."))
def renewals(context: Context, output_format: FactsFormat = DetailsFormat.TABLE) -> int:
    """Print each with its next order, and what stands in the way of that."""
    with opened(context.obj) as services:
        zone, found = services.location.zone, services.desk.renewals.soon()
    if output_format is DetailsFormat.JSON:
        print(json_text([renewal_json(one, zone) for one in found], indent=1))
        return DONE
    print_rows(_columns(), (_row(one, zone) for one in found), sys.stdout)
    return DONE


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Ticket")),
        Column(_("Visitor"), least=10, letters=40),
        Column(pgettext("column", "Workplace"), least=8),
        Column(_("Period")),
        Column(_("Price"), least=10),
    )


def _row(renewal: Renewal, zone: tzinfo) -> tuple[str, ...]:
    """A ticket with what follows it: its price, or why it can't be had."""
    ticket, obstacle = renewal.ticket, renewal.obstacle
    return (
        str(ticket.number),
        person_name(ticket.visitor),
        shown(ticket.workplace),
        period_text(renewal.draft.period, zone),
        sentence(obstacle, zone) if obstacle else money_text(renewal.price, ticket.currency),
    )
