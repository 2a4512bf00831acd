"""What the tests of the ticket's windows share: what is on the screen, and a second terminal."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import Clock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import Actor, ActorKind
from olvery_tui.domain.filters import EMPTY, TicketFilter
from olvery_tui.screens.base import HELD_DOWN_SECONDS, Window
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.store.access import managers
from olvery_tui.store.database.connect import open_database
from olvery_tui.widgets.chrome.facts import Fact, Line
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.number_line import NumberLine
from tests.screens.conftest import is_at_work, settle, type_key


@asynccontextmanager
async def ticket_open(
    app: DeskApp, number: int, *, size: tuple[int, int] = (80, 24), filters: TicketFilter = EMPTY
) -> AsyncIterator[Pilot[Any]]:
    """The application with one ticket's form over the list."""
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.push_screen(TicketScreen(number, filters))
        await settle(pilot)
        yield pilot


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one by one, each after the answer to the one before; what is typed into a line is
    typed in a run, but for a number to open, which in a run may be a code.
    """
    if is_at_work(pilot.app):
        await settle(pilot)
    typing = False
    for key in keys:
        pilot.app.input._pressed = None  # the same key again is not one that is held down
        if len(key) == 1 and _is_typed_into(pilot.app.focused):
            type_key(pilot.app, key)
            typing = True
            continue
        if typing:
            await settle(pilot)
            typing = False
        await _let_go(pilot.app.screen, key)
        type_key(pilot.app, key)
        await settle(pilot)
    if typing:
        await settle(pilot)


def _is_typed_into(widget: Widget | None) -> bool:
    if not isinstance(widget, Input):
        return False
    return not any(isinstance(each, NumberLine) for each in widget.ancestors_with_self)


async def _let_go(screen: Screen[Any], key: str) -> None:
    """Wait until the key that opened a window counts as a new press in it."""
    if isinstance(screen, Window) and screen.opened_by == key and screen.painted_at is not None:
        await asyncio.sleep(max(0.0, screen.painted_at + HELD_DOWN_SECONDS - monotonic()))


async def click(pilot: Pilot[Any], selector: str, offset: tuple[int, int] = (1, 0)) -> None:
    """Click a widget of the topmost window."""
    assert await pilot.click(selector, offset=offset)
    await settle(pilot)


async def find(pilot: Pilot[Any], letters: str) -> None:
    """Type letters of a name into the line that has the focus, and wait for the people found."""
    for letter in letters:
        type_key(pilot.app, letter)
    await settle(pilot)


def text(app: DeskApp, selector: str) -> str:
    """What a line, a fact or a label says."""
    widget = app.screen.query_one(selector)
    if isinstance(widget, Fact):
        widget = widget.query_one(Line)
    assert isinstance(widget, Static)
    return str(widget.content)


def said(app: DeskApp) -> str:
    """What the window's message line says."""
    return app.screen.query_one(StatusLine).text


def tone(app: DeskApp) -> str:
    """As what it is said: done, told, refused or trouble; nothing where nothing is said."""
    return app.screen.query_one(StatusLine).tone or ""


def is_there(app: DeskApp, selector: str) -> bool:
    """Whether a widget is displayed, with everything around it."""
    return all(
        node.display
        for node in app.screen.query_one(selector).ancestors_with_self
        if isinstance(node, Widget) and not isinstance(node, Screen)
    )


def on_screen(app: DeskApp) -> list[str]:
    """The lines that the terminal shows."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


@contextmanager
def another_terminal(database: Path, clock: Clock, manager: str = "Пётр Ильин") -> Iterator[Desk]:
    """Another manager at the same database."""
    store = open_database(f"sqlite:///{database}")
    try:
        with store.writing() as session:
            card = managers.ensure(session, manager)
        yield Desk(store, clock, Actor(ActorKind.MANAGER, card))
    finally:
        store.close()


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program holds the write lock all the while."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
