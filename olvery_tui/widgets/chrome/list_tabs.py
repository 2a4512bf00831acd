"""The names of the main screen's lists; a click switches to the other one."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from olvery_tui.i18n import N_, _
from olvery_tui.keys import BY_ID, cap

_LISTS = {"tickets": N_("Tickets"), "orders": N_("Orders")}


class ListTabs(Static):
    """`Билеты  Заказы z`: the current list is highlighted, the other one shows its key.

    Args:
        shown: The current list: `tickets` or `orders`.
    """

    def __init__(self, shown: str) -> None:
        super().__init__(id="list-name", markup=False)
        self._shown_list = shown

    def on_mount(self) -> None:
        key = cap(BY_ID["tickets.orders"].key)
        parts = [
            Content.from_markup("[bold $accent]▸ $label[/]", label=_(label))
            if name == self._shown_list
            else Content.from_markup(
                "[@click=screen.switch_list]$label[/] [$accent]$key[/]", label=_(label), key=key
            )
            for name, label in _LISTS.items()
        ]
        self.update(Content("   ").join(parts))
