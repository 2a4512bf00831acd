"""An exception that nobody expected ends what raised it, and nothing else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.app import RenderResult
from textual.css.query import NoMatches
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from olvery_tui import reporting
from olvery_tui.app import errors
from olvery_tui.app.app import DeskApp
from olvery_tui.domain.filters import EMPTY
from olvery_tui.screens.help import HelpScreen
from olvery_tui.screens.list.orders import OrdersScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.order.order import OrderScreen
from olvery_tui.screens.palette import Palette
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.screens.ticket.visitor import VisitorForm
from tests.screens.conftest import settle, type_key
from tests.screens.ticket_desk import press

SENTENCE = "Что-то пошло не так"
NAME = "Марина Спиридонова"


class Unexpected(Exception):
    """What nobody expects."""


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """The log file of the test."""
    path = tmp_path / "faults.log"
    reporting.set_up(path)
    yield path
    for handler in reporting._ours():
        logging.getLogger().removeHandler(handler)
        handler.close()


def fail(*_words: object, **_options: object) -> Any:
    raise Unexpected(f"while {NAME!r} was shown")


async def fault_told(pilot: Pilot[Any]) -> str:
    """Wait for the sentence about a fault. The test expects it: the pilot shall not raise it."""
    app = pilot.app
    assert isinstance(app, DeskApp)
    async with asyncio.timeout(60):
        while not (said := sentences(app)):
            await pilot.pause(0.01)
    assert app._exception is None or isinstance(app._exception, Unexpected)
    app._exception = None
    app._exception_event.clear()
    await settle(pilot)
    said = sentences(app)
    app.clear_notifications()
    return said[0]


def written(log: Path) -> str:
    return log.read_text()


def sentences(app: DeskApp) -> list[str]:
    return [each.message for each in app._notifications if SENTENCE in each.message]


async def a_timer(app: DeskApp) -> None:
    app.screen.set_timer(0.01, fail)


async def a_callback(app: DeskApp) -> None:
    app.screen.call_later(fail)


async def a_callback_after_painting(app: DeskApp) -> None:
    app.screen.call_after_refresh(fail)


async def a_worker(app: DeskApp) -> None:
    app.screen.run_worker(fail, thread=True)


async def a_call_of_the_desk(app: DeskApp) -> None:
    screen = app.screen
    assert isinstance(screen, VisitorForm)
    screen.run_worker(screen.call_desk(fail))


async def an_answer_of_the_desk(app: DeskApp) -> None:
    screen = app.screen
    assert isinstance(screen, VisitorForm)

    async def load() -> None:
        await screen.call_desk(lambda: None)
        fail()

    screen.run_worker(load())


async def a_watcher(app: DeskApp) -> None:
    app.screen.watch(app.screen, "disabled", fail, init=False)
    app.screen.call_later(setattr, app.screen, "disabled", True)
    app.screen.call_later(setattr, app.screen, "disabled", False)


class Broken(Static):
    """Can't be painted."""

    def render(self) -> RenderResult:
        fail()


async def painting(app: DeskApp) -> None:
    await app.screen.mount(broken := Broken())
    await asyncio.sleep(0.1)
    broken.display = False


class Deaf(Static):
    """Can't handle what it is sent."""

    class Sent(Message):
        """Something to be handled."""

    def on_deaf_sent(self) -> None:
        fail()


async def a_message(app: DeskApp) -> None:
    await app.screen.mount(deaf := Deaf())
    deaf.post_message(Deaf.Sent())


