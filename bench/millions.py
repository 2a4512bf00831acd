"""The list of ten million tickets, far beyond what a coworking sells."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.databases import LOGIN, NOW, Loaded, newest, run_command
from bench.filters import filters
from bench.multiply import multiply
from bench.running import Bench
from bench.timing import in_turns, p95
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import Actor, ActorKind
from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.pages import Around, Bottom, Top
from olvery_tui.store.access import managers
from olvery_tui.store.database.connect import open_database

_LIMIT = 100
_TIMES = 20
_COPIES = 10
_MOST = 80
"""Milliseconds that 95 of 100 answers may take."""


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    path = _multiplied(bench.large)
    tickets = bench.large.tickets * _COPIES
    times = max(bench.times, _TIMES)
    bench.report.section(
        "millions",
        "Ten million tickets",
        f"{tickets:,} tickets in the same four years, made of the {bench.large.tickets:,}"
        f" (`bench/multiply.py`): the first {_LIMIT} lines of a\nfilter, the last, those around the"
        f" middle number, and their count, through the desk; p95 of {times}\nrepetitions, in"
        " milliseconds.",
    )
    with closing(open_database(f"sqlite:///{path}")) as store:
        with store.reading() as session:
            manager = Actor(ActorKind.MANAGER, managers.by_login(session, LOGIN))
        desk = Desk(store, FrozenClock(datetime.fromisoformat(NOW).astimezone(UTC)), manager)
        middle = newest(path) // 2
        taken = {
            name: _taken(desk, wanted, middle, times) for name, wanted in filters(tickets).items()
        }
    bench.report.table(
        ["filter", "first page", "last page", "around the middle", "count"],
        [[name, *each] for name, each in taken.items()],
    )
    slowest = max(taken, key=lambda name: max(taken[name]))
    bench.report.goals(
        bench.report.goal(
            f"list and count at their worst ({slowest}), p95", max(taken[slowest]), _MOST, "ms"
        )
    )


def _multiplied(large: Loaded) -> Path:
    """The database beside the one it is made of; one that is there already is used."""
    path = large.path.with_name(f"{large.tickets * _COPIES}.db")
    if not path.exists():
        begun = path.with_suffix(".part")
        begun.unlink(missing_ok=True)
        multiply(large.path, begun, _COPIES)
        begun.rename(path)
    run_command(path, "db", "upgrade")
    return path


def _taken(desk: Desk, wanted: TicketFilter, middle: int, times: int) -> list[float]:
    """The p95 of each page and of the count."""
    starts = (Top(), Bottom(), Around(middle))
    calls: dict[str, Callable[[], object]] = {
        str(start): partial(desk.tickets.page, wanted, start, _LIMIT) for start in starts
    }
    calls["count"] = partial(desk.tickets.count, wanted)
    return [p95(each) for each in in_turns(calls, times).values()]
