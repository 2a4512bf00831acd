"""Several desks on one PostgreSQL, measured: writes `docs/performance-postgresql.md`.

    python -m bench.shared [--tickets 1000000] [--folder DIR] [--url URL] [--only queries,terminals]

The server is one of its own (as the tests start theirs, but one that keeps what it is told, with
512 MB for its pages), unless `--url` names a database that is loaded already.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from bench.generate import write
from bench.terminals import LINES, work
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.actors import SYSTEM
from olvery_tui.domain.cards import Top
from olvery_tui.domain.filters import NumberRange, TicketFilter
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.store import importer, schema
from olvery_tui.store.checks import check
from olvery_tui.store.engine import Store
from olvery_tui.store.postgres.store import PostgresStore
from olvery_tui.store.transfer import copy
from tests.cluster import Cluster

_DOC = Path(__file__).parent.parent / "docs" / "performance-postgresql.md"
_MOMENT = datetime(2022, 12, 6, 7, tzinfo=UTC)
"""10:00 in Moscow, as in the other benchmarks."""

_SERVER = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "max_connections": "250",
}


class _Page:
    """The page of the documentation while it grows, and the goals that were missed."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.missed: list[str] = []

    def heading(self, text: str, explained: str) -> None:
        """Begin a section and say what its figures mean."""
        self.parts.append(f"\n## {text}\n\n{explained}\n")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Figures in columns; the first one names them."""
        lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
        self.parts.append(
            "\n" + "\n".join(f"| {' | '.join(map(_shown, one))} |" for one in lines) + "\n"
        )

    def goal(self, name: str, measured: float, most: float, unit: str) -> list[object]:
        """What was measured, what it may be at most, and whether that is so."""
        met = measured <= most
        if not met:
            self.missed.append(f"{name}: {measured:.1f} {unit}, at most {most} {unit}")
        return [name, f"{measured:.1f} {unit}", f"≤ {most} {unit}", "yes" if met else "**no**"]

    def text(self, tickets: int) -> str:
        """The whole page."""
        missed = "".join(f"- {one}\n" for one in self.missed)
        return (
            "# Performance on PostgreSQL\n\n"
            "Measured and written by `python -m bench.shared`, with the server, the terminals and\n"
            f"whatever else ran there on {os.cpu_count()} cores (load {os.getloadavg()[1]:.1f});"
            f" {tickets:,} tickets.\n"
            + (f"\nGoals that this run missed:\n\n{missed}" if missed else "")
            + "".join(self.parts)
        )


def _shown(cell: object) -> str:
    return f"{cell:.1f}" if isinstance(cell, float) else str(cell)


_ROWS = """
SELECT t.number, t.period_kind, t.starts_at, t.ends_at, p.first_name, p.last_name, t.status,
       w.label, o.status
FROM ticket t JOIN person p ON p.id = t.visitor_id JOIN workplace w ON w.id = t.workplace_id
JOIN orders o ON o.number = t.order_number
WHERE t.number = ANY(%s) ORDER BY t.number DESC
"""


def filters(tickets: int) -> dict[str, TicketFilter]:
    """What is asked for, by name, in a list of so many tickets."""
    wide = NumberRange(tickets // 1000 + 1, tickets * 9 // 10)
    today = date(2022, 12, 6)
    year = TicketFilter(from_day=date(2022, 1, 1), to_day=date(2022, 12, 31))
    together = replace(
        year,
        numbers=(wide,),
        visitor_words=("и",),
        statuses=frozenset({TicketStatus.DONE, TicketStatus.CANCELLED}),
    )
    return {
        "no filter": TicketFilter(),
        "number": TicketFilter(numbers=(NumberRange(tickets // 2, tickets // 2),)),
        "number, a wide range": TicketFilter(numbers=(wide,)),
        "period, a day": TicketFilter(from_day=today, to_day=today),
        "period, a year": year,
        "period, from a day on": TicketFilter(from_day=today),
        "visitor, one letter": TicketFilter(visitor_words=("и",)),
        "visitor, two words": TicketFilter(visitor_words=("иван", "ан")),
        "visitor, nothing matches": TicketFilter(visitor_words=("ыыы",)),
        "status": TicketFilter(statuses=frozenset({TicketStatus.NEW})),
        "status, several": TicketFilter(statuses=frozenset(TicketStatus) - {TicketStatus.NEW}),
        "all together": together,
        "all together, nobody is called so": replace(together, visitor_words=("ыыы",)),
    }


def main() -> int:
    """Measure and write; exit 1 where a goal was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--url")
    parser.add_argument("--sqlite", type=Path, help="the same tickets in a file, to compare with")
    parser.add_argument("--only", default="queries,terminals")
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--terminals", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=1.0)
    parser.add_argument("--out", type=Path, default=_DOC)
    arguments = parser.parse_args()
    report = _Page()
    with _databases(arguments) as (file, url):
        if "queries" in arguments.only:
            _queries(report, file, url, arguments)
        if "terminals" in arguments.only:
            _terminals(report, url, arguments)
    arguments.out.write_text(report.text(arguments.tickets), encoding="utf-8")
    for missed in report.missed:
        print(f"missed: {missed}", file=sys.stderr)
    return 1 if report.missed else 0


