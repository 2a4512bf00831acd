"""The list of people: its pages and its search, with 200,000 of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random

from bench.databases import NOW
from bench.generate import catalogue, persons
from bench.running import Bench
from bench.timing import in_turns, p95
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import Actor, ActorKind
from olvery_tui.domain.pages import Around, Bottom, Top
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store

_PEOPLE = 200_000
_LIMIT = 100
_TIMES = 20
_SEARCH_MOST = 60
"""Milliseconds that 95 of 100 answers may take."""

_TYPED = {
    "nothing": "",
    "one letter": "и",
    "the beginning of a name": "иван",
    "a part of a name": "ванов",
    "a rare part": "ыки",
    "first and last name": "анна иванова",
    "with a patronymic": "Иванов Пётр Сергеевич",
    "initials": "Иванов П.С.",
    "digits of the phone": "577-65",
    "the whole phone": "8 916 123-45-67",
    "the beginning of an email": "anna",
    "nobody": "ыыы",
}


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    bench.report.section(
        "people",
        "People",
        f"Milliseconds with {_PEOPLE:,} people: the first {_LIMIT} of whom something is found, the"
        " last, those\naround one in the middle, and their count.",
    )
    times = max(bench.times, _TIMES)
    path = bench.large.path.with_name(f"people-{_PEOPLE}.db")
    with closing(open_database(f"sqlite:///{path}")) as store:
        _fill(store)
        worst = _pages(bench, Desk(store, _clock(), _bench()), times)
    goal = bench.report.goal("people found as one types, p95", worst, _SEARCH_MOST, "ms")
    bench.report.goals(goal)


def _pages(bench: Bench, desk: Desk, times: int) -> float:
    """The slowest p95 of a first page or a count, which is what one waits for while typing."""
    middle = desk.people.page("иван", Top(), 1).rows[0].number
    rows, worst = [], 0.0
    for name, typed in _TYPED.items():
        calls: dict[str, Callable[[], object]] = {
            str(start): partial(desk.people.page, typed, start, _LIMIT)
            for start in (Top(), Bottom(), Around(middle))
        }
        calls["count"] = partial(desk.people.count, typed)
        taken = in_turns(calls, times)
        found = len(desk.people.page(typed, Top(), _LIMIT).rows)
        worst = max(worst, *(p95(taken[name]) for name in (str(Top()), "count")))
        rows.append([name, found, *(_ms(p95(each)) for each in taken.values())])
    columns = ["typed, p95", "rows", "first page", "last page", "around the middle", "count"]
    bench.report.table(columns, rows)
    return worst


def _fill(store: Store) -> None:
    """People alone, as the import writes them; what an earlier run has left is kept."""
    from olvery_tui.store import importing
    from olvery_tui.store.database import schema

    schema.create(store, name="Коворкинг", time_zone="Europe/Moscow", currency="RUB")
    with store.reading() as session:
        if session.connection().exec_driver_sql("SELECT 1 FROM person LIMIT 1").first():
            return
    file = Path(store.label).with_suffix(".jsonl")
    lines = [*islice(catalogue(), 3), *persons(_PEOPLE, Random(1))]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    importing.run(store, file, clock=_clock(), actor=_bench())
    file.unlink()


def _clock() -> FrozenClock:
    return FrozenClock(datetime.fromisoformat(NOW).astimezone(UTC))


def _bench() -> Actor:
    return Actor(ActorKind.CLI, account="bench")


def _ms(taken: float) -> str:
    return f"{taken:.2f}"
