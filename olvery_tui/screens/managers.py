"""The list of managers; Enter shows the history of one."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from olvery_tui.domain.access import ManagerAccount
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.base import Window
from olvery_tui.screens.history import ManagerHistoryScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.wording.access import role_text


class ManagersScreen(Window[None]):
    """All accounts with a login. Adding and disabling them is left to the command line."""

    CSS_PATH: ClassVar = ["../styles/modal.tcss", "../styles/managers.tcss"]
    BINDINGS: ClassVar = bindings("modal")

    def __init__(self) -> None:
        super().__init__()
        self._accounts: tuple[ManagerAccount, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window") as window:
            window.border_title = Content.from_markup(
                "[@click=screen.back]← $title[/]", title=_("Managers' history")
            )
            yield OptionList(id="managers", markup=False)
            yield StatusLine()
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#managers").focus()
        self.load_accounts()

    @work(exclusive=True, group="managers")
    async def load_accounts(self) -> None:
        """Load the accounts and list them."""
        self._accounts = await self.read_desk(self.app.desk.access.accounts)
        options = self.query_one("#managers", OptionList)
        options.set_options(Option(Content(_line(one))) for one in self._accounts)
        options.highlighted = 0

    @on(OptionList.OptionSelected, "#managers")
    def _picked(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.app.push_screen(ManagerHistoryScreen(self._accounts[message.option_index].card))

    def action_back(self) -> None:
        """Return to the list."""
        self.dismiss()


def _line(one: ManagerAccount) -> str:
    parts = [shown(one.card.name), shown(one.card.login or ""), role_text(one.role)]
    if not one.active:
        parts.append(_("disabled"))
    return " · ".join(parts)
