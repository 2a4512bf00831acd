"""The list's queries through the store beside the same rows through plain `sqlite3`."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench.databases import LOGIN, NOW
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.actors import Actor
from olvery_tui.domain.cards import Page, Top
from olvery_tui.domain.events import ActorKind
from olvery_tui.domain.filters import NumberRange, TicketFilter
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.store import managers
from olvery_tui.store.engine import Store

LIMIT = 100

_ROWS = """
SELECT t.number, t.period_kind, t.starts_at, t.ends_at, p.first_name, p.last_name, t.status,
       w.label, o.status
FROM ticket t JOIN person p ON p.id = t.visitor_id JOIN workplace w ON w.id = t.workplace_id
JOIN orders o ON o.number = t.order_number
WHERE t.number IN (SELECT value FROM json_each(?)) ORDER BY t.number DESC
"""

FILTERS = {
    "no filter": TicketFilter(),
    "number": TicketFilter(numbers=(NumberRange(500_000, 500_000),)),
    "number range": TicketFilter(numbers=(NumberRange(1000, 900_000),)),
    "period: today": TicketFilter(from_day=date(2022, 12, 6), to_day=date(2022, 12, 6)),
    "period: a year": TicketFilter(from_day=date(2022, 1, 1), to_day=date(2022, 12, 31)),
    "visitor: one letter": TicketFilter(visitor_words=("и",)),
    "visitor: two words": TicketFilter(visitor_words=("иван", "ан")),
    "visitor: nobody": TicketFilter(visitor_words=("ыыы",)),
    "status: new": TicketFilter(statuses=frozenset({TicketStatus.NEW})),
    "status: done": TicketFilter(statuses=frozenset({TicketStatus.DONE})),
    "all together": TicketFilter(
        numbers=(NumberRange(1000, 900_000),),
        from_day=date(2022, 1, 1),
        to_day=date(2022, 12, 31),
        visitor_words=("и",),
        statuses=frozenset({TicketStatus.DONE, TicketStatus.CANCELLED}),
    ),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """Milliseconds: p50 and p95 of a page and of its count, and the same rows by plain sqlite3."""

    page_p50: float
    page_p95: float
    count_p95: float
    plain_p50: float
    rows: int


def compare(path: Path, times: int) -> dict[str, Compared]:
    """Every filter: the desk's page of 100 rows and its count, and the same rows fetched plainly.

    The plain side is told the rows' numbers: it is what fetching alone costs, with nothing to find.
    """
    store = Store.open(f"sqlite:///{path}")
    with store.reading() as session:
        manager = Actor(ActorKind.MANAGER, managers.by_login(session, LOGIN))
    desk = Desk(store, FrozenClock(datetime.fromisoformat(NOW).astimezone(UTC)), manager)
    plain = sqlite3.connect(path)
    try:
        return {name: _compare(desk, plain, wanted, times) for name, wanted in FILTERS.items()}
    finally:
        plain.close()
        store.close()


def _compare(desk: Desk, plain: sqlite3.Connection, wanted: TicketFilter, times: int) -> Compared:
    page = desk.page(wanted, Top(), LIMIT)
    numbers = "[" + ",".join(str(row.number) for row in page.rows) + "]"
    pages = _timed(lambda: desk.page(wanted, Top(), LIMIT), times)
    counts = _timed(lambda: desk.count(wanted), times)
    plainly = _timed(lambda: plain.execute(_ROWS, (numbers,)).fetchall(), times)
    return Compared(
        statistics.median(pages), _p95(pages), _p95(counts), statistics.median(plainly), _size(page)
    )


def _size(page: Page) -> int:
    return len(page.rows)


def _timed(call: Callable[[], Any], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _p95(taken: list[float]) -> float:
    return sorted(taken)[max(0, round(len(taken) * 0.95) - 1)]
