"""What this application exports, in either language and every format, comes back as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from olvery_tui import i18n
from olvery_tui.domain.row_kinds import RowKind
from olvery_tui.export.formats import Audience, FileFormat, write_list
from olvery_tui.export.lists import ORDERS, TICKETS, Listed
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.importing import Outcome, spreadsheet
from tests import databases as of_tests
from tests.databases import Databases
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

FEW = [
    ("ru", FileFormat.CSV, Audience.EXCEL),
    ("en", FileFormat.CSV, Audience.PROGRAMS),
    ("ru", FileFormat.JSON, Audience.PROGRAMS),
]
OTHERS = [
    ("ru", FileFormat.XLSX, Audience.EXCEL),
    ("en", FileFormat.CSV, Audience.EXCEL),
    ("en", FileFormat.XLSX, Audience.EXCEL),
    ("ru", FileFormat.XLSX, Audience.PROGRAMS),
    ("ru", FileFormat.JSON_LINES, Audience.PROGRAMS),
]
"""What stands in them is the same: they are another way through the reader of files, which knows
no database.
"""


def fill_without_people(store: Store) -> None:
    """The service alone."""
    of_tests.empty(store)
    _import(store, world()[:-2])


def fill(store: Store) -> None:
    """What `LINES` come to."""
    of_tests.empty(store)
    _import(store, [*world()[:-2], *LINES])


def _import(store: Store, lines: Iterable[Any]) -> None:
    with TemporaryDirectory() as folder:
        importing = Importing(store, Path(folder))
        importing(*lines)
        assert importing.problems == []


@pytest.fixture
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
    """What a database has, as files."""

    def __init__(self, source: Importing) -> None:
        self.source = source

    @cached_property
    def items(self) -> dict[str, list[Any]]:
        return things(self.source)

    def __call__(
        self,
        name: str,
        way: tuple[FileFormat, Audience],
        numbers: Iterable[int] | None = None,
    ) -> Path:
        """The orders or tickets, all or of these numbers."""
        listed: Listed[Any] = {"orders": ORDERS, "tickets": TICKETS}[name]
        items = self.items[name]
        if numbers is not None:
            items = [one for one in items if one.number in set(numbers)]
        path = self.source.folder / name
        with path.open("wb") as file:
            write_list(listed, iter(items), self.source.desk.location().zone, *way, file)
        return path


@pytest.fixture(scope="module")
def exports(
    module_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Exports]:
    """What `LINES` come to; nothing changes it."""
    with closing(open_database(module_databases.new(fill))) as store:
        yield Exports(Importing(store, tmp_path_factory.mktemp("exports")))


@pytest.fixture
def other(databases: Databases, tmp_path: Path) -> Iterator[Importing]:
    """A second database, with the service alone."""
    with closing(open_database(databases.new(fill_without_people))) as store:
        yield Importing(store, tmp_path)


KINDS = {"orders": RowKind.ORDERS_ONLY, "tickets": RowKind.ORDERS}


both_orders = pytest.mark.parametrize("first", ["orders", "tickets"])


@pytest.mark.parametrize("way", FEW, ids="-".join, indirect=True)
@both_orders
def test_orders_and_tickets_come_back_as_they_were_and_not_twice(
    exports: Exports, other: Importing, way: tuple[FileFormat, Audience], first: str
) -> None:
    assert_come_back(exports, other, way, first)


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("way", OTHERS, ids="-".join, indirect=True)
@both_orders
def test_they_come_back_from_every_other_kind_of_file(
    exports: Exports, other: Importing, way: tuple[FileFormat, Audience], first: str
) -> None:
    assert_come_back(exports, other, way, first)


def assert_come_back(
    exports: Exports, other: Importing, way: tuple[FileFormat, Audience], first: str
) -> None:
    names = sorted(KINDS, reverse=first == "tickets")
    for name in names:
        bring_in(other, exports(name, way), KINDS[name])
    if first == "orders":
        assert told(other) == told(exports.source)
    before = other.content()
    for name in names:
        assert bring_in(other, exports(name, way), KINDS[name]).count(Outcome.CREATED) == 0
    assert other.content() == before
    other.assert_sound()


in_parts = pytest.mark.parametrize("before", [(1, 3, 10), (2, 9)], ids=str)
orders_come_at = pytest.mark.parametrize("orders_at", [0, 1])


@pytest.mark.parametrize("way", FEW[:1], ids="-".join, indirect=True)
@orders_come_at
@in_parts
def test_tickets_of_an_order_that_come_in_parts_leave_it_as_it_was(
    exports: Exports,
    other: Importing,
    way: tuple[FileFormat, Audience],
    before: tuple[int, ...],
    orders_at: int,
) -> None:
    assert_parts_leave_it(exports, other, way, before, orders_at)


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("way", FEW[1:], ids="-".join, indirect=True)
@orders_come_at
@in_parts
def test_tickets_in_parts_leave_it_from_other_kinds_of_file(
    exports: Exports,
    other: Importing,
    way: tuple[FileFormat, Audience],
    before: tuple[int, ...],
    orders_at: int,
) -> None:
    assert_parts_leave_it(exports, other, way, before, orders_at)


def assert_parts_leave_it(
    exports: Exports,
    other: Importing,
    way: tuple[FileFormat, Audience],
    before: tuple[int, ...],
    orders_at: int,
) -> None:
    parts: list[tuple[str, tuple[int, ...] | None]] = [("tickets", before), ("tickets", None)]
    parts.insert(orders_at, ("orders", None))
    for name, numbers in parts:
        bring_in(other, exports(name, way, numbers), KINDS[name])
    assert told(other) == told(exports.source)
    bring_in(other, exports("orders", way), RowKind.ORDERS_ONLY)
    assert told(other) == told(exports.source)
    other.assert_sound()
