"""The report of a year, as the screen and the command line ask for it."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import date, datetime

from bench.databases import NOW
from bench.running import Bench
from bench.timing import median
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import Actor, ActorKind
from olvery_tui.domain.reports import Report, ReportFilter
from olvery_tui.store.database.connect import open_database

MOST = 1_000
"""Milliseconds that a year may take."""

_YEAR = ReportFilter(date(2022, 1, 1), date(2022, 12, 31))
_TIMES = 5


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    with closing(open_database(f"sqlite:///{bench.large.path}")) as store:
        clock = FrozenClock(datetime.fromisoformat(NOW))
        report, taken = year(Desk(store, clock, Actor(ActorKind.CLI, account="bench")))
    bench.report.section("report", "Report", told(report))
    bench.report.goals(bench.report.goal("report of a year, median", median(taken), MOST, "ms"))


def year(desk: Desk) -> tuple[Report, list[float]]:
    """Return the report of a year, and the milliseconds that each of several took."""
    taken = []
    for _time in range(_TIMES):
        began = time.perf_counter()
        report = desk.reports.report(_YEAR)
        taken.append((time.perf_counter() - began) * 1_000)
    return report, taken


def told(report: Report) -> str:
    """Return how much was added up."""
    total = report.total()
    return f"A year by day and service: {total.arrivals:,} arrivals, {total.checks:,} checks."
