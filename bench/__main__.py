"""Measures everything and writes `docs/performance.md`.

    python -m bench [--tickets 1000000] [--folder DIR] [--keep] [--only opening,wire,…]

The databases are made in `--folder` (a temporary one by default); `--keep` uses those that are
there already.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import filtering, opening, peers, queries, wired, working
from bench.databases import Loaded, load
from bench.report import Report

_SMALL = 100
_DOC = Path(__file__).parent.parent / "docs" / "performance.md"


def main() -> int:
    """Read the command line, measure, write; exit 1 where a goal was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--only", default=",".join(_SECTIONS))
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--out", type=Path, default=_DOC)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="olvery-bench-") as temporary:
        folder = arguments.folder or Path(temporary)
        report = Report()
        small = _database(folder, _SMALL, arguments.keep)
        large = _database(folder, arguments.tickets, arguments.keep)
        for name in arguments.only.split(","):
            print(f"{name} …", file=sys.stderr, flush=True)
            _SECTIONS[name](report, small, large, arguments.times)
    arguments.out.write_text(report.text("make bench", arguments.tickets), encoding="utf-8")
    for missed in report.missed:
        print(f"missed: {missed}", file=sys.stderr)
    return 1 if report.missed else 0


def _database(folder: Path, tickets: int, keep: bool) -> Loaded:
    path = folder / f"{tickets}.db"
    if keep and path.exists():
        return Loaded(path, tickets, 0, 0.0, 0.0)
    print(f"loading {tickets:,} tickets …", file=sys.stderr, flush=True)
    return load(folder, tickets)


def _opening(report: Report, small: Loaded, large: Loaded, times: int) -> None:
    bare, opened = opening.measure([small.path, large.path], times)
    few, many = opened[small.path], opened[large.path]
    report.heading(
        "Opening",
        "From the start of the command, on a 120×40 terminal; medians. The empty application is\n"
        "one word on a Textual screen.",
    )
    report.table(
        ["", "first frame, ms", "list filled, ms", "sent, bytes", "memory, MB"],
        [
            ["empty Textual application", bare, "", "", ""],
            [f"{small.tickets:,} tickets", few.frame, few.filled, few.size, few.memory],
            [f"{large.tickets:,} tickets", many.frame, many.filled, many.size, many.memory],
        ],
    )
    report.table(
        ["goal", "measured", "allowed", "met"],
        [
            report.goal("first frame to the empty application's", many.frame / bare, 1.3),
            report.goal("list filled to the empty first frame", few.filled / bare, 2.5),
            report.goal("list filled, many to few tickets", many.filled / few.filled, 1.2),
            report.goal("memory, many to few tickets", many.memory / few.memory, 1.15),
            report.goal("sent on opening", many.size / 1000, 40, "KB"),
        ],
    )


def _idle(report: Report, _small: Loaded, large: Loaded, _times: int) -> None:
    percent, size = opening.idle(large.path, 40.0)
    report.heading("Standing still", "For 40 s with the clock running and the worker on.")
    report.table(
        ["goal", "measured", "allowed", "met"],
        [
            report.goal("a core's time", percent, 1.0, "%"),
            report.goal("sent", size / 1000, 0.0, "KB"),
        ],
    )


def _wire(report: Report, _small: Loaded, large: Loaded, _times: int) -> None:
    sizes = wired.measure(large.path)
    report.heading("On the wire", "Bytes sent to a 120×40 terminal (`TERM=xterm-256color`).")
    allowed = {
        "opening": 40_000,
        "step": 800,
        "step, key held down": 1_500,
        "page": 12_000,
        "one row changed elsewhere": 1_000,
        "standing still for 10 s": 0,
    }
    report.table(
        ["goal", "measured", "allowed", "met"],
        [report.goal(name, size, allowed[name], "bytes") for name, size in sizes.items()],
    )


def _filtering(report: Report, _small: Loaded, large: Loaded, times: int) -> None:
    latencies, stalls = filtering.run(large.path, max(times, 20), 10_000)
    report.heading(
        "Filters",
        "From a filter's last keystroke to the repainted list, without the debounce, in the whole\n"
        f"application with {large.tickets:,} tickets; milliseconds.",
    )
    report.table(
        ["filter", "p50", "p95", "most"],
        [[name, taken.p50, taken.p95, taken.most] for name, taken in latencies.items()],
    )
    report.table(
        ["goal", "measured", "allowed", "met"],
        [
            report.goal(
                "the slowest filter's p95", max(t.p95 for t in latencies.values()), 60, "ms"
            ),
            *(
                report.goal(f"longest stall, {name}", gap, 100, "ms")
                for name, gap in stalls.items()
            ),
        ],
    )


def _queries(report: Report, _small: Loaded, large: Loaded, times: int) -> None:
    compared = queries.compare(large.path, max(times, 30))
    report.heading(
        "Queries",
        f"A page of {queries.LIMIT} rows and its count through the desk, and the same\n"
        "rows fetched by number through plain `sqlite3`, with nothing to find; milliseconds.",
    )
    report.table(
        ["filter", "page p50", "page p95", "count p95", "plain p50", "page ÷ plain", "rows"],
        [
            [
                name,
                found.page_p50,
                found.page_p95,
                found.count_p95,
                found.plain_p50,
                found.page_p50 / found.plain_p50,
                found.rows,
            ]
            for name, found in compared.items()
        ],
    )
    whole = compared["no filter"]
    report.table(
        ["goal", "measured", "allowed", "met"],
        [report.goal("the list's page to plain sqlite3", whole.page_p50 / whole.plain_p50, 3)],
    )


def _worker(report: Report, _small: Loaded, large: Loaded, _times: int) -> None:
    worked = working.compare(large.path)
    report.heading(
        "Status worker",
        f"{worked.tickets:,} tickets that became due at once, each with its event:\n"
        f"{worked.worker:.1f} s, the bare SQL statements in chunks of 1,000: {worked.bare:.1f} s.",
    )
    report.table(
        ["goal", "measured", "allowed", "met"],
        [report.goal("the worker to bare SQL", worked.worker / worked.bare, 3)],
    )


def _import(report: Report, small: Loaded, large: Loaded, _times: int) -> None:
    if not large.lines:
        return
    rate = large.tickets / large.seconds
    report.heading(
        "Import",
        f"{large.lines:,} lines with {large.tickets:,} tickets in {large.seconds:.0f} s:\n"
        f"{rate:,.0f} tickets a second, orders, people, seats and events included. Peak memory\n"
        f"{large.peak_mb:.0f} MB; with {small.tickets} tickets {small.peak_mb:.0f} MB.",
    )
    report.table(
        ["goal", "measured", "allowed", "met"],
        [report.goal("seconds for 5,000 tickets", 5_000 / rate, 1.0, "s")],
    )


def _peers(report: Report, _small: Loaded, large: Loaded, _times: int) -> None:
    report.heading("Peers", "The same rows in other programs.")
    report.table(
        ["", "rows", "first rows, ms", "all rows, s", "memory, MB"],
        [
            [peer.name, peer.rows, peer.first_rows, peer.whole, peer.memory]
            for peer in peers.measure(large.path)
        ],
    )


_SECTIONS: dict[str, Callable[[Report, Loaded, Loaded, int], None]] = {
    "opening": _opening,
    "idle": _idle,
    "wire": _wire,
    "filtering": _filtering,
    "queries": _queries,
    "worker": _worker,
    "import": _import,
    "peers": _peers,
}


if __name__ == "__main__":
    sys.exit(main())
