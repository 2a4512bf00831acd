"""`olvery-tui report`: visitors, hours and money by day and service."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING, Annotated

from typer import Context, Typer

from olvery_tui.cli.listing import Table, Target, days, print_list
from olvery_tui.cli.options import FirstDay, For, Format, LastDay, Output, Replace, option
from olvery_tui.cli.parsing import Command
from olvery_tui.cli.tables import Column
from olvery_tui.domain.reports import Report, ReportFilter, ReportLine
from olvery_tui.domain.text import shown
from olvery_tui.export.lists import REPORT
from olvery_tui.i18n import N_, pgettext
from olvery_tui.wording.periods import day_text
from olvery_tui.wording.reports import charts, line_texts, totals

if TYPE_CHECKING:
    from olvery_tui.services import Services

commands = Typer()


@commands.command(
    cls=Command, help=N_("Report visitors, occupied hours and money by day and service.")
)
def report(
    context: Context,
    from_day: FirstDay = "",
    to_day: LastDay = "",
    output_format: Annotated[
        Format, option("--format", N_("FORMAT"), N_("table, json, jsonl, csv or xlsx."))
    ] = Format.TABLE,
    audience: For = None,
    output: Output = None,
    replace: Replace = False,
) -> int:
    """Print a line for each day and service; on a terminal with bars below them."""
    found: list[Report] = []

    def find(services: Services) -> Iterator[ReportLine]:
        desk = services.desk
        found.append(desk.reports.report(ReportFilter(*days(from_day, to_day, desk.today()))))
        return iter(found[0].lines)

    target = Target(None, output_format, audience, output, replace)
    done = print_list(context, target, REPORT, Table(_columns, _row), find)
    if output_format is Format.TABLE and output is None and sys.stdout.isatty():
        _print_bars(found[0])
    return done


def _columns() -> tuple[Column, ...]:
    return (
        Column(pgettext("column", "Day")),
        Column(pgettext("column", "Service"), least=14, letters=40),
        Column(pgettext("column", "Arrivals")),
        Column(pgettext("column", "Checks")),
        Column(pgettext("column", "Hours")),
        Column(pgettext("column", "Occupied")),
        Column(pgettext("column", "On site")),
        Column(pgettext("column", "Online")),
        Column(pgettext("column", "By transfer")),
        Column(pgettext("column", "Refunds")),
    )


def _row(line: ReportLine, _zone: tzinfo, _narrow: bool) -> tuple[str, ...]:
    return (day_text(line.day), shown(line.service), *line_texts(line.sums, line.currency))


def _print_bars(report: Report) -> None:
    width = min(100, shutil.get_terminal_size().columns)
    print()
    for label, text in totals(report):
        print(f"{label}: {text}")
    for chart in charts(report):
        print()
        print("\n".join(chart.lines(width)))
