"""How a screen comes: in one painting, with everything on it, and without styling others anew."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.css.model import SelectorType
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.screen import Screen

from olvery_tui.app import startup
from olvery_tui.app.app import DeskApp
from olvery_tui.app.frame import Frame
from olvery_tui.app.rendering import FIELD_STYLES, STYLES, Sheets
from olvery_tui.app.startup import LIST_STYLES, import_windows
from olvery_tui.domain.catalogue import LocationDetails
from olvery_tui.domain.pages import Count, Page, Preview, TicketRow
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.order.order import OrderScreen
from olvery_tui.screens.ticket.period import PeriodForm
from olvery_tui.screens.ticket.ticket import TicketScreen
from tests.screens.conftest import SIZES, settle
from tests.screens.ticket_desk import on_screen, press


class Painted(Frame):
    """Notes what is painted, which goes nowhere here."""

    def __init__(self) -> None:
        super().__init__()
        self.whole: list[str] = []

    def changes(self, painted: Any) -> Any:
        if isinstance(painted, LayoutUpdate):
            lines = ["".join(strip.text for strip in strips) for strips in painted.strips]
            self.whole.append("\n".join(lines))
        return super().changes(painted)


@pytest.fixture
def painted(app: DeskApp) -> Painted:
    app.rendering.frame = painted = Painted()
    return painted


async def test_the_first_that_is_sent_of_a_ticket_is_the_ticket(
    app: DeskApp, painted: Painted
) -> None:
    async with app.run_test(size=SIZES["80x24"]) as pilot:
        await settle(pilot)
        painted.whole.clear()
        await press(pilot, "enter")
        assert isinstance(app.screen, TicketScreen)
        assert "Мария Семенова" in painted.whole[0]
        assert "Детали билета" in painted.whole[0]
        painted.whole.clear()
        await press(pilot, "z")
        assert isinstance(app.screen, OrderScreen)
        assert "Билеты: " in painted.whole[0]


async def test_the_calendar_is_painted_with_its_bookings_and_keys_and_styled_once(
    app: DeskApp, painted: Painted, styled: list[DOMNode]
) -> None:
    async with app.run_test(size=SIZES["120x40"]) as pilot:
        await settle(pilot)
        painted.whole.clear()
        await press(pilot, "c")
        assert "▸ Календарь" in painted.whole[0]
        assert "занято сейчас 3 из 36" in painted.whole[0]
        assert "PM №1" in painted.whole[0]
        assert "Enter Открыть" in painted.whole[0]
        await press(pilot, "z")
        styled.clear()
        await press(pilot, "c")
        assert len(styled) < 3
        app.theme = "olvery-light"
        await settle(pilot)
        await press(pilot, "z", "c")
        assert app.screen.styles.background == app.screen_stack[0].styles.background


async def test_the_period_form_is_painted_once_filled_and_with_its_keys(
    app: DeskApp, painted: Painted
) -> None:
    async with app.run_test(size=SIZES["80x24"]) as pilot:
        await settle(pilot)
        painted.whole.clear()
        await press(pilot, "t")
        assert isinstance(app.screen, PeriodForm)
        (form,) = painted.whole
        assert "Доплата" in form
        assert "Ctrl+S Сохранить" in form.splitlines()[-1]


async def test_what_is_known_of_a_style_is_what_the_sheets_say(app: DeskApp) -> None:
    async with app.run_test(size=SIZES["80x24"]) as pilot:
        await settle(pilot)
        for keys in (("t", "escape", "t", "tab"), ("escape", "s", "down", "down", "enter")):
            await press(pilot, *keys)
            for node in app.screen.walk_children():
                known = node.styles.base.get_rules()
                Stylesheet.apply(app.stylesheet, node)
                assert node.styles.base.get_rules() == known


@pytest.fixture
def styled(monkeypatch: pytest.MonkeyPatch) -> list[DOMNode]:
    """What is styled."""
    found: list[DOMNode] = []
    update_nodes = Stylesheet.update_nodes

    def noted(self: Stylesheet, nodes: Iterable[DOMNode], animate: bool = False) -> None:
        nodes = list(nodes)
        found.extend(nodes)
        update_nodes(self, nodes, animate)

    monkeypatch.setattr(Stylesheet, "update_nodes", noted)
    return found


async def test_a_window_is_styled_once(app: DeskApp, styled: list[DOMNode]) -> None:
    async with app.run_test(size=SIZES["80x24"]) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        await press(pilot, "escape")
        styled.clear()
        await press(pilot, "enter")
        assert isinstance(app.screen, TicketScreen)
        on_it = len(list(app.screen.walk_children()))
        assert len(styled) < on_it / 2  # beside once each, when it was mounted


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 15)])
async def test_a_window_and_the_list_behind_it_follow_the_terminals_size(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        await pilot.resize_terminal(*size)
        await settle(pilot)
        assert len(on_screen(app)) == size[1]
        assert {len(line) for line in on_screen(app)} == {size[0]}
        behind: Screen[Any] = app.screen_stack[0]
        assert behind.size == behind._size == app.size
        assert behind.has_class("-wide") == (size[0] >= 110)


async def test_what_windows_need_is_ready_soon(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(startup, "SETTLED_SECONDS", 0.01)
    async with app.run_test(size=SIZES["80x24"]) as pilot:
        await settle(pilot)
        for _moment in range(3_000):
            if app.stylesheet.has_source(str(STYLES / "settings.tcss")):
                break
            await asyncio.sleep(0.01)
        await settle(pilot)
        read = {Path(path).name for path, of in app.stylesheet.source if not of}
        there = {path.name for path in STYLES.glob("*.tcss")}
        assert there - read <= {"sign_in.tcss"}


@pytest.mark.parametrize(
    ("keys", "there"), [("1", "NumberLine"), ("f", "TicketFilterForm"), ("f1", "HelpScreen")]
)
async def test_sheets_of_fields_are_read_for_the_first_of_them_and_before_those_of_windows(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch, keys: str, there: str
) -> None:
    monkeypatch.setattr(startup.Startup, "open", lambda _self: None)
    async with app.run_test(size=SIZES["80x24"]) as pilot:
        await pilot.pause()
        first = [Path(path).stem for path, of in app.stylesheet.source if not of]
        assert first == ["app", *LIST_STYLES]
        await pilot.press(keys)
        for _moment in range(300):
            await pilot.pause(0.01)
            if type(app.screen).__name__ == there or app.screen.query(there):
                break
        assert type(app.screen).__name__ == there or app.screen.query(there)
        read = [Path(path).stem for path, of in app.stylesheet.source if not of]
        assert read[: len(first) + len(FIELD_STYLES)] == [*first, *FIELD_STYLES]


async def test_what_is_heavy_waits_until_the_previews_lines_are_sent(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    def changes(frame: Frame, painted: Any) -> Any:
        if isinstance(painted, ChopsUpdate):
            strips = [strip for row in painted.chops for strip in row.values() if strip]
            sent.append("".join(strip.text for strip in strips))

    monkeypatch.setattr(startup.Startup, "open", lambda _self: None)
    monkeypatch.setattr(Frame, "changes", changes)
    day = Period(
        PeriodKind.DAILY, datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
    )
    row = TicketRow(7, day, "Мария Семенова", TicketStatus.NEW, "PM №1")
    location = LocationDetails("Практик", ZoneInfo("UTC"), "RUB")
    page = Page((row,), more_above=False, more_below=False, offset=0)
    seen_when_told: list[bool] = []
    async with app.run_test(size=SIZES["80x24"]) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, TicketsScreen)
        screen.show_preview(
            Preview(location, page, Count(1), day.starts_at),
            lambda: seen_when_told.append("Мария Семенова" in "".join(sent)),
        )
        for _moment in range(300):
            await pilot.pause(0.01)
            if seen_when_told:
                break
    assert seen_when_told == [True]


def test_every_style_sheet_is_known() -> None:
    first = {"app", *LIST_STYLES, *FIELD_STYLES}
    windows = {sheet.stem for sheet in import_windows()}
    assert {path.stem for path in STYLES.glob("*.tcss")} == first | windows


def test_no_sheet_has_a_rule_for_an_id_of_any_screen(app: DeskApp) -> None:
    sheets = Sheets()
    sheets.set_variables(app.get_css_variables())
    for path in STYLES.glob("*.tcss"):
        sheets.read(path)
    first = [one.selectors[0] for rule in sheets.rules for one in rule.selector_set]
    assert not [one.css for one in first if one.type is SelectorType.ID]


def test_one_more_sheet_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    for name, color in (("one", "red"), ("two", "blue")):
        (tmp_path / f"{name}.tcss").write_text(f"#{name} {{ color: {color}; }}")
    sheets = Sheets()
    sheets.read(tmp_path / "one.tcss")
    (one,) = sheets.rules
    sheets.read(tmp_path / "two.tcss")
    sheets.reparse()
    assert sheets.rules[0] is one
    assert [rule.selectors for rule in sheets.rules] == ["#one", "#two"]
