"""Names that were written to break a screen are shown literally, in one line, everywhere."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from sqlalchemy import update
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.errors import InvalidForm, StoreCode, StoreUnavailable
from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.items import ItemKind
from olvery_tui.domain.periods import Period
from olvery_tui.domain.row_kinds import RowKind
from olvery_tui.screens.catalogue.hours import HoursForm
from olvery_tui.screens.catalogue.tree import CatalogueTree
from olvery_tui.screens.closings.close_places import ClosePlacesForm
from olvery_tui.screens.closings.closed_places import ClosedPlacesScreen
from olvery_tui.screens.conflict import Conflict
from olvery_tui.screens.export import ExportForm
from olvery_tui.screens.history import HistoryScreen, OrderHistoryScreen
from olvery_tui.screens.import_file import ImportForm
from olvery_tui.screens.list.list_screen import ListScreen
from olvery_tui.screens.new_order.new_order import NewOrderForm
from olvery_tui.screens.order.order import OrderScreen, OrderTickets
from olvery_tui.screens.order.order_status import OrderStatusForm
from olvery_tui.screens.people.new_person import NewPersonForm
from olvery_tui.screens.people.people import PeopleScreen
from olvery_tui.screens.people.person import PersonScreen
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.screens.ticket.visitor import VisitorForm
from olvery_tui.screens.ticket.visitor_view import VisitorViewScreen
from olvery_tui.screens.ticket.workplace import WorkplaceForm
from olvery_tui.settings import Settings
from olvery_tui.store import demo
from olvery_tui.store import importing as importer
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.tables import IMPORT_COLUMNS
from olvery_tui.store.importing import import_columns, spreadsheet
from olvery_tui.widgets.chrome.facts import Line
from olvery_tui.widgets.fields.choice import Choice
from olvery_tui.widgets.fields.form_field import FormField
from olvery_tui.widgets.pickers.move_list import MoveList
from olvery_tui.widgets.pickers.person_search import PersonSearch
from olvery_tui.widgets.table.order_table import OrderTable
from olvery_tui.widgets.table.ticket_table import TicketTable
from tests.desk.making import as_typed
from tests.each import each
from tests.hostile import CORPUS, WORST, Hostile, number_of, poison, word_of
from tests.screens.conftest import SIZES, settle
from tests.screens.ticket_desk import another_terminal, on_screen, press

_OUR_SPACE = "\N{NO-BREAK SPACE}"
"""Stands in amounts of money, `1 800 руб.`; the corpus has lost its own by then."""

_PUT = 8
"""As many letters of a text as any place shows."""

_TOMORROW = Period.daily(date(2022, 12, 7), date(2022, 12, 7), ZoneInfo("Europe/Moscow"))

_FEW = 4
"""As many as the columns of the list and the first line show, of wide letters too."""


HALF, OTHER_HALF = WORST[::2], WORST[1::2]
"""For windows that take long to open. How a text is cleaned is one function, which the lists, the
ticket and the order try with the whole corpus; that a window uses it, and takes no markup, is seen
with either half.
"""


@pytest.fixture(scope="session")
def poisoned_database(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with a ticket for each text of the corpus, made once."""
    path = tmp_path_factory.mktemp("poisoned") / "demo.db"
    shutil.copy(demo_database, path)
    poison(path)
    return path


@pytest.fixture
def database(poisoned_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(poisoned_database, tmp_path / "olvery.db"))


@asynccontextmanager
async def running(app: DeskApp, size: tuple[int, int]) -> AsyncIterator[Pilot[Any]]:
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield pilot


def picture(app: DeskApp) -> str:
    """What is on the screen; first, that every line fits and holds nothing that can't be seen."""
    lines = on_screen(app)
    assert {cell_len(line) for line in lines} == {app.size.width}
    assert all(char.isprintable() or char == _OUR_SPACE for line in lines for char in line)
    return "\n".join(lines)


