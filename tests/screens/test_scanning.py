"""What a scanner sends is one code, whatever is open; none of its keys is a command."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from textual.widgets import Input

from olvery_tui.app.app import DeskApp
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.screens.list.orders import OrdersScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.order.order import OrderScreen
from olvery_tui.screens.order.order_status import OrderStatusForm
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.widgets.fields.number_line import NumberLine
from olvery_tui.widgets.pickers.person_search import PersonSearch
from tests.screens.conftest import settle, type_key
from tests.screens.front_desk import WINDOWS, front_desk, paste, running, scan, traces
from tests.screens.ticket_desk import on_screen, press, said

CODES = ["0000312", "312", "INV-00312", "ШТМ-00312", "olvery:312", "щдмукнЖ312", "A00040", "Ф00040"]
"""With and without letters, as the Latin and as the Russian layout types them."""

TO_312 = ["312", "0000312", "olvery:312", "щдмукнЖ312", "OLVERY:312", "№ 312", "№312"]
"""What names ticket 312."""

ENDS = ["enter", "ctrl+j", "enter ctrl+j", "tab"]


@pytest.fixture
def desk(tmp_path: Path) -> DeskApp:
    """The application at the front desk."""
    return front_desk(tmp_path)


def picture(app: DeskApp) -> str:
    return "\n".join(on_screen(app))


def ticket_shown(app: DeskApp) -> int | None:
    return app.screen.number if isinstance(app.screen, TicketScreen) else None


# ── One code, wherever it arrives ────────────────────────────────────────────────────────────────


LEAD_ON = {
    "tickets", "orders", "filter", "person filter", "calendar of the filter", "number",
    "ticket", "order", "order of a ticket", "history", "preview", "help", "visitor",
}  # fmt: skip
"""The windows that a code of a ticket leaves for that ticket."""

TOLD = {
    "new order, begun": "Сначала закончите с открытым окном: код {code} не использован.",
    "lock": "Терминал заблокирован: код {code} не использован.",
    "sign-in": "Вход не выполнен: код {code} не использован.",
    "first manager": "Вход не выполнен: код {code} не использован.",
}
"""What is said of a code where it is not used, and what is typed there stays."""


@pytest.mark.parametrize("window", WINDOWS)
async def test_no_code_changes_anything_in_any_window(tmp_path: Path, window: str) -> None:
    desk = front_desk(tmp_path, window=window)
    async with running(desk, window=window, size=(120, 40)) as pilot:
        before, opened = traces(desk), desk.screen
        typed = values(desk)
        for code in CODES:
            scan(desk, code)
            await settle(pilot)
            if window in TOLD:
                assert desk.screen is opened
                assert said(desk) == TOLD[window].format(code=code)
                assert values(desk) == typed
            # Where a code leads to its ticket, the next ones are the same from every window.
            if window != "tickets" and desk.screen is not opened:
                break
        if window == "question":
            assert desk.screen is opened
        assert traces(desk) == before
        if window in LEAD_ON:
            for number in (312, 40, 31):
                scan(desk, f"0000{number}")
                await settle(pilot)
                assert ticket_shown(desk) == number
                assert sum(isinstance(each, TicketScreen) for each in desk.screen_stack) == 1
            await press(pilot, "escape")
            await press(pilot, *(["escape"] if isinstance(desk.screen, OrderScreen) else []))
            assert isinstance(desk.screen, TicketsScreen | OrdersScreen)
            assert traces(desk) == before


def values(app: DeskApp) -> list[str]:
    """What stands in the lines of the window in front."""
    return [line.value for line in app.screen.query(Input)]


async def test_a_scan_into_the_status_of_an_order_chooses_none(desk: DeskApp) -> None:
    async with running(desk) as pilot:
        for order, key in itertools.product((505, 500), ("o", "щ")):
            await press(pilot, *(("home", "down") if order == 505 else ("end",)), key)
            assert isinstance(desk.screen, OrderStatusForm)
            before = desk.desk.orders.get(order).status
            scan(desk, "0000312")
            await settle(pilot)
            assert desk.desk.orders.get(order).status is before is OrderStatus.CONFIRMED
            assert ticket_shown(desk) == 312
            await press(pilot, "escape")


async def test_the_end_of_a_code_may_come_a_little_later(desk: DeskApp) -> None:
    async with running(desk, window="order status") as pilot:
        before = traces(desk)
        scan(desk, "0000040", end="")
        await pilot.pause(0.1)
        scan(desk, "", end="enter")
        await settle(pilot)
        assert ticket_shown(desk) == 40
        assert traces(desk) == before


async def test_the_letters_of_a_code_check_nobody(desk: DeskApp) -> None:
    async with running(desk) as pilot:
        await press(pilot, "down", "down", "enter")
        assert ticket_shown(desk) == 40
        scan(desk, "INV-00312")
        await settle(pilot)
        assert not desk.desk.tickets.get(40).validated
        assert ticket_shown(desk) == 40
        assert said(desk) == "Такого билета нет: INV-00312"


async def test_letters_of_a_code_are_no_commands_and_what_was_refused_gives_way(
    desk: DeskApp,
) -> None:
    async with running(desk) as pilot:
        # The letters of a code open no form.
        for code in ("A00040", "Ф00040"):
            scan(desk, code)
            await settle(pilot)
            assert isinstance(desk.screen, TicketsScreen)
            assert f"Такого билета нет: {code}" in picture(desk)
        # What was refused is replaced by what comes next.
        scan(desk, "4600000000312")
        await settle(pilot)
        assert "Такого билета нет: 4600000000312" in picture(desk)
        scan(desk, "99")
        await settle(pilot)
        assert "4600000000312" not in picture(desk)
        assert "Такого билета нет: 99" in picture(desk)
        scan(desk, "31")
        await settle(pilot)
        assert ticket_shown(desk) == 31
        assert not any(
            line.is_open for screen in desk.screen_stack for line in screen.query(NumberLine)
        )
        scan(desk, "40")
        await settle(pilot)
        assert ticket_shown(desk) == 40
        await press(pilot, "escape")
        assert "Такого билета нет" not in picture(desk)
        # A code of a ticket opens it.
        for end, code in zip(itertools.cycle(ENDS), TO_312, strict=False):
            scan(desk, code, end)
            await settle(pilot)
            assert ticket_shown(desk) == 312
            assert len(desk.screen_stack) == 2
            await press(pilot, "escape")


@pytest.mark.parametrize("keys", [["0000312⏎"], ["№312⏎", "a"], ["a", "312⏎"], ["40⏎", "312⏎"]])
async def test_a_code_that_comes_before_the_database_is_open_opens_its_ticket_then(
    desk: DeskApp, monkeypatch: pytest.MonkeyPatch, keys: list[str]
) -> None:
    opened = desk.startup.open
    monkeypatch.setattr(desk.startup, "open", lambda: None)
    async with desk.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.pause()
        for each in keys:
            scan(desk, each.removesuffix("⏎"), end="enter" if "⏎" in each else "")
            await pilot.pause(0.1)
        assert isinstance(desk.screen, TicketsScreen)
        assert "код" not in picture(desk)
        opened()
        await settle(pilot)
        assert ticket_shown(desk) == 312


async def test_a_key_behind_a_code_that_comes_before_the_database_is_for_its_ticket(
    desk: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = desk.startup.open
    monkeypatch.setattr(desk.startup, "open", lambda: None)
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        scan(desk, "312")
        await pilot.pause(0.1)
        type_key(desk, "o")
        await pilot.pause(0.1)
        opened()
        await settle(pilot)
        assert isinstance(desk.screen, OrderStatusForm)
        below = desk.screen_stack[-2]
        assert isinstance(below, TicketScreen)
        assert below.number == 312


async def test_a_code_of_no_ticket_before_the_database_is_open_is_told(
    desk: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = desk.startup.open
    monkeypatch.setattr(desk.startup, "open", lambda: None)
    async with desk.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.pause()
        scan(desk, "INV-00999")
        await pilot.pause(0.1)
        opened()
        await settle(pilot)
        assert "Такого билета нет: INV-00999" in picture(desk)


async def test_a_letter_after_a_refused_code_is_not_typed_into_it(desk: DeskApp) -> None:
    async with running(desk) as pilot:
        for key in ("f", "а"):
            scan(desk, "4600000000312")
            await settle(pilot)
            await press(pilot, key, "3", "1", "enter")
            assert ticket_shown(desk) == 31
            await press(pilot, "escape", "x")


# ── Where something would be lost ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "keys", [("e",), ("o", "2", "tab"), ("space", "o", "3", "tab")], ids=["file", "why", "why many"]
)
async def test_a_code_is_not_taken_for_a_text_where_enter_acts(
    desk: DeskApp, keys: tuple[str, ...]
) -> None:
    async with running(desk) as pilot:
        await press(pilot, *keys)
        window, line, before = desk.screen, desk.focused, traces(desk)
        assert isinstance(line, Input)
        typed = line.value
        for code in ("INV-312", "ШТМ-312", "AB12345"):
            scan(desk, code)
            await settle(pilot)
            assert (desk.screen, line.value, traces(desk)) == (window, typed, before)
            assert code in said(desk)


# ── What is typed ahead over a slow line is no code ──────────────────────────────────────────────


@pytest.mark.parametrize("keys", ["/ива", ".ива"])
async def test_a_name_typed_in_one_lump_is_searched_for(desk: DeskApp, keys: str) -> None:
    async with running(desk) as pilot:
        scan(desk, keys)
        await settle(pilot)
        screen = desk.screen
        assert isinstance(screen, TicketsScreen)
        assert screen.filters.visitor_words == ("ива",)


async def test_keys_typed_ahead_are_keys(desk: DeskApp) -> None:
    async with running(desk) as pilot:
        for key in ("down", "enter", "h"):
            type_key(desk, key)
        await settle(pilot)
        assert type(desk.screen).__name__ == "HistoryScreen"


async def test_what_a_line_can_use_is_typed_there(desk: DeskApp) -> None:
    async with running(desk, window="new order, begun", size=(120, 40)) as pilot:
        for field, typed in (
            ("first", "12.03.2026"),
            ("first", "12032026"),
            ("from-time", "1030"),
            ("months", "2"),
        ):
            found = desk.screen.query_one(f"#{field}")
            line = found if isinstance(found, Input) else found.query_one(Input)
            for node in line.ancestors_with_self:
                node.display = True
            desk.screen.set_focus(line)
            scan(desk, typed)
            await settle(pilot)
            assert not said(desk), (field, typed)


# ── Pasted ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("window", ["tickets", "orders", "ticket", "history"])
async def test_a_pasted_number_opens_its_ticket(desk: DeskApp, window: str) -> None:
    async with running(desk, window=window) as pilot:
        for text in ["40", "№ 40", "Билет 40", "билет №40", "0000040\n", "Ticket 40"]:
            paste(desk, text)
            type_key(desk, "enter")
            await settle(pilot)
            assert ticket_shown(desk) == 40
            paste(desk, "312")
            await settle(pilot)
            assert ticket_shown(desk) == 312


async def test_a_pasted_text_that_names_no_ticket_is_told_and_the_next_enter_opens_nothing(
    desk: DeskApp,
) -> None:
    async with running(desk) as pilot:
        for text in ["4600000000312", "№ 99", "Место 31", "31 40", "Иванова", "x" * 300]:
            paste(desk, text)
            await settle(pilot)
            assert f"Такого билета нет: {text[:30]}" in picture(desk)
            await press(pilot, "enter")
            assert isinstance(desk.screen, TicketsScreen)
        await press(pilot, "enter")
        assert ticket_shown(desk) == 312


# ── The settings of the scanner ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("prefix", ["f2", "ctrl+b"])
async def test_behind_the_prefix_anything_is_a_code(tmp_path: Path, prefix: str) -> None:
    app = front_desk(tmp_path, scanner_prefix=prefix)
    async with running(app, window="new order, begun") as pilot:
        type_key(app, prefix)
        scan(app, "vorhoa")
        await settle(pilot)
        assert app.screen.query_one(PersonSearch).text == "се"
        assert "vorhoa" in said(app)


async def test_with_a_prefix_what_comes_without_it_into_a_line_is_typed(tmp_path: Path) -> None:
    app = front_desk(tmp_path, scanner_prefix="f2")
    async with running(app, window="person filter") as pilot:
        scan(app, "0000312", end="")
        await settle(pilot)
        assert app.screen.query_one(PersonSearch).text == "0000312"
        scan(app, "9", end="tab")
        await settle(pilot)
        assert app.screen.query_one(PersonSearch).text == "00003129"


async def test_the_pattern_of_the_settings_names_tickets(tmp_path: Path) -> None:
    app = front_desk(tmp_path, code_pattern=r"INV-(\d+)")
    async with running(app) as pilot:
        scan(app, "ШТМ-00312")
        await settle(pilot)
        assert ticket_shown(app) == 312
        scan(app, "olvery:40")
        await settle(pilot)
        assert said(app) == "Такого билета нет: olvery:40"
