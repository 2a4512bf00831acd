"""What this application exports, in either language and every format, comes back as it was."""

from __future__ import annotations

from collections.abc import Iterator
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


@pytest.mark.parametrize("first", ["orders", "tickets"])
def test_orders_and_tickets_come_back_as_they_were_and_not_twice(
    store: Any, empty: Importing, tmp_path: Path, way: tuple[FileFormat, Audience], first: str
) -> None:
    source = Importing(store, tmp_path)
    source(*world()[:-2], *LINES)
    assert source.problems == []
    empty(*world()[:-2])
    files = {}
    zone = source.desk.location().zone
    listed: dict[str, Listed[Any]] = {"orders": ORDERS, "tickets": TICKETS}
    for name, items in things(source).items():
        files[name] = tmp_path / name
        with files[name].open("wb+") as file:
            write_list(listed[name], iter(items), zone, *way, file)
    kinds = {"orders": RowKind.ORDERS_ONLY, "tickets": RowKind.ORDERS}
    order_of = sorted(files, reverse=first == "tickets")
    for name in order_of:
        bring_in(empty, files[name], kinds[name])
    if first == "orders":
        assert told(empty) == told(source)
    before = empty.content()
    for name in order_of:
        assert bring_in(empty, files[name], kinds[name]).count(Outcome.CREATED) == 0
    assert empty.content() == before
    empty.assert_sound()
