"""What a letter opens is mounted while it is held back, and never seen if it begins a code."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.content import Content
from textual.pilot import Pilot
from textual.screen import Screen

from olvery_tui.app import windows
from olvery_tui.app.app import DeskApp
from olvery_tui.app.rendering import Rendering
from olvery_tui.desk import Desk
from olvery_tui.desk.periods import Periods
from olvery_tui.domain.closings import ClosingDraft
from olvery_tui.domain.period_changes import PeriodDraft
from olvery_tui.domain.periods import DAY, Period
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.order.order_status import OrderStatusForm
from olvery_tui.screens.order.payment_form import PaymentForm
from olvery_tui.screens.ticket.period import PeriodForm
from olvery_tui.screens.ticket.renewal import RenewalForm
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.screens.ticket.visitor import VisitorForm
from olvery_tui.screens.ticket.workplace import WorkplaceForm
from olvery_tui.widgets import bursts
from olvery_tui.widgets.messages import DeskChanged
from tests.screens.conftest import settle, type_key
from tests.screens.front_desk import front_desk, running, scan, traces
from tests.screens.test_late_answers import Gate, gate, until
from tests.screens.test_pane import told
from tests.screens.ticket_desk import another_terminal, on_screen, press

__all__ = ["gate"]

FOREVER = 600.0

PLACES: dict[str, tuple[str, ...]] = {
    "tickets": ("home", "down"),  # ticket 42, in ten days
    "tickets with the pane": ("home", "down"),
    "orders": ("z", "home"),
    "ticket": ("home", "down", "enter"),
    "order": ("z", "home", "enter"),
    "calendar": ("c", "1"),
}

LISTS = {"tickets", "tickets with the pane", "orders"}

OPENED: list[tuple[str, str, type[Screen[Any]]]] = [
    ("tickets", "t", PeriodForm),
    ("tickets", "е", PeriodForm),
    ("tickets", "w", WorkplaceForm),
    ("tickets", "ц", WorkplaceForm),
    ("tickets", "u", VisitorForm),
    ("tickets", "n", RenewalForm),
    ("tickets", "o", OrderStatusForm),
    ("tickets with the pane", "t", PeriodForm),
    ("tickets with the pane", "г", VisitorForm),
    ("orders", "щ", OrderStatusForm),
    ("ticket", "t", PeriodForm),
    ("ticket", "е", PeriodForm),
    ("ticket", "o", OrderStatusForm),
    ("order", "o", OrderStatusForm),
    ("calendar", "е", PeriodForm),
]


@asynccontextmanager
async def at(
    place: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Pilot[Any]]:
    """The front desk somewhere. From now on keys are held back until the test lets them through."""
    size = (160, 50) if "pane" in place else (120, 40)
    async with running(front_desk(folder), size=size) as pilot:
        await press(pilot, *PLACES[place])
        hold_keys(monkeypatch)
        yield pilot


def hold_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bursts, "GAP_SECONDS", FOREVER)
    monkeypatch.setattr(windows, "_KEPT_SECONDS", FOREVER)


def prepared(app: DeskApp) -> Screen[Any] | None:
    ahead = app.windows._ahead
    return None if ahead is None else ahead.screen


async def hold(pilot: Pilot[Any], key: str) -> Screen[Any]:
    """Type a key that is held back, and return what was mounted for it."""
    app = pilot.app
    assert isinstance(app, DeskApp)
    type_key(app, key)
    await until(pilot, lambda: is_laid_out(prepared(app)), "something is mounted")
    screen = prepared(app)
    assert screen is not None
    return screen


def is_laid_out(screen: Screen[Any] | None) -> bool:
    return screen is not None and bool(screen.outer_size)


async def let_through(pilot: Pilot[Any]) -> None:
    """No other key has followed."""
    typed = pilot.app.input
    typed._bursts._last_time -= 2 * FOREVER
    pilot.app.call_later(typed._burst_over)
    await settle(pilot)


def lengthen(desk: Desk, number: int) -> None:
    """Give a ticket one day more."""
    seen = desk.tickets.get(number)
    longer = Period(seen.period.kind, seen.period.starts_at, seen.period.ends_at + DAY)
    desk.periods.change_period(seen, PeriodDraft(longer))


def forms(app: DeskApp) -> list[Any]:
    """The windows that the application runs, seen or not."""
    return [each for each in app._registry if isinstance(each, Screen) and each.is_modal]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The tickets whose periods were asked for, each after the answer."""
    numbers: list[int] = []
    view = Periods.view

    def noted(self: Periods, number: int) -> Any:
        found = view(self, number)
        numbers.append(number)
        return found

    monkeypatch.setattr(Periods, "view", noted)
    return numbers


