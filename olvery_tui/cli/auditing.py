"""`olvery-tui events` and `olvery-tui people`: who did what, and who is forgotten."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import date, tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any

from olvery_tui.cli.formats import AskedEvents, EventFormat
from olvery_tui.cli.opening import opened
from olvery_tui.cli.tables import Column, is_narrow, print_rows
from olvery_tui.cli.usage import bad_values
from olvery_tui.domain.errors import InvalidInput, NoSuchChoice
from olvery_tui.domain.events import EventFilter, EventLine
from olvery_tui.domain.filters import check_period, parse_day
from olvery_tui.domain.people import PersonDetails
from olvery_tui.domain.text import clean, shown, spreadsheet_safe
from olvery_tui.export.json_lines import json_text, local
from olvery_tui.i18n import _
from olvery_tui.start import DONE, NO, USAGE, StartOptions
from olvery_tui.wording.events import actor_text, event_text, when_text
from olvery_tui.wording.people import person_line

if TYPE_CHECKING:
    from olvery_tui.desk import Desk

_OPTIONS = {"from": "--from", "to": "--to", "period": "--from, --to"}
COLUMNS = (
    "id", "at", "due_at", "kind", "actor", "login", "account", "terminal", "about", "ticket",
    "order", "data",
)  # fmt: skip


def list_events(
    options: StartOptions, asked: AskedEvents, *, limit: int | None, output_format: EventFormat
) -> int:
    """Print the matching events, newest first; exit 2 where a day can't be read."""
    with opened(options) as services:
        desk, zone = services.desk, services.location.zone
        try:
            wanted = _wanted(desk, asked, desk.today())
        except InvalidInput as problem:
            return bad_values((problem,), _OPTIONS)
        _write(islice(desk.audit.export(wanted), limit), zone, output_format)
    return DONE


def _wanted(desk: Desk, asked: AskedEvents, today: date) -> EventFilter:
    first, last = parse_day("from", asked.from_day, today), parse_day("to", asked.to_day, today)
    check_period(first, last)
    manager = desk.access.manager(asked.manager).id if asked.manager else None
    return EventFilter(first, last, manager, asked.ticket, asked.order, asked.kinds)


def _write(lines: Iterator[EventLine], zone: tzinfo, output_format: EventFormat) -> None:
    match output_format:
        case EventFormat.JSON:
            sys.stdout.write("[")
            for index, line in enumerate(lines):
                sys.stdout.write(",\n " if index else "\n ")
                sys.stdout.write(json_text(event_json(line, zone)))
            sys.stdout.write("\n]\n")
        case EventFormat.CSV:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(_cells(line, zone) for line in lines)
        case EventFormat.TABLE:
            columns = (
                Column(_("Number")),
                Column(_("Time")),
                Column(_("Who"), least=8, lines=3),
                Column(_("Where"), least=8, lines=3),
                Column(_("Of")),
                Column(_("What"), least=18),
            )
            narrow = is_narrow(sys.stdout)
            print_rows(columns, (_row(line, zone, narrow) for line in lines), sys.stdout)


def event_json(line: EventLine, zone: tzinfo) -> dict[str, Any]:
    """One event: codes and ids, as they are recorded. Changed only by adding."""
    return {
        "id": line.id,
        "at": local(line.at, zone),
        "due_at": local(line.due_at, zone),
        "kind": str(line.kind),
        "actor": str(line.actor),
        "login": line.login,
        "account": line.account,
        "terminal": line.terminal,
        "about": line.about,
        "ticket": line.ticket,
        "order": line.order,
        "data": line.data,
    }


def _cells(line: EventLine, zone: tzinfo) -> list[str]:
    values = event_json(line, zone)
    values["data"] = json_text(line.data)
    return [spreadsheet_safe(clean(str(values[key] or ""))) for key in COLUMNS]


def _row(line: EventLine, zone: tzinfo, narrow: bool) -> tuple[str, ...]:
    of = [f"№ {line.ticket}"] if line.ticket is not None else []
    of += [_("order {number}").format(number=line.order)] if line.order is not None else []
    return (
        str(line.id),
        when_text(line, zone),
        actor_text(line),
        shown(line.terminal or ""),
        ("\n" if narrow else ", ").join(of),
        event_text(line, zone),
    )


def erase_person(options: StartOptions, key: str, *, agreed: bool) -> int:
    """Forget a person, which nothing brings back; exit 1 where nobody has the key or number.

    Unless `agreed`, the person is named and a «yes» is asked for; exit 2 where nobody can answer.
    """
    with opened(options) as services:
        try:
            card = services.desk.people.with_key(key)
            if not agreed:
                if not sys.stdin.isatty():
                    print(_("Nothing brings erased data back. Add --yes."), file=sys.stderr)
                    return USAGE
                if not _agrees(card):
                    print(_("Nothing was removed."), file=sys.stderr)
                    return NO
            person = services.desk.people.erase(key)
        except NoSuchChoice:
            text = _("There is no person {key}.").format(key=shown(key))
            print(text, file=sys.stderr)
            return NO
    print(_("Name, phone and email of person {number} are removed.").format(number=person))
    print(_("Former copies (db backup) still hold them."))
    return DONE


def _agrees(person: PersonDetails) -> bool:
    text = _("Name, phone and email will be removed for good: {person}")
    print(text.format(person=person_line(person)))
    print(_("Type “yes” to go on:"), end=" ", flush=True)
    return sys.stdin.readline().strip().casefold() in (_("yes"), "yes")
