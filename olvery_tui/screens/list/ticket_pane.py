"""The ticket under the cursor, whole, beside the list on a wide terminal."""

from __future__ import annotations

import asyncio
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.containers import Vertical
from textual.timer import Timer

from olvery_tui.domain.errors import OlveryError
from olvery_tui.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.widgets import Button

    from olvery_tui.domain.tickets import TicketDetails
    from olvery_tui.screens.base import DeskScreen
    from olvery_tui.widgets.chrome.status_line import Tone

_REST_SECONDS = 0.2
"""How long the cursor rests on a ticket before the pane asks for it: longer than the time between
two steps of a key that is held down."""

_BLOCKS = "olvery_tui.screens.ticket.ticket_blocks"
_STYLES = Path(__file__).resolve().parents[2] / "styles"
_SHEETS = (_STYLES / "modal.tcss", _STYLES / "ticket.tcss")


class TicketPane(Vertical):
    """Shows the ticket that the cursor rests on, with what can be done with it now.

    Its buttons are for the mouse: the keys work from the list. It is empty until `load`, so that
    the first frame doesn't wait for it.
    """

    screen: DeskScreen[Any]

    def __init__(self) -> None:
        super().__init__(id="pane")
        self._number: int | None = None
        self._about: int | None = None
        """The ticket that the last action was about."""
        self._ticket: TicketDetails | None = None
        self._timer: Timer | None = None
        self._loading = asyncio.Lock()
        self._is_loaded = False

    @property
    def ticket(self) -> TicketDetails | None:
        """The ticket under the cursor, if it is shown; None while another one still is."""
        ticket = self._ticket
        return ticket if ticket is not None and ticket.number == self._number else None

    # Following the cursor

    def follow(self, number: int | None) -> None:
        """Show another ticket, once the cursor has rested on it."""
        self._number = number
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_REST_SECONDS, self.reload) if self.display else None

    def reload(self) -> None:
        """Load the ticket again, unless the pane is hidden or a change of it is being made."""
        if self.display and not self.screen.is_working("command"):
            load: Callable[[], Any] = self._load_ticket
            self.screen.run_worker(load, exclusive=True, group="pane")

    async def _load_ticket(self) -> None:
        app, number = self.screen.app, self._number
        if not app.is_ready:
            return
        await self._load()
        if number is None:
            self._clear()
            return
        try:
            ticket = await self.screen.call_desk(app.desk.tickets.get, number)
        except OlveryError:
            self._clear()  # it is gone, or the banner tells of the outage
        else:
            if number == self._number:
                self.show(ticket)

    async def _load(self) -> None:
        """Mount the ticket's blocks; only once."""
        async with self._loading:
            if self._is_loaded:
                return
            blocks = await asyncio.to_thread(import_module, _BLOCKS)
            from olvery_tui.widgets.chrome.status_line import StatusLine

            for sheet in _SHEETS:
                css = await asyncio.to_thread(sheet.read_text, encoding="utf-8")
                self.screen.app.rendering.add_sheet(str(sheet), css)
            ticket = blocks.TicketBlocks()
            ticket.can_focus = False
            await self.mount(ticket, StatusLine())
            for button in self.query("KeyButton"):
                button.can_focus = False
            self._is_loaded = True

    def _clear(self) -> None:
        self._ticket = None
        self.query(".card").set(display=False)

    # What the actions show

    def begin(self, number: int) -> None:
        """Take what is told from now on as being about this ticket."""
        self._about = number

    def show(self, details: TicketDetails, /) -> None:
        """Show a ticket, if it is the one under the cursor."""
        if details.number != self._number or not self._is_loaded:
            return
        from olvery_tui.screens.ticket.ticket_actions import allowed_changes
        from olvery_tui.screens.ticket.ticket_blocks import TicketBlocks

        if self._ticket is None or self._ticket.number != details.number:
            self.clear_status()
        self._ticket = details
        app = self.screen.app
        now = app.clock.now()
        blocks = self.query_one(TicketBlocks)
        blocks.show(details, app.location.zone, now, allowed_changes(details, now))
        self.query(".card").set(display=True)

    def tell(self, text: str, tone: Tone = "refused") -> None:
        """Show a sentence below its ticket, or as a notification where that is not shown."""
        from olvery_tui.widgets.chrome.status_line import StatusLine

        if self.display and self.ticket is not None and self._about == self._number:
            self.query_one(StatusLine).show(text, tone)
            return
        if not re.search(rf"\b{self._about}\b", text):  # most refusals name the ticket themselves
            text = _("Ticket {number}: {what}").format(number=self._about, what=text)
        is_bad = tone in ("refused", "trouble")
        self.screen.app.notify(text, severity="warning" if is_bad else "information", markup=False)

    def clear_status(self) -> None:
        """Clear that sentence."""
        from olvery_tui.widgets.chrome.status_line import StatusLine

        for line in self.query(StatusLine):
            line.clear()

    def not_done(self, error: OlveryError) -> None:
        """Show why a change failed."""
        from olvery_tui.wording.errors import undone

        self.tell(undone(error, self.screen.app.location.zone))

    def command_done(self, *, refused: bool) -> None:
        """Load the list and the ticket again after a change or its refusal."""
        self.screen.read_again()  # type: ignore[attr-defined]
        self.reload()

    async def on_button_pressed(self, message: Button.Pressed) -> None:
        message.stop()
        await self.screen.run_action(message.button.key_action)  # type: ignore[attr-defined]
