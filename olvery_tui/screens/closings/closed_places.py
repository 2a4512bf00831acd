"""«Закрытые места»: what is closed now or will be, and opening it again. Source: ours."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from olvery_tui.domain.closings import Closing
from olvery_tui.domain.errors import OlveryError
from olvery_tui.i18n import _
from olvery_tui.keys import BY_ID, bindings, cap
from olvery_tui.screens.base import Window
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.wording.closings import opened_text
from olvery_tui.wording.seats import closing_text


async def open_again(window: Window[Any], closing: Closing) -> None:
    """Open a closed place, and show in a window's status line what came of it."""
    try:
        await window.call_desk(window.app.desk.closings.open, (closing.id,))
    except OlveryError as error:
        window.not_done(error)
    else:
        window.tell(window.app.undo.offer(opened_text(closing)), "done")


class ClosedPlacesScreen(Window[None]):
    """Lists closed places by room and time; a key opens the one under the cursor again."""

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/closings.tcss"]
    BINDINGS: ClassVar = [*bindings("closed"), *bindings("modal")]

    offers_undo = True

    _list = getters.query_one("#closed", OptionList)

    def __init__(self) -> None:
        super().__init__()
        self._closings: tuple[Closing, ...] = ()

    def compose(self) -> ComposeResult:
        with self.window(_("Closed places")):
            yield Static(_("Loading…"), id="nothing", markup=False)
            yield OptionList(id="closed", markup=False, compact=True)
            yield StatusLine()
            with Horizontal(classes="buttons"):
                yield KeyButton(_("Open again"), "closed.open", id="open")
                yield KeyButton(_("Close places"), "closed.close", id="close")
        yield KeyBar()

    def on_mount(self) -> None:
        self._list.display = self.query_one("#open").display = False
        self.query_one("#close").focus()
        self.load_closed()

    @work(exclusive=True, group="closed")
    async def load_closed(self) -> None:
        """List what is closed now."""
        self._closings = await self.read_desk(self.app.desk.closings.standing)
        closed, zone = self._list, self.app.location.zone
        at, had_focus = closed.highlighted or 0, closed.has_focus or not closed.display
        closed.set_options(Option(Content(closing_text(one, zone))) for one in self._closings)
        closed.display = self.query_one("#open").display = bool(self._closings)
        closed.highlighted = min(at, len(self._closings) - 1) if self._closings else None
        nothing = _("All places are open. {key} closes some.")
        text = nothing.format(key=cap(BY_ID["closed.close"].key))
        self.query_one("#nothing", Static).update(Content(text))
        self.query_one("#nothing").display = not self._closings
        if had_focus:
            self.set_focus(closed if self._closings else self.query_one("#close"))
        self.refresh_bindings()

    def on_desk_changed(self, message: DeskChanged) -> None:
        """Show what other terminals close and open."""
        self.when_idle("closed", self.load_closed)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to open a place only where one is closed."""
        return action != "open_place" or bool(self._closings)

    @on(Button.Pressed, "#open")
    def action_open_place(self) -> None:
        """Open the place under the cursor again."""
        at = self._list.highlighted
        if at is not None and self._closings and not self.is_working("save"):
            self.save_opened(self._closings[at])

    @work(group="save")
    async def save_opened(self, closing: Closing) -> None:
        """Open a place and take it from the list."""
        await open_again(self, closing)
        self.load_closed()

    @on(Button.Pressed, "#close")
    def action_close_places(self) -> None:
        """Close other places."""
        from olvery_tui.screens.closings.close_places import ClosePlacesForm

        self.app.push_screen(ClosePlacesForm(), self._came_back)

    def _came_back(self, _closed: tuple[Closing, ...] | None) -> None:
        self.load_closed()
