"""The history of a ticket, an order or a manager: who did what and when, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.access import ManagerDetails
from olvery_tui.domain.events import EventLine
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.base import Window
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.wording.events import actor_text, event_text, is_refusal, when_text

if TYPE_CHECKING:
    from olvery_tui.widgets.application import Application


_INDENT = 2


class EventList(Static):
    """All events as one text: when and who on the first line, what below it."""

    COMPONENT_CLASSES: ClassVar = {
        "event-list--when",
        "event-list--who",
        "event-list--what",
        "event-list--refused",
    }

    _lines: tuple[EventLine, ...] = ()
    names_tickets = False
    """Whether each entry names the ticket it is about."""
    names_orders = False
    """Whether each entry names the order it is about, if it is about no ticket."""
    names_places = False
    """Whether each entry names the terminal where it was done."""

    def show(self, lines: tuple[EventLine, ...]) -> None:
        """Show the events; the scroll position stays."""
        self._lines = lines
        self._draw()

    def on_resize(self) -> None:
        """Wrap again: continuation lines are indented below the first one."""
        self._draw()

    def _draw(self) -> None:
        if self._lines:
            self.update(Content("\n\n").join(self._entry(line) for line in self._lines))

    def _entry(self, line: EventLine) -> Content:
        app: Application = self.app  # type: ignore[assignment]
        zone = app.location.zone
        refused = is_refusal(line.kind)
        what = "event-list--refused" if refused else "event-list--what"
        style = self.get_visual_style(what, partial=True)
        text = event_text(line, zone)
        if self.names_tickets and line.ticket is not None:
            text = _("Ticket {number}: {what}").format(number=line.ticket, what=text)
        elif self.names_orders and line.order is not None:
            text = _("Order {number}: {what}").format(number=line.order, what=text)
        told = Content(text).wrap(max(20, self.size.width - _INDENT))
        marks = ["! " if refused else "  "] + ["  "] * (len(told) - 1)
        place = f"  {shown(line.terminal)}" if self.names_places and line.terminal else ""
        return Content.assemble(
            (when_text(line, zone), self.get_visual_style("event-list--when", partial=True)),
            "  ",
            (actor_text(line), self.get_visual_style("event-list--who", partial=True)),
            (place, self.get_visual_style("event-list--when", partial=True)),
            *(
                Content.styled(f"\n{mark}{part.plain}", style)
                for mark, part in zip(marks, told, strict=True)
            ),
        )


class HistoryScreen(Window[None]):
    """The history of a ticket. New events appear as they happen.

    Args:
        number: The ticket's number.
    """

    offers_undo = True
    CSS_PATH: ClassVar = ["../styles/modal.tcss", "../styles/history.tcss"]
    BINDINGS: ClassVar = bindings("modal")

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._lines: tuple[EventLine, ...] = ()

    def compose(self) -> ComposeResult:
        with self.window(self.title_of(self._number), "-large"):
            with VerticalScroll(id="events", classes="grows"):
                yield EventList(_("Loading…"), markup=False)
            yield StatusLine()
        yield KeyBar()

    def title_of(self, number: int) -> str:
        """Return the window's title."""
        return _("History of ticket {number}").format(number=number)

    def fetch(self, number: int) -> tuple[EventLine, ...]:
        """Return the events from the desk. Called in a thread."""
        return self.app.desk.tickets.history(number)

    def on_mount(self) -> None:
        self.query_one("#events").focus()
        self.load_history()

    def on_desk_changed(self, message: DeskChanged) -> None:
        self.when_idle("history", self.load_history)

    @work(exclusive=True, group="history")
    async def load_history(self) -> None:
        """Load the events and show them."""
        lines = await self.read_desk(self.fetch, self._number)
        if lines != self._lines:
            self._lines = lines
            self.query_one(EventList).show(lines)
        if not lines:
            self.query_one(EventList).update(Content(_("Nothing has happened yet.")))


class OrderHistoryScreen(HistoryScreen):
    """The history of an order and of its tickets."""

    def on_mount(self) -> None:
        self.query_one(EventList).names_tickets = True

    def title_of(self, number: int) -> str:
        return _("History of order {number}").format(number=number)

    def fetch(self, number: int) -> tuple[EventLine, ...]:
        return self.app.desk.orders.history(number)


class ManagerHistoryScreen(HistoryScreen):
    """What a manager did, and what was done to their account."""

    def __init__(self, manager: ManagerDetails) -> None:
        super().__init__(manager.id)
        self._manager = manager

    def on_mount(self) -> None:
        lines = self.query_one(EventList)
        lines.names_tickets = lines.names_orders = lines.names_places = True

    def title_of(self, number: int) -> str:
        return _("History of {name}").format(name=shown(self._manager.name))

    def fetch(self, number: int) -> tuple[EventLine, ...]:
        return self.app.desk.access.history(number)
