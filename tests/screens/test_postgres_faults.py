"""A server that goes away, falls silent, is slow, full or read-only, seen from the screen.

In each of these the screen stays alive and keys work, the banner tells, a form keeps its text, and
everything goes on by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import OptionList

from olvery_tui.app.app import DeskApp
from olvery_tui.desk.tickets import Tickets
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.screens.access.settings import SettingsForm
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.managers import ManagersScreen
from olvery_tui.screens.new_order.new_order import NewOrderForm
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.screens.ticket.visitor import VisitorForm
from olvery_tui.screens.ticket.workplace import WorkplaceForm
from olvery_tui.settings import Settings
from olvery_tui.store import demo
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.postgres import driver, watching
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.choice import Choice
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.widgets.pickers.person_search import PersonSearch
from olvery_tui.widgets.pickers.place_list import PlaceList
from olvery_tui.widgets.table.ticket_table import TicketTable
from tests.cluster import Cluster
from tests.proxy import Proxy
from tests.screens.conftest import settle, type_key
from tests.screens.ticket_desk import find, on_screen, press, said, text, ticket_open, tone
from tests.ways_in import by_key

_PATIENCE = 40.0


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server of these tests' own, which keeps what it was told to keep."""
    found = Cluster(fsync="on", synchronous_commit="on", max_connections="30")
    with closing(open_database(found.url(found.create()))) as store:
        demo.fill(store)
        by_key(store)
    yield found
    found.remove()


@pytest.fixture
def name(server: Cluster) -> Iterator[str]:
    """A database with the manual's example."""
    with server.database("desk_1") as found:
        yield found