@pytest.mark.parametrize(
    "happens",
    [
        a_timer,
        a_callback,
        a_callback_after_painting,
        a_worker,
        a_call_of_the_desk,
        an_answer_of_the_desk,
        a_watcher,
        painting,
        a_message,
    ],
)
async def test_a_fault_is_said_and_logged_and_the_form_keeps_what_was_typed(
    app: DeskApp, log: Path, happens: Callable[[DeskApp], Any]
) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        app.push_screen(TicketScreen(31, EMPTY))
        await press(pilot, "u", "delete", *"Пет")
        form = app.screen
        assert isinstance(form, VisitorForm)
        await happens(app)
        said = await fault_told(pilot)
        assert app.screen is form
        assert form.query_one(Input).value == "Пет"
        await press(pilot, "р")
        assert form.query_one(Input).value == "Петр"
        assert "Unexpected" in written(log)
        assert said.partition("(")[2].partition(")")[0] in written(log)
        assert NAME not in written(log)


async def test_a_key_whose_action_fails_can_be_pressed_again(
    app: DeskApp, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        with monkeypatch.context() as broken:
            broken.setattr(TicketScreen, "action_history", fail)
            for _time in range(2):
                type_key(app, "h")
                await fault_told(pilot)
        assert written(log).count("Traceback") == 1
        await press(pilot, "h")
        assert len(app.screen_stack) == 3
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, TicketsScreen)


@pytest.mark.parametrize("part", ["compose", "on_mount"])
async def test_a_window_that_can_not_open_does_not_hide_the_one_below(
    app: DeskApp, log: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(HelpScreen, part, fail)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        type_key(app, "f1")
        await fault_told(pilot)
        assert isinstance(app.screen, TicketScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, TicketsScreen)


async def endless_faults(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.set_interval(0.001, fail)
        async with asyncio.timeout(60):
            while app.is_running:
                await pilot.pause(0.01)


async def test_faults_without_end_and_without_a_key_end_the_application(
    app: DeskApp, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unexpected):
        await endless_faults(app)
    assert app.return_code == 1
    assert written(log).count("Traceback") == 1
    assert written(log).count("again") >= errors._MOST_IN_A_ROW


async def test_faults_with_keys_between_them_end_nothing(
    app: DeskApp, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "_MOST_IN_A_ROW", 3)
    monkeypatch.setattr(TicketsScreen, "action_show_filter", fail)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        for _time in range(8):
            type_key(app, "f")
            await fault_told(pilot)
        assert app.is_running


async def test_a_fault_before_the_first_frame_ends_the_application(
    app: DeskApp, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TicketsScreen, "compose", fail)
    with pytest.raises(Unexpected):
        async with app.run_test(size=(80, 24)):
            pass
    assert app.return_code == 1
    assert "Unexpected" in written(log)


async def test_who_misses_something_while_the_application_ends_has_no_fault(
    app: DeskApp, log: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.exit()
        app._handle_exception(NoMatches("OptionList"))
    assert app._exception is None
    assert "Traceback" not in written(log)


async def test_who_misses_something_in_a_window_that_goes_has_no_fault(app: DeskApp) -> None:
    """A key still reaches the palette while it is taken down."""
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p")
        palette = app.screen
        assert isinstance(palette, Palette)
        await palette.query(OptionList).remove()
        palette._pruning = True  # as every widget is from the moment it is removed
        app.call_later(palette.action_move, "cursor_down")
        await settle(pilot)
        palette._pruning = False
        assert app._exception is None


async def test_who_misses_something_in_an_open_window_has_one(app: DeskApp, log: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app._handle_exception(NoMatches("OptionList"))
        app._exception = None
        app._exception_event.clear()
    assert "Traceback" in written(log)


async def test_a_command_of_a_window_that_was_closed_meanwhile_does_nothing(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "enter")
        order = app.screen
        assert isinstance(order, OrderScreen)
        commands = {each.label: each.run for each in app.commands.list_enabled(order)}
        await press(pilot, "escape")
        app.call_later(commands["Back to the ticket"])
        await settle(pilot)
        assert app._exception is None
        assert isinstance(app.screen, OrdersScreen)


async def test_a_click_beside_a_terminal_that_has_become_smaller_is_none(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p")
        palette = app.screen
        palette.post_message(events.Click(palette, 126, 30, 0, 0, 1, False, False, False))
        await settle(pilot)
        assert app.screen is palette