@contextmanager
def _databases(arguments: argparse.Namespace) -> Iterator[tuple[Path | None, str]]:
    with ExitStack() as stack:
        if arguments.url:
            yield arguments.sqlite, arguments.url
            return
        folder = arguments.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        path = arguments.sqlite or folder / f"{arguments.tickets}.db"
        if not path.exists():
            _say(f"loading {arguments.tickets:,} tickets …")
            _load(path, arguments.tickets)
        server = Cluster(**_SERVER)
        stack.callback(server.remove)
        url = server.url(server.create())
        _say("copying them to PostgreSQL …")
        began = time.perf_counter()
        with closing(Store.open(f"sqlite:///{path}")) as source, closing(Store.open(url)) as target:
            copy(source, target)
        _say(f"copied and compared in {time.perf_counter() - began:.0f} s")
        yield path, url


def _load(path: Path, tickets: int) -> None:
    """Generate so many tickets and import them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = path.with_suffix(".jsonl")
    if not lines.exists():
        write(lines, tickets, seed=1)
    with closing(Store.open(f"sqlite:///{path}")) as store:
        schema.ensure(store)
        importer.run(store, lines, clock=FrozenClock(_MOMENT), actor=SYSTEM)


def _queries(report: _Page, file: Path | None, url: str, arguments: argparse.Namespace) -> None:
    """Each filter on PostgreSQL, on SQLite, and the same rows through bare psycopg."""
    report.heading(
        "Queries",
        f"A page of {LINES} lines and its count through the desk, milliseconds. «rows alone» is\n"
        "bare psycopg that is told the lines' numbers: what fetching costs with nothing to find.",
    )
    rows, goals = [], []
    with ExitStack() as stack:
        store = stack.enter_context(closing(Store.open(url)))
        desks = {"PostgreSQL": _desk(store)}
        if file:
            desks["SQLite"] = _desk(stack.enter_context(closing(Store.open(f"sqlite:///{file}"))))
        assert isinstance(store, PostgresStore)
        plain = stack.enter_context(store.raw())
        for name, wanted in filters(arguments.tickets).items():
            taken = {
                engine: (
                    _timed(partial(desk.page, wanted, Top(), LINES), arguments.times),
                    _timed(partial(desk.count, wanted), arguments.times),
                )
                for engine, desk in desks.items()
            }
            numbers = [row.number for row in desks["PostgreSQL"].page(wanted, Top(), LINES).rows]
            alone = _timed(partial(_fetch, plain, numbers), arguments.times)
            page, count = taken["PostgreSQL"]
            other = taken.get("SQLite")
            rows.append(
                [
                    name,
                    statistics.median(page),
                    _p95(page),
                    _p95(count),
                    _p95(other[0]) if other else "",
                    _p95(other[1]) if other else "",
                    statistics.median(alone),
                ]
            )
            goals.append(report.goal(f"{name}, p95 of a page", _p95(page), 60, "ms"))
            _say(f"{name}: {rows[-1][1:]}")
    report.table(
        ["filter", "p50", "p95", "count p95", "SQLite p95", "SQLite count p95", "rows alone"], rows
    )
    report.table(["goal", "measured", "allowed", "met"], goals)


def _terminals(report: _Page, url: str, arguments: argparse.Namespace) -> None:
    """Fifty managers for a minute; then as fast as they can."""
    _say(f"{arguments.terminals} terminals …")
    calm = work(
        url,
        terminals=arguments.terminals,
        seconds=arguments.seconds,
        pause=arguments.pause,
        now=_MOMENT,
    )
    _say(f"{calm.done} actions, {calm.refused} refused, {len(calm.errors)} errors")
    _say("without a pause …")
    rush = work(
        url, terminals=arguments.terminals, seconds=arguments.seconds / 2, pause=0, now=_MOMENT
    )
    with closing(Store.open(url)) as store:
        problems = check(store.for_bulk(), _MOMENT)
    report.heading(
        f"{arguments.terminals} terminals",
        f"For {arguments.seconds:g} s on one machine with the server, each resting\n"
        f"{arguments.pause:g} s between two actions on average; then for half as long without any\n"
        "rest. Milliseconds.",
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
            [
                "actions in a second",
                calm.done / arguments.seconds,
                rush.done / (arguments.seconds / 2),
            ],
            ["refusals", calm.refused, rush.refused],
        ],
    )
    report.table(
        ["goal", "measured", "allowed", "met"],
        [
            report.goal("list and filter, p95", calm.p95("list", "filter"), 60, "ms"),
            report.goal("errors", len(calm.errors) + len(rush.errors), 0, ""),
            report.goal("broken promises found by db check", len(problems), 0, ""),
        ],
    )
    for error in (calm.errors + rush.errors)[:10]:
        _say(error)
    for problem in problems[:10]:
        _say(str(problem))


def _desk(store: Store) -> Desk:
    return Desk(store, FrozenClock(_MOMENT), SYSTEM)


def _fetch(plain: psycopg.Connection[Any], numbers: list[int]) -> object:
    return plain.execute(_ROWS, (numbers,)).fetchall()


def _timed(call: Callable[[], Any], times: int) -> list[float]:
    call()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _p95(taken: list[float]) -> float:
    return sorted(taken)[max(0, round(len(taken) * 0.95) - 1)]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
