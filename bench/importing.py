"""Loading the databases: how quick the importer is, and whether its memory is bounded."""

from __future__ import annotations

from bench.databases import Loaded
from bench.running import Bench

_SECONDS_A_TICKET = 1 / 6_000


def write(bench: Bench) -> None:
    """Write what was measured when the databases were made."""
    small, large = bench.small, bench.large
    bench.report.section(
        "import",
        "Import",
        "`olvery-tui import` of the file that `bench/generate.py` made, with its progress bar:"
        " people, orders, tickets,\nseats and events, everything checked. Measured when the"
        " databases were made; `--keep` keeps them and these\nfigures.",
    )
    bench.report.table(
        ["tickets", "lines", "seconds", "tickets a second", "peak memory, MB"],
        [_row(small), _row(large)],
    )
    allowed = large.tickets * _SECONDS_A_TICKET
    bench.report.goals(
        bench.report.goal("time at 6,000 tickets a second", large.seconds / allowed, 1.0),
        bench.report.goal("peak memory", large.peak_mb, 256, "MB"),
    )


def _row(loaded: Loaded) -> list[object]:
    rate = round(loaded.tickets / loaded.seconds)
    return [loaded.tickets, loaded.lines, loaded.seconds, rate, loaded.peak_mb]
