"""Orders: their list, the saving of one with many tickets, and the seats that are free."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

from bench.databases import NOW
from bench.running import Bench
from bench.timing import in_turns, median, p95
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import Actor, ActorKind
from olvery_tui.domain.catalogue import ServiceDetails
from olvery_tui.domain.filters import NO_ORDER_FILTER, NumberRange, OrderFilter
from olvery_tui.domain.orders import OrderDraft
from olvery_tui.domain.pages import Around, Bottom, Top
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.moments import to_micros

_LIMIT = 100
_TICKETS = 20
_TIMES = 20
_MOST = 60
"""Milliseconds that 95 of 100 answers may take."""


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    bench.report.section(
        "ordering",
        "Orders",
        f"Milliseconds at {bench.large.tickets:,} tickets: the first {_LIMIT} orders of a filter,"
        f" the last, those\naround the middle, and their count; which workplaces are free"
        f" in a month; and an order of {_TICKETS} tickets\nsaved, beside the same rows by plain"
        " `sqlite3` under the same triggers and the same `synchronous`, each on a copy.",
    )
    times = max(bench.times, _TIMES)
    with _desk(bench.large.path) as desk:
        worst = _lists(bench, desk, times)
        free = _free(bench, desk, times)
    saved, plain = _saved(bench, times)
    report = bench.report
    report.goals(
        report.goal("the list of orders at its worst, p95", worst, _MOST, "ms"),
        report.goal("free workplaces of all services in a month, p95", free, _MOST, "ms"),
        report.goal(f"an order of {_TICKETS} tickets saved, to bare SQL", saved / plain, 2.2),
    )


def _lists(bench: Bench, desk: Desk, times: int) -> float:
    """The slowest p95 of any page or count."""
    newest = desk.orders.page(NO_ORDER_FILTER, Top(), 1).rows[0].number
    rows, worst = [], 0.0
    for name, wanted in _filters(newest).items():
        calls: dict[str, Callable[[], object]] = {
            str(start): partial(desk.orders.page, wanted, start, _LIMIT)
            for start in (Top(), Bottom(), Around(newest // 2))
        }
        calls["count"] = partial(desk.orders.count, wanted)
        taken = in_turns(calls, times)
        found = len(desk.orders.page(wanted, Top(), _LIMIT).rows)
        worst = max(worst, *(p95(each) for each in taken.values()))
        rows.append([name, found, *(f"{p95(each):.2f}" for each in taken.values())])
    columns = ["filter, p95", "rows", "first page", "last page", "around the middle", "count"]
    bench.report.table(columns, rows)
    return worst


def _filters(newest: int) -> dict[str, OrderFilter]:
    wide = NumberRange(newest // 1000 + 1, newest * 9 // 10)
    year = (date(2022, 1, 1), date(2022, 12, 31))
    settled = frozenset({OrderStatus.COMPLETED, OrderStatus.CANCELLED})
    return {
        "no filter": NO_ORDER_FILTER,
        "number, a wide range": OrderFilter(numbers=(wide,)),
        "period, a day": OrderFilter(from_day=date(2022, 12, 6), to_day=date(2022, 12, 6)),
        "period, a year": OrderFilter(from_day=year[0], to_day=year[1]),
        "customer, one letter": OrderFilter(customer_words=("и",)),
        "customer, two words": OrderFilter(customer_words=("иван", "ан")),
        "customer, with a patronymic": OrderFilter(customer_words=("ив", "ан", "сергеевич")),
        "customer, digits of the phone": OrderFilter(customer_words=("5776",)),
        "customer, nothing matches": OrderFilter(customer_words=("ыыы",)),
        "status": OrderFilter(statuses=frozenset({OrderStatus.NEW})),
        "status, several": OrderFilter(statuses=settled),
        "time is up": OrderFilter(overdue=True),
        "time is up, one letter": OrderFilter(overdue=True, customer_words=("и",)),
        "not paid": OrderFilter(paid=False),
        "all together": OrderFilter((wide,), *year, ("и",), None, settled),
    }


def _free(bench: Bench, desk: Desk, times: int) -> float:
    services, zone = desk.catalogue.services(), desk.location().zone
    month = Period.daily(date(2022, 12, 1), date(2022, 12, 31), zone)

    def look() -> int:
        return sum(len(desk.catalogue.free_places(service.id, month)) for service in services)

    taken = in_turns({"free": look}, times)["free"]
    bench.report.table(
        ["free in a month", "workplaces", "median", "p95"],
        [["all services", look(), f"{median(taken):.2f}", f"{p95(taken):.2f}"]],
    )
    return p95(taken)


# ── Saving ───────────────────────────────────────────────────────────────────────────────────────


def _saved(bench: Bench, times: int) -> tuple[float, float]:
    """Medians: an order through the desk, and its rows by plain SQL."""
    copy = bench.large.path.with_name("ordering.db")
    shutil.copyfile(bench.large.path, copy)
    try:
        with _desk(copy) as desk, closing(_plain(copy)) as plain:
            service = max(
                desk.catalogue.services(), key=lambda one: len(_seats(desk, one, _far(0)))
            )
            seats = _seats(desk, service, _far(0))[:_TICKETS]
            days = count()  # each a day of its own, so that nobody is in the way
            calls: dict[str, Callable[[], object]] = {
                "desk": lambda: desk.orders.create(_draft(service, seats, _far(next(days)))),
                "plain": lambda: _insert(plain, service, seats, _far(next(days))),
            }
            taken = in_turns(calls, times)
    finally:
        for file in copy.parent.glob(f"{copy.name}*"):
            file.unlink()
    saved, bare = median(taken["desk"]), median(taken["plain"])
    bench.report.table(
        [f"{_TICKETS} tickets", "median", "p95"],
        [
            ["through the desk", f"{saved:.2f}", f"{p95(taken['desk']):.2f}"],
            ["plain `sqlite3`", f"{bare:.2f}", f"{p95(taken['plain']):.2f}"],
        ],
    )
    return saved, bare


def _far(days: int) -> Period:
    starts = datetime(2040, 1, 1, 9, tzinfo=UTC) + timedelta(days=days)
    return Period.hourly(starts, starts + timedelta(hours=2))


def _seats(desk: Desk, service: ServiceDetails, period: Period) -> tuple[int, ...]:
    return tuple(place.workplace_id for place in desk.catalogue.free_places(service.id, period))


def _draft(service: ServiceDetails, seats: tuple[int, ...], period: Period) -> OrderDraft:
    extras = tuple(modifier.id for modifier in service.modifiers[:2])
    return OrderDraft(1, service.id, service.tariffs[0].id, period, seats, modifier_ids=extras)


def _insert(
    plain: sqlite3.Connection, service: ServiceDetails, seats: tuple[int, ...], period: Period
) -> None:
    """The rows that the desk writes, and the two numbers that it has to look up."""
    starts, ends = to_micros(period.starts_at), to_micros(period.ends_at)
    plain.execute("BEGIN IMMEDIATE")
    order, ticket = (
        plain.execute(f"SELECT max(number) + 1 FROM {table}").fetchone()[0]
        for table in ("orders", "ticket")
    )
    numbers = range(ticket, ticket + len(seats))
    plain.execute(
        "INSERT INTO orders (number, service_id, customer_id, status, payment_kind, price,"
        " currency, created_at, version, starts_at, ends_at)"
        " VALUES (?, ?, 1, 'new', 'on_site', 1000000, 'RUB', 0, 1, ?, ?)",
        (order, service.id, starts, ends),
    )
    plain.executemany(
        "INSERT INTO ticket (number, order_number, visitor_id, workplace_id, tariff_id,"
        " period_kind, starts_at, ends_at, status, created_at, version)"
        " VALUES (?, ?, 1, ?, ?, 'hourly', ?, ?, 'new', 0, 1)",
        [
            (number, order, seat, service.tariffs[0].id, starts, ends)
            for number, seat in zip(numbers, seats, strict=True)
        ],
    )
    plain.executemany(
        "INSERT INTO ticket_modifier VALUES (?, ?)",
        [(number, extra.id) for number in numbers for extra in service.modifiers[:2]],
    )
    plain.executemany(
        "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
        " VALUES (?, ?, ?, ?)",
        [(number, seat, starts, ends) for number, seat in zip(numbers, seats, strict=True)],
    )
    plain.executemany(
        "INSERT INTO event (at, kind, actor, account, ticket_number, order_number, data)"
        " VALUES (0, ?, 'cli', 'bench', ?, ?, ?)",
        [
            ("order.created", None, order, '{"status": "new"}'),
            *(
                ("ticket.created", one, None, f'{{"order": {order}, "visitor": 1}}')
                for one in numbers
            ),
        ],
    )
    plain.execute("COMMIT")


def _plain(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


@contextmanager
def _desk(path: Path) -> Iterator[Desk]:
    now = datetime.fromisoformat(NOW).astimezone(UTC)
    with closing(open_database(f"sqlite:///{path}")) as store:
        yield Desk(store, FrozenClock(now), Actor(ActorKind.CLI, account="bench"))
