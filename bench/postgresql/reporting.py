"""The report of a year on PostgreSQL."""

from __future__ import annotations

from contextlib import closing

from bench.postgresql.desks import Desks, desk
from bench.reporting import MOST, told, year
from bench.timing import median
from olvery_tui.store.database.connect import open_database


def write(desks: Desks) -> None:
    """Measure, and write the section."""
    with closing(open_database(desks.url)) as store:
        report, taken = year(desk(store))
    desks.report.section("report", "Report", told(report))
    desks.report.goals(desks.report.goal("report of a year, median", median(taken), MOST, "ms"))
