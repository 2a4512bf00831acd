"""How long `db copy` took to bring the tickets to the server."""

from __future__ import annotations

from bench.postgresql.desks import Desks

_SECONDS_A_TICKET = 180 / 1_000_000


def write(desks: Desks) -> None:
    """Write what was measured when the database was made."""
    assert desks.copied is not None
    rows, seconds = desks.copied
    report = desks.report
    report.section(
        "copy",
        "Copy",
        f"`olvery-tui db copy` from the SQLite file to the server: {rows:,} rows of all tables,"
        " written, indexed, read back\nand compared.",
    )
    allowed = desks.asked.tickets * _SECONDS_A_TICKET
    report.goals(report.goal("everything copied and compared", seconds, allowed, "s"))
