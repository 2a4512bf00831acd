"""Statuses are ticked by keys or mouse, and every tick is told without colour."""

from __future__ import annotations

import pytest
from textual import on
from textual.app import ComposeResult

from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.i18n import set_language
from olvery_tui.widgets.filters import order_filter, ticket_filter
from olvery_tui.widgets.pickers.status_choice import StatusChoice
from olvery_tui.wording.labels import order_status
from tests.widgets.filter_host import PartsApp

NEW, CONFIRMED, ACTIVE, CANCELLED, DONE = TicketStatus


class ChoiceApp(PartsApp):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []

    def compose(self) -> ComposeResult:
        yield StatusChoice(ticket_filter.status_ticks())

    def on_mount(self) -> None:
        self.choice.focus()

    @property
    def choice(self) -> StatusChoice:
        return self.query_one(StatusChoice)

    @on(StatusChoice.Changed)
    def _changed(self, message: StatusChoice.Changed) -> None:
        assert message.control is self.choice
        self.told.append(set(message.control.chosen))

    @on(StatusChoice.Submitted)
    def _submitted(self, message: StatusChoice.Submitted) -> None:
        assert message.control is self.choice
        self.told.append("done")

    def lines(self) -> list[str]:
        return [self.choice.render_line(line).text.rstrip() for line in range(5)]


async def test_ticks_cursor_and_words_are_told_without_colour():
    app = ChoiceApp()
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.press("down", "down", "space", "up")
        assert app.lines() == [
            " □ ○ Новый",
            "›□ ◇ Подтвержден",
            " ■ ● Активен",
            " □ ✕ Отменен",
            " □ ✓ Выполнен",
        ]
        assert app.told == [{ACTIVE}]


class OrdersApp(ChoiceApp):
    def compose(self) -> ComposeResult:
        yield StatusChoice(order_filter.status_ticks())


async def test_an_orders_status_is_told_in_full_where_the_width_allows():
    app = OrdersApp()
    async with app.run_test(size=(47, 12)):
        statuses = [str(order_status(status)) for status in OrderStatus]
        assert [app.choice.render_line(y).text.strip()[4:].strip() for y in range(10)] == statuses


async def test_an_orders_status_is_told_in_full_on_several_lines_of_a_tall_terminal():
    app = OrdersApp()
    async with app.run_test(size=(26, 40)) as pilot:
        told = [app.choice.render_line(y).text.rstrip() for y in range(app.choice.size.height)]
        assert told[1:6] == [
            " □ ○ Новый. В процессе",
            "     оплаты",
            " □ ○ Новый. Ожидает",
            "     выставления счета на",
            "     оплату",
        ]
        await pilot.click(StatusChoice, offset=(7, 5))
        assert app.told == [{OrderStatus.AWAITING_INVOICE}]
        await pilot.press("down", "space")
        assert app.told[-1] == {OrderStatus.AWAITING_INVOICE, OrderStatus.INVOICE_ISSUED}


async def test_an_orders_status_is_short_where_there_is_room_for_nothing_else():
    app = OrdersApp()
    async with app.run_test(size=(26, 24)):
        assert app.choice.size.height == 10
        assert app.choice.render_line(2).text.strip() == "□ ○ Ожидает счета"


async def test_several_are_ticked_and_unticked_by_space():
    app = ChoiceApp()
    async with app.run_test() as pilot:
        await pilot.press("space", "end", "space", "home", "space", "enter")
        assert app.told == [{NEW}, {NEW, DONE}, {DONE}, "done"]
        assert app.choice.chosen == {DONE}


async def test_the_cursor_stops_at_both_ends():
    app = ChoiceApp()
    async with app.run_test() as pilot:
        await pilot.press("up", "space", *["down"] * 9, "space")
        assert app.told == [{NEW}, {NEW, DONE}]


async def test_delete_unticks_all_of_them_once():
    app = ChoiceApp()
    async with app.run_test() as pilot:
        await pilot.press("space", "down", "space", "delete", "backspace")
        assert app.told == [{NEW}, {NEW, CONFIRMED}, set()]


@pytest.mark.parametrize("line", range(5))
async def test_a_click_ticks_the_line_that_was_clicked(line):
    app = ChoiceApp()
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.click(StatusChoice, offset=(5, line))
        assert app.told == [{list(TicketStatus)[line]}]
        await pilot.click(StatusChoice, offset=(1, line))
        assert app.told[-1] == set()


async def test_what_is_set_from_outside_is_shown_but_not_told():
    app = ChoiceApp()
    async with app.run_test() as pilot:
        app.choice.choose(frozenset({CANCELLED}))
        await pilot.pause()
        assert app.lines()[3] == " ■ ✕ Отменен"
        assert app.told == []


async def test_a_step_repaints_two_lines_only():
    app = ChoiceApp()
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.pause()
        painted: list[int] = []
        render_line = app.choice.render_line
        app.choice.render_line = lambda y: painted.append(y) or render_line(y)  # type: ignore[method-assign]
        await pilot.press("down")
        await pilot.pause()
        assert set(painted) == {0, 1}


async def test_statuses_follow_the_language():
    set_language("en")
    app = ChoiceApp()
    async with app.run_test():
        assert app.lines()[1] == " □ ◇ Confirmed"
