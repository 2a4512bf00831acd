"""The history of one ticket or one manager: who did what when, newest first."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from olvery_tui.domain.cards import EventLine, ManagerCard
from olvery_tui.domain.errors import OlveryError
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.widgets.asking import Asking
from olvery_tui.widgets.key_bar import KeyBar
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.widgets.said import Said
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.events import actor_text, event_text, is_refusal
from olvery_tui.wording.periods import instant_text

if TYPE_CHECKING:
    from olvery_tui.app import OlveryApp
    from olvery_tui.desk import Desk


_INDENT = 2


class EventList(Static):
    """All lines of the history as one text: when and who, and under it what."""

    COMPONENT_CLASSES: ClassVar = {
        "event-list--when",
        "event-list--who",
        "event-list--what",
        "event-list--refused",
    }

    _lines: tuple[EventLine, ...] = ()

    def __init__(self, text: str, *, name_tickets: bool = False) -> None:
        super().__init__(text, markup=False)
        self._name_tickets = name_tickets

    def show(self, lines: tuple[EventLine, ...]) -> None:
        """Put the lines there; the scroll position stays."""
        self._lines = lines
        self._draw()

    def on_resize(self) -> None:
        """Fold the lines anew, for what follows the first stands under it and not at the edge."""
        self._draw()

    def _draw(self) -> None:
        if self._lines:
            self.update(Content("\n\n").join(self._entry(line) for line in self._lines))

    def _entry(self, line: EventLine) -> Content:
        app: OlveryApp = self.app  # type: ignore[assignment]
        zone = app.location.zone
        refused = is_refusal(line.kind)
        what = "event-list--refused" if refused else "event-list--what"
        style = self.get_visual_style(what, partial=True)
        told = Content(self._what(line, zone)).wrap(max(20, self.size.width - _INDENT))
        marks = ["! " if refused else "  "] + ["  "] * (len(told) - 1)
        return Content.assemble(
            (instant_text(line.at, zone), self.get_visual_style("event-list--when", partial=True)),
            "  ",
            (actor_text(line), self.get_visual_style("event-list--who", partial=True)),
            *(
                Content.styled(f"\n{mark}{part.plain}", style)
                for mark, part in zip(marks, told, strict=True)
            ),
        )

    def _what(self, line: EventLine, zone: tzinfo) -> str:
        text = event_text(line, zone)
        if not self._name_tickets:
            return text
        if line.ticket is not None:
            return _("Ticket {number} · {text}").format(number=line.ticket, text=text)
        if line.order is not None:
            return _("Order {number} · {text}").format(number=line.order, text=text)
        return text


class HistoryScreen(Asking, ModalScreen[None]):
    """Stands over the ticket's form and grows by itself as things happen."""

    name_tickets: ClassVar = False
    """Whether each line has to say which ticket it is about."""

    app: OlveryApp
    CSS_PATH: ClassVar = ["../styles/modal.tcss", "../styles/history.tcss"]
    BINDINGS: ClassVar = bindings("modal")

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._lines: tuple[EventLine, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window") as window:
            window.border_title = Content.from_markup(
                "[@click=screen.back]← $title[/]",
                title=self.title_text(),
            )
            with VerticalScroll(id="events"):
                yield EventList(_("Loading…"), name_tickets=self.name_tickets)
            yield Said()
        yield KeyBar()

    def title_text(self) -> str:
        """Whose history it is."""
        return _("History of ticket {number}").format(number=self._number)

    def look(self, desk: Desk) -> tuple[EventLine, ...]:
        """Ask for it; in a thread."""
        return desk.history(self._number)

    def on_mount(self) -> None:
        self.query_one("#events").focus()
        self._reload()

    def on_desk_changed(self, message: DeskChanged) -> None:
        self._reload()

    def _reload(self) -> None:
        desk = self.app.desk
        self.ask("history", lambda: self.look(desk), self._show, self._not_loaded)

    def _show(self, lines: tuple[EventLine, ...]) -> None:
        self.query_one(Said).hush()
        if lines != self._lines:
            self._lines = lines
            self.query_one(EventList).show(lines)
        if not lines:
            self.query_one(EventList).update(Content(_("Nothing has happened yet.")))

    def _not_loaded(self, error: OlveryError) -> None:
        self.query_one(Said).tell(sentence(error), "trouble")

    def action_back(self) -> None:
        """Back to the ticket."""
        self.dismiss()


class ManagerHistoryScreen(HistoryScreen):
    """What a manager did, and what was done with their account."""

    name_tickets = True

    def __init__(self, manager: ManagerCard) -> None:
        super().__init__(0)
        self._manager = manager

    def title_text(self) -> str:
        """Whose history it is."""
        return _("History of {name}").format(name=shown(self._manager.name))

    def look(self, desk: Desk) -> tuple[EventLine, ...]:
        """Ask for it; in a thread."""
        return desk.manager_history(self._manager.id)
