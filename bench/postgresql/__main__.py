"""Several desks on one PostgreSQL, measured: writes `docs/performance-postgresql.md`.

    python -m bench.postgresql [--tickets 1000000] [--folder DIR] [--url URL --sqlite FILE]
        [--only queries,calendar,report,crowd,work] [--out FILE]

The server is one of its own (as the tests start theirs, but one that keeps what it is told, with
512 MB for its pages), unless `--url` names a database that holds the tickets of `--sqlite` already.
That one is not the same afterwards.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from bench.databases import database
from bench.postgresql import calendar, copying, crowd, queries, reporting, work
from bench.postgresql.desks import Desks, say
from bench.report import Report
from bench.running import run
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.maintenance.transfer import copy
from tests.cluster import Cluster

_DOC = Path(__file__).parent.parent.parent / "docs" / "performance-postgresql.md"

_SERVER = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "max_connections": "250",
}

SECTIONS: Mapping[str, Callable[[Desks], None]] = {
    "copy": copying.write,
    "queries": queries.write,
    "calendar": calendar.write,
    "report": reporting.write,
    "crowd": crowd.write,
    "work": work.write,  # the last: it writes events that nobody has sealed
}


def main() -> int:
    """Measure and write; exit 1 where a goal was missed."""
    asked = _arguments()
    report = Report(command="make crowd")
    with _databases(asked, report) as desks:
        run(report, SECTIONS, asked.only, desks)
    report.write(asked.out, _head(asked.tickets))
    for missed in report.missed:
        say(f"missed: {missed}")
    return 1 if report.missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--url")
    parser.add_argument("--sqlite", type=Path, help="the same tickets in a file, to compare with")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(SECTIONS))
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--terminals", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=1.0)
    parser.add_argument("--out", type=Path, default=_DOC)
    asked = parser.parse_args()
    if unknown := set(asked.only) - set(SECTIONS):
        parser.error(f"{', '.join(unknown)}: not one of {', '.join(SECTIONS)}")
    if asked.url and not asked.sqlite:
        parser.error("--url: and which --sqlite file has the same?")
    if asked.url:
        asked.only = [name for name in asked.only if name != "copy"]
    return asked


def _head(tickets: int) -> str:
    return (
        "# Performance on PostgreSQL\n\n"
        "Measured and written by `make crowd`, with the server and the terminals on the same\n"
        f"{os.cpu_count()} cores; {tickets:,} tickets, made and imported as for"
        " [performance.md](performance.md), then\ntaken over with `db copy`.\n"
    )


@contextmanager
def _databases(asked: argparse.Namespace, report: Report) -> Iterator[Desks]:
    with ExitStack() as stack:
        folder = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        file = asked.sqlite or database(folder, asked.tickets, keep=True).path
        server = Cluster(**_SERVER)
        stack.callback(server.remove)
        url = asked.url or server.url(server.create())
        copied = None
        if not asked.url:
            say("copying them to PostgreSQL …")
            began = time.perf_counter()
            with (
                closing(open_database(f"sqlite:///{file}")) as source,
                closing(open_database(url)) as target,
            ):
                rows = sum(table.rows for table in copy(source, target).values())
            copied = rows, time.perf_counter() - began
        yield Desks(report, url, file, server, asked, copied)


if __name__ == "__main__":
    sys.exit(main())
