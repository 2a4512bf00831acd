"""Answers of the database that come late: after the window was covered, or after the loss."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from olvery_tui.app.app import DeskApp
from olvery_tui.desk import Desk
from olvery_tui.desk.catalogue import Catalogue
from olvery_tui.desk.people import People
from olvery_tui.desk.settings import Settings
from olvery_tui.desk.tickets import Tickets
from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.screens.access.lock import LockScreen
from olvery_tui.screens.access.settings import SettingsForm
from olvery_tui.screens.help import HelpScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.new_order.new_order import NewOrderForm
from olvery_tui.screens.people.act import ActScreen
from olvery_tui.screens.people.person_forms import EraseForm
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.screens.ticket.visitor import VisitorForm
from olvery_tui.store.database import changes
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.widgets.pickers.person_search import PersonSearch
from tests.screens.conftest import settle, type_key
from tests.screens.order_desk import new_order
from tests.screens.test_lock import ANNAS, PETERS, desk, desk_of_two, signed_in, typing
from tests.screens.test_new_order import SECOND
from tests.screens.ticket_desk import is_there, press, said, ticket_open

__all__ = ["desk", "desk_of_two"]

_PATIENCE = 20.0
LOST = StoreUnavailable(StoreCode.LOST, "srv")


class Gate:
    """Holds calls of the desk back, or what they have found, until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self._way = threading.Event()
        self.come_to = threading.Event()

    def hold(self, part: type, name: str) -> None:
        real, come_to, way = getattr(part, name), self.come_to, self._way

        def slowly(self: Any, *words: Any, **options: Any) -> Any:
            found = real(self, *words, **options)
            come_to.set()
            assert way.wait(_PATIENCE)
            return found

        self._patch.setattr(part, name, slowly)

    async def is_come_to(self) -> None:
        assert await asyncio.to_thread(self.come_to.wait, _PATIENCE)

    def open(self) -> None:
        self._way.set()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate(monkeypatch)
    yield made
    made.open()


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is not seen to come back, until a test says so."""
    monkeypatch.setattr(changes, "watch", lambda store, changed, stop, trouble: stop.wait())
    monkeypatch.setattr(Desk, "ping", _lost)


def _lost(*_words: Any, **_options: Any) -> NoReturn:
    raise LOST


async def until(pilot: Pilot[Any], holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"never: {what}"
        await pilot.pause(0.02)


def banner(app: DeskApp) -> str:
    found = app.screen_stack[0].query_one("#banner", Static)
    return str(found.content) if found.has_class("-shown") else ""


async def test_changes_that_come_faster_than_the_count_wait_for_it(
    app: DeskApp, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[object] = []
    monkeypatch.setattr(TicketsScreen, "show_count", lambda self, count: counts.append(count))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, TicketsScreen)
        counts.clear()
        gate.hold(Tickets, "count")
        screen.reload()
        await gate.is_come_to()
        first = [one for one in app.workers if one.group == "count"]
        for _ in range(5):
            screen.reload()
        assert [one for one in app.workers if one.group == "count"] == first
        gate.open()
        await until(pilot, lambda: len(counts) == 2, "the first count is shown, then the last")


async def test_nobody_is_asked_about_an_erasure_that_is_being_made(
    app: DeskApp, gate: Gate
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "y", *"семенова мария", "enter", "delete", "ctrl+s", "right")
        gate.hold(People, "erase")
        type_key(app, "enter")
        await gate.is_come_to()
        await pilot.press("ctrl+s")
        assert isinstance(app.screen, EraseForm)
        gate.open()
        await until(pilot, lambda: isinstance(app.screen, ActScreen), "the act is shown")


# ── After the window was covered ─────────────────────────────────────────────────────────────────


async def leave_under(pilot: Pilot[Any], gate: Gate, key: str, cover: type[Screen[Any]]) -> None:
    """Check a passport, leave the ticket, cover it, and only then let the answer come."""
    app = pilot.app
    gate.hold(Tickets, "validate")
    type_key(app, "v")  # type: ignore[arg-type]
    await gate.is_come_to()
    type_key(app, "escape")  # type: ignore[arg-type]
    type_key(app, key)  # type: ignore[arg-type]
    await until(pilot, lambda: isinstance(app.screen, cover), "it is covered")
    gate.open()
    await settle(pilot)
    assert isinstance(app.screen, cover)


async def test_the_lock_stays_where_a_ticket_under_it_wants_to_close(
    desk: DeskApp, gate: Gate
) -> None:
    async with signed_in(desk) as pilot:
        await typing(pilot, "2", "6", "enter")
        await leave_under(pilot, gate, "ctrl+l", LockScreen)
        await typing(pilot, *ANNAS, "enter")
        assert not desk.lock.is_locked
        assert isinstance(desk.screen, TicketsScreen)
        assert desk.desk.tickets.get(26).validated


async def test_the_help_stays_where_a_ticket_under_it_wants_to_close(
    app: DeskApp, gate: Gate
) -> None:
    async with ticket_open(app, 26) as pilot:
        await leave_under(pilot, gate, "f1", HelpScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, TicketsScreen)


async def test_who_takes_over_hears_nothing_of_a_save_behind_the_lock(
    desk: DeskApp, gate: Gate
) -> None:
    async with signed_in(desk) as pilot:
        await typing(pilot, "2", "6", "enter")
        await typing(pilot, "u")
        assert isinstance(desk.screen, VisitorForm)
        desk.screen.query_one(PersonSearch).set_person(desk.desk.people.search("корсак")[0])
        await settle(pilot)
        gate.hold(Tickets, "change_visitor")
        type_key(desk, "ctrl+s")
        await gate.is_come_to()
        type_key(desk, "ctrl+l")
        await until(pilot, lambda: isinstance(desk.screen, LockScreen), "it locks")
        gate.open()
        await settle(pilot)
        assert isinstance(desk.screen, LockScreen)
        await typing(pilot, "ctrl+n")
        if not isinstance(desk.screen, LockScreen):
            await typing(pilot, "tab", "enter")
        await typing(pilot, *"peter", "enter", *PETERS, "enter")
        assert isinstance(desk.screen, TicketsScreen)
        assert len(desk.screen_stack) == 2
        manager = desk.desk.actor.manager
        assert manager is not None
        assert manager.login == "peter"


# ── After the loss, or in a flood of changes ─────────────────────────────────────────────────────


@pytest.mark.usefixtures("away")
async def test_what_was_read_before_the_loss_does_not_say_that_it_is_over(
    app: DeskApp, gate: Gate
) -> None:
    async with ticket_open(app, 26) as pilot:
        gate.hold(Tickets, "get")
        app.screen.post_message(DeskChanged())
        await gate.is_come_to()
        app.errors.set_outage(LOST)
        await until(pilot, lambda: "потеряна" in said(app), "the ticket tells")
        gate.open()
        await settle(pilot)
        assert "потеряна" in said(app)


@pytest.mark.usefixtures("away")
async def test_that_statuses_move_again_does_not_take_the_banner_of_a_loss_away(
    app: DeskApp, gate: Gate
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        gate.hold(Tickets, "stuck_since")
        app.post_message(DeskChanged())
        await gate.is_come_to()
        app.errors.set_outage(LOST)
        await until(pilot, lambda: "потеряна" in banner(app), "the banner tells")
        gate.open()
        await settle(pilot)
        assert "потеряна" in banner(app)


@pytest.mark.usefixtures("away")
async def test_typing_does_not_hush_that_the_database_is_away(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u", "ctrl+n")
        app.errors.set_outage(LOST)
        await until(pilot, lambda: "потеряна" in said(app), "the form tells")
        type_key(app, "ф")
        await settle(pilot)
        assert "потеряна" in said(app)


@pytest.mark.usefixtures("away")
async def test_an_order_that_waited_for_the_places_is_told_as_not_made(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_to, go_on = threading.Event(), threading.Event()

    def slowly(*_words: Any) -> NoReturn:
        come_to.set()
        assert go_on.wait(_PATIENCE)
        raise LOST

    async with new_order(app, customer="корсак", service=SECOND) as pilot:
        form = app.screen
        assert isinstance(form, NewOrderForm)
        with monkeypatch.context() as patch:
            patch.setattr(Catalogue, "free_places", slowly)
            form._fields.refresh_places()
            assert await asyncio.to_thread(come_to.wait, _PATIENCE)
            type_key(app, "ctrl+s")
            await until(pilot, lambda: form._save_when_listed, "it waits for the places")
            go_on.set()
            await until(pilot, lambda: "потеряна" in said(app), "the form tells")
        app.post_message(DeskChanged())  # it is back
        await until(pilot, lambda: "не сохранено" in said(app), "and that nothing was saved")


async def test_settings_that_were_not_saved_are_told_so(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p", *"настр", "enter")
        assert isinstance(app.screen, SettingsForm)
        with monkeypatch.context() as patch:
            patch.setattr(Settings, "change", _lost)
            await press(pilot, "x", "ctrl+s")
        app.post_message(DeskChanged())
        await until(pilot, lambda: "не сохранено" in said(app), "the form tells")


async def test_a_ticket_is_shown_also_where_changes_come_faster_than_answers(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = Tickets.get

    def slowly(tickets: Tickets, number: int) -> Any:
        time.sleep(0.3)
        return ticket(tickets, number)

    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        monkeypatch.setattr(Tickets, "get", slowly)
        type_key(app, "enter")
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            app.post_message(DeskChanged())
            await asyncio.sleep(0.05)
        assert isinstance(app.screen, TicketScreen)
        assert is_there(app, "#blocks")
        await settle(pilot)


async def test_a_newer_schema_is_told_for_as_long_as_it_is_there(
    app: DeskApp, database: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        with closing(sqlite3.connect(database, isolation_level=None)) as another:
            another.execute("CREATE TABLE of_tomorrow (x)")
            another.execute("UPDATE alembic_version SET version_num = '9999'")
        await until(pilot, lambda: "более новой" in banner(app), "the banner tells")
        ping, asked = app.desk.ping, threading.Event()

        def noted() -> None:
            asked.set()
            ping()

        app.desk.ping = noted  # type: ignore[method-assign]
        assert await asyncio.to_thread(asked.wait, _PATIENCE)
        await settle(pilot)
        assert "более новой" in banner(app)


async def test_a_newer_question_or_a_closed_window_cancels_the_older_question(
    app: DeskApp, gate: Gate
) -> None:
    async with ticket_open(app, 26) as pilot:
        form = app.screen
        assert isinstance(form, TicketScreen)
        gate.hold(Tickets, "get")
        older = form.load_details()
        await gate.is_come_to()
        newer = form.load_details()
        await until(pilot, lambda: older.is_cancelled, "the older one is cancelled")
        assert newer.is_running
        type_key(app, "escape")
        await until(pilot, lambda: newer.is_cancelled, "the closed window's is cancelled")
        gate.open()
        await settle(pilot)
        assert isinstance(app.screen, TicketsScreen)
