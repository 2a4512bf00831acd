"""The list of visitors, searched while one types; Enter opens the page of one.

Source: ours.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from olvery_tui.domain.people import NewPerson, PersonDetails, begun
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.base import Window
from olvery_tui.screens.people.person_forms import AddPersonForm
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.field import PHONE, Field
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.widgets.table.list_table import ListTable
from olvery_tui.widgets.table.people_table import PeopleTable
from olvery_tui.wording.listing import position_text

DEBOUNCE = 0.1
"""Seconds of quiet after which what was typed is looked for."""

_MOVES = {
    "up": "cursor_up",
    "down": "cursor_down",
    "pageup": "page_up",
    "pagedown": "page_down",
    "ctrl+home": "scroll_home",
    "ctrl+end": "scroll_end",
}
"""Keys of the line that move the table's cursor."""


class PeopleScreen(Window[None]):
    """All visitors by last name. The line above the list always has the focus."""

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/people.tcss"]
    BINDINGS: ClassVar = [*bindings("people"), *bindings("modal")]

    paints_filled = True

    _line = getters.query_one("#search", Field)
    table = getters.query_one(PeopleTable)
    """The list."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        with self.window(_("Visitors")):
            yield Field(
                placeholder=_("part of a name or phone, or the beginning of an email"),
                takes=PHONE,
                id="search",
            )
            yield PeopleTable()
            yield StatusLine()
        yield KeyBar()

    def on_mount(self) -> None:
        self._line.focus()
        self.table.restart()
        self.load_count()

    # Rows

    @on(ListTable.PageWanted)
    @work(exclusive=True, group="page")
    async def load_page(self, wanted: ListTable.PageWanted) -> None:
        """Load the page that the table asks for."""
        people, text = self.app.desk.people, self._text
        page = await self.read_desk(people.page, text, wanted.start, wanted.limit)
        if not page.rows:
            self.table.show_empty(
                _("Nobody is found. {key} adds them.").format(key="Ctrl+N")
                if text
                else _("There are no visitors yet. {key} adds one.").format(key="Ctrl+N")
            )
        self.table.show_page(wanted.token, page)
        self.begin_painting()

    @work(exclusive=True, group="count")
    async def load_count(self) -> None:
        """Count who matches."""
        self.table.show_count(await self.read_desk(self.app.desk.people.count, self._text))

    @on(ListTable.PositionChanged)
    def _show_position(self, message: ListTable.PositionChanged) -> None:
        text = position_text(message.first, message.last, message.total)
        self.query_one("#window").border_subtitle = Content(text)

    def on_desk_changed(self, message: DeskChanged) -> None:
        self.when_idle("page", self.table.reload)
        self.when_idle("count", self.load_count)

    # Typing

    @on(Input.Changed, "#search")
    def _typed(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(DEBOUNCE, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._line.value != self._text:
            self._text = self._line.value
            self.table.restart()
            self.load_count()

    def on_key(self, event: events.Key) -> None:
        """Move the table's cursor from the line."""
        if (move := _MOVES.get(event.key)) is not None:
            event.stop()
            event.prevent_default()
            getattr(self.table, f"action_{move}")()

    # Opening

    def action_open_marked(self) -> None:
        """Open the person under the cursor, once what was typed is found."""
        self._look()
        self.table.action_select_cursor()

    @on(ListTable.Opened)
    def _opened(self, message: ListTable.Opened) -> None:
        self.open_person(message.number)

    def open_person(self, person_id: int) -> None:
        """Open the page of a person."""
        from olvery_tui.screens.people.person import PersonScreen

        if self.is_active:
            self.app.push_screen(PersonScreen(person_id), self._seen)

    def _seen(self, person_id: int | None) -> None:
        self._line.focus()
        self.table.reload()
        self.load_count()
        if person_id is not None:
            self.table.select(person_id)

    def action_add_person(self) -> None:
        """Open the form of a new visitor, begun with what was typed here."""
        self.app.push_screen(AddPersonForm(begun(self._line.value)), self._added)

    def _added(self, person: PersonDetails | NewPerson | None) -> None:
        if isinstance(person, PersonDetails):
            self._line.value = self._text = ""
            self.table.restart()
            self._seen(person.id)

    def action_duplicates(self) -> None:
        """Show who looks as if there were two of them."""
        from olvery_tui.screens.people.duplicates import DuplicatesScreen

        self.app.push_screen(DuplicatesScreen(), self._picked)

    def _picked(self, person_id: int | None) -> None:
        if person_id is not None:
            self.open_person(person_id)

    def action_back(self) -> None:
        """Take back what was typed; then return to the list of tickets."""
        if self._line.value:
            self._line.value = ""
        else:
            self.dismiss()