@pytest.fixture
def line(server: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The line to the server. What is waited for in minutes at a desk takes seconds here."""
    monkeypatch.setattr(driver, "ANSWER_SECONDS", 5.0)
    monkeypatch.setattr(driver, "CONNECT_SECONDS", 2)
    monkeypatch.setattr(watching, "ALIVE_SECONDS", 0.5)
    monkeypatch.setattr(watching, "ANSWER_SECONDS", 4.0)
    with Proxy(server.socket) as proxy:
        yield proxy


@pytest.fixture
def settings(line: Proxy, name: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=line.url(name),
        log_file=tmp_path / "olvery-tui.log",
        login=demo.DEMO_LOGIN,
    )


async def until(pilot: Pilot[Any], holds: Callable[[], bool], what: str) -> None:
    """Wait until something is so, while the application lives on."""
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while not holds():
        assert asyncio.get_running_loop().time() < deadline, f"never: {what}"
        await pilot.pause(0.02)


def banner(app: DeskApp) -> str:
    """What the banner over the list says; nothing where it is not shown."""
    (screen,) = (one for one in app.screen_stack if isinstance(one, TicketsScreen))
    found = screen.query_one("#banner")
    return str(found.content) if found.has_class("-shown") else ""  # type: ignore[attr-defined]


def row_34(app: DeskApp) -> str:
    """The line of ticket 34, as the terminal shows it."""
    return next((row for row in on_screen(app) if "34" in row), "")


async def cursor_moves(pilot: Pilot[Any]) -> None:
    """The list answers a key at once, whatever the database does."""
    table = pilot.app.screen.query_one(TicketTable)
    before = table.cursor_row
    type_key(pilot.app, "down" if before == 0 else "up")
    await until(pilot, lambda: table.cursor_row != before, "the cursor moves")


def number_of(app: DeskApp, name: str, server: Cluster, kind: str) -> int:
    """How many events of a kind the database holds, asked past the application."""
    with server.connect(name) as plain:
        row = plain.execute("SELECT count(*) FROM event WHERE kind = %s", (kind,)).fetchone()
    assert row is not None
    return int(row[0])


def validated_elsewhere(server: Cluster, name: str) -> None:
    """A colleague changes a ticket of the list past this terminal."""
    with server.connect(name) as plain:
        plain.execute("UPDATE ticket SET status = 'cancelled', moves_at = NULL WHERE number = 34")


def noted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[int]:
    """The numbers of the tickets that a method of the desk is called with from now on."""
    numbers: list[int] = []
    real = getattr(Tickets, name)

    def noting(tickets: Tickets, seen: TicketDetails, *words: Any, **how: Any) -> Any:
        numbers.append(seen.number)
        return real(tickets, seen, *words, **how)

    monkeypatch.setattr(Tickets, name, noting)
    return numbers


async def choose_ivan(pilot: Pilot[Any]) -> None:
    """Open the visitor's form of the ticket and choose somebody."""
    await press(pilot, "u")
    await find(pilot, "столп")
    await press(pilot, "enter")
    assert chosen(pilot.app) == "Иван Столповский"


def chosen(app: Any) -> str | None:
    person = app.screen.query_one(PersonSearch).person
    return person.name if person else None


# ── While the list is open ───────────────────────────────────────────────────────────────────────


async def test_the_list_works_as_on_a_file(app: DeskApp, server: Cluster, name: str) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Отменен" not in row_34(app)
        validated_elsewhere(server, name)
        await until(pilot, lambda: "Отменен" in row_34(app), "a colleague's change appears")
        assert "Мария Семенова" in row_34(app)


async def test_a_restart_while_the_list_is_open(app: DeskApp, server: Cluster, name: str) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await asyncio.to_thread(server.stop)
        await until(pilot, lambda: "потеряна" in banner(app), "the banner tells")
        await cursor_moves(pilot)
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(validated_elsewhere, server, name)
        await until(pilot, lambda: not banner(app), "the banner goes")
        await until(pilot, lambda: "Отменен" in row_34(app), "what was missed is there")
        assert not banner(app)


async def test_a_line_that_is_cut_without_a_word(
    app: DeskApp, server: Cluster, name: str, line: Proxy
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        line.silent = True
        validated_elsewhere(server, name)
        await cursor_moves(pilot)
        await until(pilot, lambda: "потеряна" in banner(app), "the banner tells")
        await cursor_moves(pilot)
        line.cut()
        line.silent = False
        await until(pilot, lambda: not banner(app), "the banner goes")
        await until(pilot, lambda: "Отменен" in row_34(app), "what was missed is there")
        assert not banner(app)


async def test_answers_that_take_two_seconds(
    app: DeskApp, line: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "CONNECT_SECONDS", 15)  # a new connection takes several answers
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        line.delay = 2.0
        type_key(app, "f5")
        for _ in range(3):
            await cursor_moves(pilot)
        type_key(app, "enter")
        await until(pilot, lambda: isinstance(app.screen, TicketScreen), "the form opens at once")
        line.delay = 0.0
        await settle(pilot)
        assert banner(app) == ""
        assert "Билет" in "\n".join(on_screen(app))


# ── While a form is open ─────────────────────────────────────────────────────────────────────────


async def test_a_restart_while_a_form_is_open_keeps_what_was_chosen(
    app: DeskApp, server: Cluster
) -> None:
    async with ticket_open(app, 26) as pilot:
        await choose_ivan(pilot)
        await asyncio.to_thread(server.restart)
        assert chosen(app) == "Иван Столповский"
        await until(pilot, lambda: not banner(app), "the line is back")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, TicketScreen)
        assert app.desk.tickets.get(26).visitor.last_name == "Столповский"


@pytest.mark.parametrize("keys", [(), ("h",), ("p",), ("u",), ("u", "+"), ("w",), ("o",), ("z",)])
async def test_every_window_tells_while_the_server_is_away(
    app: DeskApp, server: Cluster, keys: tuple[str, ...]
) -> None:
    """The list's banner is behind it."""
    async with ticket_open(app, 26) as pilot:
        await press(pilot, *keys)
        shown = on_screen(app)
        try:
            await asyncio.to_thread(server.stop)
            await until(pilot, lambda: "потеряна" in said(app), "the window tells")
        finally:
            await asyncio.to_thread(server.start)
        await until(pilot, lambda: "потеряна" not in said(app), "it takes it back")
        await settle(pilot)
        assert on_screen(app) == shown


async def test_a_save_while_the_server_is_away_is_refused_and_repeated(
    app: DeskApp, server: Cluster, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ticket_open(app, 26) as pilot:
        await choose_ivan(pilot)
        form = app.screen
        assert isinstance(form, VisitorForm)
        saves = noted(monkeypatch, "change_visitor")
        await asyncio.to_thread(server.stop)
        type_key(app, "ctrl+s")
        await until(pilot, lambda: saves == [26] and not form.is_working("save"), "it is answered")
        assert app.screen is form
        assert "потеряна" in said(app)
        assert tone(app) == "trouble"
        assert chosen(app) == "Иван Столповский"
        await asyncio.to_thread(server.start)
        await until(pilot, lambda: "не сохранено" in said(app), "the form says what became of it")
        assert not banner(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, TicketScreen)
        assert number_of(app, name, server, "ticket.visitor_changed") == 1


async def opened_while_away(
    pilot: Pilot[Any],
    server: Cluster,
    key: str,
    window: type[Screen[Any]],
    filled: Callable[[], bool],
) -> None:
    """Open a window by its key without a server, and give it what it was waiting for."""
    app = pilot.app
    await asyncio.to_thread(server.stop)
    try:
        type_key(app, key)
        await until(
            pilot,
            lambda: isinstance(app.screen, window) and bool(app.screen.query(StatusLine)),
            "it opens",
        )
        await until(pilot, lambda: "потеряна" in said(app), "the window says why")
        assert not filled()
    finally:
        await asyncio.to_thread(server.start)
    await until(pilot, filled, "what it reads is there")
    await until(pilot, lambda: not said(app), "it takes it back")
    assert isinstance(app.screen, window)


async def test_the_workplaces_come_by_themselves(app: DeskApp, server: Cluster) -> None:
    async with ticket_open(app, 26) as pilot:
        await opened_while_away(
            pilot,
            server,
            "w",
            WorkplaceForm,
            lambda: app.screen.query_one(PlaceList).option_count > 0,
        )
        assert app.screen.query_one(PlaceList).option_count > 0
        assert not said(app)


async def test_the_services_come_by_themselves(app: DeskApp, server: Cluster) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await opened_while_away(
            pilot,
            server,
            "a",
            NewOrderForm,
            lambda: app.screen.query_one("#services", Choice)._options != (),
        )
        assert app.screen.query_one("#services", Choice)._options
        assert not said(app)


@pytest.mark.parametrize(
    ("letters", "window", "is_filled"),
    [
        ("настр", SettingsForm, lambda screen: screen.query_one("#lock-minutes", Field).value),
        ("менедж", ManagersScreen, lambda screen: screen.query_one(OptionList).option_count),
    ],
    ids=["settings", "managers"],
)
async def test_a_window_of_the_palette_comes_by_itself(
    app: DeskApp,
    server: Cluster,
    letters: str,
    window: type[Screen[Any]],
    is_filled: Callable[[Screen[Any]], object],
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p", *letters)
        await opened_while_away(pilot, server, "enter", window, lambda: bool(is_filled(app.screen)))
        assert is_filled(app.screen)
        assert not said(app)


async def test_a_check_that_was_not_made_is_told_when_the_server_is_back(
    app: DeskApp, server: Cluster, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ticket_open(app, 26) as pilot:
        ticket = app.screen
        assert isinstance(ticket, TicketScreen)
        asked = noted(monkeypatch, "validate")
        try:
            await asyncio.to_thread(server.stop)
            type_key(app, "v")
            await until(
                pilot, lambda: asked == [26] and not ticket.is_working("command"), "it is answered"
            )
            assert "потеряна" in said(app)
        finally:
            await asyncio.to_thread(server.start)
        await until(pilot, lambda: "не сохранено" in said(app), "the ticket says what became of it")
        await settle(pilot)
        assert "не сохранено" in said(app)
        assert number_of(app, name, server, "ticket.validated") == 0
        await press(pilot, "v")
        assert tone(app) == "done"


async def test_a_server_that_takes_no_changes_is_told_in_the_form(
    app: DeskApp, server: Cluster, name: str
) -> None:
    async with ticket_open(app, 26) as pilot:
        await choose_ivan(pilot)
        with server.connect() as admin:
            admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        await asyncio.to_thread(server.restart)
        await until(pilot, lambda: not banner(app), "the line is back")
        type_key(app, "ctrl+s")
        await until(pilot, lambda: "не принимает изменений" in said(app), "the form says why")
        app.post_message(DeskChanged())  # it can be read all the while
        await settle(pilot)
        assert "не принимает изменений" in said(app)
        assert chosen(app) == "Иван Столповский"
        with server.connect() as admin:
            admin.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())
        await asyncio.to_thread(server.restart)
        await until(pilot, lambda: not banner(app), "the line is back")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, TicketScreen)


async def test_a_full_disk_is_told_in_the_form(app: DeskApp, server: Cluster, name: str) -> None:
    async with ticket_open(app, 26) as pilot:
        await choose_ivan(pilot)
        with server.connect(name) as admin:
            admin.execute(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE"
                " EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
            )
            admin.execute(
                "CREATE TRIGGER full_disk BEFORE UPDATE ON ticket EXECUTE FUNCTION no_room()"
            )
        type_key(app, "ctrl+s")
        await until(pilot, lambda: "Диск заполнен" in said(app), "the form says why")
        assert chosen(app) == "Иван Столповский"
        with server.connect(name) as admin:
            admin.execute("DROP TRIGGER full_disk ON ticket")
        await until(pilot, lambda: not banner(app), "the banner goes")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, TicketScreen)


# ── In the middle of a save ──────────────────────────────────────────────────────────────────────


async def test_a_save_whose_answer_is_lost_is_done_once_and_told_as_done(
    app: DeskApp, server: Cluster, name: str, line: Proxy
) -> None:
    async with ticket_open(app, 26) as pilot:
        await choose_ivan(pilot)
        line.lose = "answer"
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, TicketScreen)
        assert tone(app) == "done"
        assert number_of(app, name, server, "ticket.visitor_changed") == 1


