"""The main screen's other mode: the list of orders, in the manners of the list of tickets."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.access import SYSTEM
from olvery_tui.domain.errors import StoreCode
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.screens.catalogue.catalogue import CatalogueScreen
from olvery_tui.screens.list.orders import OrdersScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.new_order.new_order import NewOrderForm
from olvery_tui.screens.order.order import OrderScreen
from olvery_tui.screens.order.order_status import OrderStatusForm
from olvery_tui.screens.palette import Palette
from olvery_tui.settings import Settings
from olvery_tui.store import importing as importer
from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.widgets.chrome.list_tabs import ListTabs
from olvery_tui.widgets.filters.filter_fields import FilterBox
from olvery_tui.widgets.filters.filter_sidebar import FilterSidebar
from olvery_tui.widgets.table.order_table import OrderTable
from tests import paying
from tests.screens.conftest import SIZES, settle
from tests.screens.test_tickets import hurry
from tests.screens.ticket_desk import another_terminal, click, find, on_screen, press
from tests.ways_in import by_key, login_of

ALL = [1223, 1220, 1219, 1218, 1217, 1216, 1215, 1214, 1213, 1212, 1211]
NEW_YEAR = datetime(2023, 2, 1, 9, 0, tzinfo=UTC)


def orders(app: DeskApp) -> OrdersScreen:
    return next(screen for screen in app.screen_stack if isinstance(screen, OrdersScreen))


def rows(app: DeskApp) -> list[str]:
    """The lines below the header that stand on the screen."""
    painted = [strip.text for strip in orders(app).query_one(OrderTable).picture()[1:]]
    return [line for line in painted if line.strip()]


def numbers(app: DeskApp) -> list[int]:
    words = [line.strip("▌■ ").split() for line in rows(app)]
    return [int(line[0]) for line in words if line[0].isdigit()]


def cursor(app: DeskApp) -> int | None:
    return orders(app).query_one(OrderTable).cursor_number


def text_of(app: DeskApp, selector: str) -> str:
    return str(orders(app).query_one(selector, Static).content)


@pytest.fixture
def overdue(clock: FrozenClock) -> None:
    """Every ticket of the demo has ended."""
    clock.move_to(NEW_YEAR)


# ── There and back ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_one_key_goes_to_the_orders_and_back(app: DeskApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key in ("z", "я", "Z", "Я"):
            await press(pilot, key)
            assert isinstance(app.screen, OrdersScreen), key
            assert numbers(app) == ALL, key
            assert app.focused is app.screen.query_one(OrderTable), key
            assert text_of(app, "#list-position") == "1–11 из 11", key
            await press(pilot, key)
            assert isinstance(app.screen, TicketsScreen), key
            assert app.focused is app.screen.table, key


async def test_a_click_on_the_other_lists_name_goes_there_and_back(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Заказы" in str(app.screen.query_one(ListTabs).render())
        await click(pilot, "ListTabs", offset=(26, 0))
        assert isinstance(app.screen, OrdersScreen)
        await click(pilot, "ListTabs", offset=(1, 0))
        assert isinstance(app.screen, TicketsScreen)


async def test_the_palette_knows_the_way(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p")
        assert isinstance(app.screen, Palette)
        await find(pilot, "к заказам")
        await press(pilot, "down", "enter")
        await settle(pilot)
        assert isinstance(app.screen, OrdersScreen)


async def test_cursor_filter_and_marks_are_kept_while_the_other_list_is_shown(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down", "z", "slash", *"ива", "enter", "space")
        kept = (numbers(app), cursor(app))
        assert kept[0] == [1219, 1218, 1217, 1216]
        await press(pilot, "z")
        assert app.screen.table.cursor_number == 30  # type: ignore[attr-defined]
        await press(pilot, "z")
        assert (numbers(app), cursor(app)) == kept
        assert orders(app).table.marked == {1219}
        assert text_of(app, "#list-marked") == "Отмечено: 1"


async def test_what_changed_meanwhile_is_shown_on_coming_back(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "z")
        with another_terminal(database, clock) as desk:
            desk.orders.set_status(desk.orders.get(1219), OrderStatus.CANCELLED)
        await press(pilot, "z")
        assert "✕ Отменен" in rows(app)[2]
        with another_terminal(database, clock) as desk:
            desk.orders.set_status(desk.orders.get(1218), OrderStatus.CANCELLED)
        await press(pilot, "z")
        assert "✕ Отменен" in app.screen.table.picture()[4].text  # type: ignore[attr-defined]


# ── What is listed ───────────────────────────────────────────────────────────────────────────────


async def test_an_order_has_its_customer_service_status_tickets_price_and_payment(
    app: DeskApp, database: Path
) -> None:
    with closing(sqlite3.connect(database)) as outside, outside:
        outside.execute("UPDATE orders SET price = 123450 WHERE number = 1219")
        outside.execute(f"{paying.PAY} AND number = 1219")
    async with app.run_test(size=(160, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "z")
        line = " ".join(rows(app)[2].split())
        assert line == (
            "1219 Иван Столповский Коворкинг на 3 этаже ○ Безналичный расчет. Счет выставлен "
            "1 1 234,50 05.12.2022"
        )


async def test_a_change_elsewhere_appears_by_itself_and_the_cursor_stays(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "down", "down", "down")
        with another_terminal(database, clock) as desk:
            desk.orders.set_status(desk.orders.get(1219), OrderStatus.CANCELLED)
        await pilot.pause(1.0)
        await settle(pilot)
        assert "✕ Отменен" in rows(app)[2]
        assert cursor(app) == 1218


async def test_what_is_overdue_says_so(app: DeskApp, overdue: None) -> None:
    async with app.run_test(size=(160, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "z")
        told = [line for line in rows(app) if "Время истекло" in line]
        assert len([line for line in told if "◇ Подтвержден ! Время истекло" in line]) == 5
        marked = [line for line in rows(app) if " ! " in line]
        assert len([line for line in marked if "○" in line]) == 5
        assert not [line for line in marked if "✕" in line]


@pytest.fixture
def empty(tmp_path: Path, clock: FrozenClock) -> DeskApp:
    """The application over a database with nothing in it but its manager."""
    url = f"sqlite:///{tmp_path / 'olvery.db'}"
    with closing(open_database(url)) as store:
        schema.upgrade(store)
        login = login_of(store, "Анна Орлова")
        by_key(store)
    return DeskApp(Settings(url, log_file=tmp_path / "log", login=login), clock=clock)


async def test_an_empty_database_says_how_to_begin(empty: DeskApp) -> None:
    app = empty
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z")
        assert "a добавляет заказ" not in "\n".join(rows(app))
        painted = [strip.text for strip in orders(app).query_one(OrderTable).picture()]
        at = next(y for y, line in enumerate(painted) if "s — завести услуги и места" in line)
        await pilot.click("OrderTable", offset=(40, at - 1))  # another line
        await settle(pilot)
        assert isinstance(app.screen, OrdersScreen)
        await pilot.click("OrderTable", offset=(40, at))
        await settle(pilot)
        assert isinstance(app.screen, CatalogueScreen)


@pytest.mark.parametrize("there", [(), ("z",)], ids=["tickets", "orders"])
async def test_where_there_is_nothing_to_order_no_list_offers_it(
    empty: DeskApp, tmp_path: Path, clock: FrozenClock, there: tuple[str, ...]
) -> None:
    app = empty
    async with app.run_test(size=(120, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *there)
        assert "Добавить" not in "\n".join(on_screen(app))
        for key in ("a", "ф"):
            await press(pilot, key)
            assert isinstance(app.screen, OrdersScreen if there else TicketsScreen)
        service = tmp_path / "service.jsonl"
        service.write_text('{"kind": "service", "name": "Коворкинг", "slot_minutes": 30}')
        with closing(open_database(app.settings.database_url)) as store:
            importer.run(store, service, clock=clock, actor=SYSTEM)
        await press(pilot, "f5")
        assert "+ Добавить заказ" in "\n".join(on_screen(app))
        assert "a Добавить" in on_screen(app)[-1]
        await press(pilot, "a")
        assert isinstance(app.screen, NewOrderForm)


async def test_where_there_is_something_to_order_an_empty_list_says_how(
    app: DeskApp, database: Path
) -> None:
    with closing(sqlite3.connect(database)) as outside, outside:
        for table in ("seat_assignment", "ticket_modifier", "ticket", "orders"):
            outside.execute(f"DELETE FROM {table}")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z")
        assert "a добавляет заказ" in "\n".join(rows(app))


async def test_before_the_database_is_open_the_orders_wait_for_it(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = app.startup.open
    monkeypatch.setattr(app.startup, "open", lambda: None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("z")
        await pilot.pause()
        await pilot.press("a", "o", "e", "ctrl+a", "f5", "enter")
        assert isinstance(app.screen, OrdersScreen)
        opened()
        await settle(pilot)
        assert numbers(app) == ALL


# ── Filters ──────────────────────────────────────────────────────────────────────────────────────


async def go_to(pilot: Pilot[Any], field: str) -> None:
    """Put the cursor into a box of the filter."""
    screen = pilot.app.screen
    screen.query_one(FilterSidebar).add_class("-open")
    await screen.query_one(FilterSidebar).load()
    screen.query_one(f"#{field}", FilterBox).take_focus()
    await settle(pilot)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_each_condition_filters_and_all_are_told_in_one_line(
    app: DeskApp, size: tuple[int, int], overdue: None
) -> None:
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "z", "f")
        await find(pilot, "1212-1219")
        await press(pilot, "enter")
        assert numbers(app) == [1219, 1218, 1217, 1216, 1215, 1214, 1213, 1212]
        await press(pilot, "f", "tab", *"5.12.2022", "tab", *"8.12.2022", "enter")
        assert numbers(app) == [1218, 1217, 1216, 1214, 1212]
        await go_to(pilot, "customer")
        await press(pilot, *"ив", "enter")
        assert numbers(app) == [1218, 1217, 1216]
        await go_to(pilot, "overdue")
        await press(pilot, "space", "enter")
        assert numbers(app) == [1218, 1217, 1216]
        told = text_of(app, "#list-filter")
        for part in ("1212-1219", "05.12.2022 - 08.12.2022", "заказчик ив", "! Время истекло"):
            assert part in told
        assert not app.screen.query_one(FilterSidebar).has_class("-open")
        await press(pilot, "x")
        assert numbers(app) == ALL


async def test_several_of_the_ten_statuses_can_be_ticked(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z")
        await go_to(pilot, "status")
        await press(pilot, "down", "space", "down", "space", "enter")
        assert numbers(app) == [1217, 1213]
        assert text_of(app, "#list-filter") == "○ Оплачивается, ○ Ожидает счета"
        await go_to(pilot, "status")
        await press(pilot, "up", "space", "enter")
        assert text_of(app, "#list-filter") == "○ Новый. Ожидает выставления счета на оплату"


async def test_a_customer_is_suggested_and_can_be_picked(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "slash")
        await find(pilot, "спи")
        await press(pilot, "down", "enter", "enter")
        assert orders(app).filters.customer_id is not None
        assert numbers(app) == [1220, 1213, 1212, 1211]
        assert text_of(app, "#list-filter") == "заказчик Марина Спиридонова"


async def test_scanned_digits_open_the_only_order_of_that_number(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z")
        hurry(app, *"1215", "enter")
        await settle(pilot)
        assert isinstance(app.screen, OrderScreen)
        assert app.screen.number == 1215
        hurry(app, *"1213", "enter")
        await settle(pilot)
        assert app.screen.number == 1213
        await press(pilot, "escape")
        assert isinstance(app.screen, OrdersScreen)


async def test_nothing_found_says_what_was_asked_and_the_key_that_resets_it(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "f", *"99", "enter")
        picture = "\n".join(rows(app))
        assert "№ 99" in picture
        assert "x — сбросить фильтр" in picture


async def test_what_cant_be_a_condition_is_said_at_its_field(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "f", *"x12", "tab", *"31.02", "tab")
        form = str([str(each.content) for each in app.screen.query("Problem").results(Static)])
        assert "не номер" in form
        assert "31.02" in form
        assert numbers(app) == ALL


# ── To an order, and what is done to one ─────────────────────────────────────────────────────────


async def test_enter_opens_an_order_and_escape_returns_to_its_row(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "down", "down", "enter")
        assert isinstance(app.screen, OrderScreen)
        assert app.screen.number == 1219
        await press(pilot, "pagedown", "escape")
        assert cursor(app) == 1218
        assert app.focused is orders(app).table


async def test_the_mouse_opens_an_order(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z")
        await pilot.click("OrderTable", offset=(12, 3), times=2)
        await settle(pilot)
        assert isinstance(app.screen, OrderScreen)
        assert app.screen.number == 1219


async def test_o_opens_the_status_of_the_order_under_the_cursor(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "z", "down", "щ")
        assert isinstance(app.screen, OrderStatusForm)
        await press(pilot, "2", "ctrl+s", "tab", "enter")
        assert isinstance(app.screen, OrdersScreen)
        assert "✕ Идет возврат" in rows(app)[1]
        assert cursor(app) == 1220


async def test_a_opens_the_form_of_a_new_order_and_the_button_too(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "a")
        assert isinstance(app.screen, NewOrderForm)
        await press(pilot, "escape")
        await click(pilot, "#list-add", offset=(4, 0))
        assert isinstance(app.screen, NewOrderForm)


async def test_a_lost_database_is_told_above_the_orders_too(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    from olvery_tui.desk import Desk
    from olvery_tui.desk.orders import Orders
    from olvery_tui.domain.errors import StoreUnavailable

    def lost(self: Any, *words: Any, **options: Any) -> None:
        raise StoreUnavailable(StoreCode.LOST, "")

    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z")
        monkeypatch.setattr(Desk, "ping", lost)
        monkeypatch.setattr(Orders, "page", lost)
        await press(pilot, "f5")
        assert orders(app).query_one("#banner").has_class("-shown")
        assert numbers(app) == ALL


async def test_resizing_keeps_cursor_focus_and_typed_text(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "slash", *"ив")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        sidebar = orders(app).sidebar
        assert sidebar.filters.customer_words == ("ив",)
        assert app.focused is not None
        assert sidebar in app.focused.ancestors
        await press(pilot, "enter")
        await pilot.resize_terminal(200, 60)
        await settle(pilot)
        assert numbers(app) == [1219, 1218, 1217, 1216]


async def test_statuses_that_nobody_moves_are_told_here_too(
    settings: Settings, clock: FrozenClock
) -> None:
    app = DeskApp(settings._replace(embedded_worker=False), clock=clock)
    clock.move_to(NEW_YEAR)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "z")
        assert "olvery-tui worker" in text_of(app, "#banner")


async def test_beside_a_drawer_the_conditions_have_a_line_of_their_own(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "space", "slash", *"мар", "tab", "tab", "tab", "space", "enter")
        lines = on_screen(app)
        assert "Отмечено: 1" in lines[1]
        assert lines[2].strip() == "заказчик мар · ○ Новый"
        assert "Заказчик" in lines[4]
        await press(pilot, "x")
        assert "Заказчик" in on_screen(app)[3]
        await pilot.resize_terminal(130, 40)
        await press(pilot, "slash", *"мар", "enter")
        assert "заказчик мар" in on_screen(app)[1]