def sees(app: DeskApp, text: Hostile, letters: int = 30) -> bool:
    return text.seen[:letters].rstrip() in picture(app)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_in_the_list_each_name_is_in_its_own_row_and_no_column_moves(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with running(app, size) as pilot:
        shown: dict[int, str] = {}
        for _page in range(2 + len(CORPUS) // (size[1] - 6)):
            picture(app)
            rows = [strip.text for strip in app.screen.query_one(TicketTable).picture()[1:]]
            shown |= {int(row.lstrip("▌").split()[0]): row for row in rows if row.strip()}
            await press(pilot, "pagedown")
        ours = {text: shown[number_of(text)] for text in CORPUS}
        assert len({cell_len(row.partition("◇ Подтвержден")[0]) for row in ours.values()}) == 1
        for text, row in ours.items():
            assert row.count(text.seen[:_FEW].rstrip()) >= 2, (text.name, row)


async def test_services_and_places_show_each_name_in_its_own_line(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with running(app, size) as pilot:
        await press(pilot, "s")
        details, tree = app.desk.catalogue.details(), app.screen.query_one(CatalogueTree)
        for text in WORST:
            place = details.find(ItemKind.WORKPLACE, number_of(text))
            assert place is not None
            tree.select(place)
            await settle(pilot)
            assert sees(app, text, _PUT), text.name
        for tab in "234":
            await press(pilot, tab)
            picture(app)
        await press(pilot, "home", "down", "enter")
        assert isinstance(app.screen, HoursForm)
        picture(app)


async def test_closed_places_show_each_reason_in_its_own_line(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with running(app, size) as pilot:
        app.commands.open_shared(ClosedPlacesScreen)
        await settle(pilot)
        for _closing in WORST:
            picture(app)
            await press(pilot, "pagedown")
        closed = app.desk.closings.standing()
        app.push_screen(ClosePlacesForm([number_of(text) for text in WORST], _TOMORROW))
        await settle(pilot)
        await press(pilot, *"ремонт", "ctrl+s")
        assert len(app.screen.query_one(MoveList).moves) == len(WORST)
        picture(app)
        assert len(closed) == len(CORPUS)


async def test_a_table_is_literal_and_so_is_what_is_remembered_of_its_headings(
    app: DeskApp, database: Path, tmp_path: Path
) -> None:
    path = tmp_path / "people.json"
    texts = {text.typed: text.typed for text in WORST}
    path.write_text(json.dumps({"Фамилия": "Ёлкин", "Телефон": WORST[0].typed, **texts}))
    words = [text.typed[:1_000] for text in WORST]
    remembered = [{"last_name": word, word: -1, "phone": 10**30} for word in words]
    for columns in remembered:
        with closing(open_database(f"sqlite:///{database}")) as store, store.writing() as session:
            head = spreadsheet.preview(path, RowKind.PEOPLE).headings
            import_columns.remember(session, RowKind.PEOPLE, head, {})
            session.connection().execute(update(IMPORT_COLUMNS).values(columns=columns))
            known = import_columns.known(session, [RowKind.PEOPLE], [head])
        assert known is not None
        assert known.columns == {}
    async with running(app, (120, 40)) as pilot:
        form = ImportForm()
        app.push_screen(form)
        await settle(pilot)
        form.load_table(path, None)
        await settle(pilot)
        lines = app.screen.query_one("#lines", OptionList)
        assert lines.option_count == 2 + len(texts)
        for _column in texts:
            picture(app)
            await press(pilot, "down")
        told = "\n".join(str(one.prompt) for one in lines.options)
        for text in WORST:
            assert text.seen[:_PUT].rstrip() in told, text.name
        app.screen.query_one("#kinds", Choice).take_focus()
        for _kind in RowKind:
            await press(pilot, "right")
            picture(app)


async def test_on_a_ticket_everything_is_literal_from_service_to_manager(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with running(app, size) as pilot:
        await press(pilot, "enter")
        for text in reversed(CORPUS):
            assert isinstance(app.screen, TicketScreen)
            assert app.screen.number == number_of(text)
            picture(app)
            for place in ("#service", "#visitor-name", "#visitor-email", "#variant Line",
                          "#tariff Line", "#workplace Line", "#room Line",
                          "#checked-by Line"):  # fmt: skip
                told = str(app.screen.query_one(place, Line).content)
                assert told.startswith(text.seen[:30]), (text.name, place)
            assert sees(app, text)
            await press(pilot, "pagedown")


async def test_history_preview_and_forms_show_it_literally(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with running(app, size) as pilot:
        for text in HALF:
            app.push_screen(TicketScreen(number_of(text), TicketFilter()))
            await settle(pilot)
            for key, screen in {
                "h": HistoryScreen,
                "p": VisitorViewScreen,
                "u": VisitorForm,
                "w": WorkplaceForm,
            }.items():
                await press(pilot, key)
                assert isinstance(app.screen, screen)
                assert sees(app, text), (text.name, key)
                await press(pilot, "escape")
                assert isinstance(app.screen, TicketScreen)
                assert app.screen.number == number_of(text)
            await press(pilot, "escape")


async def test_suggestions_show_it_literally_in_the_filter_and_in_the_form(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with running(app, size) as pilot:
        await press(pilot, "slash")
        for start in range(0, len(CORPUS), 10):
            ten = CORPUS[start : start + 10]
            await type_over(pilot, f"ловушка{start // 10}")
            found = picture(app)
            assert sum(text.seen[:_PUT].rstrip() in found for text in ten) >= min(8, len(ten))
        await press(pilot, "down", "enter")
        assert app.screen.query_one(PersonSearch).person is not None
        picture(app)
        await press(pilot, "escape")
        picture(app)
        app.push_screen(TicketScreen(26, TicketFilter()))
        await settle(pilot)
        await press(pilot, "u")
        for text in WORST:
            await type_over(pilot, word_of(text))
            assert sees(app, text, _PUT), text.name


async def type_over(pilot: Pilot[Any], text: str) -> None:
    """Put another text into the line, and wait for what follows from it."""
    await pilot.press("ctrl+u")
    pilot.app.post_message(events.Paste(text))
    await settle(pilot)


async def test_a_conflict_names_a_hostile_manager_and_place_literally(
    app: DeskApp, database: Path
) -> None:
    async with running(app, (80, 24)) as pilot:
        for text in OTHER_HALF:
            app.push_screen(TicketScreen(number_of(text), TicketFilter()))
            await settle(pilot)
            await press(pilot, "w", "down", "enter")
            with closing(sqlite3.connect(database)) as outside, outside:
                outside.execute(
                    "UPDATE ticket SET version = version + 1 WHERE number = ?", [number_of(text)]
                )
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, WorkplaceForm)
            assert app.screen.query_one(Conflict).has_class("-shown")
            for place in ("#conflict-who", "#conflict-now", "#conflict-chosen"):
                told = str(app.screen.query_one(place, Static).content)
                assert text.seen[:_PUT].rstrip() in told, (text.name, place)
            assert sees(app, text)
            await press(pilot, "escape", "tab", "enter", "escape")


async def test_the_forms_of_orders_and_their_history_show_it_literally(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with running(app, size) as pilot:
        app.push_screen(TicketScreen(number_of(HALF[0]), TicketFilter()))
        await settle(pilot)
        for text in HALF:
            await press(pilot, *str(number_of(text)), "enter", "o")
            assert isinstance(app.screen, OrderStatusForm)
            assert sees(app, text, _PUT), text.name
            await press(pilot, "2")
            picture(app)
            await press(pilot, "escape")
        app.push_screen(OrderScreen(number_of(OTHER_HALF[0])))
        await settle(pilot)
        for text in OTHER_HALF:
            await press(pilot, *str(number_of(text)), "enter", "h")
            assert isinstance(app.screen, OrderHistoryScreen)
            assert sees(app, text), text.name
            await press(pilot, "escape")


async def test_a_new_order_for_hostile_names_is_literal_and_can_be_made(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with running(app, size) as pilot:
        for text in WORST[::3]:
            await press(pilot, "a")
            assert isinstance(app.screen, NewOrderForm)
            await type_over(pilot, word_of(text))
            assert sees(app, text, _PUT), text.name
            await press(pilot, "enter")
            services = app.screen.query_one("#services", Choice)
            places = [one.value for one in services._options]
            services._set(places.index(number_of(text)))  # its id is the ticket's number
            await settle(pilot)
            assert picture(app).count(text.seen[:_PUT].rstrip()) >= 3, text.name
            await press(pilot, "down")
            picture(app)
            await press(pilot, "escape", "ctrl+s")
            assert not isinstance(app.screen, NewOrderForm), text.name
            picture(app)


async def test_the_list_of_visitors_and_their_pages_are_literal(app: DeskApp) -> None:
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "y")
        for text in OTHER_HALF:
            await press(pilot, "ctrl+u", *word_of(text))
            assert isinstance(app.screen, PeopleScreen)
            assert sees(app, text, 20), text.name
            await press(pilot, "enter")
            assert isinstance(app.screen, PersonScreen)
            assert picture(app).count(text.seen[:20].rstrip()) >= 4, text.name
            for key in ("e", "b", "m", "delete"):
                await press(pilot, key)
                picture(app)
                await press(pilot, "escape")
                assert isinstance(app.screen, PersonScreen), (text.name, key)
            await press(pilot, "escape")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_in_the_list_of_orders_each_name_is_in_its_own_row_and_no_column_moves(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with running(app, size) as pilot:
        await press(pilot, "z", "space", "space", "space")
        shown: dict[int, str] = {}
        for _page in range(2 + len(CORPUS) // (size[1] - 6)):
            picture(app)
            rows = [strip.text for strip in app.screen.query_one(OrderTable).picture()[1:]]
            shown |= {int(row.lstrip("▌■").split()[0]): row for row in rows if row.strip()}
            await press(pilot, "pagedown")
        ours = {text: shown[number_of(text)] for text in CORPUS}
        assert len({cell_len(row.partition("◇ Подтвержден")[0]) for row in ours.values()}) == 1
        for text, row in ours.items():
            assert row.count(text.seen[:_FEW].rstrip()) >= 2, (text.name, row)


async def test_on_an_order_everything_is_literal_from_customer_to_comment(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with running(app, size) as pilot:
        app.push_screen(OrderScreen(number_of(CORPUS[-1])))
        await settle(pilot)
        for text in reversed(CORPUS):
            assert isinstance(app.screen, OrderScreen)
            assert app.screen.number == number_of(text)
            picture(app)
            for place in ("#service", "#customer-name", "#customer-email"):
                told = str(app.screen.query_one(place, Line).content)
                assert told.startswith(text.seen[:30]), (text.name, place)
            comment = str(app.screen.query_one("#comment-text", Static).content)
            assert comment.startswith(text.seen[:30]), text.name
            row = app.screen.query_one(OrderTickets).picture()[1].text
            assert row.count(text.seen[:_FEW].rstrip()) >= 2, (text.name, row)
            assert sees(app, text)
            await press(pilot, "pagedown")


async def test_an_export_named_to_break_the_screen_is_told_literally(
    app: DeskApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with running(app, (80, 24)) as pilot:
        for text in HALF:
            await press(pilot, "e")
            await type_over(pilot, f"нет/{text.typed}")
            picture(app)
            await press(pilot, "enter")
            picture(app)
            assert isinstance(app.screen, ExportForm)
            await type_over(pilot, text.seen[:40].replace("/", "-"))
            await press(pilot, "enter")
            picture(app)
            app.clear_notifications()
            await settle(pilot)
            while not isinstance(app.screen, ListScreen):
                await press(pilot, "escape")


async def test_a_toast_and_the_banner_are_literal(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def still_lost(desk: Desk) -> None:
        raise StoreUnavailable(StoreCode.LOST, "")

    monkeypatch.setattr(Desk, "ping", still_lost)
    async with running(app, (80, 24)) as pilot:
        for text in WORST:
            app.errors.show(StoreUnavailable(StoreCode.EXISTS, text.typed))
            await settle(pilot)
            assert sees(app, text, _PUT), text.name
            app.clear_notifications()
            app.errors.set_outage(StoreUnavailable(StoreCode.LOST, text.typed))
            await settle(pilot)
            assert sees(app, text, _PUT), text.name
            app.errors.set_outage(None)
            await settle(pilot)


@pytest.mark.parametrize("text", WORST[::3], ids=lambda text: text.name)
async def test_the_first_line_names_location_and_manager_literally(
    settings: Settings, database: Path, clock: FrozenClock, text: Hostile
) -> None:
    with closing(sqlite3.connect(database)) as outside, outside:
        outside.execute("UPDATE location SET name = CAST(? AS TEXT)", [text.stored])
        outside.execute(
            "UPDATE manager SET first_name = CAST(? AS TEXT), last_name = ''", [text.stored]
        )
    app = DeskApp(settings, clock=clock)
    async with running(app, (80, 24)):
        (first, *_rest) = picture(app).split("\n")
        assert first.count(text.seen[:_FEW].rstrip()) >= 2
        assert "06.12.2022 10:00" in first


@each("text", CORPUS, ids=[text.name for text in CORPUS])
def test_a_new_person_is_stored_clean_or_refused_with_a_reason(
    database: Path, clock: FrozenClock, text: Hostile
) -> None:
    with another_terminal(database, clock) as desk:
        if len(text.seen) > 50 or not any(char.isalnum() for char in text.seen):
            with pytest.raises(InvalidForm) as refused:
                desk.people.add(**as_typed(text.typed, "Имя"))
            assert {problem.code for problem in refused.value.problems} <= {"too_long", "required"}
            return
        person = desk.people.add(**as_typed(text.typed, "Имя"))
        assert person.last_name.isprintable()
        assert person.last_name.startswith(text.seen)


async def test_what_is_pasted_into_the_new_persons_form_is_clean(app: DeskApp) -> None:
    closed: list[Any] = []
    async with running(app, (80, 24)) as pilot:
        for text in WORST:
            app.push_screen(NewPersonForm(), closed.append)
            await settle(pilot)
            app.post_message(events.Paste(text.typed))
            await settle(pilot)
            value = app.screen.query_one("#last_name", FormField).value
            if not value:  # it is too long for the line, and is not cut
                await press(pilot, "escape")
                continue
            assert value.startswith(text.seen[:30])
            assert sees(app, text)
            await press(pilot, "tab", "Я", "ctrl+s")
            if isinstance(app.screen, NewPersonForm):  # refused: what was typed stays
                assert len(value) > 100
                assert sees(app, text)
                await press(pilot, "escape", "tab", "enter")
            else:
                assert closed[-1].details.last_name == value


async def test_what_is_typed_into_the_filter_is_told_literally(app: DeskApp) -> None:
    async with running(app, (120, 40)) as pilot:
        for key, texts in {
            "f": ("[/]", "%", "{0}", "\\"),
            "slash": ("[@click=app.quit]x[/]", "_", "'", "*"),
        }.items():
            for typed in texts:
                await press(pilot, key)
                app.post_message(events.Paste(f"{typed}я"))
                await settle(pilot)
                assert f"{typed}я" in picture(app)
                await press(pilot, "enter", "escape")
                picture(app)
                await press(pilot, "x")


def test_an_import_stores_clean_names_or_refuses_them(
    database: Path, tmp_path: Path, clock: FrozenClock
) -> None:
    file = tmp_path / "hostile.jsonl"
    file.write_text("".join(_lines()), encoding="ascii")
    with closing(open_database(f"sqlite:///{database}")) as store:
        report = importer.run(store, file, clock=clock, actor=demo.SYSTEM)
    assert report.refused
    with closing(sqlite3.connect(database)) as outside:
        for table, column in {"person": "last_name", "service": "name"}.items():
            names = [
                name
                for (name,) in outside.execute(
                    f"SELECT {column} FROM {table} WHERE id > ?", [number_of(CORPUS[-1])]
                )
            ]
            assert len(names) > len(CORPUS) // 2
            assert all(name.isprintable() and name == name.strip() for name in names)


def _lines() -> Iterator[str]:
    for number, text in enumerate(CORPUS):
        name = text.typed
        for record in (
            {"kind": "person", "key": f"h-{number}", "last_name": name, "first_name": "Имя"},
            {"kind": "service", "name": f"{name} {number}"},
        ):
            yield json.dumps(record) + "\n"


def test_the_corpus_is_worth_its_name(poisoned_database: Path) -> None:
    stored = b"".join(text.stored for text in CORPUS)
    for control in (b"\x1b]52", b"\x1b[", b"\xc2\x9b", b"\0", b"\x07", b"\xe2\x80\xae"):
        assert control in stored
    with closing(sqlite3.connect(poisoned_database)) as plain:
        plain.text_factory = bytes
        names = {name for (name,) in plain.execute("SELECT first_name FROM person")}
    assert {text.stored for text in CORPUS} <= names


def test_a_desk_reads_every_one_of_them(database: Path, clock: FrozenClock) -> None:
    with another_terminal(database, clock) as desk:
        assert isinstance(desk, Desk)
        for text in CORPUS:
            assert desk.tickets.get(number_of(text)).number == number_of(text)
            assert len(desk.tickets.history(number_of(text))) == 2
