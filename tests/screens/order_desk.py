"""What the tests of the order forms share."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.desk import Desk
from olvery_tui.domain.catalogue import ServiceDetails
from olvery_tui.domain.orders import OrderDetails, OrderDraft
from olvery_tui.domain.periods import Period
from olvery_tui.screens.new_order.new_order import NewOrderForm
from olvery_tui.screens.new_order.order_fields import OrderFields
from olvery_tui.screens.new_order.order_filling import Filled
from olvery_tui.widgets.fields.choice import Choice
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.pickers.place_list import PlaceList
from tests import paying
from tests.screens.conftest import settle
from tests.screens.ticket_desk import find, press

SECOND, THIRD = "Коворкинг на 2 этаже", "Коворкинг на 3 этаже"
"""The services of the demo, in the order of the form."""


@asynccontextmanager
async def new_order(
    app: DeskApp, *, size: tuple[int, int] = (80, 24), customer: str = "", service: str = ""
) -> AsyncIterator[Pilot[Any]]:
    """The application with the form of a new order over the list, filled in so far."""
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "a")
        assert isinstance(app.screen, NewOrderForm)
        if customer:
            await find(pilot, customer)
            await press(pilot, "enter")
        if service:
            fields(app).go_to("service")
            while choice(app, "services") != service:
                await press(pilot, "right")
        yield pilot


def fields(app: DeskApp) -> OrderFields:
    return app.screen.query_one(OrderFields)


def filled(app: DeskApp) -> Filled:
    return fields(app).filled


def choice(app: DeskApp, name: str) -> str:
    """What a line of choice shows."""
    widget = app.screen.query_one(f"#{name}", Choice)
    chosen = widget._line._chosen
    return chosen.name if chosen else ""


def line(app: DeskApp, selector: str) -> str:
    """What stands in a line to type in."""
    found = app.screen.query_one(selector)
    return found.value if isinstance(found, Field) else found.query_one(Field).value


async def go(pilot: Pilot[Any], field: str) -> None:
    """Put the focus on a field of the new order."""
    assert isinstance(pilot.app, DeskApp)
    fields(pilot.app).go_to(field)
    await settle(pilot)


async def over(pilot: Pilot[Any], selector: str, text: str) -> None:
    """Type another text into a line."""
    found = pilot.app.screen.query_one(selector)
    typed = found if isinstance(found, Field) else found.query_one(Field)
    pilot.app.screen.set_focus(typed)
    await settle(pilot)
    await press(pilot, "ctrl+u", *text)
    await settle(pilot)


def places(app: DeskApp) -> list[str]:
    """The lines of the workplaces, as they are read."""
    return [str(option.prompt).strip() for option in app.screen.query_one(PlaceList).options]


def service(desk: Desk, name: str) -> ServiceDetails:
    return next(one for one in desk.catalogue.services() if one.name == name)


def draft(
    desk: Desk, *, place: int | None = None, days: tuple[date, date], **other: Any
) -> OrderDraft:
    """An order for whole days on the third floor, on one place or the first free one."""
    sold = service(desk, THIRD)
    period = Period.daily(*days, desk.location().zone)
    free = [one for one in desk.catalogue.free_places(sold.id, period) if one.free]
    (person,) = desk.people.search("столповский")
    return OrderDraft(
        customer=person.id,
        service_id=sold.id,
        tariff_id=next(one.id for one in sold.tariffs if one.name == "Суточный"),
        period=period,
        workplace_ids=(free[0].workplace_id if place is None else place,),
        **other,
    )


def newest(desk: Desk) -> OrderDetails:
    """The order with the highest number."""
    from olvery_tui.domain.filters import NO_ORDER_FILTER
    from olvery_tui.domain.pages import Top

    (row,) = desk.orders.page(NO_ORDER_FILTER, Top(), 1).rows
    return desk.orders.get(row.number)


@contextmanager
def outside(database: Path) -> Iterator[sqlite3.Connection]:
    """Another program at the database."""
    with closing(sqlite3.connect(database)) as connection, connection:
        yield connection


def unpaid(database: Path, number: int) -> None:
    """Let an order be unpaid whatever its status: as an import may bring it."""
    with outside(database) as connection:
        connection.execute(f"{paying.GIVE_BACK} AND number = ?", (number,))


def money(text: str) -> Decimal:
    return Decimal(text).quantize(Decimal("0.01"))
