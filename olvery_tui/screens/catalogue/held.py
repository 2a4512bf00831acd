"""The tickets that need a place which is to be archived, moved one by one."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from olvery_tui.domain.conflicts import HeldPlace, PlacesHeld
from olvery_tui.domain.items import Item
from olvery_tui.domain.text import shown
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.base import Window
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.periods import period_text
from olvery_tui.wording.seats import seat_text


class HeldPlacesScreen(Window[bool]):
    """Lists the tickets; `Enter` moves one. Closes with True once none is left.

    Args:
        item: What is to be archived.
        error: The tickets that were in the way.
    """

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/managers.tcss"]
    BINDINGS: ClassVar = [*bindings("held"), *bindings("modal")]

    def __init__(self, item: Item, error: PlacesHeld) -> None:
        super().__init__()
        self._item = item
        self._error = error
        self._held = error.held

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window") as window:
            window.border_title = Content.from_markup(
                "[@click=screen.back]← $title[/]",
                title=_("Archive “{name}”").format(name=shown(self._item.name)),
            )
            yield Static(Content(sentence(self._error)), id="why", markup=False)
            yield OptionList(id="managers", markup=False)
            yield StatusLine()
            with Horizontal(classes="buttons"):
                yield KeyButton(_("Cancel"), "modal.back", id="cancel")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()
        self._list(self._held)

    def _list(self, held: tuple[HeldPlace, ...]) -> None:
        if not held:
            self.dismiss(True)
            return
        self._held = held
        options, zone = self.query_one(OptionList), self.app.location.zone
        at = options.highlighted or 0
        options.set_options(
            Option(
                Content(
                    f"{one.ticket}  {period_text(one.period, zone)}  {shown(one.visitor)}  "
                    f"{seat_text(one.workplace, one.room)}"
                )
            )
            for one in held
        )
        options.highlighted = min(at, len(held) - 1)

    @work(exclusive=True, group="held")
    async def load_held(self) -> None:
        """List the tickets that are still in the way."""
        self._list(await self.read_desk(self.app.desk.catalogue.held, self._item))

    def on_desk_changed(self, message: DeskChanged) -> None:
        """Leave out tickets that another terminal has moved meanwhile."""
        self.when_idle("held", self.load_held)

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.app.input.hold_for(self.load_ticket(self._held[message.option_index].ticket))

    @work(exclusive=True, group="ticket")
    async def load_ticket(self, number: int) -> None:
        """Open the form of a ticket's workplace."""
        from olvery_tui.screens.ticket.workplace import WorkplaceForm

        ticket = await self.call_desk(self.app.desk.tickets.get, number)
        if self.is_active:
            self.app.push_screen(WorkplaceForm(ticket), self._moved)

    def _moved(self, _ticket: TicketDetails | None) -> None:
        self.query_one(OptionList).focus()
        self.load_held()

    def action_back(self) -> None:
        """Close; nothing is archived."""
        self.dismiss(False)
