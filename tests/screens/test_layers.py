"""What lies over a screen while it is open: no key of what is below works, and none is named."""

from __future__ import annotations

import pytest
from textual.widget import Widget

from olvery_tui.app.app import DeskApp
from olvery_tui.screens.closings.close_places import ClosePlacesForm
from olvery_tui.screens.list.orders import OrdersScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.new_order.new_order import NewOrderForm
from olvery_tui.widgets.fields.choice import ChoiceList
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.month_calendar import MonthCalendar
from olvery_tui.widgets.filters.filter_form import FilterMenu
from olvery_tui.widgets.pickers.seat_ticks import SeatList
from olvery_tui.widgets.pickers.status_choice import StatusChoice
from tests.screens.conftest import SIZES, settle
from tests.screens.order_desk import THIRD, choice, go, line, new_order, newest
from tests.screens.ticket_desk import on_screen, press, said

OF_THE_LIST = [*"oщaфeуzяhрxчfа/.5", "f5", "ctrl+a", "ctrl+ф"]
"""Keys of the list, in both layouts."""

NAMED = ("Статус", "Заказ", "Билеты", "Добавить", "Выгрузить", "Обновить")
"""Some of what the key bar says of them."""

TO_THE_PERIOD = ("f", "tab")
TO_THE_STATUS = ("f", "tab", "tab", "tab", "tab")


def focus_on(app: DeskApp, kind: type[Widget]) -> None:
    assert isinstance(app.focused, kind), app.focused


async def nothing_happens(app: DeskApp, pilot: object, keys: list[str]) -> None:
    """Press keys; the screen, what is focused, and what is listed stay."""
    screen, focused = app.screen, app.focused
    assert isinstance(screen, TicketsScreen | OrdersScreen)
    before = screen.filters, screen.table.marked, newest(app.desk)
    for key in keys:
        await press(pilot, key)  # type: ignore[arg-type]
        assert app.screen is screen, key
        assert app.focused is focused, key
        assert (screen.filters, screen.table.marked, newest(app.desk)) == before, key


@pytest.mark.parametrize("which", ["tickets", "orders"])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_no_key_of_the_list_works_under_the_calendar_of_a_day(
    app: DeskApp, size: tuple[int, int], which: str
) -> None:
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, *(["z"] if which == "orders" else []), *TO_THE_PERIOD, "down")
        focus_on(app, MonthCalendar)
        bar = on_screen(app)[-1]
        assert "Enter Выбрать  Esc Закрыть" in bar
        assert not any(word in bar for word in NAMED)
        await nothing_happens(app, pilot, [key for key in OF_THE_LIST if key != "5"])
        await press(pilot, "escape")
        assert not app.screen.query(MonthCalendar)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_no_key_of_the_list_works_under_the_menu_of_the_filter(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "f", "shift+tab", "enter")
        focus_on(app, FilterMenu)
        bar = on_screen(app)[-1]
        assert not any(word in bar for word in NAMED)
        await nothing_happens(app, pilot, OF_THE_LIST)


async def test_no_key_of_the_list_works_under_the_drawer(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *TO_THE_STATUS)
        focus_on(app, StatusChoice)
        bar = on_screen(app)[-1]
        assert "Esc К списку" in bar
        assert not any(word in bar for word in NAMED)
        await nothing_happens(app, pilot, OF_THE_LIST)
        statuses = app.focused
        await press(pilot, "tab")
        assert app.focused not in (None, statuses)


async def test_beside_the_list_the_filter_leaves_its_keys_alone(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, *TO_THE_STATUS)
        focus_on(app, StatusChoice)
        assert "Статус" in on_screen(app)[-1]
        await press(pilot, "a")
        assert isinstance(app.screen, NewOrderForm)


async def test_no_key_of_a_form_works_under_a_list_of_choices(app: DeskApp) -> None:
    async with new_order(app, customer="корсак") as pilot:
        form, before = app.screen, newest(app.desk)
        await press(pilot, "down")
        focus_on(app, ChoiceList)
        bar = on_screen(app)[-1]
        assert bar.startswith(" Enter Выбрать  Esc Закрыть список")
        assert "Создать" not in bar
        assert "Новый заказчик" not in bar
        for key in ("ctrl+n", "ctrl+т", "5"):
            await press(pilot, key)
            assert app.screen is form, key
            focus_on(app, ChoiceList)
        assert newest(app.desk) == before


async def test_the_key_that_saves_takes_what_is_chosen_in_an_open_list_or_calendar(
    app: DeskApp,
) -> None:
    async with new_order(app, customer="корсак") as pilot:
        before = newest(app.desk)
        await press(pilot, "down", "down")
        focus_on(app, ChoiceList)
        await press(pilot, "ctrl+ы")
        assert newest(app.desk) != before
        assert newest(app.desk).service == THIRD

        app.push_screen(ClosePlacesForm())
        await settle(pilot)
        app.screen.query_one("#to-day Field", Field).focus()
        await press(pilot, "down", "right", "right")
        focus_on(app, MonthCalendar)
        await press(pilot, "ctrl+ы")
        assert not app.screen.query(MonthCalendar)
        assert line(app, "#to-day Field") == "14.12.2022"
        assert said(app) == "Сначала отметьте места пробелом."

        await press(pilot, "escape", "right", "enter", "f", "tab", "down")
        focus_on(app, MonthCalendar)  # in the list, where there is no form to save
        await press(pilot, "ctrl+ы")
        assert isinstance(app.screen, TicketsScreen)


async def test_in_a_list_of_choices_moving_chooses_and_escape_takes_it_back(app: DeskApp) -> None:
    async with new_order(app, customer="корсак") as pilot:
        services = choice(app, "services")
        await press(pilot, "down", "down")
        assert choice(app, "services") == "Коворкинг на 3 этаже"
        await press(pilot, "right")
        assert choice(app, "services") == "Коворкинг на 2 этаже"
        await press(pilot, "right")
        assert choice(app, "services") == "Коворкинг на 3 этаже"
        await press(pilot, "escape")
        assert isinstance(app.screen, NewOrderForm)
        assert choice(app, "services") == services == "Коворкинг на 2 этаже"
        await press(pilot, "down", "down", "tab")
        assert not app.screen.query(ChoiceList)
        assert choice(app, "services") == "Коворкинг на 3 этаже"


async def test_the_applications_own_keys_go_through_every_layer(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        below = app.screen
        await press(pilot, *TO_THE_PERIOD, "down")
        for key in ("f1", "ctrl+д"):
            await press(pilot, key)
            assert app.screen is not below, key
            await press(pilot, "escape")


async def test_one_highlight_at_a_time_in_a_new_order(app: DeskApp) -> None:
    def is_seen() -> bool:
        places = app.screen.query_one(SeatList)
        return places.get_component_styles("option-list--option-highlighted").background.a > 0

    async with new_order(app, customer="корсак", service=THIRD) as pilot:
        assert app.screen.query_one(SeatList).highlighted is not None
        assert not is_seen()
        await go(pilot, "workplaces")
        assert is_seen()
        await go(pilot, "payment")
        assert not is_seen()