async def test_a_save_that_did_not_get_there_is_told_and_the_next_one_is_the_only_one(
    app: DeskApp, server: Cluster, name: str, line: Proxy
) -> None:
    async with ticket_open(app, 26) as pilot:
        await choose_ivan(pilot)
        line.lose = "question"
        type_key(app, "ctrl+s")
        await until(pilot, lambda: "не сохранено" in said(app), "the form says what became of it")
        assert chosen(app) == "Иван Столповский"
        assert number_of(app, name, server, "ticket.visitor_changed") == 0
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, TicketScreen)
        assert number_of(app, name, server, "ticket.visitor_changed") == 1


async def test_a_crash_in_the_middle_of_a_save_is_found_out_when_the_server_is_back(
    app: DeskApp, server: Cluster, name: str, line: Proxy
) -> None:
    """The commit got there, then the server died before it could say so."""
    async with ticket_open(app, 26) as pilot:
        await choose_ivan(pilot)
        line.lose = "answer"
        type_key(app, "ctrl+s")
        assert await asyncio.to_thread(line.lost.wait, _PATIENCE)
        await asyncio.to_thread(server.restart, at_once=True)
        # The form closes only with what was saved; «done» may be said before the server goes.
        await until(
            pilot,
            lambda: (
                isinstance(app.screen, TicketScreen)
                and text(app, "#visitor-name") == "Иван Столповский"
            ),
            "the form closes with the visitor who was saved",
        )
        await until(pilot, lambda: not banner(app), "the line is back")
        await settle(pilot)
        assert number_of(app, name, server, "ticket.visitor_changed") == 1
        assert app.desk.tickets.get(26).visitor.last_name == "Столповский"


