"""`olvery-tui events`: who did what when."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import tzinfo
from itertools import islice
from typing import Annotated, Any

from typer import Context, Typer

from olvery_tui.cli.listing import period
from olvery_tui.cli.opening import opened
from olvery_tui.cli.options import EventFormat, EventsFormat, option
from olvery_tui.cli.parsing import Command
from olvery_tui.cli.tables import Column, is_narrow, print_rows
from olvery_tui.cli.usage import bad_values
from olvery_tui.domain.codes import NUMBER_MAX
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.events import EventFilter, EventKind, EventLine
from olvery_tui.domain.text import clean, shown, spreadsheet_safe
from olvery_tui.export.json_lines import json_text, local
from olvery_tui.i18n import N_, _
from olvery_tui.start import DONE
from olvery_tui.wording.events import actor_text, event_text, when_text

commands = Typer()

_OPTIONS = {"from": "--from", "to": "--to", "period": "--from, --to"}
COLUMNS = (
    "id", "at", "due_at", "kind", "actor", "login", "account", "terminal", "about", "ticket",
    "order", "data",
)  # fmt: skip


@commands.command(
    cls=Command, help=N_("Who did what when, newest first: changes, sign-ins, refusals, exports.")
)
def events(
    context: Context,
    from_day: Annotated[
        str,
        option("--from", N_("DAY"), N_("On this day or later: 2022-12-06.")),
    ] = "",
    to_day: Annotated[str, option("--to", N_("DAY"), N_("On this day or earlier."))] = "",
    manager: Annotated[str, option("--manager", N_("LOGIN"), N_("By or about this manager."))] = "",
    ticket: Annotated[
        int | None,
        option("--ticket", N_("NUMBER"), N_("Of this ticket."), min=1, max=NUMBER_MAX),
    ] = None,
    order: Annotated[
        int | None,
        option("--order", N_("NUMBER"), N_("Of this order."), min=1, max=NUMBER_MAX),
    ] = None,
    kind: Annotated[
        list[EventKind] | None,
        option(
            "--kind", N_("KIND"), N_("Of this kind, as JSON tells it; may be given several times.")
        ),
    ] = None,
    limit: Annotated[
        int | None,
        option("--limit", N_("NUMBER"), N_("At most so many events."), min=1, max=NUMBER_MAX),
    ] = None,
    output_format: EventsFormat = EventFormat.TABLE,
) -> int:
    """Print the matching events, newest first; exit 2 where a day can't be read."""
    with opened(context.obj) as services:
        desk, zone = services.desk, services.location.zone
        try:
            first, last = period(from_day, to_day, desk.today())
        except InvalidInput as problem:
            return bad_values((problem,), _OPTIONS)
        by = desk.access.manager(manager).id if manager else None
        wanted = EventFilter(first, last, by, ticket, order, frozenset(kind or ()))
        _write(islice(desk.audit.export(wanted), limit), zone, output_format)
    return DONE


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
