"""What this application exports, in either language and every format, comes back as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from olvery_tui import i18n
from olvery_tui.domain.row_kinds import RowKind
from olvery_tui.export.formats import Audience, FileFormat, write_list
from olvery_tui.export.lists import ORDERS, TICKETS, Listed
from olvery_tui.store.importing import Outcome, spreadsheet
from tests.store.import_files import (
    CONSOLE,
    PLACES,
    QUIET,
    Importing,
    order,
    person,
    ticket,
    world,
)

PAID = "2022-12-05T20:00:00+03:00"
CHECK = {"validated_at": "2022-12-06T09:05:00+03:00", "validated_by": "Анна Орлова"}
LINES = (
    person("u-1", "Семенова", "Мария", patronymic="Ильинична", phone="+79655776500", note="окно"),
    person("u-2", "Столповский", "Иван", email="ivan@mail.ru", ban_reason="курил в зале"),
    person("u-3", "Сукарно", ""),
    order(1001, price="1800.00", paid_at=PAID, comment='у окна; "тихо",\tда'),
    ticket(1, 1001, **CHECK),
    ticket(2, 1001, "2022-12-22..2022-12-24", visitor="u-2", modifiers=["Принтер", "Полка"]),
    ticket(3, 1001, "9-10", visitor="u-2", room=QUIET),
    order(1002, "new", customer="u-3", price="0.00"),
    ticket(4, 1002, "12-13", visitor="u-3"),
    order(1003, customer="u-2", paid="300.50"),
    ticket(5, 1003, "13-14", workplace=PLACES[1]),
    order(1004, "refunded", payment_kind="online"),
    ticket(6, 1004, "14-15"),
    order(1005, "cancelled", payment_kind="invoice"),
    ticket(7, 1005, "2022-12-31"),
    order(1006, "invoice_issued", payment_kind="invoice", customer="u-3"),
    ticket(
        8,
        1006,
        "2022-12-01..2022-12-31",
        workplace=PLACES[2],
        tariff="Месячный",
        variant="Резидент",
    ),
    order(1007, "completed", paid_at=PAID),
    order(1008, price="900.00", paid_at=PAID),
    ticket(9, 1008, "15-16", cancelled_at="2022-12-06T08:00:00+03:00", unit_price="800.00"),
    ticket(10, 1008, "16-17", unit_price="800.50"),
)

WAYS = [
    ("ru", FileFormat.CSV, Audience.EXCEL),
    ("ru", FileFormat.XLSX, Audience.EXCEL),
    ("en", FileFormat.CSV, Audience.EXCEL),
    ("en", FileFormat.XLSX, Audience.EXCEL),
    ("en", FileFormat.CSV, Audience.PROGRAMS),
    ("ru", FileFormat.XLSX, Audience.PROGRAMS),
    ("ru", FileFormat.JSON, Audience.PROGRAMS),
    ("ru", FileFormat.JSON_LINES, Audience.PROGRAMS),
]


@pytest.fixture(params=WAYS, ids="-".join)
def way(request: pytest.FixtureRequest) -> Iterator[tuple[FileFormat, Audience]]:
    """A language, which holds during the test, a format, and for whom."""
    before = i18n.language()
    language, *way = request.param
    i18n.set_language(language)
    yield tuple(way)
    i18n.set_language(before)


def things(importing: Importing) -> dict[str, list[Any]]:
    """Every order and ticket."""
    desk = importing.desk
    found = {"orders": [], "tickets": []}
    for kind, numbers in found.items():
        table = "orders" if kind == "orders" else "ticket"
        rows = importing.rows(f"SELECT number FROM {table} ORDER BY number DESC")
        numbers += [getattr(desk, kind).get(number) for (number,) in rows]
    return found


def told(importing: Importing) -> dict[str, list[dict[str, Any]]]:
    """Every order and ticket as JSON, but for the time of single payments."""
    zone = importing.desk.location().zone
    found = things(importing)
    return {
        "orders": [{**ORDERS.object(one, zone), "payments": 0} for one in found["orders"]],
        "tickets": [TICKETS.object(one, zone) for one in found["tickets"]],
    }


def bring_in(importing: Importing, path: Path, kind: RowKind) -> spreadsheet.SheetReport:
    """Import a table that nobody says anything about."""
    table = spreadsheet.preview(path, None)
    assert table.kind is kind
    problems: list[spreadsheet.RowProblem] = []
    report = spreadsheet.run(
        importing.store, table, clock=importing.clock, actor=CONSOLE, on_problem=problems.append
    )
    assert problems == []
    return report


class Exports:
    """What a database has, as files of one format."""

    def __init__(self, source: Importing, way: tuple[FileFormat, Audience]) -> None:
        self.source = source
        self.way = way

    def __call__(self, name: str, numbers: Iterable[int] | None = None) -> Path:
        """The orders or tickets, all or of these numbers."""
        listed: Listed[Any] = {"orders": ORDERS, "tickets": TICKETS}[name]
        items = things(self.source)[name]
        if numbers is not None:
            items = [one for one in items if one.number in set(numbers)]
        path = self.source.folder / name
        with path.open("wb") as file:
            write_list(listed, iter(items), self.source.desk.location().zone, *self.way, file)
        return path


@pytest.fixture
def exports(store: Any, tmp_path: Path, way: tuple[FileFormat, Audience]) -> Exports:
    """What `LINES` come to."""
    source = Importing(store, tmp_path)
    source(*world()[:-2], *LINES)
    assert source.problems == []
    return Exports(source, way)


KINDS = {"orders": RowKind.ORDERS_ONLY, "tickets": RowKind.ORDERS}


@pytest.mark.parametrize("first", ["orders", "tickets"])
def test_orders_and_tickets_come_back_as_they_were_and_not_twice(
    exports: Exports, empty: Importing, first: str
) -> None:
    empty(*world()[:-2])
    names = sorted(KINDS, reverse=first == "tickets")
    for name in names:
        bring_in(empty, exports(name), KINDS[name])
    if first == "orders":
        assert told(empty) == told(exports.source)
    before = empty.content()
    for name in names:
        assert bring_in(empty, exports(name), KINDS[name]).count(Outcome.CREATED) == 0
    assert empty.content() == before
    empty.assert_sound()


@pytest.mark.parametrize("way", [WAYS[0], WAYS[4], WAYS[6]], ids="-".join, indirect=True)
@pytest.mark.parametrize("orders_at", [0, 1])
@pytest.mark.parametrize("before", [(1, 3, 10), (2, 9)], ids=str)
def test_tickets_of_an_order_that_come_in_parts_leave_it_as_it_was(
    exports: Exports, empty: Importing, before: tuple[int, ...], orders_at: int
) -> None:
    parts: list[tuple[str, tuple[int, ...] | None]] = [("tickets", before), ("tickets", None)]
    parts.insert(orders_at, ("orders", None))
    empty(*world()[:-2])
    for name, numbers in parts:
        bring_in(empty, exports(name, numbers), KINDS[name])
    assert told(empty) == told(exports.source)
    bring_in(empty, exports("orders"), RowKind.ORDERS_ONLY)
    assert told(empty) == told(exports.source)
    empty.assert_sound()
