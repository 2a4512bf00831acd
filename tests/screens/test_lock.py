"""The locked terminal: nothing personal on it, everything back with the password."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from olvery_tui.app import lock as locking
from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import Actor, ActorKind, SignIn
from olvery_tui.domain.filters import NO_ORDER_FILTER
from olvery_tui.screens.access.lock import LockScreen
from olvery_tui.screens.access.sign_in import SignInScreen
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.list.orders import OrdersScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.people.new_person import NewPersonForm
from olvery_tui.screens.ticket.visitor import VisitorForm
from olvery_tui.settings import Settings
from olvery_tui.store import demo
from olvery_tui.store.database.connect import open_database
from olvery_tui.widgets.fields.form_field import FormField
from olvery_tui.widgets.messages import DeskChanged
from tests.screens.conftest import settle, type_key
from tests.screens.ticket_desk import on_screen, said
from tests.ways_in import come_in_by

Compare = Callable[..., bool]
ANNAS, PETERS = demo.DEMO_PASSWORD, "correct horse"
CONSOLE = Actor(ActorKind.CLI, account="tests")
FORM = ("2", "6", "enter", "u", "ctrl+n")
"""The keys that open the new visitor's form over a ticket."""


@pytest.fixture
def desk_of_two(settings: Settings, database: Path, clock: FrozenClock) -> Settings:
    """Anna and Peter both have passwords here."""
    with closing(open_database(f"sqlite:///{database}")) as store:
        console = Desk(store, clock, CONSOLE)
        console.access.add_manager("peter", "Ильин", "Пётр", PETERS)
        come_in_by(store, SignIn.PASSWORD)
    return settings._replace(login=None)


@pytest.fixture
def desk(desk_of_two: Settings, clock: FrozenClock) -> DeskApp:
    return DeskApp(desk_of_two, clock=clock)


async def typing(pilot: Pilot[Any], *keys: str) -> None:
    for key in keys:
        type_key(pilot.app, key)
    await settle(pilot)


@asynccontextmanager
async def signed_in(app: DeskApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[Any]]:
    """The list, for Anna."""
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await typing(pilot, *"anna", "enter", *ANNAS, "enter")
        await settle(pilot)
        assert isinstance(app.screen, TicketsScreen)
        yield pilot