@pytest.mark.parametrize("place", PLACES)
async def test_a_key_opens_what_was_mounted_while_it_was_held_back_and_a_code_leaves_no_trace_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    shown: list[Screen[Any]] = []
    display = Rendering.display

    def noted(self: Rendering, screen: Screen[Any], *more: Any) -> None:
        shown.append(screen)
        display(self, screen, *more)

    monkeypatch.setattr(Rendering, "display", noted)
    async with at(place, tmp_path, monkeypatch) as pilot:
        app = pilot.app
        for key, form in ((key, form) for at_place, key, form in OPENED if at_place == place):
            # A code that begins with its letter.
            known = traces(app), app.screen_stack, forms(app)
            focused = app.focused
            shown.clear()
            mounted = await hold(pilot, key)
            type_key(app, "0")
            await until(pilot, lambda: not mounted.is_running, "what was mounted is removed")  # noqa: B023
            assert prepared(app) is None
            assert app.focused is focused
            scan(app, "0040")
            await settle(pilot)
            assert known == (traces(app), app.screen_stack, forms(app))
            assert f"Такого билета нет: {key}00040" in told(app) + "\n".join(on_screen(app))
            assert not any(isinstance(screen, form) for screen in shown)
            app.clear_notifications()
            await settle(pilot)
            if place in LISTS:  # where the code still stands in the line of numbers
                await press(pilot, "escape")
            # The key itself.
            before = on_screen(app), app.focused, app.screen_stack
            mounted = await hold(pilot, key)
            assert isinstance(mounted, form)
            assert not mounted.is_painted
            assert before == (on_screen(app), app.focused, app.screen_stack)
            await let_through(pilot)
            assert app.screen is mounted
            assert mounted.is_painted
            assert mounted.focused is not None
            title = Content.from_markup(str(mounted.query_one("#window").border_title))
            assert title.plain in "\n".join(on_screen(app))
            await press(pilot, "escape")
            assert app.screen is before[2][-1]
            assert mounted not in forms(app)


async def test_a_payment_of_an_order_is_mounted_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        app = pilot.app
        lengthen(app.desk, 42)
        await press(pilot, "z", "home", "enter")
        hold_keys(monkeypatch)
        mounted = await hold(pilot, "p")
        await let_through(pilot)
        assert app.screen is mounted
        assert isinstance(mounted, PaymentForm)


async def test_a_code_is_not_kept_waiting_by_what_its_first_letter_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gate: Gate
) -> None:
    async with at("tickets", tmp_path, monkeypatch) as pilot:
        app = pilot.app
        gate.hold(Periods, "view")
        type_key(app, "t")
        await gate.is_come_to()
        scan(app, "312")
        await settle(pilot)
        gate.open()
        await settle(pilot)
        assert forms(app) == []
        scan(app, "0000312")
        await settle(pilot)
        assert isinstance(app.screen, TicketScreen)


@pytest.fixture
def mounted(monkeypatch: pytest.MonkeyPatch) -> list[Screen[Any]]:
    """What was mounted ahead, even if it is gone by the time that a test looks."""
    screens: list[Screen[Any]] = []
    mount_ahead = Rendering.mount_ahead

    def recorded(self: Rendering, screen: Screen[Any]) -> None:
        mount_ahead(self, screen)
        screens.append(screen)

    monkeypatch.setattr(Rendering, "mount_ahead", recorded)
    return screens


async def test_a_code_may_come_while_what_its_first_letter_opens_is_being_mounted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mounted: list[Screen[Any]]
) -> None:
    mount_ahead = Rendering.mount_ahead

    def then_another_key(self: Rendering, screen: Screen[Any]) -> None:
        mount_ahead(self, screen)
        self._app.windows.expect_nothing()

    monkeypatch.setattr(Rendering, "mount_ahead", then_another_key)
    async with at("tickets", tmp_path, monkeypatch) as pilot:
        app = pilot.app
        type_key(app, "t")
        await until(pilot, lambda: bool(mounted), "the form is being mounted")
        await until(pilot, lambda: not forms(app), "the form is removed")
        await let_through(pilot)
        assert isinstance(app.screen, PeriodForm)


async def test_a_letter_within_a_code_asks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[int]
) -> None:
    async with at("tickets", tmp_path, monkeypatch) as pilot:
        for key in "00t12":
            type_key(pilot.app, key)
        type_key(pilot.app, "enter")
        await settle(pilot)
        assert asked == []


