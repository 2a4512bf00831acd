"""Before the desk: nothing is to be seen until somebody is known."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import Actor, ActorKind, SignIn
from olvery_tui.screens.access.first_manager import FirstManagerScreen
from olvery_tui.screens.access.sign_in import SignInScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.settings import Settings
from olvery_tui.store import demo
from olvery_tui.store.database.connect import open_database
from olvery_tui.widgets.fields.field import SecretField
from tests.screens.conftest import settle, type_key
from tests.screens.ticket_desk import locked, on_screen, said
from tests.ways_in import come_in_by

Compare = Callable[..., bool]
PASSWORD = demo.DEMO_PASSWORD
ANNA = (*"anna", "enter", *PASSWORD, "enter")
CONSOLE = Actor(ActorKind.CLI, account="tests")


@pytest.fixture
def by_password(settings: Settings, database: Path) -> Settings:
    """The demo's database, where managers sign in by password."""
    with closing(open_database(f"sqlite:///{database}")) as store:
        come_in_by(store, SignIn.PASSWORD)
    return settings._replace(login=None)


@pytest.fixture
def door(by_password: Settings, clock: FrozenClock) -> DeskApp:
    """The application, at whose door nobody has signed in yet."""
    return DeskApp(by_password, clock=clock)


@pytest.fixture
def new(by_password: Settings, clock: FrozenClock, tmp_path: Path) -> DeskApp:
    """The application over a database that is not there yet."""
    return DeskApp(
        by_password._replace(database_url=f"sqlite:///{tmp_path / 'new.db'}"), clock=clock
    )


@asynccontextmanager
async def at_the_door(app: DeskApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[Any]]:
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield pilot


async def typing(pilot: Pilot[Any], *keys: str) -> None:
    """Type keys as fast as they come, then wait."""
    for key in keys:
        type_key(pilot.app, key)
    await settle(pilot)


def picture(app: DeskApp) -> str:
    return "\n".join(on_screen(app))


