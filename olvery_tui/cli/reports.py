"""`olvery-tui report`: visitors, hours and money by day and service."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING, Annotated

from typer import Context, Typer

from olvery_tui.cli.listing import Table, Target, period, print_list
from olvery_tui.cli.options import For, Format, Output, Replace, option
from olvery_tui.cli.parsing import Command
from olvery_tui.cli.tables import Column
from olvery_tui.domain.reports import Report, ReportFilter, ReportLine
from olvery_tui.domain.text import shown
from olvery_tui.export.lists import REPORT
from olvery_tui.i18n import N_, pgettext
from olvery_tui.wording.periods import day_text
from olvery_tui.wording.reports import charts, line_texts, totals

if TYPE_CHECKING:
    from olvery_tui.desk import Desk

commands = Typer()


class _Lines:
    """The report as a list that can be written; it is kept for the bars below the table."""

    report: Report

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def export(self, filters: ReportFilter) -> Iterator[ReportLine]:
        self.report = self._desk.reports.report(filters)
        return iter(self.report.lines)

    def follow(self, filters: ReportFilter) -> int:
        raise NotImplementedError

    def changed_after(
        self, seal: int, filters: ReportFilter
    ) -> tuple[int, tuple[ReportLine, ...]] | None:
        raise NotImplementedError


@commands.command(
    cls=Command, help=N_("Report visitors, occupied hours and money by day and service.")
)
def report(
    context: Context,
    from_day: Annotated[
        str, option("--from", N_("DAY"), N_("From this day on; today unless told."))
    ] = "",
    to_day: Annotated[
        str, option("--to", N_("DAY"), N_("To this day, included; the first one unless told."))
    ] = "",
    output_format: Annotated[
        Format, option("--format", N_("FORMAT"), N_("table, json, jsonl, csv or xlsx."))
    ] = Format.TABLE,
    audience: For = None,
    output: Output = None,
    replace: Replace = False,
) -> int:
    """Print a line for each day and service; on a terminal with bars below them."""
    found: list[_Lines] = []

    def find(desk: Desk) -> tuple[_Lines, ReportFilter]:
        first, last = period(from_day, to_day, desk.today())
        first = first or min(last or desk.today(), desk.today())
        found.append(_Lines(desk))
        return found[0], ReportFilter(first, last or first)

    target = Target(None, output_format, audience, output, replace)
    done = print_list(context, target, REPORT, Table(_columns, _row), find)
    if output_format is Format.TABLE and output is None and sys.stdout.isatty():
        _print_bars(found[0].report)
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
