"""`olvery-tui tickets`: the list with the application's filters, for people and programs."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, tzinfo
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from olvery_tui.cli.flat import COLUMNS, flat
from olvery_tui.cli.formats import Asked, Format
from olvery_tui.cli.opening import opened, private
from olvery_tui.cli.tables import print_rows
from olvery_tui.cli.ticket_json import json_text, ticket_json
from olvery_tui.domain.cards import After, PageStart, TicketCard, Top
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.filters import (
    TicketFilter,
    check_period,
    parse_day,
    parse_numbers,
    parse_visitor,
)
from olvery_tui.domain.text import shown, spreadsheet_safe
from olvery_tui.i18n import _, pgettext
from olvery_tui.start import DONE, USAGE, StartOptions
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.labels import overdue, ticket_status
from olvery_tui.wording.people import person_name
from olvery_tui.wording.periods import period_text

if TYPE_CHECKING:
    from olvery_tui.desk import Desk

_PAGE = 500

_OPTIONS = {
    "number": "--number",
    "from": "--from",
    "to": "--to",
    "period": "--from, --to",
    "visitor": "--visitor",
}


def list_tickets(
    options: StartOptions,
    asked: Asked,
    *,
    limit: int | None,
    output_format: Format,
    output: Path | None,
) -> int:
    """Print what the filters leave; exit 2 where a filter can't be read."""
    if output_format is Format.XLSX:
        from olvery_tui.cli.spreadsheet import check_possible

        trouble = check_possible(output)
        if trouble is not None:
            print(trouble, file=sys.stderr)
            return USAGE
    with opened(options) as services:
        desk, zone = services.desk, services.location.zone
        try:
            wanted = _wanted(asked, desk.today())
        except InvalidInput as problem:
            print(f"{_OPTIONS[problem.field]}: {sentence(problem)}", file=sys.stderr)
            return USAGE
        desk.record_export("tickets", output_format.value, asked.conditions())
        _write(islice(_all(desk, wanted), limit), zone, output_format, output)
    return DONE


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


def _all(desk: Desk, wanted: TicketFilter) -> Iterator[TicketCard]:
    """Every match, newest number first, page by page: memory does not grow with the list."""
    start: PageStart = Top()
    while True:
        cards = desk.tickets(wanted, start, _PAGE)
        yield from cards
        if len(cards) < _PAGE:
            return
        start = After(cards[-1].number)


def _write(
    cards: Iterator[TicketCard], zone: tzinfo, output_format: Format, output: Path | None
) -> None:
    if output_format is Format.XLSX:
        from olvery_tui.cli.spreadsheet import write_spreadsheet

        write_spreadsheet(cards, zone, output)
        return
    with _target(output) as file:
        match output_format:
            case Format.JSON:
                _write_json(cards, zone, file)
            case Format.CSV:
                _write_csv(cards, zone, file)
            case _table:
                print_rows(_headings(), (_row(card, zone) for card in cards), file)


@contextmanager
def _target(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    with open(output, "w", encoding="utf-8", newline="", opener=private) as file:
        yield file


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


def _write_json(cards: Iterator[TicketCard], zone: tzinfo, file: TextIO) -> None:
    file.write("[")
    for index, card in enumerate(cards):
        file.write(",\n " if index else "\n ")
        file.write(json_text(ticket_json(card, zone)))
    file.write("\n]\n")


def _write_csv(cards: Iterator[TicketCard], zone: tzinfo, file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for card in cards:
        writer.writerow(
            spreadsheet_safe(cell) if isinstance(cell, str) else cell for cell in flat(card, zone)
        )
