"""The act of an erasure, to be read, saved to a file and printed.

Source: ours.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.erasure import ErasureAct
from olvery_tui.domain.errors import FileRefused
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.base import Window
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.wording.acts import act_text
from olvery_tui.wording.files import export_trouble


class ActScreen(Window[None]):
    """An act. It can be had again at any time: `olvery-tui people act NUMBER`.

    Args:
        act: What is shown.
    """

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/people.tcss"]
    BINDINGS: ClassVar = [*bindings("act"), *bindings("modal")]

    def __init__(self, act: ErasureAct) -> None:
        super().__init__()
        self._act = act

    def compose(self) -> ComposeResult:
        with self.window(_("Act of the erasure"), "-large"):
            with VerticalScroll(id="act", classes="grows"):
                yield Static(Content(self._text), id="act-text", markup=False)
            yield StatusLine()
            with Horizontal(classes="buttons"):
                yield KeyButton(_("Save to a file"), "act.save", id="save", primary=True)
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#act").focus()

    @property
    def _text(self) -> str:
        return act_text(self._act, self.app.location.zone)

    def action_save(self) -> None:
        """Write the text into a file whose name has the act's number."""
        if not self.is_working("save"):
            self.save_act()

    @work(group="save")
    async def save_act(self) -> None:
        """Write the file and say where it is."""
        place, name = self.app.exports, f"act-{self._act.event}.txt"
        target = Path(name) if place.flat else Path.home() / name
        text, line = self._text, self.query_one(StatusLine)

        def write() -> str:
            path = place.target(str(target))
            with place.new_file(path) as part:
                part.file.write(text.encode())
            return str(path)

        try:
            line.show(_("Written: {file}").format(file=await self.call_desk(write)), "done")
        except (OSError, FileRefused) as error:
            line.show(export_trouble(error, target))