# ── At the beginning ─────────────────────────────────────────────────────────────────────────────


async def test_a_server_that_is_not_up_yet_is_waited_for(app: DeskApp, server: Cluster) -> None:
    await asyncio.to_thread(server.stop)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "потеряна" in banner(app), "the banner tells")
        await asyncio.to_thread(server.start)
        await until(pilot, lambda: app.is_ready and not banner(app), "it opens by itself")
        await settle(pilot)
        assert any("Мария Семенова" in row for row in on_screen(app))


async def test_a_server_without_a_free_connection_is_waited_for(
    app: DeskApp, server: Cluster, name: str
) -> None:
    with server.connect() as admin:
        admin.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 0".encode())
        admin.execute("CREATE ROLE crowd LOGIN")
    app.settings = Settings(
        database_url=app.settings.database_url.replace("admin@", "crowd@"),
        log_file=app.settings.log_file,
        login=demo.DEMO_LOGIN,
    )
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: "свободных подключений" in banner(app), "the banner tells")
            with server.connect(name) as admin:
                admin.execute(
                    "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO crowd"
                )
                admin.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO crowd")
                admin.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1".encode())
            await until(pilot, lambda: app.is_ready and not banner(app), "it opens by itself")
            await settle(pilot)
            assert any("Мария Семенова" in row for row in on_screen(app))
    finally:
        with server.connect(name) as admin:
            admin.execute("DROP OWNED BY crowd")
            admin.execute("DROP ROLE crowd")
