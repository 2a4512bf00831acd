"""The calendar's query on PostgreSQL."""

from __future__ import annotations

from contextlib import closing

from bench.calendar import BOOKINGS, query
from bench.postgresql.desks import Desks, desk
from bench.timing import median, p95
from olvery_tui.store.database.connect import open_database

_MOST = 60
"""Milliseconds that 95 of 100 answers may take, with `BOOKINGS` of them."""


def write(desks: Desks) -> None:
    """Measure, and write the section."""
    with closing(open_database(desks.url)) as store:
        found, taken = query(desk(store), desks.asked.times)
    count = sum(map(len, found.bookings.values()))
    report = desks.report
    report.section(
        "calendar",
        "Calendar",
        f"A month of {len(found.places):,} places with {count:,} bookings. The goal is for"
        f" {BOOKINGS:,}; the server's database is measured\nas it was generated, because other"
        f" measurements use it too. As the screen asks ({median(taken['in view']):.0f} ms), and"
        f" every row whole\n({median(taken['whole']):.0f} ms).",
    )
    report.goals(report.goal("query of the month, p95", p95(taken["in view"]), _MOST, "ms"))
