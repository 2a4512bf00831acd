"""Fifty managers for a minute; then as fast as they can."""

from __future__ import annotations

from contextlib import closing

from bench.postgresql.desks import MOMENT, Desks, say
from bench.postgresql.terminals import work
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database.connect import open_database

_MOST = 60
"""Milliseconds that 95 of 100 answers may take."""


def write(desks: Desks) -> None:
    """Measure, and write the section."""
    report = desks.report
    asked = desks.asked
    calm = work(
        desks.url,
        terminals=asked.terminals,
        seconds=asked.seconds,
        pause=asked.pause,
        now=MOMENT,
    )
    say(f"{calm.done} actions, {calm.refused} refused, {len(calm.errors)} errors")
    hasty = asked.seconds / 2
    rush = work(desks.url, terminals=asked.terminals, seconds=hasty, pause=0, now=MOMENT)
    with closing(open_database(desks.url)) as store, closing(store.for_bulk()) as bulk:
        problems = check(bulk, MOMENT)
    report.section(
        "crowd",
        f"{asked.terminals} terminals",
        f"Headless desks, each with connections of its own, for {asked.seconds:g} s, resting"
        f" {asked.pause:g} s between two actions on\naverage; then for {hasty:g} s without any"
        " rest, which only shows what gives way: all processors are busy.\nMilliseconds. Refused is"
        " what a manager is told: somebody was quicker, the seat is taken.",
    )
    report.table(
        ["action", "times", "p95", "times without rest", "p95 without rest"],
        [
            [name, len(taken), calm.p95(name), len(rush.taken.get(name, ())), rush.p95(name)]
            for name, taken in sorted(calm.taken.items())
        ],
    )
    report.table(
        ["", "with rests", "without"],
        [
            ["actions in a second", calm.done / asked.seconds, rush.done / hasty],
            ["refused", calm.refused, rush.refused],
        ],
    )
    report.goals(
        report.goal("list and filter, p95", calm.p95("list", "filter"), _MOST, "ms"),
        report.goal("errors", len(calm.errors) + len(rush.errors), 0, ""),
        report.goal("broken promises found by db check", len(problems), 0, ""),
    )
    for error in (calm.errors + rush.errors)[:10]:
        say(error)
    for problem in problems[:10]:
        say(str(problem))