def kinds(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [kind for (kind,) in connection.execute("SELECT kind FROM event ORDER BY id DESC")]


async def test_nothing_is_seen_before_somebody_signs_in(door: DeskApp) -> None:
    async with at_the_door(door) as pilot:
        assert isinstance(door.screen, SignInScreen)
        assert len(door.screen_stack) == 1
        assert "Olvery · Коворкинг" in picture(door)
        for name in ("Мария", "Семенова", "Орлова"):
            assert name not in picture(door)
        for key in ("escape", "f5", "ctrl+p", "ctrl+l", "slash"):
            await typing(pilot, key)
            assert isinstance(door.screen, SignInScreen)


async def test_login_and_password_open_the_desk(door: DeskApp, database: Path) -> None:
    async with at_the_door(door) as pilot:
        await typing(pilot, *ANNA)
        assert isinstance(door.screen, TicketsScreen)
        assert "Анна Орлова" in picture(door)
        assert "Мария Семенова" in picture(door)
        await typing(pilot, "2", "6", "enter")
        assert isinstance(door.screen, TicketScreen)
    assert kinds(database)[0] == "manager.signed_in"


async def test_every_mode_leads_back_to_the_list_of_who_signed_in(door: DeskApp) -> None:
    async with at_the_door(door) as pilot:
        await typing(pilot, *ANNA)
        for mode, back in (("c", "escape"), ("z", "z"), ("c", "z")):
            await typing(pilot, mode)
            assert not isinstance(door.screen, TicketsScreen | SignInScreen)
            await typing(pilot, back)
            assert isinstance(door.screen, TicketsScreen)
        await typing(pilot, "c", "o", "z")
        assert isinstance(door.screen, TicketsScreen)


async def test_what_was_typed_before_the_database_was_open_is_not_lost(door: DeskApp) -> None:
    async with door.run_test(size=(80, 24)) as pilot:
        for key in ANNA:
            type_key(door, key)
        await settle(pilot)
        await settle(pilot)
        assert isinstance(door.screen, TicketsScreen)


async def test_a_wrong_password_says_so_and_is_cleared(door: DeskApp, database: Path) -> None:
    async with at_the_door(door) as pilot:
        await typing(pilot, *"anna", "enter", *"wrong horse", "enter")
        assert isinstance(door.screen, SignInScreen)
        assert said(door) == "Логин или пароль неверны. Проверьте раскладку и Caps Lock."
        assert door.screen.query_one(SecretField).value == ""
        assert door.focused is door.screen.query_one(SecretField)
        await typing(pilot, *PASSWORD, "enter")
        assert isinstance(door.screen, TicketsScreen)
    assert kinds(database)[:2] == ["manager.signed_in", "manager.sign_in_refused"]


async def test_nothing_typed_is_asked_for(door: DeskApp) -> None:
    async with at_the_door(door) as pilot:
        await typing(pilot, "tab", "enter")
        assert said(door) == "Введите логин и пароль."


async def test_who_is_no_rental_manager_is_told_and_gets_nothing(
    door: DeskApp, database: Path
) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE manager SET role = 'employee'")
    async with at_the_door(door) as pilot:
        await typing(pilot, *ANNA)
        assert isinstance(door.screen, SignInScreen)
        assert "только роли «Менеджер по аренде»" in " ".join(said(door).split())


async def test_a_disabled_managers_open_terminal_is_signed_out_at_the_next_action(
    door: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with at_the_door(door) as pilot:
        await typing(pilot, *ANNA)
        await typing(pilot, "2", "6", "enter")
        with closing(open_database(f"sqlite:///{database}")) as store:
            Desk(store, clock, CONSOLE).access.set_active("anna", False)
        await typing(pilot, "v")
        await settle(pilot)
        assert isinstance(door.screen, SignInScreen)
        assert said(door).startswith("Ваш доступ отключён.")
        assert "Мария" not in picture(door)
        assert not door.is_ready
        await typing(pilot, *"anna")  # whoever was typing when it was said can still read it
        assert said(door).startswith("Ваш доступ отключён.")
        await typing(pilot, *ANNA[len("anna") :])
        assert isinstance(door.screen, SignInScreen)
    assert "ticket.validated" not in kinds(database)
    assert "manager.access_refused" in kinds(database)


async def test_a_database_that_is_busy_lets_nobody_in_and_loses_nothing(
    door: DeskApp, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from olvery_tui.store.database import engine

    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    async with at_the_door(door) as pilot:
        with locked(database):
            await typing(pilot, *ANNA)
            assert isinstance(door.screen, SignInScreen)
            assert "занята" in said(door)
            assert door.screen.query_one(SecretField).value == PASSWORD
        await typing(pilot, "enter")
        assert isinstance(door.screen, TicketsScreen)


async def test_a_pasted_password_is_taken_as_it_is_and_never_copied(door: DeskApp) -> None:
    async with at_the_door(door) as pilot:
        await typing(pilot, *"anna", "enter")
        secret = door.screen.query_one(SecretField)
        door.post_message(events.Paste("  two  spaces\tand more\nsecond line"))
        await settle(pilot)
        assert secret.value == "  two  spacesand more"
        secret.selection = type(secret.selection)(0, 10)
        await typing(pilot, "ctrl+c", "ctrl+x")
        assert door.clipboard == ""
        assert "spaces" not in picture(door)


@settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(login=st.text(max_size=250), password=st.text(max_size=250))
async def test_any_text_in_the_fields_is_a_wrong_password_or_a_hint(
    by_password: Settings, clock: FrozenClock, login: str, password: str
) -> None:
    app = DeskApp(by_password, clock=clock)
    async with at_the_door(app) as pilot:
        app.post_message(events.Paste(login))
        await settle(pilot)
        app.screen.query_one("#password SecretField").focus()
        await pilot.pause()
        app.post_message(events.Paste(password))
        await settle(pilot)
        await typing(pilot, "enter")
        assert isinstance(app.screen, SignInScreen)
        assert said(app)


async def test_the_first_manager_is_made_in_the_application(new: DeskApp) -> None:
    async with at_the_door(new) as pilot:
        await settle(pilot)
        assert isinstance(new.screen, FirstManagerScreen)
        for word in ("Орлова", "Анна", "Anna", "correct horse", "correct hors"):
            await typing(pilot, *word, "enter")
        assert isinstance(new.screen, FirstManagerScreen)
        assert "Пароль другой. Введите его ещё раз." in picture(new)
        await typing(pilot, "end", "e", "enter")
        assert isinstance(new.screen, TicketsScreen)
        assert "Анна Орлова" in picture(new)


async def test_who_is_second_to_make_the_first_manager_signs_in(
    new: DeskApp, tmp_path: Path, clock: FrozenClock
) -> None:
    async with at_the_door(new) as pilot:
        await settle(pilot)
        with closing(open_database(f"sqlite:///{tmp_path / 'new.db'}")) as store:
            Desk(store, clock, CONSOLE).access.add_manager(
                "boris", "Титов", "Борис", "correct horse"
            )
        for word in ("Орлова", "Анна", "anna", "correct horse", "correct horse"):
            await typing(pilot, *word, "enter")
        assert isinstance(new.screen, SignInScreen)
        assert "только что создали" in said(new)


# ── Looks ────────────────────────────────────────────────────────────────────────────────────────


def keys(*pressed: str) -> Callable[[Pilot[Any]], Any]:
    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await typing(pilot, *pressed)
        await settle(pilot)

    return run


def test_the_sign_in_screen(snap_compare: Compare, door: DeskApp, size: tuple[int, int]) -> None:
    assert snap_compare(door, terminal_size=size, run_before=keys(*"anna", "enter", *"xyz"))


def test_the_sign_in_screen_after_a_wrong_password(
    snap_compare: Compare, door: DeskApp, size: tuple[int, int]
) -> None:
    wrong = keys(*"anna", "enter", *"wrong horse", "enter")
    assert snap_compare(door, terminal_size=size, run_before=wrong)


def test_the_list_behind_the_sign_in(
    snap_compare: Compare, door: DeskApp, size: tuple[int, int]
) -> None:
    assert snap_compare(door, terminal_size=size, run_before=keys(*ANNA))


def test_the_first_managers_form(
    snap_compare: Compare, new: DeskApp, size: tuple[int, int]
) -> None:
    filled = keys(*"Орлова", "enter", "enter", *"a b", "enter", *"short", "ctrl+s")
    assert snap_compare(new, terminal_size=size, run_before=filled)