async def opening(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one by one, each after the answer to the one before."""
    for key in keys:
        await typing(pilot, key)


def picture(app: DeskApp) -> str:
    return "\n".join(on_screen(app))


@pytest.mark.parametrize("key", ["l", "д", "L", "ctrl+l", "ctrl+д"])
async def test_the_key_takes_everything_personal_off_the_screen(desk: DeskApp, key: str) -> None:
    async with signed_in(desk) as pilot:
        await typing(pilot, key)
        assert isinstance(desk.screen, LockScreen)
        for name in ("Мария", "Семенова", "Марина", "26", "PM"):
            assert name not in picture(desk)


async def test_it_locks_from_a_ticket_and_from_a_form_too(desk: DeskApp) -> None:
    async with signed_in(desk) as pilot:
        await opening(pilot, "2", "6", "enter", "l")
        assert isinstance(desk.screen, LockScreen)
        await typing(pilot, *ANNAS, "enter")
        await opening(pilot, "u", "ctrl+n")
        await typing(pilot, "l")
        assert isinstance(desk.screen, NewPersonForm)
        assert desk.screen.query_one("#last_name", FormField).value == "l"
        await typing(pilot, "ctrl+l")
        assert isinstance(desk.screen, LockScreen)


async def test_the_form_under_it_is_there_again_as_it_was(desk: DeskApp) -> None:
    async with signed_in(desk) as pilot:
        await opening(pilot, *FORM)
        await typing(pilot, *"Петров", "tab", *"Ив")
        focused = desk.focused
        await typing(pilot, "ctrl+l")
        await typing(pilot, *ANNAS, "enter")
        assert isinstance(desk.screen, NewPersonForm)
        assert desk.screen.query_one("#last_name", FormField).value == "Петров"
        assert desk.screen.query_one("#first_name", FormField).value == "Ив"
        assert desk.focused is focused
        await typing(pilot, "а")
        assert desk.screen.query_one("#first_name", FormField).value == "Ива"


async def test_a_wrong_password_and_other_keys_leave_it_locked(desk: DeskApp) -> None:
    async with signed_in(desk) as pilot:
        await typing(pilot, "l")
        await typing(pilot, *"wrong horse", "enter")
        assert isinstance(desk.screen, LockScreen)
        assert said(desk) == "Пароль неверен. Проверьте раскладку и Caps Lock."
        for key in ("escape", "ctrl+p", "f5", "enter", "ctrl+l"):
            await typing(pilot, key)
            assert isinstance(desk.screen, LockScreen)
        await typing(pilot, "f1", "escape")
        assert isinstance(desk.screen, LockScreen)
        await typing(pilot, *ANNAS, "enter")
        assert "Ctrl+P Команды" in picture(desk)


async def test_of_another_manager_the_login_may_be_wrong_too(desk: DeskApp) -> None:
    async with signed_in(desk) as pilot:
        await typing(pilot, "l")
        await typing(pilot, "ctrl+n")
        await typing(pilot, *"peter", "enter", *"wrong horse", "enter")
        assert said(desk) == "Логин или пароль неверны. Проверьте раскладку и Caps Lock."


async def test_both_buttons_are_whole(desk: DeskApp) -> None:
    async with signed_in(desk) as pilot:
        await typing(pilot, "l")
        assert "Другой менеджер Ctrl+N" in picture(desk)
        assert "Разблокировать Enter" in picture(desk)


async def test_it_locks_itself_after_the_idle_time_of_the_settings(
    desk: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with signed_in(desk) as pilot:
        began = desk.lock._touched_at
        monkeypatch.setattr(locking, "elapsed", lambda: began + 599)
        desk.lock.lock_if_idle()
        await settle(pilot)
        assert isinstance(desk.screen, TicketsScreen)
        monkeypatch.setattr(locking, "elapsed", lambda: began + 605)
        desk.lock.lock_if_idle()
        await settle(pilot)
        assert isinstance(desk.screen, LockScreen)


async def test_a_key_puts_the_lock_off(desk: DeskApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async with signed_in(desk) as pilot:
        began = desk.lock._touched_at
        monkeypatch.setattr(locking, "elapsed", lambda: began + 590)
        await typing(pilot, "down")
        monkeypatch.setattr(locking, "elapsed", lambda: began + 900)
        desk.lock.lock_if_idle()
        await settle(pilot)
        assert isinstance(desk.screen, TicketsScreen)


async def test_zero_minutes_are_never_and_another_time_holds_at_the_next_minute(
    desk: DeskApp, database: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with signed_in(desk) as pilot:
        began = desk.lock._touched_at
        for minutes, is_locked in ((0, False), (1, True)):
            with closing(open_database(f"sqlite:///{database}")) as store:
                console = Desk(store, clock, CONSOLE)
                seen = console.settings.get()
                console.settings.change(seen, replace(seen, lock_minutes=minutes))
            desk._minute_passed()
            await settle(pilot)
            monkeypatch.setattr(locking, "elapsed", lambda: began + 100_000)
            desk.lock.lock_if_idle()
            await settle(pilot)
            assert isinstance(desk.screen, LockScreen) is is_locked


async def test_what_comes_late_is_said_only_after_unlocking(desk: DeskApp) -> None:
    async with signed_in(desk) as pilot:
        await typing(pilot, "l")
        desk.notify("Мария Семенова")
        desk.push_screen(ConfirmScreen("Мария?", "Семенова", yes="да", no="нет"))
        await settle(pilot)
        assert isinstance(desk.screen, LockScreen)
        assert "Мария" not in picture(desk)
        await typing(pilot, *ANNAS, "enter")
        assert isinstance(desk.screen, ConfirmScreen)
        assert "Мария?" in picture(desk)


async def test_another_manager_takes_over_and_finds_nothing_of_the_former(
    desk: DeskApp, database: Path
) -> None:
    async with signed_in(desk) as pilot:
        await opening(pilot, "2", "6", "enter")
        await typing(pilot, "l")
        await typing(pilot, "ctrl+n")
        assert isinstance(desk.screen, LockScreen)
        desk.notify("for Anna only")
        await typing(pilot, *"peter", "enter", *PETERS, "enter")
        await settle(pilot)
        assert isinstance(desk.screen, TicketsScreen)
        assert "Пётр Ильин" in picture(desk)
        assert "for Anna only" not in picture(desk)
        manager = desk.desk.actor.manager
        assert manager is not None
        assert manager.login == "peter"
        assert len(desk.screen_stack) == 2


async def test_the_list_of_orders_is_another_ones_too_after_a_takeover(desk: DeskApp) -> None:
    async with signed_in(desk) as pilot:
        await opening(pilot, "z")
        assert isinstance(desk.screen, OrdersScreen)
        await typing(pilot, "slash", *"сем", "enter")
        before = desk.screen
        await typing(pilot, "l")
        await typing(pilot, "ctrl+n")
        await typing(pilot, *"peter", "enter", *PETERS, "enter")
        await settle(pilot)
        assert isinstance(desk.screen, TicketsScreen)
        await opening(pilot, "z")
        assert isinstance(desk.screen, OrdersScreen)
        assert desk.screen is not before
        assert desk.screen._filters == NO_ORDER_FILTER
        assert "Анна Орлова" not in picture(desk)


async def test_unsaved_input_is_dropped_only_after_a_warning(desk: DeskApp) -> None:
    async with signed_in(desk) as pilot:
        await opening(pilot, *FORM)
        await typing(pilot, *"Петров", "ctrl+l")
        await typing(pilot, "ctrl+n")
        assert isinstance(desk.screen, ConfirmScreen)
        assert "Анна Орлова" in picture(desk)
        assert "Петров" not in picture(desk)
        await typing(pilot, "escape")
        assert isinstance(desk.screen, LockScreen)
        assert not desk.screen.is_taking_over
        await typing(pilot, *ANNAS, "enter")
        assert isinstance(desk.screen, NewPersonForm)
        await typing(pilot, "ctrl+l")
        await typing(pilot, "ctrl+n")
        await typing(pilot, "right", "enter")
        await typing(pilot, *"peter", "enter", *PETERS, "enter")
        await settle(pilot)
        assert isinstance(desk.screen, TicketsScreen)
        assert not any(
            isinstance(screen, NewPersonForm | VisitorForm) for screen in desk.screen_stack
        )


async def test_a_stranger_takes_nothing_over_and_throws_nobody_out(desk: DeskApp) -> None:
    async with signed_in(desk) as pilot:
        await typing(pilot, "l")
        await typing(pilot, "ctrl+n")
        await typing(pilot, *"peter", "enter", *"wrong horse", "enter")
        assert isinstance(desk.screen, LockScreen)
        await typing(pilot, "ctrl+n")
        await typing(pilot, *ANNAS, "enter")
        assert isinstance(desk.screen, TicketsScreen)


async def test_a_disabled_manager_does_not_get_back_in(
    desk: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with signed_in(desk) as pilot:
        await typing(pilot, "l")
        with closing(open_database(f"sqlite:///{database}")) as store:
            Desk(store, clock, CONSOLE).access.set_active("anna", False)
        await typing(pilot, *ANNAS[:4])
        desk.on_desk_changed(DeskChanged())  # the list behind it asks, and is refused
        await typing(pilot, *ANNAS[4:])
        assert isinstance(desk.screen, LockScreen)  # else the other half were a readable login
        await typing(pilot, "enter")
        await settle(pilot)
        assert isinstance(desk.screen, SignInScreen)
        assert said(desk).startswith("Ваш доступ отключён.")


async def test_where_the_key_is_the_way_in_nobody_takes_over(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await typing(pilot, "l")
        await typing(pilot, "ctrl+n")
        assert isinstance(app.screen, LockScreen)
        assert not app.screen.is_taking_over
        assert "Другой менеджер" not in picture(app)
        await typing(pilot, *ANNAS, "enter")
        assert isinstance(app.screen, TicketsScreen)


# ── Looks ────────────────────────────────────────────────────────────────────────────────────────


def after(*bursts: tuple[str, ...]) -> Callable[[Pilot[Any]], Any]:
    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        for burst in (tuple("anna"), ("enter", *ANNAS, "enter"), *bursts):
            await typing(pilot, *burst)
        await settle(pilot)

    return run


def test_the_locked_terminal(snap_compare: Compare, desk: DeskApp, size: tuple[int, int]) -> None:
    assert snap_compare(desk, terminal_size=size, run_before=after(("l",), tuple("xyz")))


def test_another_manager_at_the_locked_terminal(
    snap_compare: Compare, desk: DeskApp, size: tuple[int, int]
) -> None:
    other = after(("l",), ("ctrl+n",), (*"peter", "enter", *"wrong horse", "enter"))
    assert snap_compare(desk, terminal_size=size, run_before=other)


def test_the_warning_before_unsaved_input_is_dropped(
    snap_compare: Compare, desk: DeskApp, size: tuple[int, int]
) -> None:
    steps = [(key,) for key in FORM]
    asked = after(*steps, tuple("Петров"), ("ctrl+l",), ("ctrl+n",))
    assert snap_compare(desk, terminal_size=size, run_before=asked)


def test_the_locked_demonstration_names_its_password(
    snap_compare: Compare, clock: FrozenClock, tmp_path: Path, size: tuple[int, int]
) -> None:
    app = DeskApp(Settings("", demo=True, log_file=tmp_path / "log"), clock=clock)

    async def lock(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await typing(pilot, "l")

    assert snap_compare(app, terminal_size=size, run_before=lock)
