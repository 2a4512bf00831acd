"""The tickets that need a place which is to be archived, moved one by one or all at once."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, OptionList, Static

from olvery_tui.domain.closings import ProposedMove, moves_of, without_place
from olvery_tui.domain.conflicts import PlacesHeld
from olvery_tui.domain.errors import OlveryError
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
from olvery_tui.widgets.pickers.move_list import MoveList
from olvery_tui.wording.closings import moved_outcome, stuck_text
from olvery_tui.wording.errors import sentence


class HeldPlacesScreen(Window[bool]):
    """Lists the tickets; `Enter` moves one, a button all of them. Closes with True once none is
    left.

    Args:
        item: What is to be archived.
        error: The tickets that were in the way.
    """

    CSS_PATH: ClassVar = [f"../../styles/{name}.tcss" for name in ("modal", "closings")]
    BINDINGS: ClassVar = [*bindings("held_all"), *bindings("modal")]

    def __init__(self, item: Item, error: PlacesHeld) -> None:
        super().__init__()
        self._item = item
        self._error = error

    def compose(self) -> ComposeResult:
        with self.window(_("Archive “{name}”").format(name=shown(self._item.name)), "-large"):
            yield Static(Content(sentence(self._error)), id="why", markup=False)
            yield MoveList(id="moves")
            yield StatusLine()
            with Horizontal(classes="buttons"):
                yield KeyButton(_("Move them all"), "held_all.move_all", id="save")
                yield KeyButton(_("Cancel"), "modal.back", id="cancel")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(MoveList).focus()
        self.load_moves()

    def _show(self, moves: tuple[ProposedMove, ...]) -> None:
        if moves:
            self.query_one(MoveList).show(moves, self.app.location.zone)
        else:
            self.dismiss(True)

    @work(exclusive=True, group="moves")
    async def load_moves(self) -> None:
        """List the tickets that are still in the way, each with where it can go."""
        self._show(await self.read_desk(self.app.desk.catalogue.proposed, self._item))

    def on_desk_changed(self, message: DeskChanged) -> None:
        """Leave out tickets that another terminal has moved meanwhile."""
        if not self.is_working("save"):
            self.when_idle("moves", self.load_moves)

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Move all tickets to the places that are proposed."""
        moves = self.query_one(MoveList).moves
        if self.is_working("save") or not moves:
            return
        if stuck := tuple(without_place(moves)):
            self.tell(stuck_text(stuck))
        else:
            self.save_moves(moves)

    @work(group="save")
    async def save_moves(self, moves: tuple[ProposedMove, ...]) -> None:
        """Move the tickets and see whether others are left."""
        try:
            await self.call_desk(self.app.desk.closings.move, moves_of(moves))
        except OlveryError as error:
            self.not_done(error)
        else:
            text = self.app.undo.offer(moved_outcome(len(moves)))
            self.app.notify(text, markup=False)
        self.load_moves()

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        from olvery_tui.screens.ticket.workplace import open_workplace

        number = self.query_one(MoveList).ticket_at(message.option_index)
        open_workplace(self, number, self._moved)

    def _moved(self, _ticket: TicketDetails | None) -> None:
        self.query_one(MoveList).focus()
        self.load_moves()

    def action_back(self) -> None:
        """Close; nothing is archived."""
        self.dismiss(False)
