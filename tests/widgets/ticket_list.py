"""A long list in memory that answers as the desk does, and an application of nothing but the table.

Also run by itself (`python -m tests.widgets.ticket_list 10000`), to be measured in a terminal.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

import olvery_tui
from olvery_tui.domain.pages import (
    After,
    Around,
    Before,
    Bottom,
    Count,
    Page,
    PageStart,
    TicketRow,
    Top,
)
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.themes import THEMES
from olvery_tui.widgets.table.ticket_table import TicketTable

MOSCOW = ZoneInfo("Europe/Moscow")
STATUSES = list(TicketStatus)
PEOPLE = ("Мария Семенова", "Марина Спиридонова", "Иван Столповский", "Анастасия Иванова")
_MORNING = datetime(2022, 12, 6, 6, tzinfo=UTC)


def ticket(number: int, **changes: object) -> TicketRow:
    """A row like those of the manual: the same number gives the same row."""
    if number % 3:
        first = date(2022, 12, 1) + timedelta(days=number % 28)
        period = Period.daily(first, first + timedelta(days=number % 5), MOSCOW)
    else:
        start = _MORNING + timedelta(days=number % 30)
        period = Period.hourly(start, start + timedelta(hours=1 + number % 4))
    row = TicketRow(
        number=number,
        period=period,
        visitor=PEOPLE[number % len(PEOPLE)],
        status=STATUSES[number % len(STATUSES)],
        workplace=f"PM №{number % 12 + 1}",
        overdue=number % 20 == 2,
    )
    return row._replace(**changes)  # type: ignore[arg-type]


class TicketList:
    """The tickets of a filter, newest first; tests change `rows` as other terminals would."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.rows = [ticket(number) for number in sorted(numbers, reverse=True)]

    def change(self, number: int, **changes: object) -> None:
        """Another terminal changes a ticket."""
        index = self._first_not_above(number)
        self.rows[index] = self.rows[index]._replace(**changes)  # type: ignore[arg-type]

    def remove(self, number: int) -> None:
        """A ticket does not match the filter any more."""
        self.rows = [row for row in self.rows if row.number != number]

    def add(self, number: int) -> None:
        """A ticket comes in."""
        self.rows = sorted([*self.rows, ticket(number)], key=lambda row: -row.number)

    def page(self, start: PageStart, limit: int) -> Page:
        """What the desk's `page` gives."""
        size = len(self.rows)
        match start:
            case Top():
                first, last = 0, limit
            case Bottom():
                first, last = size - limit, size
            case After(number):
                first = self._first_not_above(number - 1)
                last = first + limit
            case Before(number):
                last = self._first_not_above(number)
                first = last - limit
            case Around(number):
                first = self._first_not_above(number) - limit // 2
                last = first + limit
        first, last = max(0, first), min(last, size)
        return Page(tuple(self.rows[first:last]), first > 0, last < size, offset=first)

    def _first_not_above(self, number: int) -> int:
        return bisect_left(self.rows, -number, key=lambda row: -row.number)


class QuietScreen(Screen[None]):
    """A screen that is not repainted as a whole when the focus moves."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)


class TableApp(App[None]):
    """The table beside a sidebar. Answers come at once unless they are held back."""

    CSS_PATH: ClassVar = [Path(olvery_tui.__file__).parent / "styles" / "list_table.tcss"]
    CSS = """
    #side { width: 28; height: 1fr; }
    #position { height: 1; }
    """
    BINDINGS: ClassVar = [
        Binding("c", "change_a_row"),
        Binding("r", "reload"),
        Binding("tab", "app.focus_next"),
    ]

    def __init__(self, tickets: TicketList, *, sidebar: bool = True) -> None:
        super().__init__()
        self.tickets = tickets
        self.sidebar = sidebar
        self.held: list[Callable[[], None]] | None = None
        """Answers that wait; None while they come at once."""
        self.changes = 0
        self.asked: list[TicketTable.PageWanted] = []
        self.opened: list[int] = []
        self.highlighted: list[int | None] = []
        self.marked: list[frozenset[int]] = []
        self.positions: list[tuple[int | None, int | None, Count | None]] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def get_default_screen(self) -> Screen[object]:
        return QuietScreen()

    def compose(self) -> ComposeResult:
        with Horizontal():
            if self.sidebar:
                side = Static("Фильтр", id="side")
                side.can_focus = True
                yield side
            with Vertical():
                yield Static(id="position", markup=False)
                yield TicketTable(zone=MOSCOW)
        yield Static("Enter Открыть", id="keys")

    @property
    def table(self) -> TicketTable:
        """The table under test."""
        return self.query_one(TicketTable)

    def on_mount(self) -> None:
        self.table.focus()
        self.table.restart()

    def on_list_table_page_wanted(self, message: TicketTable.PageWanted) -> None:
        self.asked.append(message)
        page = self.tickets.page(message.start, message.limit)

        def answer() -> None:
            self.table.show_page(message.token, page)

        if self.held is not None:
            self.held.append(answer)
        else:
            answer()

    def let_go(self, last_first: bool = False) -> None:
        """Give all answers that were held back."""
        answers, self.held = self.held or [], None
        for answer in reversed(answers) if last_first else answers:
            answer()

    def on_list_table_opened(self, message: TicketTable.Opened) -> None:
        self.opened.append(message.number)

    def on_list_table_highlighted(self, message: TicketTable.Highlighted) -> None:
        self.highlighted.append(message.number)

    def on_list_table_marked(self, message: TicketTable.Marked) -> None:
        self.marked.append(message.numbers)

    def on_list_table_position_changed(self, message: TicketTable.PositionChanged) -> None:
        self.positions.append((message.first, message.last, message.total))
        total = message.total.value if message.total else "?"
        self.query_one("#position", Static).update(
            f"{message.first}–{message.last} из {total}", layout=False
        )

    def action_change_a_row(self) -> None:
        """The row under the cursor's next neighbour is changed elsewhere."""
        number = (self.table.cursor_number or 0) - 1
        self.changes += 1
        self.tickets.change(number, status=STATUSES[self.changes % len(STATUSES)])
        self.table.reload()

    def action_reload(self) -> None:
        """Something changed that is not in sight."""
        self.table.reload()


if __name__ == "__main__":
    TableApp(TicketList(range(1, int(sys.argv[1]) + 1))).run()