async def test_an_answer_that_comes_after_the_key_has_acted_mounts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key asks again, and is answered first."""
    answered: list[Callable[[], bool]] = []
    view = Periods.view

    def slow_at_first(self: Periods, number: int) -> Any:
        found = view(self, number)
        if not answered:
            answered.append(lambda: True)
            deadline = time.monotonic() + 20
            while len(answered) < 2 and time.monotonic() < deadline:
                time.sleep(0.01)
        return found

    monkeypatch.setattr(Periods, "view", slow_at_first)
    async with at("tickets", tmp_path, monkeypatch) as pilot:
        app = pilot.app
        type_key(app, "t")
        await until(pilot, lambda: bool(answered), "the key has asked")
        await let_through(pilot)
        assert isinstance(app.screen, PeriodForm)
        opened = app.screen
        await press(pilot, "escape")
        answered.append(lambda: True)
        await settle(pilot)
        assert forms(app) == []
        assert not opened.is_running


async def test_the_ticket_on_which_the_cursor_is_when_the_key_acts_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at("tickets", tmp_path, monkeypatch) as pilot:
        app = pilot.app
        mounted = await hold(pilot, "t")
        assert isinstance(app.screen, TicketsScreen)
        app.screen.table.select(312)
        await let_through(pilot)
        assert app.screen is not mounted
        assert "312" in str(app.screen.query_one("#window").border_title)
        assert forms(app) == [app.screen]


@pytest.mark.parametrize(("place", "number"), [("tickets", 42), ("ticket", 42), ("calendar", 31)])
async def test_a_period_that_was_changed_elsewhere_meanwhile_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, number: int
) -> None:
    """Nothing has told of the change yet."""
    async with at(place, tmp_path, monkeypatch) as pilot:
        app = pilot.app
        mounted = await hold(pilot, "t")
        with another_terminal(tmp_path / "front-desk.db", app.clock) as other:
            lengthen(other, number)
        await let_through(pilot)
        assert app.screen is not mounted
        assert isinstance(app.screen, PeriodForm)
        assert app.screen._view.ticket == app.desk.tickets.get(number)
        assert mounted not in forms(app)


async def test_a_place_that_was_closed_meanwhile_is_not_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The places are read by the form itself, not by its key."""
    async with at("tickets", tmp_path, monkeypatch) as pilot:
        app = pilot.app
        mounted = await hold(pilot, "w")
        with another_terminal(tmp_path / "front-desk.db", app.clock) as other:
            period = other.tickets.get(42).period
            other.closings.close(ClosingDraft((2,), period.starts_at, period.ends_at, "ремонт"))
        changes = app.changes
        app.post_message(DeskChanged())
        await until(pilot, lambda: app.changes > changes, "the change was noticed")
        await let_through(pilot)
        assert app.screen is not mounted
        assert "ремонт" in "\n".join(on_screen(app))


async def test_a_terminal_of_another_size_gets_a_window_of_that_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at("tickets", tmp_path, monkeypatch) as pilot:
        app = pilot.app
        mounted = await hold(pilot, "t")
        await pilot.resize_terminal(80, 24)
        await let_through(pilot)
        assert app.screen is not mounted
        assert app.screen.has_class("-narrow", "-short")
        assert not app.screen.has_class("-wide")


async def test_keys_behind_a_window_that_was_mounted_reach_it_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at("tickets", tmp_path, monkeypatch) as pilot:
        app = pilot.app
        mounted = await hold(pilot, "t")
        await let_through(pilot)
        assert app.screen is mounted
        assert not app.input.is_holding
        type_key(app, "backspace")
        await settle(pilot)
        assert isinstance(mounted, PeriodForm)
        assert mounted.has_unsaved()


async def test_what_no_key_opens_is_removed_after_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mounted: list[Screen[Any]]
) -> None:
    async with at("tickets", tmp_path, monkeypatch) as pilot:
        app = pilot.app
        monkeypatch.setattr(windows, "_KEPT_SECONDS", 0.01)
        type_key(app, "t")
        await until(pilot, lambda: bool(mounted), "the form is mounted")
        await until(pilot, lambda: not forms(app), "the form is removed")
        await let_through(pilot)
        assert isinstance(app.screen, PeriodForm)


async def test_nothing_is_mounted_for_what_the_ticket_forbids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[int]
) -> None:
    async with at("tickets", tmp_path, monkeypatch) as pilot:
        app = pilot.app
        app.desk.cancelling.cancel_ticket(app.desk.tickets.get(42), None, "")
        type_key(app, "t")
        await until(pilot, lambda: bool(asked), "the key has asked")
        await let_through(pilot)
        assert forms(app) == []
        assert isinstance(app.screen, TicketsScreen)


async def test_what_is_seen_behind_a_window_follows_what_others_change(
    app: DeskApp, database: Path
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "t")
        assert isinstance(app.screen, PeriodForm)
        before = on_screen(app)
        with another_terminal(database, app.clock) as other:
            other.cancelling.cancel_ticket(other.tickets.get(31), None, "")
        app.post_message(DeskChanged())
        await settle(pilot)
        after = on_screen(app)
        assert after != before
        app.rendering.forget_below(app.screen_stack[0])
        app.screen.refresh()
        await settle(pilot)
        assert on_screen(app) == after
